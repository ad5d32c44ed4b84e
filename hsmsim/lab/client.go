package lab

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/cluster"
)

// A Client reaches the daemon of a lab.
type Client struct {
	home     Home
	conn     net.Conn
	in       *bufio.Reader
	settings Settings
}

// Connect reaches a lab's daemon that runs already.
func Connect(ctx context.Context, h Home) (*Client, error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "unix", h.control())
	if err != nil {
		return nil, fmt.Errorf("cannot reach the daemon of lab %s: %w", h.Name, err)
	}
	c := &Client{home: h, conn: conn, in: bufio.NewReader(conn)}
	a, err := c.ask(ctx, controlRequest{Action: actionHello})
	if err != nil {
		conn.Close()
		return nil, err
	}
	c.settings = *a.Settings
	return c, nil
}

// Close ends the connection to the daemon, not the lab.
func (c *Client) Close() error { return c.conn.Close() }

// Home is where the lab lives.
func (c *Client) Home() Home { return c.home }

func (c *Client) ask(ctx context.Context, r controlRequest) (controlAnswer, error) {
	var a controlAnswer
	deadline, _ := ctx.Deadline()
	c.conn.SetDeadline(deadline)
	defer context.AfterFunc(ctx, func() { c.conn.SetDeadline(time.Unix(1, 0)) })()
	if err := json.NewEncoder(c.conn).Encode(r); err != nil {
		return a, fmt.Errorf("cannot ask the lab's daemon: %w", err)
	}
	if err := readLine(c.in, maxControlAnswer, &a); err != nil {
		return a, fmt.Errorf("cannot read the daemon's answer: %w", err)
	}
	if a.Error != "" {
		return a, errors.New(a.Error)
	}
	return a, nil
}

// Settings are what tools need of the lab, as they were when it was reached.
func (c *Client) Settings() Settings { return c.settings }

// Status tells how the world stands.
func (c *Client) Status(ctx context.Context) (*Status, error) {
	a, err := c.ask(ctx, controlRequest{Action: actionStatus})
	if err != nil {
		return nil, err
	}
	s := &Status{}
	if err := json.Unmarshal(a.Status, s); err != nil {
		return nil, fmt.Errorf("cannot read the daemon's answer: %w", err)
	}
	return s, nil
}

// View is the whole world at this moment.
func (c *Client) View(ctx context.Context) (*View, error) {
	a, err := c.ask(ctx, controlRequest{Action: actionView})
	if err != nil {
		return nil, err
	}
	v := &View{}
	if err := json.Unmarshal(a.View, v); err != nil {
		return nil, fmt.Errorf("cannot read the daemon's answer: %w", err)
	}
	return v, nil
}

// Decrypt is what KMS decrypts a ciphertext to, see [Lab.Decrypts].
func (c *Client) Decrypt(ctx context.Context, ciphertext []byte) ([]byte, error) {
	a, err := c.ask(ctx, controlRequest{Action: actionDecrypt, Blob: ciphertext})
	return a.Plain, err
}

// Fitting lists the addresses of the HSMs of a cluster on which a password is that of a user. No login is counted.
func (c *Client) Fitting(ctx context.Context, cluster, user, password string) ([]string, error) {
	a, err := c.ask(ctx, controlRequest{Action: actionPassword, Cluster: cluster, User: user, Password: password})
	return a.Addresses, err
}

// Scenario is the scenario that the world was made from, YAML.
func (c *Client) Scenario(ctx context.Context) (string, error) {
	a, err := c.ask(ctx, controlRequest{Action: actionScenario})
	return a.Scenario, err
}

// AddFault lets something go wrong with the world.
func (c *Client) AddFault(ctx context.Context, f Fault) error {
	_, err := c.ask(ctx, controlRequest{Action: actionFault, Fault: &f})
	return err
}

// ClearFaults takes back what is wrong with an HSM (address, name or id), a subnet (id or zone) or KMS, and what waits to
// go wrong with it; all faults for "".
func (c *Client) ClearFaults(ctx context.Context, of string) error {
	_, err := c.ask(ctx, controlRequest{Action: actionClear, Of: of})
	return err
}

// Install lays out the tools and their configuration for this lab below an absolute path, as /opt/cloudhsm has
// them. Configuration files that are there stay.
func (c *Client) Install(ctx context.Context, prefix string) error {
	_, err := c.ask(ctx, controlRequest{Action: actionInstall, Prefix: prefix})
	return err
}

// AdvanceClock moves lab time ahead.
func (c *Client) AdvanceClock(ctx context.Context, d time.Duration) error {
	_, err := c.ask(ctx, controlRequest{Action: actionClock, Advance: d})
	return err
}

// SetClockRate makes lab time run at so many seconds a second.
func (c *Client) SetClockRate(ctx context.Context, rate float64) error {
	_, err := c.ask(ctx, controlRequest{Action: actionClock, Rate: &rate})
	return err
}

// Stop ends the lab and returns when its daemon is gone.
func (c *Client) Stop(ctx context.Context) error {
	if _, err := c.ask(ctx, controlRequest{Action: actionStop}); err != nil {
		return err
	}
	// The daemon keeps the connection until its process ends.
	c.in.ReadByte()
	return nil
}

// Dialer connects to the HSMs of the lab.
func (s Settings) Dialer(h Home) *cluster.Dialer {
	return &cluster.Dialer{Socket: h.Socket, ConnectTimeout: s.ConnectTimeout, RequestTimeout: s.RequestTimeout}
}
