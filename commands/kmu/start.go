package kmu

import (
	"context"

	"github.com/hsmlab/hsmlab/hsmsim/cluster"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

// start attaches to the client daemon, connects to the HSMs and prints the banner. It returns nil where that
// fails, and the banner has said why.
func start(ctx context.Context, e Env) *session {
	attachment, err := e.Attach(ctx)
	if err != nil {
		e.Out.Printf(textNoDaemon, uint32(hsm.DaemonSocket), hsm.DaemonSocket.Text())
		e.Out.Printf(textAppID, 0)
		return nil
	}
	s := newSession(e, attachment)
	s.out.Printf(textAppID, attachment.AppID())
	s.connected = cluster.NewApplication(ctx, e.Dialer, attachment.Members(), e.Settings)
	if code := s.connected.Refused(); code != hsm.Success {
		s.out.Printf(textNoSession, uint32(code), code.Text())
		s.close()
		return nil
	}
	s.out.Printf(textSessionHandle, attachment.SessionHandle())
	partition, code := cluster.OnHome(ctx, s.cluster(ctx), wire.Partition, hsm.Done{})
	if code != hsm.Success {
		s.out.Printf(textNoPartition, uint32(hsm.DaemonSocket), hsm.DaemonSocket.Text())
		s.close()
		return nil
	}
	s.fips = partition.FIPSState
	s.out.Printf(textFIPSMode, s.fips)
	return s
}
