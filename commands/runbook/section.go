package runbook

import (
	"slices"
	"strings"

	"github.com/hsmlab/hsmlab/hsmsim/lab/scenario"
)

// The sections of a runbook.
const (
	sectionHints     = "Hints"
	sectionSolution  = "Solution"
	sectionWhy       = "Why it works"
	sectionWorld     = "World"
	sectionSetup     = "Setup"
	sectionElsewhere = "Elsewhere"
)

// section is a heading of the second level and what stands below it; the brief has none.
type section struct {
	heading string
	line    int // of the heading, from 1
	lines   []string
}

// first is the number of the section's first line.
func (s section) first() int { return s.line + 1 }

func (p *parser) sections(from int) []section {
	list := []section{{line: from}}
	fenced := false
	for i, line := range p.lines[from:] {
		if strings.HasPrefix(line, fence) {
			fenced = !fenced
		}
		if heading, ok := strings.CutPrefix(line, "## "); ok && !fenced {
			list = append(list, section{heading: strings.TrimSpace(heading), line: from + i + 1})
			continue
		}
		last := &list[len(list)-1]
		last.lines = append(last.lines, line)
	}
	return list
}

func (p *parser) section(r *Runbook, s section) {
	text := strings.TrimSpace(strings.Join(s.lines, "\n"))
	switch s.heading {
	case "":
		r.Brief = text
	case sectionHints:
		p.hints(r, s)
	case sectionSolution:
		p.solution(r, s)
	case sectionWhy:
		r.Why = text
	case sectionWorld:
		p.world(r, s)
	case sectionSetup:
		r.Setup = append(r.Setup, p.scripts(s)...)
	case sectionElsewhere:
		r.Elsewhere = append(r.Elsewhere, p.scripts(s)...)
	default:
		p.fail(s.line, "section %q: not one of %s", s.heading, strings.Join([]string{sectionHints, sectionSolution, sectionWhy,
			sectionWorld, sectionSetup, sectionElsewhere}, ", "))
	}
}

// hints are the items of a numbered list.
func (p *parser) hints(r *Runbook, s section) {
	for i, line := range s.lines {
		number, text, found := strings.Cut(line, ". ")
		switch isItem := found && number != "" && strings.Trim(number, "0123456789") == ""; {
		case isItem:
			r.Hints = append(r.Hints, strings.TrimSpace(text))
		case strings.TrimSpace(line) == "":
		case len(r.Hints) == 0:
			p.fail(s.first()+i, "hints are a numbered list: 1. …")
		case strings.HasPrefix(line, " "):
			r.Hints[len(r.Hints)-1] += "\n" + strings.TrimSpace(line)
		default:
			p.fail(s.first()+i, "what belongs to a hint is indented")
		}
	}
}

// world is the section's YAML, with as many empty lines before it as make its line numbers those of the file.
func (p *parser) world(r *Runbook, s section) {
	blocks := fences(s)
	if len(blocks) != 1 || blocks[0].info != "yaml" {
		p.fail(s.line, "section %s has one block of ```yaml", sectionWorld)
		return
	}
	if r.World == nil {
		p.fail(s.line, "section %s: the front matter says scenario: default", sectionWorld)
		return
	}
	r.World = []byte(strings.Repeat("\n", blocks[0].line-1) + strings.Join(blocks[0].lines, "\n") + "\n")
	if _, err := scenario.Parse(p.file, r.World); err != nil {
		for _, text := range strings.Split(err.Error(), "\n") {
			p.scenarioProblem(s.line, text)
		}
	}
}

// scenarioProblem takes over a message that begins with file and line.
func (p *parser) scenarioProblem(line int, text string) {
	rest, ok := strings.CutPrefix(text, p.file+":")
	if number, reason, found := strings.Cut(rest, ": "); ok && found {
		n := 0
		for _, c := range number {
			n = 10*n + int(c-'0')
		}
		p.fail(n, "%s", reason)
		return
	}
	p.fail(line, "%s", text)
}

// scripts are the section's blocks for a shell.
func (p *parser) scripts(s section) []Script {
	var list []Script
	for _, b := range fences(s) {
		if b.info != "sh" {
			p.fail(b.line-1, "section %s has blocks of ```sh only", s.heading)
		}
		list = append(list, Script{b.line, strings.Join(b.lines, "\n") + "\n"})
	}
	if len(list) == 0 {
		p.fail(s.line, "section %s has no block of ```sh", s.heading)
	}
	return list
}

// solution is text and consoles.
func (p *parser) solution(r *Runbook, s section) {
	at := 0 // of s.lines: what is not taken yet
	text := func(to int) {
		if t := strings.TrimSpace(strings.Join(s.lines[at:to], "\n")); t != "" {
			r.Solution = append(r.Solution, Part{Text: t})
		}
	}
	for _, b := range fences(s) {
		words := strings.Fields(b.info)
		if len(words) == 0 || words[0] != "console" {
			continue // part of the text
		}
		begin := b.line - 1 - s.first() // of its fence
		text(begin)
		at = begin + len(b.lines) + 2
		c := &Console{Line: b.line}
		for _, w := range words[1:] {
			switch {
			case w == "decisive":
				c.Decisive = true
			case w == "second":
				c.Second = true
			case slices.Contains([]string{scenario.Classic, scenario.Late}, w):
				c.Client = w
			default:
				p.fail(b.line-1, "console: %q is none of decisive, second, classic, late", w)
			}
		}
		c.Turns = p.turns(b)
		r.Solution = append(r.Solution, Part{Console: c})
	}
	text(len(s.lines))
}
