package kms_test

import (
	"encoding/pem"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
	"github.com/hsmlab/hsmlab/hsmsim/clock"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/kms"
	"github.com/hsmlab/hsmlab/hsmsim/lab"
	"github.com/hsmlab/hsmlab/hsmsim/lab/labtest"
	"github.com/hsmlab/hsmlab/hsmsim/store"
	"github.com/hsmlab/hsmlab/hsmsim/trail/trailtest"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

const clusterID = "cluster-1a23b4cdefg"

// world is a lab's HSMs with a KMS of its own beside it.
type world struct {
	t       testing.TB
	lab     *lab.Lab
	clock   *clock.Lab
	cloud   *cloud
	journal hsm.Journal
	events  *trailtest.Recorder
	kms     *kms.Service
	anchor  string
}

func newWorld(t testing.TB) *world {
	t.Helper()
	l := labtest.Run(t, labtest.Cluster(3, 100))
	anchor, err := os.ReadFile(filepath.Join(l.Home().Prefix(), "etc", "customerCA.crt"))
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, lab: l, clock: clock.New(time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC), 0), journal: store.Memory(), events: &trailtest.Recorder{}, anchor: string(anchor)}
	t.Cleanup(w.clock.Close)
	w.cloud = &cloud{open: true, clusters: map[string]*kms.Cluster{}}
	w.addCluster(clusterID, "family")
	w.open()
	return w
}

// addCluster lets the lab's HSMs be a cluster, of a backup history.
func (w *world) addCluster(id, family string) *kms.Cluster {
	block, _ := pem.Decode([]byte(w.anchor))
	c := &kms.Cluster{ID: id, State: "ACTIVE", Certificate: []byte(family), TrustAnchor: block.Bytes, Zones: 3, GroupIntact: true,
		Subnets: []string{"subnet-1", "subnet-2", "subnet-3"}}
	for i, zone := range []string{"a", "b", "c"} {
		c.HSMs = append(c.HSMs, kms.Member{Member: hsm.Member{Node: i, Address: labtest.Address(i)}, Zone: "eu-west-1" + zone})
	}
	w.cloud.clusters[id] = c
	return c
}

// open starts KMS with the journal that there is.
func (w *world) open() {
	w.t.Helper()
	home := w.lab.Home()
	s, err := kms.Open(kms.Options{Account: "111122223333", Journal: w.journal, Clock: w.clock, CloudHSM: w.cloud, Trail: w.events,
		Dialer: lab.Settings{ConnectTimeout: 2 * time.Second, RequestTimeout: 10 * time.Second}.Dialer(home),
		Log:    slog.New(slog.DiscardHandler), Speed: 1})
	if err != nil {
		w.t.Fatal(err)
	}
	s.Begin()
	w.kms = s
	w.t.Cleanup(s.Close)
}

func call() *shape.Call {
	return &shape.Call{Caller: shape.Caller{Account: "111122223333", Region: "eu-west-1", AccessKeyID: "AKIAEXAMPLE", UserName: "alice"}}
}

func (w *world) pass(d time.Duration) {
	w.t.Helper()
	if err := w.clock.Advance(d); err != nil {
		w.t.Fatal(err)
	}
}

// newStore makes a custom key store with a password.
func (w *world) newStore(password string) string {
	w.t.Helper()
	r, err := w.kms.CreateCustomKeyStore(w.t.Context(), call(), kms.CreateCustomKeyStoreRequest{Name: "ExampleKeyStore", Cluster: clusterID, TrustAnchor: w.anchor, Password: password})
	must(w.t, err)
	return r.ID
}

// connect begins to connect a custom key store, and lets the time pass that it takes.
func (w *world) connect(id string) {
	w.t.Helper()
	_, err := w.kms.ConnectCustomKeyStore(w.t.Context(), call(), kms.CustomKeyStoreRequest{ID: id})
	must(w.t, err)
	w.wantState(id, kms.Connecting, "")
	w.pass(20 * time.Minute)
}

func (w *world) disconnect(id string) {
	w.t.Helper()
	_, err := w.kms.DisconnectCustomKeyStore(w.t.Context(), call(), kms.CustomKeyStoreRequest{ID: id})
	must(w.t, err)
	w.pass(20 * time.Minute)
}

func (w *world) store(id string) kms.CustomKeyStore {
	w.t.Helper()
	r, err := w.kms.DescribeCustomKeyStores(w.t.Context(), call(), kms.DescribeCustomKeyStoresRequest{ID: id})
	must(w.t, err)
	return r.Stores[0]
}

