package kmu

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"io"
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
	"github.com/hsmlab/hsmlab/hsmsim/cluster"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/store"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
	"github.com/hsmlab/hsmlab/shell"
)

// world is a cluster behind a client daemon, and a console on which its lines are typed. It is also the
// daemon's side of the application.
type world struct {
	t       testing.TB
	dir     string // of the sockets, and of the files that commands read and write
	nodes   []*node
	daemon  daemonState
	dialer  *cluster.Dialer
	minimum int
	home    int
	log     []string // of the client

	interrupt   func()
	interruptAt int // the sleep in which somebody presses Ctrl-C, 0 for never

	console    *shell.Scripted
	output     bytes.Buffer
	remembered []string
	slept      int
	whenAsleep map[int]string // directives by the number of the sleep they happen in
}

type daemonState int

const (
	running daemonState = iota
	absent
	lost
)

// node is one HSM with the server that makes it reachable.
type node struct {
	hsm  *hsm.HSM
	path string
	stop func() // nil while it is down
}

// realClock is a clock that nothing in these tests depends on.
type realClock struct{}

func (realClock) Now() time.Time { return time.Now() }

var (
	family0 = hsm.Family{MaskingKey: [32]byte{1}, Salt: hsm.Salt{2}}

	// Making these takes a while, so all worlds share them.
	attestation = sync.OnceValue(func() *ecdsa.PrivateKey { return must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader)) })
	certificate = sync.OnceValue(func() []byte {
		c := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "cluster-test"}}
		return must(x509.CreateCertificate(rand.Reader, c, c, attestation().Public(), attestation()))
	})
	chain = func() map[hsm.CertificateKind][]byte {
		return map[hsm.CertificateKind][]byte{hsm.ManufacturerRoot: certificate()}
	}
	users = sync.OnceValue(func() []hsm.UserSpec {
		return []hsm.UserSpec{
			{ID: 1, Type: hsm.PCO, Name: "admin", Proof: proof("admin", "adminpass")},
			{ID: 2, Type: hsm.AU, Name: "app_user"},
			{ID: 3, Type: hsm.CU, Name: "alice", Proof: proof("alice", "alicepass")},
			{ID: 4, Type: hsm.CU, Name: "bob", Proof: proof("bob", "bobpass1")},
			{ID: 5, Type: hsm.CO, Name: "carol", Proof: proof("carol", "carolpass"), TwoFactor: true, QuorumKey: []byte{1}},
		}
	})
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func proof(name, password string) *hsm.Proof {
	p := must(hsm.Stretch(family0.Salt, name, password))
	return &p
}

