// Package lab is hsmlab's own command line, and the way from the name that the program was called by to the
// tool of that name. It knows how labs are found and started; worlds are hsmsim/lab's, and what can be typed in
// the original tools is that of commands/cmu, commands/kmu and commands/configure.
package lab

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Main runs the program and returns its exit status.
func Main() int {
	name := strings.TrimSuffix(filepath.Base(os.Args[0]), ".exe")
	if run, ok := tools[name]; ok {
		return run(context.Background(), os.Args[1:])
	}
	if err := root().ExecuteContext(context.Background()); err != nil {
		fmt.Fprintf(os.Stderr, "hsmlab: %v\n", err)
		return 1
	}
	return 0
}
