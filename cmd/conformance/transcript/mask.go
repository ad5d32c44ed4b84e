package transcript

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

const (
	maskWord = "<generated>"
	// maxMatches bounds what one expression masks: several that match everywhere would make the text explode.
	maxMatches = 100_000
)

// side is the text or the output as it is compared: the lines of all turns in one string, which the masks are matched
// against, and where in it each turn ends.
type side struct {
	text string
	ends []int
}

func newSide(turns [][]string) side {
	var s side
	var b strings.Builder
	for _, lines := range turns {
		for _, line := range lines {
			b.WriteString(line)
			b.WriteByte('\n')
		}
		s.ends = append(s.ends, b.Len())
	}
	s.text = b.String()
	return s
}

// lines returns all lines.
func (s side) lines() []string {
	return splitLines(s.text)
}

// turns returns the lines of each turn.
func (s side) turns() [][]string {
	turns := make([][]string, len(s.ends))
	start := 0
	for i, end := range s.ends {
		turns[i] = splitLines(s.text[start:end])
		start = end
	}
	return turns
}

func splitLines(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(strings.TrimSuffix(text, "\n"), "\n")
}

// mask puts one fixed word for everything that the expressions match, one expression after the other.
func (s side) mask(expressions []*regexp.Regexp) (side, error) {
	for _, re := range expressions {
		matches := re.FindAllStringSubmatchIndex(s.text, maxMatches+1)
		if len(matches) > maxMatches {
			return s, fmt.Errorf("%s matches more than %d times", re, maxMatches)
		}
		s = s.replace(spans(re, matches))
	}
	return s, nil
}

// spans returns what the matches of an expression mask: its groups if it has any, else the whole match.
func spans(re *regexp.Regexp, matches [][]int) [][2]int {
	var found [][2]int
	end := 0
	for _, match := range matches {
		if re.NumSubexp() == 0 && match[0] < match[1] {
			found = append(found, [2]int{match[0], match[1]})
		}
		for g := 2; g < len(match); g += 2 {
			if match[g] < 0 || match[g] < end {
				continue // took no part, or lies within the group before
			}
			found = append(found, [2]int{match[g], match[g+1]})
			end = match[g+1]
		}
	}
	return found
}

// replace puts the word for each span. A turn that ends within a span ends after the word.
func (s side) replace(spans [][2]int) side {
	masked := side{ends: slices.Clone(s.ends)}
	var b strings.Builder
	copied, turn := 0, 0
	for _, span := range spans {
		for turn < len(s.ends) && s.ends[turn] <= span[0] {
			masked.ends[turn] = b.Len() + s.ends[turn] - copied
			turn++
		}
		b.WriteString(s.text[copied:span[0]])
		b.WriteString(maskWord)
		copied = span[1]
		for turn < len(s.ends) && s.ends[turn] < copied {
			masked.ends[turn] = b.Len()
			turn++
		}
	}
	for ; turn < len(s.ends); turn++ {
		masked.ends[turn] = b.Len() + s.ends[turn] - copied
	}
	b.WriteString(s.text[copied:])
	masked.text = b.String()
	return masked
}
