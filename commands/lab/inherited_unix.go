//go:build unix

package lab

import (
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// dropInherited closes the files that whoever started the daemon had left open for it by accident, as expect
// does. Somebody may wait for the end of such a pipe, or for its lock, and the daemon lives long. Files of the
// program itself are marked to be closed when it starts another one.
func dropInherited() {
	open, err := os.ReadDir("/dev/fd")
	if err != nil {
		return // they stay open
	}
	for _, entry := range open {
		fd, err := strconv.Atoi(entry.Name())
		if err != nil || fd <= 2 {
			continue
		}
		if flags, err := unix.FcntlInt(uintptr(fd), unix.F_GETFD, 0); err == nil && flags&unix.FD_CLOEXEC == 0 {
			unix.Close(fd)
		}
	}
}
