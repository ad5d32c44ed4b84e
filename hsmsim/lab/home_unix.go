//go:build unix

package lab

import (
	"fmt"
	"os"
	"syscall"
)

func shortTemp() string { return "/tmp" }

// private fails unless a directory is this user's alone.
func private(dir string) error {
	info, err := os.Lstat(dir)
	if err != nil {
		return fmt.Errorf("cannot look at it: %w", err)
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	if !info.IsDir() || info.Mode().Perm()&0o077 != 0 || !ok || int(st.Uid) != os.Getuid() {
		return errNotPrivate
	}
	return nil
}

// lock takes an exclusive lock on an open file without waiting.
func lock(f *os.File) error { return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) }
