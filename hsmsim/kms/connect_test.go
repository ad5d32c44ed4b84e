package kms_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/kms"
	"github.com/hsmlab/hsmlab/hsmsim/lab/labtest"
	"github.com/hsmlab/hsmlab/hsmsim/lab/scenario"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

const first = "kmsPswd1" // kmsuser's password in a new world

// Each reason why a store cannot be connected is made by changing the world, and mended by its remedy.
func TestErrorCodes(t *testing.T) {
	all := []int{0, 1, 2}
	for _, test := range []struct {
		code       kms.ErrorCode
		harm, mend func(w *world, id string)
	}{
		{kms.ClusterNotFound,
			func(w *world, _ string) { w.cloud.change(func(c *cloud) { delete(c.clusters, clusterID) }) },
			func(w *world, id string) {
				w.addCluster("cluster-abcdefghijk", "family")
				must(w.t, w.update(kms.UpdateCustomKeyStoreRequest{ID: id, Cluster: "cluster-abcdefghijk"}))
			}},
		{kms.InsufficientHSMs,
			func(w *world, _ string) { w.cloud.change(func(c *cloud) { c.clusters[clusterID].HSMs = nil }) },
			func(w *world, _ string) { w.cloud.change(func(*cloud) { w.addCluster(clusterID, "family") }) }},
		{kms.SubnetNotFound,
			func(w *world, _ string) { w.cloud.change(func(c *cloud) { c.failing = kms.ErrSubnetNotFound }) },
			func(w *world, _ string) { w.cloud.change(func(c *cloud) { c.failing = nil }) }},
		{kms.InsufficientAddresses,
			func(w *world, _ string) { w.cloud.change(func(c *cloud) { c.failing = kms.ErrNoFreeAddress }) },
			func(w *world, _ string) { w.cloud.change(func(c *cloud) { c.failing = nil }) }},
		{kms.NetworkErrors,
			func(w *world, _ string) { w.cloud.change(func(c *cloud) { c.open = false }) },
			func(w *world, _ string) { w.cloud.change(func(c *cloud) { c.open = true }) }},
		{kms.NetworkErrors,
			func(w *world, _ string) { must(w.t, w.lab.SetHSMState(labtest.Address(1), scenario.StateRefused)) },
			func(w *world, _ string) { must(w.t, w.lab.SetHSMState(labtest.Address(1), scenario.StateUp)) }},
		{kms.InternalError, func(w *world, _ string) { w.kms.SetFailing(true) }, func(w *world, _ string) { w.kms.SetFailing(false) }},
		{kms.UserNotFound,
			func(w *world, _ string) {
				w.officer(func(c *wire.Conn) error {
					_, err := wire.DeleteUser.Call(w.t.Context(), c, hsm.UserRequest{Type: "CU", Name: "kmsuser"})
					return err
				}, 2)
			},
			func(w *world, id string) {
				w.officer(func(c *wire.Conn) error {
					_, err := wire.CreateUser.Call(w.t.Context(), c, hsm.CreateUserRequest{Type: "CU", Name: "kmsuser", Password: "anotherOne1"})
					return err
				}, 2)
				w.setPassword("anotherOne1", 0, 1)
				must(w.t, w.update(kms.UpdateCustomKeyStoreRequest{ID: id, Password: "anotherOne1"}))
			}},
		{kms.UserLockedOut,
			func(w *world, _ string) {
				for range hsm.MaxLoginFailures {
					w.as(1, "CU", "kmsuser", "wrong-one")
				}
			},
			func(w *world, id string) {
				w.setPassword("anotherOne1", all...)
				must(w.t, w.update(kms.UpdateCustomKeyStoreRequest{ID: id, Password: "anotherOne1"}))
			}},
		{kms.InvalidCredentials,
			func(w *world, _ string) { w.setPassword("anotherOne1", all...) },
			func(w *world, id string) {
				must(w.t, w.update(kms.UpdateCustomKeyStoreRequest{ID: id, Password: "anotherOne1"}))
			}},
		{kms.InvalidCredentials, // on one HSM is enough
			func(w *world, _ string) { w.setPassword("anotherOne1", 2) },
			func(w *world, _ string) { w.setPassword(first, 2) }},
	} {
		t.Run(string(test.code), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			id := w.newStore(first)
			test.harm(w, id)
			w.connect(id)
			w.wantState(id, kms.Failed, test.code)
			if n := w.loggedIn(); n != 0 {
				t.Errorf("kmsuser is logged in on %d HSMs", n)
			}
			_, err := w.kms.ConnectCustomKeyStore(t.Context(), call(), kms.CustomKeyStoreRequest{ID: id})
			wantException(t, "connecting a store that FAILED", err, "CustomKeyStoreInvalidStateException", "")
			w.disconnect(id)
			w.wantState(id, kms.Disconnected, test.code)
			test.mend(w, id)
			w.connect(id)
			w.wantState(id, kms.Connected, "")
			if n := w.loggedIn(); n != 3 {
				t.Errorf("kmsuser is logged in on %d HSMs of 3", n)
			}
		})
	}
}

