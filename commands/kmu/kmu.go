// Package kmu is key_mgmt_util: the crypto user's tool of client SDK 3, as it starts, reads options and prints,
// in both output generations.
//
// It reaches the HSMs through one cluster application, which stands for the client daemon's session, and prints
// what that answers. It knows nothing of sockets, of how an HSM decides, or of who runs the daemon. A command is
// a row of the table, its options, and one file of its name.
package kmu

import (
	"context"
	"strings"

	"github.com/hsmlab/hsmlab/commands/tool"
	"github.com/hsmlab/hsmlab/hsmsim/cluster"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

// Env is what the tool runs in.
type Env struct {
	tool.Env

	// Attach reaches the client daemon; an error means that it does not run.
	Attach func(ctx context.Context) (Attachment, error)

	// Settings are those of the client daemon: home, create_object_minimum_nodes, log.
	Settings cluster.Settings
}

// Attachment is the client daemon's side of one application.
type Attachment interface {
	AppID() uint32
	SessionHandle() uint32
	Members() []hsm.Member
	Gone() bool // the daemon has gone away since
	Close() error
}

// Exit statuses. A command that fails does not change the status: scripts look for its result line.
const (
	exitDone   = 0
	exitFailed = 255 // start-up, or the login of singlecmd
)

// Main runs the tool and returns its exit status.
func Main(ctx context.Context, e Env) int {
	defer e.Out.Flush()
	args := e.Args
	if len(args) > 0 && args[0] == "Cfm3Util" { // the older documented form has the vendor's name in front
		args = args[1:]
	}
	switch {
	case len(args) == 0:
		return e.run(ctx, (*session).interactive)
	case args[0] == "singlecmd" && len(args) > 1:
		return e.run(ctx, func(s *session, ctx context.Context) int { return s.single(ctx, args[1:]) })
	case args[0] == "scriptfile" && len(args) == 2:
		return e.run(ctx, func(s *session, ctx context.Context) int { return s.script(ctx, args[1]) })
	case strings.HasPrefix(args[0], "-v"):
		e.version(ctx)
	default:
		e.Out.Print(textUsage)
	}
	return exitDone
}

// run starts a session, gives it to one of the modes and ends it.
func (e Env) run(ctx context.Context, mode func(*session, context.Context) int) int {
	s := start(ctx, e)
	if s == nil {
		return exitFailed
	}
	defer s.close()
	return mode(s, ctx)
}

// version prints the versions; that of the daemon only where it answers.
func (e Env) version(ctx context.Context) {
	e.Out.Printf(textUtilVersion, utilVersion)
	if a, err := e.Attach(ctx); err == nil {
		e.Out.Printf(textClientVersion, utilVersion)
		a.Close()
	}
}
