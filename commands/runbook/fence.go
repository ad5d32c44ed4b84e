package runbook

import "strings"

// fence begins and ends a block.
const fence = "```"

// fenced is a block between fences.
type fenced struct {
	info  string
	line  int // of its first line behind the fence, from 1
	lines []string
}

// fences lists a section's blocks. One that does not end is told by checkFences.
func fences(s section) []fenced {
	var list []fenced
	var open *fenced
	for i, line := range s.lines {
		info, isFence := strings.CutPrefix(line, fence)
		switch {
		case isFence && open == nil:
			open = &fenced{info: strings.TrimSpace(info), line: s.first() + i + 1}
		case isFence:
			list = append(list, *open)
			open = nil
		case open != nil:
			open.lines = append(open.lines, line)
		}
	}
	return list
}

// checkFences tells of a block that does not end, which would hide the sections behind it.
func (p *parser) checkFences(from int) {
	open := 0
	for i, line := range p.lines[from:] {
		switch {
		case !strings.HasPrefix(line, fence):
		case open == 0:
			open = from + i + 1
		default:
			open = 0
		}
	}
	if open > 0 {
		p.fail(open, "the block does not end: a line of ``` is missing")
	}
}
