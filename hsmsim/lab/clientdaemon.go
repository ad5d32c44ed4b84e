package lab

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"sync"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/lab/scenario"
)

// clientDaemon stands for cloudhsm_client: applications attach to its socket and hear which HSMs there are.
// When it is gone, applications lose their connection to it.
type clientDaemon struct {
	mu       sync.Mutex
	listener net.Listener
	conns    map[net.Conn]struct{}
	attached uint32 // applications so far
}

// attachRequest names the HSM that the client's configuration file names.
type attachRequest struct{ Hostname string }

// attachment is what an application hears when it attaches.
type attachment struct {
	AppID   uint32
	Session uint32
	Members []hsm.Member
}

// ping is what an application sends to hear whether the daemon is there, and hears.
const ping = '.'

// appIDBase is the id of a daemon's first application, and appIDStep the distance to the next one.
const (
	appIDBase = 0x01000000
	appIDStep = 0x4000
)

func (l *Lab) startClientDaemon() error {
	path := l.home.clientDaemon()
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("cannot replace the client daemon's socket: %w", err)
	}
	if l.world.Client.Daemon == scenario.DaemonAbsent {
		return nil
	}
	listener, err := net.Listen("unix", path)
	if err != nil {
		return fmt.Errorf("cannot listen for applications: %w", err)
	}
	l.clients.listener, l.clients.conns = listener, map[net.Conn]struct{}{}
	go func() {
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			go l.attach(c)
		}
	}()
	return nil
}

// attach serves one application until it leaves.
func (l *Lab) attach(c net.Conn) {
	d := &l.clients
	defer c.Close()
	d.mu.Lock()
	d.conns[c] = struct{}{}
	id := appIDBase + d.attached*appIDStep
	d.attached++
	d.mu.Unlock()
	defer func() {
		d.mu.Lock()
		delete(d.conns, c)
		d.mu.Unlock()
	}()
	var r attachRequest
	in := bufio.NewReader(c)
	if err := readLine(in, maxControlLine, &r); err != nil {
		l.log.Warn("an application did not attach", "error", err)
		return
	}
	if err := json.NewEncoder(c).Encode(attachment{AppID: id, Session: id, Members: l.membersWith(r.Hostname)}); err != nil {
		return
	}
	if l.world.Client.Daemon == scenario.DaemonLost {
		return
	}
	for { // until the application ends
		if _, err := in.ReadByte(); err != nil {
			return
		}
		if _, err := c.Write([]byte{ping}); err != nil {
			return
		}
	}
}

// membersWith lists the cluster that an HSM's address belongs to, that HSM first.
func (l *Lab) membersWith(address string) []hsm.Member {
	for _, n := range l.cloud.Nodes() {
		if n.Address != address {
			continue
		}
		members := l.cloud.Members(n.Cluster)
		for j, m := range members {
			if m.Address == address {
				members[0], members[j] = members[j], members[0]
			}
		}
		return members
	}
	return nil
}

func (d *clientDaemon) close() {
	if d.listener == nil {
		return
	}
	d.listener.Close()
	d.mu.Lock()
	defer d.mu.Unlock()
	for c := range d.conns {
		c.Close()
	}
}
