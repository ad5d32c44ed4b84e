package shell

import "golang.org/x/sys/unix"

const (
	getTermios = unix.TIOCGETA
	setTermios = unix.TIOCSETA
)

// queued is 0: unlike Linux, macOS queues Ctrl-D as itself.
func queued(int) int { return 0 }
