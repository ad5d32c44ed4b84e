package cmu

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"log/slog"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hsmlab/hsmlab/commands/tool"
	"github.com/hsmlab/hsmlab/hsmsim/clock"
	"github.com/hsmlab/hsmlab/hsmsim/cluster"
	"github.com/hsmlab/hsmlab/hsmsim/config"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/store"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

// A plan says what a test's world is like.
type plan struct {
	servers   int
	fresh     bool // not activated: a PRECO and no crypto users
	clone     int  // this server is of a second cluster, a clone of the first; 0 for none
	unrelated int  // this server is of a cluster that shares nothing with the first; 0 for none
	quorum    bool // user management needs two approvals
	misc      bool // so does setting how many are needed
	officers  bool // there are three more officers
	keyless   bool // they have no keys for quorum authentication
	refused   int  // this server does not listen; 0 for none
	silent    bool // server 0 takes connections and never answers
	ca        string
	different bool // server 1 lacks the user bob
	ownerless bool // server 1 lacks all keys and the user alice
	late      bool // the generation whose screen the test shows
}

// The states of the trust anchor's file.
const (
	caPresent = ""
	caAbsent  = "absent"
	caWrong   = "wrong"
	caGarbage = "garbage"
)

// A world is HSMs on sockets and a configuration file with all of them.
type world struct {
	t      testing.TB
	dir    string
	nodes  []*node
	dialer *cluster.Dialer
	clock  *clock.Lab
}

type node struct {
	hsm     *hsm.HSM
	address string
	stop    func() // returns when no connection is left
	fault   fault
}

var addresses = []string{"10.0.2.9", "10.0.3.11", "10.0.1.12", "10.0.1.7", "10.0.2.14", "10.0.3.20"}

func newWorld(t testing.TB, p plan) *world {
	t.Helper()
	dir, err := os.MkdirTemp("", "h") // short, since the paths of sockets are limited
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	w := &world{t: t, dir: dir, clock: clock.New(time.Unix(1700000000, 0), 0), dialer: &cluster.Dialer{
		Socket:         func(address string) string { return filepath.Join(dir, address) },
		ConnectTimeout: 30 * time.Second, RequestTimeout: 30 * time.Second,
	}}
	for i := range p.servers {
		w.nodes = append(w.nodes, w.newNode(p, i))
	}
	w.provisionKeys(p)
	w.writeConfig()
	w.writeCA(p.ca)
	if p.silent {
		w.nodes[0].stop()
		w.dialer.ConnectTimeout = time.Millisecond
		w.listen(w.nodes[0].address)
	}
	return w
}

func (w *world) newNode(p plan, number int) *node {
	w.t.Helper()
	id := hsm.Identity{ID: fmt.Sprintf("hsm-aaaaaaaaaa%d", number), Node: number, Address: addresses[number], Cluster: "cluster-1"}
	if p.clone > 0 && number == p.clone {
		id.Cluster, id.Node = "cluster-2", 0
	}
	family := hsm.Family{MaskingKey: [32]byte{1}, Salt: hsm.Salt{1}}
	if p.unrelated > 0 && number == p.unrelated {
		id.Cluster, id.Node, family.MaskingKey = "cluster-3", 0, [32]byte{3}
	}
	h, err := hsm.Open(hsm.Options{
		Identity: id, Family: family, Certificate: authority().certificate, Members: w.members, Journal: store.Memory(), Clock: w.clock,
		Chain: map[hsm.CertificateKind][]byte{hsm.CustomerRoot: authority().ca, hsm.ManufacturerRoot: authority().other},
	})
	if err != nil {
		w.t.Fatal(err)
	}
	if err := h.ProvisionUsers(usersOf(p, number)...); err != nil {
		w.t.Fatal(err)
	}
	if p.quorum {
		h.ProvisionQuorum(hsm.UserManagement, 2)
	}
	if p.misc {
		h.ProvisionQuorum(hsm.MiscOfficer, 2)
	}
	n := &node{hsm: h, address: id.Address, stop: func() {}}
	if p.refused == 0 || number != p.refused {
		n.stop = w.serve(n)
	}
	return n
}

