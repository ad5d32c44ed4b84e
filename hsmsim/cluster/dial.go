package cluster

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

// ErrNotConnected is the answer of an HSM whose connection is lost or was never there.
var ErrNotConnected = errors.New("the HSM is not connected")

// A Dialer connects to HSMs by their addresses. The timeouts are real time.
type Dialer struct {
	Socket         func(address string) string // path of the socket that stands for an address
	ConnectTimeout time.Duration               // until an HSM that does not answer counts as down
	RequestTimeout time.Duration               // for one answer
}

// Dial connects to the HSM at an address.
func (d *Dialer) Dial(ctx context.Context, address string) (*wire.Conn, error) {
	return d.dial(ctx, address, d.ConnectTimeout)
}

func (d *Dialer) dial(ctx context.Context, address string, timeout time.Duration) (*wire.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	c, err := wire.Dial(ctx, d.Socket(address))
	if err != nil {
		return nil, fmt.Errorf("cannot reach %s: %w", address, err)
	}
	return c, nil
}

// request bounds one operation; patience is larger for operations that take long on the HSM.
func (d *Dialer) request(ctx context.Context, patience time.Duration) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, d.RequestTimeout*patience)
}

// Reason is the system's text for a failed connection, as the tools print it.
func Reason(err error) string {
	switch {
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, syscall.EAGAIN):
		return "Connection timed out"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "Connection refused"
	case errors.Is(err, os.ErrNotExist):
		return "No route to host"
	}
	return "Connection reset by peer"
}
