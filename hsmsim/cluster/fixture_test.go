package cluster_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/cluster"
	"github.com/hsmlab/hsmlab/hsmsim/config"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/store"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

type stillClock struct{}

func (stillClock) Now() time.Time { return time.Unix(1545676134, 0) }

var family = hsm.Family{MaskingKey: [32]byte{1}, Salt: hsm.Salt{2}}

// world is a cluster of HSMs on sockets.
type world struct {
	t      testing.TB
	nodes  []*node
	dialer *cluster.Dialer
}

// node is one HSM. It is down while nobody listens on its socket.
type node struct {
	*hsm.HSM
	t       testing.TB
	address string
	socket  string
	journal hsm.Journal
	stop    func() // ends serving; nil while the node is down

	mu   sync.Mutex
	gate func(context.Context) bool // asked before each frame; nil lets everything through
}

// proofs are those of all users of all tests; stretching takes milliseconds.
var proofs sync.Map

func proof(name, password string) hsm.Proof {
	p, ok := proofs.Load(name + " " + password)
	if !ok {
		made, err := hsm.Stretch(family.Salt, name, password)
		if err != nil {
			panic(err)
		}
		p, _ = proofs.LoadOrStore(name+" "+password, made)
	}
	return p.(hsm.Proof)
}

func user(id hsm.UserID, t hsm.UserType, name, password string) hsm.UserSpec {
	p := proof(name, password)
	return hsm.UserSpec{ID: id, Type: t, Name: name, Proof: &p}
}

// newWorld is a cluster with the users admin, alice and bob on every HSM, whose passwords end in "-password".
func newWorld(t testing.TB, nodes int) *world {
	w := emptyWorld(t, nodes)
	for _, n := range w.nodes {
		must(t, n.ProvisionUsers(user(1, hsm.CO, "admin", "admin-password"),
			user(3, hsm.CU, "alice", "alice-password"), user(4, hsm.CU, "bob", "bob-password")))
	}
	return w
}

func emptyWorld(t testing.TB, nodes int) *world {
	t.Helper()
	dir, err := os.MkdirTemp("", "c") // short, since the paths of sockets are limited
	must(t, err)
	t.Cleanup(func() { os.RemoveAll(dir) })
	w := &world{t: t, dialer: &cluster.Dialer{
		Socket:         func(address string) string { return filepath.Join(dir, address) },
		ConnectTimeout: 20 * time.Second, RequestTimeout: 20 * time.Second,
	}}
	for i := range nodes {
		address := fmt.Sprintf("10.0.%d.7", i)
		n := &node{t: t, address: address, socket: w.dialer.Socket(address), journal: store.Memory()}
		w.nodes = append(w.nodes, n)
		n.open(i)
		n.up()
		t.Cleanup(n.down)
	}
	return w
}

// open starts the HSM with the state of its journal.
func (n *node) open(id int) {
	n.t.Helper()
	h, err := hsm.Open(hsm.Options{
		Identity: hsm.Identity{ID: fmt.Sprintf("hsm-aaaaaaaaaa%d", id), Node: id, Address: n.address, Cluster: "cluster-igklspoyj5v"},
		Family:   family, Certificate: fmt.Append(nil, "certificate ", id), Journal: n.journal, Clock: stillClock{},
	})
	must(n.t, err)
	n.HSM = h
}

// up serves the HSM.
func (n *node) up() {
	n.t.Helper()
	must(n.t, ignore(os.Remove(n.socket), os.ErrNotExist))
	l, err := net.Listen("unix", n.socket)
	must(n.t, err)
	ctx, cancel := context.WithCancel(context.Background())
	s := &wire.Server{HSM: n.HSM, Log: slog.New(slog.DiscardHandler), Gate: n.pass}
	ended := make(chan struct{})
	go func() {
		s.Serve(ctx, l)
		close(ended)
	}()
	n.stop = func() {
		cancel()
		<-ended
	}
}

// down ends all connections and refuses new ones.
func (n *node) down() {
	if n.stop != nil {
		n.stop()
		n.stop = nil
	}
}

func (n *node) pass(ctx context.Context) bool {
	n.mu.Lock()
	gate := n.gate
	n.mu.Unlock()
	return gate == nil || gate(ctx)
}

func (n *node) setGate(gate func(context.Context) bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.gate = gate
}

// hang makes the node keep its connections and answer nothing.
func (n *node) hang() {
	n.setGate(func(ctx context.Context) bool {
		<-ctx.Done()
		return false
	})
}

// leaveAfter makes the node close its connections, and refuse new ones, after so many more frames.
func (n *node) leaveAfter(frames int) {
	var mu sync.Mutex
	n.setGate(func(context.Context) bool {
		mu.Lock()
		defer mu.Unlock()
		frames--
		return frames >= 0
	})
}

// hangs is how long tests wait for an answer that will not come; others must be there by then.
const hangs = 400 * time.Millisecond

// back waits until an application has all HSMs again.
func (w *world) back(a *cluster.Application) {
	w.t.Helper()
	await(w.t, "all HSMs are back", func() bool {
		return cluster.Everywhere(w.t.Context(), a, wire.Settle, hsm.Done{}, true).OK()
	})
}

// fleet is connected to all nodes that are up, like the management tool.
func (w *world) fleet() *cluster.Fleet {
	w.t.Helper()
	var servers []config.Server
	for _, n := range w.nodes {
		servers = append(servers, config.Server{Name: n.address, Hostname: n.address})
	}
	f := cluster.NewFleet(w.dialer, servers)
	w.t.Cleanup(f.Close)
	for i, s := range f.Servers {
		if w.nodes[i].stop != nil {
			must(w.t, f.Connect(w.t.Context(), s))
		}
	}
	return f
}

// application is a session on all nodes, like an application of the client daemon.
func (w *world) application(s cluster.Settings) *cluster.Application {
	w.t.Helper()
	var members []hsm.Member
	for i, n := range w.nodes {
		members = append(members, hsm.Member{Node: i, Address: n.address})
	}
	a := cluster.NewApplication(w.t.Context(), w.dialer, members, s)
	w.t.Cleanup(a.Close)
	return a
}

// as is an application with the login of a CU.
func (w *world) as(name string, s cluster.Settings) *cluster.Application {
	w.t.Helper()
	a := w.application(s)
	if o := a.Login(w.t.Context(), "CU", name, name+"-password"); !o.OK() {
		w.t.Fatalf("login: %+v", o)
	}
	return a
}

// holders are the nodes that have a token key.
func (w *world) holders(h hsm.Handle) []int {
	holders := []int{}
	for i, n := range w.nodes {
		if n.CloneOut(h) != nil {
			holders = append(holders, i)
		}
	}
	return holders
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func ignore(err, expected error) error {
	if errors.Is(err, expected) {
		return nil
	}
	return err
}

// await polls until something holds.
func await(t testing.TB, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !holds(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("not in time: " + what)
		}
	}
}

func aes(label string) hsm.GenerateSecretRequest {
	return hsm.GenerateSecretRequest{Type: hsm.AES, Size: 32, Template: hsm.Template{Label: label}}
}

// block is a cluster block of the codes of nodes 0, 1, ….
func block(codes ...hsm.Code) []cluster.NodeStatus {
	var list []cluster.NodeStatus
	for i, c := range codes {
		list = append(list, cluster.NodeStatus{Node: i, Code: c})
	}
	return list
}

const (
	ok      = hsm.Success
	away    = hsm.NodeUnavailable
	invalid = hsm.InvalidHandle
)
