//go:build !linux

package labtest

import "os"

// syncData is what a store's commit waits for.
func syncData(f *os.File) error { return f.Sync() }
