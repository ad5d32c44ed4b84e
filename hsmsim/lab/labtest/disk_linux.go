package labtest

import (
	"os"
	"syscall"
)

// syncData is what a store's commit waits for.
func syncData(f *os.File) error { return syscall.Fdatasync(int(f.Fd())) }
