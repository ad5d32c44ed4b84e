package transcript

import (
	"cmp"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

const tabWidth = 8

// expectLines returns the lines of one turn of the text as they are compared, before the masks.
func (f *File) expectLines(lines []string) []string {
	return f.normalise(cleanLines(strings.Join(lines, "\n")))
}

// outputLines does the same for the output of one turn. It takes out the prompt that came back, or all from the first
// prompt of a tool that the shell has started. The content of a file and the output of a shell line beside KMU have
// none.
func (f *File) outputLines(out string, turn Turn) []string {
	lines := cleanLines(out)
	switch {
	case f.Shows != "":
	case turn.Shell && f.inShell():
		if i := slices.IndexFunc(lines, startsWithPrompt); i >= 0 {
			lines = lines[:i]
		}
	case !turn.Shell:
		if last := len(lines) - 1; isBarePrompt(lines[last]) {
			lines = lines[:last]
		}
	}
	return f.normalise(lines)
}

// cleanLines takes CR out, expands tabs, and takes blanks off the line ends.
func cleanLines(text string) []string {
	lines := strings.Split(strings.ReplaceAll(text, "\r", ""), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight(expandTabs(line), " ")
	}
	return lines
}

func expandTabs(line string) string {
	if !strings.Contains(line, "\t") {
		return line
	}
	var b strings.Builder
	column := 0
	for _, r := range line {
		if r != '\t' {
			b.WriteRune(r)
			column++
			continue
		}
		width := tabWidth - column%tabWidth
		b.WriteString(strings.Repeat(" ", width))
		column += width
	}
	return b.String()
}

// normalise carries out the steps that are the same for text and output, in their order.
func (f *File) normalise(lines []string) []string {
	lines = breakAtQuestions(lines, f.Answers)
	for i, line := range lines {
		line = strings.ReplaceAll(line, "'E2'", "'E2E'")
		if strings.Contains(line, "HSM Error:") {
			line = strings.TrimSuffix(line, ".")
		}
		lines[i] = line
	}
	sortNodes(lines)
	if f.EmptyLines && f.Check == Exact {
		for len(lines) > 0 && lines[len(lines)-1] == "" {
			lines = lines[:len(lines)-1]
		}
		return lines
	}
	return slices.DeleteFunc(lines, func(line string) bool { return line == "" })
}

var nodeLine = regexp.MustCompile(`^ *Node id ([0-9]+)\b`)

// sortNodes puts every run of "Node id" lines in ascending order of the id.
func sortNodes(lines []string) {
	for start := 0; start < len(lines); start++ {
		end := start
		for end < len(lines) && nodeLine.MatchString(lines[end]) {
			end++
		}
		slices.SortStableFunc(lines[start:end], func(a, b string) int {
			return cmp.Compare(nodeID(a), nodeID(b))
		})
		start = end
	}
}

func nodeID(line string) uint64 {
	id, err := strconv.ParseUint(nodeLine.FindStringSubmatch(line)[1], 10, 64)
	if err != nil {
		return math.MaxUint64
	}
	return id
}
