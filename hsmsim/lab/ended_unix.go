//go:build unix

package lab

import (
	"net"

	"golang.org/x/sys/unix"
)

// ended reports whether the other end of a connection that nothing is expected from has closed it.
func ended(c *net.UnixConn) bool {
	raw, err := c.SyscallConn()
	if err != nil {
		return true
	}
	over := false
	err = raw.Read(func(fd uintptr) bool {
		n, _, err := unix.Recvfrom(int(fd), make([]byte, 1), unix.MSG_PEEK|unix.MSG_DONTWAIT)
		over = err == nil && n == 0 || err != nil && err != unix.EAGAIN && err != unix.EINTR
		return true
	})
	return over || err != nil
}