func (w *world) members() []hsm.Member {
	var list []hsm.Member
	for _, n := range w.nodes {
		list = append(list, hsm.Member{Node: n.hsm.Identity().Node, Address: n.address})
	}
	return list
}

func (w *world) listen(address string) net.Listener {
	w.t.Helper()
	l, err := net.Listen("unix", w.dialer.Socket(address))
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { l.Close() })
	return l
}

func (w *world) serve(n *node) (stop func()) {
	l := w.listen(n.address)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	s := &wire.Server{HSM: n.hsm, Log: slog.New(slog.DiscardHandler), Gate: n.fault.gate}
	go func() {
		defer close(ended)
		s.Serve(ctx, faultyListener{l, &n.fault})
	}()
	stop = func() {
		cancel()
		<-ended
	}
	w.t.Cleanup(stop)
	return stop
}

// proof stretches each password once for all tests.
func proof(name, password string) *hsm.Proof {
	p, _ := proofs.LoadOrStore(name+" "+password, sync.OnceValue(func() *hsm.Proof {
		p, err := hsm.Stretch(hsm.Salt{1}, name, password)
		if err != nil {
			panic(err)
		}
		return &p
	}))
	return p.(func() *hsm.Proof)()
}

var proofs sync.Map

func usersOf(p plan, number int) []hsm.UserSpec {
	if p.fresh {
		return []hsm.UserSpec{
			{ID: 1, Type: hsm.PRECO, Name: "admin", Proof: proof("admin", "password")},
			{ID: 2, Type: hsm.AU, Name: "app_user"},
		}
	}
	list := []hsm.UserSpec{
		{ID: 1, Type: hsm.CO, Name: "admin", Proof: proof("admin", "adminpass1"), QuorumKey: []byte{1}},
		{ID: 2, Type: hsm.AU, Name: "app_user"},
		{ID: 3, Type: hsm.CU, Name: "alice", Proof: proof("alice", "alicepass1")},
		{ID: 4, Type: hsm.CU, Name: "bob", Proof: proof("bob", "bobpass1")},
		{ID: 5, Type: hsm.CU, Name: "carol", Proof: proof("carol", "carolpass1"), TwoFactor: true},
	}
	if p.officers {
		for i, name := range []string{"officer1", "officer2", "officer3"} {
			u := hsm.UserSpec{ID: hsm.UserID(6 + i), Type: hsm.CO, Name: name, Proof: proof(name, name+"pass1")}
			if !p.keyless {
				u.QuorumKey = publicDER(name)
			}
			list = append(list, u)
		}
	}
	if p.different && number == 1 {
		list = slices.DeleteFunc(list, func(u hsm.UserSpec) bool { return u.Name == "bob" })
	}
	if p.ownerless && number == 1 {
		list = slices.DeleteFunc(list, func(u hsm.UserSpec) bool { return u.Name == "alice" })
	}
	return list
}

// provisionKeys gives all HSMs the same keys: some of alice, shared with bob or not, and one of bob that needs
// approvals.
func (w *world) provisionKeys(p plan) {
	w.t.Helper()
	if p.fresh || p.different {
		return
	}
	first := w.nodes[0].hsm
	err := first.ProvisionKeys(
		hsm.KeySpec{Handle: 8, Class: hsm.SecretKey, Type: hsm.AES, Material: make([]byte, 32), Owner: 3, Label: "invoices",
			Shared: []hsm.UserID{4, 5}, Extractable: true, Local: true},
		hsm.KeySpec{Handle: 262153, Class: hsm.PublicKey, Type: hsm.EC, Curve: hsm.P256, Owner: 3, Label: "signing", Local: true},
		hsm.KeySpec{Handle: 10, Class: hsm.PrivateKey, Type: hsm.EC, Curve: hsm.P256, Owner: 3, Label: "signing", Local: true},
		hsm.KeySpec{Handle: 11, Class: hsm.SecretKey, Type: hsm.AES, Material: make([]byte, 16), Owner: 4, Label: "backup",
			Shared: []hsm.UserID{3}, MValue: 2, Local: true},
	)
	if err != nil {
		w.t.Fatal(err)
	}
	for number, n := range w.nodes {
		if number == 0 || number == 1 && p.ownerless || p.unrelated == number {
			continue
		}
		for _, handle := range first.TokenKeys() {
			if err := n.hsm.CloneIn(first.CloneOut(handle)); err != nil {
				w.t.Fatal(err)
			}
		}
	}
}

