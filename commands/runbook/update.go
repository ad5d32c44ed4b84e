package runbook

import "strings"

// Update is a runbook's text with what was seen in the place of what it showed, in the turns that do not match. seen has,
// for each console by its line, what was seen after each of its turns.
func Update(text []byte, consoles []*Console, seen map[int][][]string) []byte {
	lines := strings.Split(string(text), "\n")
	for i := len(consoles) - 1; i >= 0; i-- { // from the end, so that line numbers hold
		c := consoles[i]
		for j := len(c.Turns) - 1; j >= 0; j-- {
			t := c.Turns[j]
			if j >= len(seen[c.Line]) || matches(t.Output, seen[c.Line][j]) {
				continue
			}
			var shown []string
			for _, line := range seen[c.Line][j] {
				if line = strings.TrimRight(line, " \t"); line != "" {
					shown = append(shown, line)
				}
			}
			rest := append(shown, lines[t.Line+len(t.Output):]...)
			lines = append(lines[:t.Line:t.Line], rest...)
		}
	}
	return []byte(strings.Join(lines, "\n"))
}