func TestUserLoggedIn(t *testing.T) {
	w := newWorld(t)
	id := w.newStore(first)
	c, err := w.as(1, "CU", "kmsuser", first)
	must(t, err)
	w.connect(id)
	w.wantState(id, kms.Failed, kms.UserLoggedIn)
	w.disconnect(id)
	_, err = wire.Logout.Call(t.Context(), c, hsm.Done{})
	must(t, err)
	w.connect(id)
	w.wantState(id, kms.Connected, "")
}

// Connecting with a wrong password again and again locks kmsuser out.
func TestRepeatedConnectsLockOut(t *testing.T) {
	w := newWorld(t)
	id := w.newStore("notThePassword")
	for range hsm.MaxLoginFailures {
		w.connect(id)
		w.wantState(id, kms.Failed, kms.InvalidCredentials)
		w.disconnect(id)
	}
	w.connect(id)
	w.wantState(id, kms.Failed, kms.UserLockedOut)
}

func TestConnectingTakesOver(t *testing.T) {
	w := newWorld(t)
	id := w.newStore(first)
	w.connect(id)
	w.wantState(id, kms.Connected, "")
	if _, err := w.as(0, "CU", "kmsuser", first); err != hsm.LoginFailure {
		t.Errorf("the password from before: %v", err)
	}
	c, err := w.as(0, "CO", "admin", "adminpw1")
	must(t, err)
	_, err = wire.ChangePassword.Call(t.Context(), c, hsm.ChangePasswordRequest{Type: "CU", Name: "kmsuser", Password: "anotherOne1"})
	if err != hsm.PolicyViolation {
		t.Errorf("changing the password while KMS is logged in: %v", err)
	}
	w.disconnect(id)
	if n := w.loggedIn(); n != 0 {
		t.Errorf("kmsuser is logged in on %d HSMs", n)
	}
	w.connect(id) // with the password that only KMS knows
	w.wantState(id, kms.Connected, "")
}

func TestAStoreIsConnectedAfterARestart(t *testing.T) {
	w := newWorld(t)
	id := w.newStore(first)
	w.connect(id)
	key := w.newKey(id)
	blob, err := w.encrypt(key, "hello")
	must(t, err)
	w.kms.Close()
	if n := w.loggedIn(); n != 0 {
		t.Errorf("kmsuser is logged in on %d HSMs", n)
	}
	w.open()
	w.wantState(id, kms.Connected, "")
	if n := w.loggedIn(); n != 3 {
		t.Errorf("kmsuser is logged in on %d HSMs of 3", n)
	}
	w.wantDecrypts(blob, "hello")
}

func TestAnAttemptThatIsCutShort(t *testing.T) {
	t.Run("by disconnecting", func(t *testing.T) {
		w := newWorld(t)
		id := w.newStore(first)
		_, err := w.kms.ConnectCustomKeyStore(t.Context(), call(), kms.CustomKeyStoreRequest{ID: id})
		must(t, err)
		w.pass(time.Minute)
		w.disconnect(id)
		w.wantState(id, kms.Disconnected, "")
		w.pass(time.Hour)
		w.wantState(id, kms.Disconnected, "")
	})
	t.Run("by a restart", func(t *testing.T) {
		w := newWorld(t)
		id := w.newStore(first)
		_, err := w.kms.ConnectCustomKeyStore(t.Context(), call(), kms.CustomKeyStoreRequest{ID: id})
		must(t, err)
		w.kms.Close()
		w.open()
		w.wantState(id, kms.Connecting, "")
		w.pass(time.Hour)
		w.wantState(id, kms.Connected, "")
	})
}

