//go:build unix

package lab

import (
	"fmt"
	"os"
	"syscall"
)

// runReal becomes another program.
func runReal(path string, args []string) int {
	err := syscall.Exec(path, append([]string{path}, args...), os.Environ())
	fmt.Fprintf(os.Stderr, "aws: cannot run %s: %v\n", path, err)
	return 255
}
