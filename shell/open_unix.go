//go:build linux || darwin

package shell

import "os"

func open(opts Options) (Reader, error) {
	switch {
	case !isTerminal(opts.In):
		return newPiped(opts), nil
	case !isTerminal(opts.Out):
		return newRedirected(opts)
	case opts.Editor == Rich && controlled():
		return newEditor(opts)
	}
	return newTyped(opts)
}

// controlled reports whether the process has a controlling terminal. The editor
// opens it, though it reads from In, and gives up without.
func controlled() bool {
	f, err := os.Open("/dev/tty")
	if err != nil {
		return false
	}
	f.Close()
	return true
}