// A rotation that ended in the middle locks nobody out, whichever HSMs it had reached.
func TestARotationThatIsCutShort(t *testing.T) {
	for _, changed := range [][]int{{}, {0}, {1, 2}, {0, 1, 2}} {
		t.Run(fmt.Sprint(changed), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			id := w.newStore(first)
			w.kms.CutShort("eu-west-1", id, "theNextPassword")
			w.setPassword("theNextPassword", changed...)
			w.kms.Close()
			w.open()
			w.connect(id)
			w.wantState(id, kms.Connected, "")
			w.disconnect(id)
			w.connect(id) // with the one that all have now
			w.wantState(id, kms.Connected, "")
		})
	}
}

func TestStatesRefuseWhatIsNotForThem(t *testing.T) {
	w := newWorld(t)
	id := w.newStore(first)
	ctx := t.Context()
	request := kms.CustomKeyStoreRequest{ID: id}
	const wrong = "CustomKeyStoreInvalidStateException"
	check := func(connect, disconnect, rename, password, remove, create bool) {
		t.Helper()
		for _, op := range []struct {
			name string
			ok   bool
			try  func() error
		}{
			{"connect", connect, func() error { _, err := w.kms.ConnectCustomKeyStore(ctx, call(), request); return err }},
			{"disconnect", disconnect, func() error { _, err := w.kms.DisconnectCustomKeyStore(ctx, call(), request); return err }},
			{"rename", rename, func() error { return w.update(kms.UpdateCustomKeyStoreRequest{ID: id, Name: "Another"}) }},
			{"password", password, func() error { return w.update(kms.UpdateCustomKeyStoreRequest{ID: id, Password: first}) }},
			{"delete", remove, func() error { _, err := w.kms.DeleteCustomKeyStore(ctx, call(), request); return err }},
			{"create a key", create, func() error {
				_, err := w.kms.CreateKey(ctx, call(), kms.CreateKeyRequest{Origin: kms.OriginCloudHSM, CustomKeyStoreID: id})
				return err
			}},
		} {
			if op.ok {
				continue // what is allowed is done below, since it changes the state
			}
			wantException(t, op.name+" in state "+string(w.store(id).State), op.try(), wrong, "")
		}
	}
	check(true, false, true, true, true, false) // DISCONNECTED
	_, err := w.kms.ConnectCustomKeyStore(ctx, call(), request)
	must(t, err)
	check(true, true, false, false, false, false) // CONNECTING
	w.pass(time.Hour)
	w.wantState(id, kms.Connected, "")
	check(true, true, true, false, false, true) // CONNECTED
	must(t, w.update(kms.UpdateCustomKeyStoreRequest{ID: id, Name: "DevelopmentKeys"}))
	_, err = w.kms.DisconnectCustomKeyStore(ctx, call(), request)
	must(t, err)
	check(false, false, false, false, false, false) // DISCONNECTING
	w.pass(time.Hour)
	_, err = w.kms.DeleteCustomKeyStore(ctx, call(), request)
	must(t, err)
	_, err = w.kms.DescribeCustomKeyStores(ctx, call(), kms.DescribeCustomKeyStoresRequest{ID: id})
	wantException(t, "a store that is deleted", err, "CustomKeyStoreNotFoundException", "")
}

// An HSM that comes back, or joins the cluster, has kmsuser logged in as well.
func TestRejoin(t *testing.T) {
	w, _, _ := connectedWorld(t)
	w.takeDown(1)
	w.bringUp(1)
	if n := w.loggedIn(); n != 2 {
		t.Fatalf("kmsuser is logged in on %d HSMs, want 2", n)
	}
	w.kms.Rejoin(t.Context())
	if n := w.loggedIn(); n != 3 {
		t.Errorf("kmsuser is logged in on %d HSMs, want 3", n)
	}
	w.cloud.change(func(c *cloud) { c.clusters[clusterID].HSMs = c.clusters[clusterID].HSMs[:2] })
	w.kms.Rejoin(t.Context())
	w.cloud.change(func(*cloud) { w.addCluster(clusterID, "family") })
	w.kms.Rejoin(t.Context())
	if n := w.loggedIn(); n != 3 {
		t.Errorf("kmsuser is logged in on %d HSMs, want 3", n)
	}
}
