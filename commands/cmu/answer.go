package cmu

import (
	"context"
	"fmt"
	"iter"

	"github.com/hsmlab/hsmlab/hsmsim/cluster"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

// servers are those that commands of the present mode act on.
func (c *console) servers() []*cluster.Server {
	if c.server != nil {
		return []*cluster.Server{c.server}
	}
	return c.fleet.Servers
}

// everywhere asks all servers of the mode at once and gives their answers in order of their numbers.
//
// Nothing interrupts a request that is on its way, here and in ask: a connection without the answer to its
// last request cannot be used any more. The dialer's request timeout bounds the wait.
func everywhere[Req, Resp any](ctx context.Context, c *console, op wire.Op[Req, Resp], r Req) iter.Seq[cluster.Answer[Resp]] {
	return cluster.All(context.WithoutCancel(ctx), c.fleet, c.servers(), op, r)
}

// ask asks one server.
func ask[Req, Resp any](ctx context.Context, c *console, s *cluster.Server, op wire.Op[Req, Resp], r Req) cluster.Answer[Resp] {
	return cluster.One(context.WithoutCancel(ctx), c.fleet, s, op, r)
}

// succeeded reports whether a server has done what it was asked. It prints why where it has not.
func succeeded[Resp any](c *console, command string, a cluster.Answer[Resp]) bool {
	code, connected := a.Code()
	switch {
	case !connected:
		c.notConnected(a.Server)
	case code != hsm.Success:
		c.failed(command, code, a.Server, command+textFailedOn)
	}
	return a.Err == nil
}

// results prints a line for each answer of a command that has nothing else to show.
func results[Resp any](c *console, command string, answers iter.Seq[cluster.Answer[Resp]]) {
	for a := range answers {
		if succeeded(c, command, a) {
			c.print(c.success(command, a.Server))
		}
	}
}

// success is the result line of a command that a server has carried out.
func (c *console) success(command string, s *cluster.Server) string {
	if c.server != nil {
		return fmt.Sprintf(textSuccess, command)
	}
	return fmt.Sprintf(textSuccessOn, command, s.Number, s.Name)
}

// failed prints why a server has not carried out a command; where is the second line, of global mode only.
func (c *console) failed(command string, code hsm.Code, s *cluster.Server, where string) {
	c.printf(textFailed, command, code.Text())
	if c.server == nil {
		c.printf(where, s.Number, s.Name)
	}
}

func (c *console) notConnected(s *cluster.Server) { c.printf(textNotConnected, s.Number, s.Name) }

// heading prints the line that user commands begin with in global mode. format takes what is given and the
// number of servers in the configuration file.
func (c *console) heading(format string, args ...any) {
	if c.server == nil {
		c.printf(format, append(args, len(c.fleet.Servers))...)
	}
}
