// Package lab is hsmlab's own command line, and the way from the name that the program was called by to the
// tool of that name. It knows how labs are found and started; worlds are hsmsim/lab's, and what can be typed in
// the original tools is that of commands/cmu, commands/kmu and commands/configure.
package lab

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// exitStatus is the end of a program that was run for the person, who has seen why.
type exitStatus int

func (s exitStatus) Error() string { return fmt.Sprintf("exit status %d", int(s)) }

// Main runs the program and returns its exit status.
func Main() int {
	name := strings.TrimSuffix(filepath.Base(os.Args[0]), ".exe")
	if run, ok := tools[name]; ok {
		return run(context.Background(), os.Args[1:])
	}
	err := root().ExecuteContext(context.Background())
	if status, ok := errors.AsType[exitStatus](err); ok {
		return int(status)
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "hsmlab: %v\n", err)
		return 1
	}
	return 0
}
