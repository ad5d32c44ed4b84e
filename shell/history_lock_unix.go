//go:build linux || darwin

package shell

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// lock waits until no other process has the file, and keeps it until f is closed.
func lock(f *os.File) error {
	for {
		err := unix.Flock(int(f.Fd()), unix.LOCK_EX)
		if !errors.Is(err, unix.EINTR) {
			return err
		}
	}
}
