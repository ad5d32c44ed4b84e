package shell

import "golang.org/x/sys/unix"

const (
	getTermios = unix.TCGETS
	setTermios = unix.TCSETS
)

// queued returns how many bytes wait to be read, all of which the line discipline
// has seen already. In line mode Linux queues Ctrl-D as a NUL.
func queued(fd int) int {
	n, err := unix.IoctlGetInt(fd, unix.TIOCINQ)
	if err != nil {
		return 0
	}
	return n
}
