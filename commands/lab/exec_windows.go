package lab

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
)

// runReal runs another program and ends as it does.
func runReal(path string, args []string) int {
	cmd := exec.Command(path, args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	err := cmd.Run()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return exit.ExitCode()
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "aws: cannot run %s: %v\n", path, err)
		return 255
	}
	return 0
}
