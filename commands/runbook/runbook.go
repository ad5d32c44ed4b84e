// Package runbook reads runbooks and plays them. A runbook is one Markdown file: a person reads it, a lab plays it, and its
// goals grade a world. Goals are conditions on the world, never on what was typed.
//
// It knows the format, the tools' prompts and how to compare what they print. It knows no command line and nothing of who
// practises: that is commands/practice.
package runbook

import (
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/lab/scenario"
)

// A Runbook is what a file says.
type Runbook struct {
	File    string // as messages name it
	Name    string // of the file, without the number that may stand before it, and .md
	Title   string
	Teaches string
	Time    time.Duration // that a person is expected to need
	Level   string
	Guide   []string // pages to read afterwards: a title and an address each
	Goals   []Goal

	World     []byte // the scenario, YAML; nil is the default world
	Setup     []Script
	Elsewhere []Script // somebody else's consoles, which stay open while the runbook is practised

	Brief    string // Markdown
	Hints    []string
	Solution []Part
	Why      string // Markdown, shown when all goals are met
}

// The levels of runbooks, from the first to the last.
var Levels = []string{"beginner", "intermediate", "advanced"}

// A Script is lines for a shell, which no person reads.
type Script struct {
	Line int // in the file, of its first line
	Text string
}

// A Part is a piece of a solution: text, or a console.
type Part struct {
	Text    string // Markdown; "" of a console
	Console *Console
}

// A Console is what a person types and sees.
type Console struct {
	Line     int    // in the file, of its first line
	Client   string // the generation that it is for; "" is both
	Decisive bool   // without it the goals are not met
	Second   bool   // in a second terminal, while the first one stays as it is
	Turns    []Turn
}

// A Turn is one line that is typed, and what is seen after it.
type Turn struct {
	Line   int    // in the file
	Prompt string // what stands before it
	Typed  string
	Output []string
}

// Points is how many points all goals together are worth.
func (r *Runbook) Points() int {
	sum := 0
	for i := range r.Goals {
		sum += r.Goals[i].Points
	}
	return sum
}

// Consoles are those of the solution that are for a generation of the tools.
func (r *Runbook) Consoles(generation string) []*Console {
	var list []*Console
	for _, p := range r.Solution {
		if p.Console != nil && (p.Console.Client == "" || p.Console.Client == generation) {
			list = append(list, p.Console)
		}
	}
	return list
}

// Scenario is the world that the runbook begins with.
func (r *Runbook) Scenario() (*scenario.World, error) {
	if r.World == nil {
		return scenario.Default(), nil
	}
	return scenario.Parse(r.File, r.World)
}
