package runbook

import (
	"regexp"
	"strings"
	"sync"
)

// anything stands in a console for what the reader need not see: as a line, for any number of lines; in a line, for any
// characters.
const anything = "..."

// matches compares what was seen with what a runbook shows. Blanks at the ends of lines and empty lines do not count, and
// neither does what the tools' generations say with other words.
func matches(want, seen []string) bool {
	return matchLines(plain(want), plain(seen))
}

func plain(lines []string) []string {
	var list []string
	for _, line := range lines {
		if line = strings.TrimSpace(line); line != "" {
			list = append(list, classic(line))
		}
	}
	return list
}

// matchLines matches lines with anything among them. What stands for any number of lines takes as few as it can; when the
// rest does not match, one more.
func matchLines(want, seen []string) bool {
	resumeWant, resumeSeen := -1, 0
	w, s := 0, 0
	for s < len(seen) {
		switch {
		case w < len(want) && want[w] == anything:
			resumeWant, resumeSeen = w, s
			w++
		case w < len(want) && matchLine(want[w], seen[s]):
			w, s = w+1, s+1
		case resumeWant >= 0:
			resumeSeen++
			w, s = resumeWant+1, resumeSeen
		default:
			return false
		}
	}
	for w < len(want) && want[w] == anything {
		w++
	}
	return w == len(want)
}

// matchLine matches one line in which anything may stand.
func matchLine(want, seen string) bool {
	parts := strings.Split(want, anything)
	if len(parts) == 1 {
		return want == seen
	}
	rest, ok := strings.CutPrefix(seen, parts[0])
	if !ok {
		return false
	}
	for _, part := range parts[1 : len(parts)-1] {
		_, after, found := strings.Cut(rest, part)
		if !found {
			return false
		}
		rest = after
	}
	return strings.HasSuffix(rest, parts[len(parts)-1])
}

// said are the lines of generation late that say what a line of generation classic says. A runbook shows either.
var said = sync.OnceValue(func() []struct {
	late    *regexp.Regexp
	classic string
} {
	return []struct {
		late    *regexp.Regexp
		classic string
	}{
		{regexp.MustCompile(`^cluster\. AWS does NOT synchronize these changes automatically with the$`), "cluster. Cav server does NOT synchronize these changes with the"},
		{regexp.MustCompile(`^Cluster Status:$`), "Cluster Error Status"},
		{regexp.MustCompile(`^Node id (\d+) status: `), "Node id $1 and err state "},
	}
})

// classic is a line as generation classic says it.
func classic(line string) string {
	for _, s := range said() {
		line = s.late.ReplaceAllString(line, s.classic)
	}
	return line
}
