package labtest

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/lab"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

// Cluster is the scenario of one cluster with so many HSMs, at most 28, that hold so many keys each. Its users
// are those of the default world; keys it has none.
func Cluster(hsms, maxKeys int) string {
	var text strings.Builder
	fmt.Fprintf(&text, "clusters:\n  - max_keys: %d\n    hsms:\n", maxKeys)
	for i := range hsms {
		fmt.Fprintf(&text, "      - {node: %d, address: %s}\n", i, Address(i))
	}
	text.WriteString("    users:\n" +
		"      - {id: 1, type: CO, name: admin, password: adminpw1}\n" +
		"      - {id: 2, type: AU, name: app_user}\n" +
		"      - {id: 3, type: CU, name: kmsuser, password: kmsPswd1}\n" +
		"      - {id: 4, type: CU, name: example_user, password: password1}\n")
	return text.String()
}

// Address is the address of an HSM of [Cluster].
func Address(node int) string { return fmt.Sprintf("10.0.%d.9", node+1) }

const (
	loaders   = 8  // connections that make keys
	loadAhead = 64 // requests that each has on its way
)

// LoadKeys makes so many AES keys of example_user on the first HSM of [Cluster] alone, as fast as its protocol
// allows.
func LoadKeys(t testing.TB, h lab.Home, keys int) {
	t.Helper()
	failed := make([]error, loaders)
	var group sync.WaitGroup
	for i := range loaders {
		share := keys / loaders
		if i < keys%loaders {
			share++
		}
		group.Go(func() { failed[i] = loadKeys(h.Socket(Address(0)), share) })
	}
	group.Wait()
	for _, err := range failed {
		if err != nil {
			t.Fatal(err)
		}
	}
}

func loadKeys(socket string, keys int) error {
	ctx := context.Background()
	c, err := wire.Dial(ctx, socket)
	if err != nil {
		return err
	}
	defer c.Close()
	proof, err := hsm.Stretch(hsm.Salt(c.Welcome().Salt), "example_user", "password1")
	if err != nil {
		return err
	}
	if _, err := wire.Login.Call(ctx, c, hsm.LoginRequest{Type: "CU", Name: "example_user", Proof: proof}); err != nil {
		return err
	}
	r := hsm.GenerateSecretRequest{Type: hsm.AES, Size: 32, Template: hsm.Template{Label: "loaded"}}
	for keys > 0 {
		var calls []wire.Call[hsm.Generated]
		for range min(keys, loadAhead) {
			calls = append(calls, wire.GenerateSecret.Start(ctx, c, r))
		}
		for _, call := range calls {
			if _, err := call.Wait(ctx); err != nil {
				return err
			}
		}
		keys -= len(calls)
	}
	return nil
}
