package lab

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

// An Attachment is an application's connection to the client daemon.
type Attachment struct {
	attachment
	conn  *net.UnixConn
	in    *bufio.Reader
	heard bool // the daemon has answered since the attachment
	gone  bool
}

// Attach makes this process an application of the client daemon, which knows the cluster of the HSM that the
// client's configuration names. It fails where the client daemon does not run.
func Attach(ctx context.Context, h Home, hostname string) (*Attachment, error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "unix", h.clientDaemon())
	if err != nil {
		return nil, fmt.Errorf("cannot reach the client daemon: %w", err)
	}
	a := &Attachment{conn: conn.(*net.UnixConn), in: bufio.NewReader(conn)}
	err = json.NewEncoder(conn).Encode(attachRequest{hostname})
	if err == nil {
		err = readLine(a.in, maxControlLine, &a.attachment)
	}
	if err != nil {
		conn.Close()
		return nil, fmt.Errorf("cannot attach to the client daemon: %w", err)
	}
	return a, nil
}

// AppID is the number of the application at its daemon.
func (a *Attachment) AppID() uint32 { return a.attachment.AppID }

// SessionHandle is the number of the application's session.
func (a *Attachment) SessionHandle() uint32 { return a.Session }

// Members lists the HSMs of the cluster; the configured one comes first.
func (a *Attachment) Members() []hsm.Member { return a.attachment.Members }

// Gone reports whether the client daemon has gone away since. The first time it asks the daemon; later the end of
// the connection tells.
func (a *Attachment) Gone() bool {
	switch {
	case a.gone:
	case !a.heard:
		_, err := a.conn.Write([]byte{ping})
		if err == nil {
			_, err = a.in.ReadByte()
		}
		a.heard, a.gone = true, err != nil
	default:
		a.gone = ended(a.conn)
	}
	return a.gone
}

// Close detaches.
func (a *Attachment) Close() error { return a.conn.Close() }