func (w *world) wantState(id string, state kms.ConnectionState, code kms.ErrorCode) {
	w.t.Helper()
	if s := w.store(id); s.State != state || s.ErrorCode != code {
		w.t.Fatalf("the custom key store is %s %s, want %s %s", s.State, s.ErrorCode, state, code)
	}
}

func (w *world) update(r kms.UpdateCustomKeyStoreRequest) error {
	_, err := w.kms.UpdateCustomKeyStore(w.t.Context(), call(), r)
	return err
}

// as logs in on one HSM as an operator does.
func (w *world) as(node int, userType, name, password string) (*wire.Conn, error) {
	w.t.Helper()
	ctx := w.t.Context()
	c, err := wire.Dial(ctx, w.lab.Home().Socket(labtest.Address(node)))
	must(w.t, err)
	w.t.Cleanup(func() { c.Close() })
	proof, err := hsm.Stretch(hsm.Salt(c.Welcome().Salt), name, password)
	must(w.t, err)
	_, err = wire.Login.Call(ctx, c, hsm.LoginRequest{Type: userType, Name: name, Proof: proof})
	return c, err
}

// officer does something as a crypto officer on some HSMs.
func (w *world) officer(f func(c *wire.Conn) error, nodes ...int) {
	w.t.Helper()
	for _, node := range nodes {
		c, err := w.as(node, "CO", "admin", "adminpw1")
		must(w.t, err)
		must(w.t, f(c))
		c.Close()
	}
}

// setPassword is changePswd CU kmsuser.
func (w *world) setPassword(password string, nodes ...int) {
	w.t.Helper()
	w.officer(func(c *wire.Conn) error {
		_, err := wire.ChangePassword.Call(w.t.Context(), c, hsm.ChangePasswordRequest{Type: "CU", Name: "kmsuser", Password: password})
		return err
	}, nodes...)
}

func (w *world) newKey(store string) string {
	w.t.Helper()
	r := kms.CreateKeyRequest{}
	if store != "" {
		r = kms.CreateKeyRequest{Origin: kms.OriginCloudHSM, CustomKeyStoreID: store}
	}
	k, err := w.kms.CreateKey(w.t.Context(), call(), r)
	must(w.t, err)
	return k.KeyMetadata.KeyID
}

func (w *world) encrypt(key, plain string) ([]byte, error) {
	r, err := w.kms.Encrypt(w.t.Context(), call(), kms.EncryptRequest{KeyID: key, Plaintext: []byte(plain)})
	return r.CiphertextBlob, err
}

func (w *world) decrypt(blob []byte) (string, error) {
	r, err := w.kms.Decrypt(w.t.Context(), call(), kms.DecryptRequest{CiphertextBlob: blob})
	return string(r.Plaintext), err
}

func (w *world) wantDecrypts(blob []byte, want string) {
	w.t.Helper()
	if got, err := w.decrypt(blob); err != nil || got != want {
		w.t.Fatalf("decrypted %q, %v, want %q", got, err, want)
	}
}

func (w *world) metadata(key string) kms.KeyMetadata {
	w.t.Helper()
	r, err := w.kms.DescribeKey(w.t.Context(), call(), kms.DescribeKeyRequest{KeyID: key})
	must(w.t, err)
	return r.KeyMetadata
}

// loggedIn tells on how many HSMs kmsuser is logged in.
func (w *world) loggedIn() int {
	n := 0
	for _, h := range w.lab.Status().Clusters[0].HSMs {
		if slices.Contains(h.LoggedIn, "kmsuser") {
			n++
		}
	}
	return n
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// wantException fails unless an error is an exception, with a message if one is wanted.
func wantException(t testing.TB, what string, err error, code, message string) {
	t.Helper()
	var e *shape.Exception
	if !errors.As(err, &e) || e.Code != code || message != "" && e.Message != message {
		t.Errorf("%s: got %v, want %s: %s", what, err, code, message)
	}
}

// cloud is a CloudHSM service and a network that a test changes.
type cloud struct {
	mu       sync.Mutex
	clusters map[string]*kms.Cluster
	open     bool
	failing  error
	attached []string
}

func (c *cloud) Cluster(_, id string) (kms.Cluster, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if cl := c.clusters[id]; cl != nil {
		return *cl, true
	}
	return kms.Cluster{}, false
}

func (c *cloud) Attach(_, _, store string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.failing == nil && !slices.Contains(c.attached, store) {
		c.attached = append(c.attached, store)
	}
	return c.failing
}

func (c *cloud) Detach(_, _, store string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.attached = slices.DeleteFunc(c.attached, func(s string) bool { return s == store })
}

func (c *cloud) Open(string, string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.open
}

func (c *cloud) change(f func(c *cloud)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f(c)
}
