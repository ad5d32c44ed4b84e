package runbook

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/hsmlab/hsmlab/hsmsim/lab/scenario"
)

// MaxSize bounds a runbook's file, bytes.
const MaxSize = 1 << 20

// Limits of a runbook.
const (
	maxGoals  = 50
	maxPoints = 100
	maxHints  = 20
	maxTime   = 8 * time.Hour
)

// front is the front matter.
type front struct {
	Title    string   `yaml:"title"`
	Teaches  string   `yaml:"teaches"`
	Time     string   `yaml:"time"`
	Level    string   `yaml:"level"`
	Scenario string   `yaml:"scenario"`
	Guide    []string `yaml:"guide"`
	Goal     []Goal   `yaml:"goal"`
}

// The values of a front matter's scenario.
const (
	scenarioDefault = "default"
	scenarioBelow   = "below" // in the section World
)

// parser collects what is wrong with a file.
type parser struct {
	file  string
	lines []string
	wrong []problem
}

type problem struct {
	line   int
	reason string
}

func (p *parser) fail(line int, format string, args ...any) {
	p.wrong = append(p.wrong, problem{line, fmt.Sprintf(format, args...)})
}

// err joins what is wrong in the order of the file.
func (p *parser) err() error {
	slices.SortStableFunc(p.wrong, func(a, b problem) int { return a.line - b.line })
	var errs []error
	for _, w := range p.wrong {
		errs = append(errs, fmt.Errorf("%s:%d: %s", p.file, w.line, w.reason))
	}
	return errors.Join(errs...)
}

// Parse reads a runbook. file is its name, for messages; its base is the runbook's name. What is wrong is told with line and
// reason, all of it.
func Parse(file string, text []byte) (*Runbook, error) {
	p := &parser{file: file}
	if len(text) > MaxSize {
		return nil, fmt.Errorf("%s: more than %d bytes", file, MaxSize)
	}
	p.lines = strings.Split(strings.ReplaceAll(string(text), "\r\n", "\n"), "\n")
	r := &Runbook{File: file}
	if name := nameForm().FindStringSubmatch(filepath.Base(file)); name != nil {
		r.Name = name[1]
	} else {
		p.fail(1, "the file's name must be 1 to 40 small letters, digits and hyphens, perhaps with a number before it, and .md")
	}
	body := p.front(r)
	if body > 0 {
		p.body(r, body)
	}
	if err := p.err(); err != nil {
		return nil, err
	}
	return r, nil
}

