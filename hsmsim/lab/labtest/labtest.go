// Package labtest starts worlds for tests.
package labtest

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"github.com/hsmlab/hsmlab/hsmsim/cluster"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/lab"
)

// Home makes a place for a lab that is gone after the test. scenario is the text of a scenario file, or "" for
// the default world.
func Home(t testing.TB, scenario string) lab.Home {
	t.Helper()
	dir := t.TempDir()
	h, err := lab.Locate(func(name string) string {
		if name == "HSMLAB_HOME" {
			return filepath.Join(dir, "lab")
		}
		return ""
	}, "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(h.Run) })
	if scenario != "" {
		file := filepath.Join(dir, "scenario.yaml")
		if err := os.WriteFile(file, []byte(scenario), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := h.Choose(file); err != nil {
			t.Fatal(err)
		}
	}
	return h
}

// Run starts a world in this process, with its daemon's sockets, and ends it with the test.
func Run(t testing.TB, scenario string) *lab.Lab {
	t.Helper()
	return Open(t, Home(t, scenario))
}

// Open starts the world of a home in this process and ends it with the test.
func Open(t testing.TB, h lab.Home) *lab.Lab {
	t.Helper()
	l, err := lab.Open(h, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ready, served := make(chan struct{}), make(chan error, 1)
	go func() { served <- lab.Serve(context.Background(), l, func() { close(ready) }) }()
	<-ready
	t.Cleanup(func() {
		l.Stop()
		if err := <-served; err != nil {
			t.Error(err)
		}
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	return l
}

// Application attaches to the lab's client daemon as key_mgmt_util does and logs in as a crypto user.
func Application(t testing.TB, h lab.Home, s cluster.Settings, name, password string) *cluster.Application {
	t.Helper()
	ctx := context.Background()
	c, err := lab.Connect(ctx, h)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	settings := c.Settings()
	status, err := c.Status(ctx)
	if err != nil {
		t.Fatal(err)
	}
	var members []hsm.Member
	for _, m := range status.Clusters[0].HSMs {
		members = append(members, hsm.Member{Node: m.Node, Address: m.Address})
	}
	a := cluster.NewApplication(ctx, settings.Dialer(h), members, s)
	t.Cleanup(a.Close)
	if o := a.Login(ctx, "CU", name, password); !o.OK() {
		t.Fatalf("cannot log in as %s: %v", name, o)
	}
	return a
}
