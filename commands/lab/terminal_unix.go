//go:build unix

package lab

import (
	"os"
	"path/filepath"

	"golang.org/x/term"
)

// terminalName is the device of the terminal that the program is used at.
func terminalName() (string, bool) {
	if !term.IsTerminal(int(os.Stdin.Fd())) {
		return "", false
	}
	in, err := os.Stdin.Stat()
	if err != nil {
		return "", false
	}
	for _, pattern := range []string{"/dev/pts/*", "/dev/tty*"} {
		devices, _ := filepath.Glob(pattern)
		for _, d := range devices {
			if info, err := os.Stat(d); err == nil && d != "/dev/tty" && os.SameFile(in, info) {
				return d, true
			}
		}
	}
	return "", false
}