// newWorld starts a cluster whose HSMs have the given node ids. except names users, as "bob@1", that a node lacks.
func newWorld(t testing.TB, ids []int, except ...string) *world {
	t.Helper()
	dir, err := os.MkdirTemp("/tmp", "h")
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, dir: dir, whenAsleep: map[int]string{}}
	t.Cleanup(func() {
		for _, n := range w.nodes {
			n.down()
		}
		os.RemoveAll(dir)
	})
	w.dialer = &cluster.Dialer{Socket: func(a string) string { return filepath.Join(dir, a) },
		ConnectTimeout: 5 * time.Second, RequestTimeout: 20 * time.Second}
	signer := attestation()
	if slices.Contains(except, withOtherSigner) {
		signer = otherSigner
	}
	for _, id := range ids {
		n := &node{path: filepath.Join(dir, fmt.Sprint("hsm", id))}
		n.hsm, err = hsm.Open(hsm.Options{
			Identity: hsm.Identity{ID: fmt.Sprintf("hsm-%011d", id), Node: id, Address: fmt.Sprint("hsm", id), Cluster: "cluster-test"},
			Family:   family0, Certificate: certificate(), Attestation: signer, Chain: chain(), Journal: store.Memory(), Clock: realClock{},
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, u := range users() {
			if !slices.Contains(except, fmt.Sprint(u.Name, "@", id)) {
				if err := n.hsm.ProvisionUsers(u); err != nil {
					t.Fatal(err)
				}
			}
		}
		w.nodes = append(w.nodes, n)
		n.up(t)
	}
	return w
}

func (n *node) up(t testing.TB) {
	l, err := net.Listen("unix", n.path)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	server := &wire.Server{HSM: n.hsm, Log: slog.New(slog.NewTextHandler(io.Discard, nil))}
	go func() {
		defer close(done)
		server.Serve(ctx, l)
	}()
	n.stop = func() { cancel(); <-done }
}

func (n *node) down() {
	if n.stop != nil {
		n.stop()
		n.stop = nil
	}
}

func (w *world) node(id int) *node {
	for _, n := range w.nodes {
		if n.hsm.Identity().Node == id {
			return n
		}
	}
	w.t.Fatalf("the world has no node %d", id)
	return nil
}

// do carries out a directive: what happens to the world while the tool runs.
func (w *world) do(directive string) {
	var id int
	word, rest, _ := strings.Cut(directive, " ")
	fmt.Sscan(rest, &id)
	switch word {
	case "down":
		w.node(id).down()
	case "up":
		w.node(id).up(w.t)
	case "sync": // server-side synchronisation from one node
		from := w.node(id).hsm
		for _, h := range from.TokenKeys() {
			for _, n := range w.nodes {
				n.hsm.CloneIn(from.CloneOut(h)) // refused where the key is
			}
		}
	case "lose-daemon":
		w.daemon = lost
	case "register":
		w.register(rest)
	case "approve":
		w.approve(strings.Fields(rest))
	case "asleep": // asleep N DIRECTIVE
		_, then, _ := strings.Cut(rest, " ")
		w.whenAsleep[id] = then
	default:
		w.t.Fatalf("unknown directive %q", directive)
	}
}

// The client daemon.

func (w *world) attach(context.Context) (Attachment, error) {
	if w.daemon == absent {
		return nil, errors.New("no daemon")
	}
	return w, nil
}

func (w *world) AppID() uint32         { return 0x01000000 }
func (w *world) SessionHandle() uint32 { return 0x01000000 }
func (w *world) Gone() bool            { return w.daemon == lost }
func (w *world) Close() error          { return nil }
func (w *world) Members() []hsm.Member {
	var list []hsm.Member
	for _, n := range w.nodes {
		id := n.hsm.Identity()
		list = append(list, hsm.Member{Node: id.Node, Address: id.Address})
	}
	return list
}

// The console: what is asked and answered becomes part of the output, as on a terminal.

func (w *world) ReadLine(ctx context.Context, prompt string) (string, error) {
	w.output.WriteString(prompt)
	for {
		line, err := w.console.ReadLine(ctx, prompt)
		if directive, ok := strings.CutPrefix(line, "%"); ok {
			w.do(directive)
			continue
		}
		if err == nil {
			w.output.WriteString(line + "\n")
		}
		return line, err
	}
}

func (w *world) ReadPassword(ctx context.Context, prompt string) (string, error) {
	w.output.WriteString(prompt)
	line, err := w.console.ReadPassword(ctx, prompt)
	w.output.WriteString("\n")
	return line, err
}

func (w *world) Interrupts(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, w.interrupt = context.WithCancel(ctx)
	return ctx, w.interrupt
}

// console is the world as a shell.Reader, whose Close is not the daemon's.
type console struct{ *world }

func (console) Close() error { return nil }

// run runs the tool with arguments, and lines on its console; a line with % in front is a directive.
func (w *world) run(g tool.Generation, args []string, lines ...string) (output string, status int) {
	w.console = shell.Script(lines...)
	out := tool.NewOutput(&w.output, true)
	status = Main(context.Background(), Env{
		Env: tool.Env{
			Args: args, Out: out, Err: out, Generation: g, Dialer: w.dialer,
			Resolve:  func(path string) string { return filepath.Join(w.dir, filepath.Base(path)) },
			Open:     func(func(string) []shell.Suggestion) (shell.Reader, error) { return console{w}, nil },
			Remember: func(line string) { w.remembered = append(w.remembered, line) },
			Sleep:    w.sleep,
		},
		Attach:   w.attach,
		Settings: cluster.Settings{Home: w.home, HasHome: w.home != 0, MinNodes: w.minimum, Log: func(line string) { w.log = append(w.log, line) }},
	})
	defer w.output.Reset()
	return w.output.String(), status
}

// sleep takes no time; what was to happen meanwhile does.
func (w *world) sleep(ctx context.Context, _ time.Duration) error {
	w.slept++
	if w.slept == w.interruptAt {
		w.interrupt()
	}
	if directive := w.whenAsleep[w.slept]; directive != "" {
		for _, d := range strings.Split(directive, ",") {
			w.do(strings.TrimSpace(d))
		}
	}
	return ctx.Err()
}

// approverKey is the quorum key of everybody who has one.
var approverKey = sync.OnceValue(func() *rsa.PrivateKey { return must(rsa.GenerateKey(rand.Reader, hsm.QuorumKeyBits)) })

func approve(message []byte) []byte {
	sum := sha256.Sum256(message)
	return must(rsa.SignPKCS1v15(rand.Reader, approverKey(), crypto.SHA256, sum[:]))
}

// register gives a crypto user a quorum key on all HSMs.
func (w *world) register(name string) {
	passwords := map[string]string{"alice": "alicepass", "bob": "bobpass1"}
	spki := must(x509.MarshalPKIXPublicKey(&approverKey().PublicKey))
	for _, n := range w.nodes {
		s := must(n.hsm.NewSession())
		must(s.Login(w.t.Context(), hsm.LoginRequest{Type: "CU", Name: name, Proof: *proof(name, passwords[name])}))
		must(s.RegisterQuorumKey(w.t.Context(), hsm.RegisterRequest{Type: "CU", Name: name, Token: []byte{1}, Signature: approve([]byte{1}), PublicKey: spki}))
		s.Close()
	}
}

// approve writes the approval file and the signatures of users for a token file.
func (w *world) approve(words []string) {
	file, names := words[0], words[1:]
	signature := approve(must(os.ReadFile(filepath.Join(w.dir, file))))
	text := fmt.Sprintf("Multi Token File Path = %s;\nToken File Path = ;\nNumber of Approvals = %d;\n", file, len(names))
	for _, name := range names {
		text += fmt.Sprintf("Approver Type = 1; # CU\nApprover Name = %s;\nApproval File = %s.%s;\n", name, file, name)
		w.write(file+"."+name, signature)
	}
	w.write(file+".approval", []byte(text))
}

func (w *world) write(name string, data []byte) {
	if err := os.WriteFile(filepath.Join(w.dir, name), data, 0o600); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) read(name string) string {
	w.t.Helper()
	data, err := os.ReadFile(filepath.Join(w.dir, name))
	if err != nil {
		w.t.Fatal(err)
	}
	return string(data)
}
