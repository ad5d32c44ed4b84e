package lab

import (
	"os"

	"golang.org/x/sys/windows"
)

func shortTemp() string { return os.TempDir() }

// private trusts the system: a user's temporary directory is the user's.
func private(string) error { return nil }

// lock takes an exclusive lock on an open file without waiting.
func lock(f *os.File) error {
	const flags = windows.LOCKFILE_EXCLUSIVE_LOCK | windows.LOCKFILE_FAIL_IMMEDIATELY
	return windows.LockFileEx(windows.Handle(f.Fd()), flags, 0, 1, 0, &windows.Overlapped{})
}
