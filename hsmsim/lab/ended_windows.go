package lab

import (
	"net"
	"time"
)

// ended reports whether the other end of a connection that nothing is expected from has closed it.
func ended(c *net.UnixConn) bool {
	c.SetReadDeadline(time.Now().Add(time.Millisecond))
	_, err := c.Read(make([]byte, 1))
	timeout, ok := err.(net.Error)
	return !ok || !timeout.Timeout()
}