func (w *world) configPath() string { return filepath.Join(w.dir, "cloudhsm_mgmt_util.cfg") }

func (w *world) writeConfig() {
	w.t.Helper()
	var hosts []config.Host
	for _, n := range w.nodes {
		hosts = append(hosts, config.Host{Address: n.address})
	}
	m := config.DefaultManagement("")
	m.SetServers(hosts)
	if err := m.Write(w.configPath()); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) writeCA(state string) {
	w.t.Helper()
	der := authority().ca
	switch state {
	case caAbsent:
		return
	case caWrong:
		der = authority().other
	case caGarbage:
		der = nil
	}
	b := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	if err := os.WriteFile(filepath.Join(w.dir, "customerCA.crt"), b, 0o600); err != nil {
		w.t.Fatal(err)
	}
}

// resolve puts the files of the original's place, and those that are named without a place, into the world's
// directory.
func (w *world) resolve(path string) string {
	if strings.HasPrefix(path, "/opt/cloudhsm/") {
		path = filepath.Base(path)
	}
	return filepath.Join(w.dir, path)
}

// env is what the tool runs in, with an operator who types lines.
func (w *world) env(o *operator, g tool.Generation) tool.Env {
	return tool.Env{
		Args: []string{"/opt/cloudhsm/etc/cloudhsm_mgmt_util.cfg"}, Out: tool.NewOutput(&o.screen, false),
		Err: tool.NewOutput(&o.errors, false), Generation: g, Dialer: w.dialer, Resolve: w.resolve, Open: o.open,
		Remember: func(line string) { o.history = append(o.history, line) },
	}
}

// play runs the tool with an operator who types lines, and wants it to end well.
func (w *world) play(lines ...string) *operator {
	w.t.Helper()
	o := newOperator(w, lines)
	if status := Main(w.t.Context(), w.env(o, tool.Classic)); status != 0 {
		w.t.Fatalf("exit status %d, want 0; %s", status, o.errors.String())
	}
	return o
}

// users lists the users of a node as id:type:name.
func (w *world) users(number int) string {
	var list []string
	for _, u := range w.nodes[number].hsm.Status().Users {
		list = append(list, fmt.Sprintf("%d:%s:%s", u.ID, u.Type, u.Name))
	}
	return strings.Join(list, " ")
}

// authority is a customer CA, one that has signed nothing, and a cluster certificate of the first; X.509 in DER.
var authority = sync.OnceValue(func() (a struct{ ca, other, certificate []byte }) {
	certify := func(template, parent *x509.Certificate, public, signer *ecdsa.PrivateKey) []byte {
		der, err := x509.CreateCertificate(rand.Reader, template, parent, &public.PublicKey, signer)
		if err != nil {
			panic(err)
		}
		return der
	}
	var keys [3]*ecdsa.PrivateKey
	for i := range keys {
		var err error
		if keys[i], err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
			panic(err)
		}
	}
	end := time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC)
	owner := &x509.Certificate{SerialNumber: big.NewInt(1), IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign, NotAfter: end}
	a.ca = certify(owner, owner, keys[0], keys[0])
	a.other = certify(owner, owner, keys[1], keys[1])
	a.certificate = certify(&x509.Certificate{SerialNumber: big.NewInt(2), NotAfter: end}, owner, keys[2], keys[0])
	return a
})