var nameForm = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^(?:\d+-)?([a-z][a-z0-9-]{0,39})\.md$`) })

// front reads the front matter and gives the index of the line after it, 0 where there is none.
func (p *parser) front(r *Runbook) int {
	if p.lines[0] != "---" {
		p.fail(1, "a runbook begins with its front matter: a line of ---")
		return 0
	}
	end := slices.Index(p.lines[1:], "---") + 1
	if end == 0 {
		p.fail(1, "the front matter does not end: a line of --- is missing")
		return 0
	}
	var f front
	dec := yaml.NewDecoder(strings.NewReader("\n" + strings.Join(p.lines[1:end], "\n"))) // lines count from the file's first
	dec.KnownFields(true)
	if err := dec.Decode(&f); err != nil {
		p.yamlProblems(err)
		return end + 1
	}
	p.settle(r, f)
	return end + 1
}

// settle checks the front matter.
func (p *parser) settle(r *Runbook, f front) {
	r.Title, r.Teaches, r.Level, r.Guide, r.Goals = f.Title, f.Teaches, f.Level, f.Guide, f.Goal
	for _, field := range []struct{ name, value string }{{"title", f.Title}, {"teaches", f.Teaches}} {
		if strings.TrimSpace(field.value) == "" || len(field.value) > 200 || strings.Contains(field.value, "\n") {
			p.fail(p.lineOf(field.name), "%s: must be one line of 1 to 200 bytes", field.name)
		}
	}
	var err error
	if r.Time, err = time.ParseDuration(f.Time); err != nil || r.Time < time.Minute || r.Time > maxTime {
		p.fail(p.lineOf("time"), "time: %q is no duration from 1m to 8h, such as 15m", f.Time)
	}
	if !slices.Contains(Levels, f.Level) {
		p.fail(p.lineOf("level"), "level: %q is not one of %s", f.Level, strings.Join(Levels, ", "))
	}
	switch f.Scenario {
	case scenarioDefault:
	case scenarioBelow:
		r.World = []byte{} // the section is required
	default:
		p.fail(p.lineOf("scenario"), "scenario: %q is neither default nor below (in the section World)", f.Scenario)
	}
	if len(f.Guide) == 0 {
		p.fail(p.lineOf("guide"), "guide: a page to read afterwards is missing")
	}
	p.goals(r.Goals)
}

func (p *parser) goals(goals []Goal) {
	if len(goals) == 0 || len(goals) > maxGoals {
		p.fail(p.lineOf("goal"), "goal: must have 1 to %d conditions", maxGoals)
	}
	for i := range goals {
		g := &goals[i]
		if g.Points == 0 {
			g.Points = 1
		}
		switch {
		case strings.TrimSpace(g.Says) == "" || strings.Contains(g.Says, "\n"):
			p.fail(g.line, "goal %d: says: must be one line of text", i+1)
		case g.Points < 1 || g.Points > maxPoints:
			p.fail(g.line, "goal %d: points: must be 1 to %d", i+1, maxPoints)
		}
		if reason := g.validate(); reason != "" {
			p.fail(g.line, "goal %d: %s", i+1, reason)
		}
	}
}

// lineOf finds a field of the front matter, for messages.
func (p *parser) lineOf(field string) int {
	for i, line := range p.lines {
		if strings.HasPrefix(line, field+":") {
			return i + 1
		}
	}
	return 1
}

// yamlProblems are what the decoder finds wrong; it tells the line first.
func (p *parser) yamlProblems(err error) {
	list := []string{err.Error()}
	var wrong *yaml.TypeError
	if errors.As(err, &wrong) {
		list = wrong.Errors
	}
	for _, text := range list {
		line := 1
		text = strings.TrimPrefix(text, "yaml: ")
		if m := yamlLine().FindStringSubmatch(text); m != nil {
			fmt.Sscan(m[1], &line)
			text = m[2]
		}
		p.fail(line, "%s", yamlType().ReplaceAllString(text, ""))
	}
}

var (
	yamlLine = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^line (\d+): (.*)$`) })
	yamlType = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(` in type \S+| into \S+\.\S+$`) })
)

// body reads what stands behind the front matter.
func (p *parser) body(r *Runbook, from int) {
	p.checkFences(from)
	for _, s := range p.sections(from) {
		p.section(r, s)
	}
	for _, part := range []struct {
		name    string
		missing bool
	}{
		{"the brief, before the first section,", strings.TrimSpace(r.Brief) == ""},
		{"section " + sectionHints, len(r.Hints) == 0},
		{"section " + sectionSolution, len(r.Consoles(scenario.Classic)) == 0 || len(r.Consoles(scenario.Late)) == 0},
		{"section " + sectionWhy, strings.TrimSpace(r.Why) == ""},
		{"section " + sectionWorld, r.World != nil && len(bytes.TrimSpace(r.World)) == 0},
	} {
		if part.missing {
			p.fail(len(p.lines), "%s is missing or empty", part.name)
		}
	}
	if decisive := slices.ContainsFunc(r.Solution, func(s Part) bool { return s.Console != nil && s.Console.Decisive }); !decisive {
		p.fail(len(p.lines), "no console of the solution is marked decisive (```console decisive)")
	}
	if len(r.Hints) > maxHints {
		p.fail(len(p.lines), "more than %d hints", maxHints)
	}
}
