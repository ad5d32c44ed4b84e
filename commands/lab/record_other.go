//go:build !linux && !darwin

package lab

import (
	"errors"
	"os/exec"
)

// run knows no pseudo-terminals on this system.
func (r recording) run(*exec.Cmd) error {
	return errors.New("this system has no pseudo-terminals, which a recording needs")
}
