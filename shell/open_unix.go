//go:build linux || darwin

package shell

import "os"

func open(opts Options) (Reader, error) {
	switch {
	case !isTerminal(opts.In):
		return newPiped(opts), nil
	case !isTerminal(opts.Out):
		return newRedirected(opts)
	}
	c, err := newTyped(opts)
	if err != nil {
		return nil, err
	}
	if opts.Editor == Rich && c.terminal.echoes() && controlled() {
		return newEditor(c, opts), nil
	}
	return c, nil
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
