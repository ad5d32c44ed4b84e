// Package tool is what cloudhsm_mgmt_util and key_mgmt_util have in common: their surroundings. It knows no
// command of either.
package tool

import (
	"context"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/cluster"
	"github.com/hsmlab/hsmlab/shell"
)

// A Generation is the output family of the original tools.
type Generation int

// Classic is the family of the guide, Late that of client 3.2 to 3.4.
const (
	Classic Generation = iota
	Late
)

// ParseGeneration reads classic or late.
func ParseGeneration(s string) (Generation, bool) {
	switch s {
	case "classic":
		return Classic, true
	case "late":
		return Late, true
	}
	return Classic, false
}

// Env is what a tool runs in.
type Env struct {
	Args       []string // without the program's name
	Out        *Output  // standard output
	Err        *Output  // standard error
	Generation Generation
	Dialer     *cluster.Dialer
	Prefix     string // place of bin and etc, /opt/cloudhsm on a real machine

	// Resolve tells where a file of the original's place really is: paths under /opt/cloudhsm that do not
	// exist are the lab's. Other paths stay.
	Resolve func(path string) string

	// Open opens the console. complete suggests the next words of a line; it may be nil.
	Open func(complete func(line string) []shell.Suggestion) (shell.Reader, error)

	// Remember keeps a line in the history. The line has no password in it. Nil keeps nothing.
	Remember func(line string)

	// Log notes what was typed, by whomever. It has no password in it. Nil notes nothing.
	Log func(line string)

	// Sleep waits lab time.
	Sleep func(ctx context.Context, d time.Duration) error
}
