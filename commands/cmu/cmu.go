// Package cmu is cloudhsm_mgmt_util, the tool that manages the users of a cluster, of AWS CloudHSM Client
// SDK 3. It knows what can be typed at its prompt and, to the byte, what the original prints. It talks to
// the HSMs of its configuration file through a [cluster.Fleet] and to the operator through a [tool.Env].
//
// It decides nothing about users and keys: every answer is what the HSMs said, and who may do what is
// theirs to know. A command is a row of the table in table.go and a function in a file of its name.
package cmu

import (
	"context"
	"errors"

	"github.com/hsmlab/hsmlab/commands/tool"
	"github.com/hsmlab/hsmlab/hsmsim/cluster"
	"github.com/hsmlab/hsmlab/hsmsim/config"
	"github.com/hsmlab/hsmlab/shell"
)

// Main runs the tool until its operator quits or the input ends. Its only argument is the configuration
// file. It returns the exit status: 0 whatever commands have failed, 1 when the tool cannot start or its
// console breaks.
func Main(ctx context.Context, e tool.Env) int {
	defer e.Err.Flush()
	defer e.Out.Flush()
	if len(e.Args) != 1 {
		e.Err.Print(textMisused)
		return 1
	}
	servers, err := readServers(e.Resolve(e.Args[0]))
	if err != nil {
		e.Err.Printf(textBadConfig, e.Args[0], err)
		return 1
	}
	c := &console{env: e, fleet: cluster.NewFleet(e.Dialer, servers)}
	defer c.fleet.Close()
	c.in, err = e.OpenConsole(func(line string) []shell.Suggestion { return c.complete(ctx, line) }, withoutSecrets)
	if err != nil {
		e.Err.Printf(textStopped, err)
		return 1
	}
	defer c.in.Close()
	if !c.connect(ctx) {
		return 1
	}
	if err := c.loop(ctx); err != nil {
		e.Err.Printf(textStopped, err)
		return 1
	}
	return 0
}

func readServers(path string) ([]config.Server, error) {
	m, err := config.ReadManagement(path)
	if err != nil {
		return nil, err
	}
	servers := m.Servers()
	if len(servers) == 0 {
		return nil, errors.New(textNoServer)
	}
	return servers, nil
}

// connect connects all servers and sets up E2E with each. One that cannot be reached ends the tool, as on the
// original; a missing trust anchor does not.
func (c *console) connect(ctx context.Context) bool {
	c.print(textIgnoringFlag + textConnecting)
	for i, s := range c.fleet.Servers {
		if i > 0 {
			c.print("\n")
		}
		c.printf(textConnect, s.Name, s.Hostname, s.Port)
		if err := c.fleet.Connect(ctx, s); err != nil {
			c.printf(textConnectLost, s.Hostname, s.Port, cluster.Reason(err))
			c.print(textExiting)
			return false
		}
		c.printf(textConnected, s.Name, s.Hostname, s.Port)
		c.secureAtStart(s)
	}
	return true
}
