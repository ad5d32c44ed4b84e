package runbook

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/hsmlab/hsmlab/hsmsim/lab"
)

// world is one with a little of everything.
func world(t *testing.T) *World {
	t.Helper()
	hsm := func(address string, users []lab.UserView, keys ...lab.KeyView) lab.HSMView {
		return lab.HSMView{Address: address, State: "up", Users: users, Keys: keys, Quorum: map[string]int{"3": 2}}
	}
	admin := lab.UserView{ID: 1, Type: "CO", Name: "admin", QuorumKey: true}
	bob := lab.UserView{ID: 2, Type: "CU", Name: "bob", Locked: true, Logins: 1, TwoFactor: true}
	kmsuser := lab.UserView{ID: 3, Type: "CU", Name: "kmsuser"}
	key := func(handle uint64, owner string) lab.KeyView {
		return lab.KeyView{Handle: handle, Label: "k" + owner, Owner: owner, Shared: []string{"bob"}, Attributes: map[string]bool{"EXTRACTABLE": true}}
	}
	w := &World{
		View: &lab.View{
			Clusters: []lab.ClusterView{
				{ID: "cluster-old", State: "ACTIVE", Subnets: []lab.SubnetView{{ID: "subnet-1", Zone: "eu-west-1a", Free: 3, Interfaces: []string{"web", "web", "db"}}, {ID: "subnet-2", Zone: "eu-west-1b", Gone: true}},
					HSMs: []lab.HSMView{hsm("10.0.0.1", []lab.UserView{admin, bob, kmsuser}, key(10, "bob"), key(20, "kmsuser"), key(30, "kmsuser")),
						hsm("10.0.0.2", []lab.UserView{admin, kmsuser}, key(20, "kmsuser"))}},
				{ID: "cluster-fresh", State: "DEGRADED", HSMs: []lab.HSMView{hsm("10.0.0.3", []lab.UserView{admin}), {Address: "10.0.0.4", State: "down", Users: []lab.UserView{admin}}}},
			},
			Stores: []lab.StoreView{{ID: "cks-1", Name: "Store", Cluster: "cluster-old", State: "FAILED", ErrorCode: "USER_NOT_FOUND"}},
			Keys:   []lab.KMSKeyView{{ID: "key-1", Aliases: []string{"alias/a"}, State: "Unavailable", Origin: "AWS_CLOUDHSM", Store: "cks-1", Handles: []uint64{20}}},
		},
		Founded: []string{"cluster-old"}, Dir: t.TempDir(), Begun: t.TempDir(),
		Decrypt: func(_ context.Context, c []byte) ([]byte, error) {
			if string(c) == "good" {
				return []byte("hello"), nil
			}
			return nil, errors.New("no such key")
		},
		MinimumNodes: func() (int, error) { return 2, nil },
		Fitting: func(_ context.Context, cluster, user, password string) ([]string, error) {
			if cluster == "cluster-old" && user == "kmsuser" && password == "right" {
				return []string{"10.0.0.1"}, nil
			}
			return nil, nil
		},
	}
	for file, text := range map[string]string{filepath.Join(w.Begun, "given"): "good", filepath.Join(w.Dir, "given"): "bad",
		filepath.Join(w.Dir, "mine"): "good", filepath.Join(w.Dir, "answer"): "it is 42\n", filepath.Join(w.Dir, "nothing"): " \n"} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return w
}

func TestConditions(t *testing.T) {
	w := world(t)
	for condition, want := range map[string]string{
		"store: {name: Store, state: FAILED}":                    "",
		"store: {id: cks-1, state: CONNECTED}":                   "key store Store is FAILED (USER_NOT_FOUND), not CONNECTED",
		"store: {id: cks-2, state: CONNECTED}":                   "there is no key store cks-2",
		"store: {id: cks-2, absent: true}":                       "",
		"store: {id: cks-1, absent: true}":                       "key store Store is there",
		"store: {id: cks-1, cluster: new}":                       "key store Store is of cluster cluster-old, not of cluster-fresh",
		"store: {id: cks-1, cluster: cluster-old}":               "",
		"kms_key: {id: key-1, state: Unavailable}":               "",
		"kms_key: {alias: alias/a, state: Enabled}":              "KMS key alias/a is Unavailable, not Enabled",
		"kms_key: {alias: alias/a, origin: EXTERNAL}":            "KMS key alias/a is of origin AWS_CLOUDHSM, not EXTERNAL",
		"kms_key: {id: key-2, state: Enabled}":                   "there is no KMS key key-2",
		"kms_key: {id: key-2, absent: true}":                     "",
		"kms_key: {id: key-1, absent: true}":                     "KMS key key-1 is there",
		"decrypts: {file: given, to: hello}":                     "",
		"decrypts: {file: given, to: bye}":                       "given decrypts to something else",
		"decrypts: {file: given, mine: true, to: hello}":         "given does not decrypt: no such key",
		"decrypts: {file: given, mine: true, fails: true}":       "",
		"decrypts: {file: mine, mine: true, fails: true}":        "mine decrypts",
		"decrypts: {file: nowhere, to: hello}":                   "there is no file nowhere",
		"cluster: {state: ACTIVE, hsms: 2}":                      "",
		"cluster: {id: new, hsms: 2}":                            "cluster cluster-fresh has 1 HSM answering, not 2",
		"cluster: {id: new, state: ACTIVE}":                      "cluster cluster-fresh is DEGRADED, not ACTIVE",
		"cluster: {id: cluster-x, state: ACTIVE}":                "there is no cluster cluster-x",
		"cluster: {id: cluster-x, absent: true}":                 "",
		"cluster: {id: cluster-old, absent: true}":               "cluster cluster-old is there",
		"subnet: {zone: eu-west-1a, free: 3}":                    "",
		"subnet: {zone: eu-west-1a, free: 4}":                    "subnet subnet-1 has 3 free addresses, not 4",
		"subnet: {zone: eu-west-1b}":                             "subnet subnet-2 is gone",
		"subnet: {zone: eu-west-1c}":                             "cluster cluster-old has no subnet in eu-west-1c",
		"subnet: {zone: eu-west-1a, interfaces: {web: 2, x: 0}}": "",
		"subnet: {zone: eu-west-1a, interfaces: {web: 3}}":       "subnet subnet-1 has 2 network interfaces web, not 3",
		"subnet: {zone: eu-west-1a, interfaces: {db: 0}}":        "subnet subnet-1 has 1 network interface db, not 0",
		"user: {name: admin, type: CO}":                          "",
		"user: {name: admin, type: CU}":                          "no CU admin on 10.0.0.1, 10.0.0.2",
		"user: {name: bob}":                                      "no user bob on 10.0.0.2",
		"user: {name: bob, on: 10.0.0.1}":                        "",
		"user: {name: bob, on: 10.0.0.2}":                        "user bob on 10.0.0.1, not on 10.0.0.2",
		"user: {name: bob, on: none}":                            "user bob on 10.0.0.1",
		"user: {name: carol, on: none}":                          "",
		"user: {name: bob, on: 10.0.0.1, locked: false}":         "user bob on 10.0.0.1 is locked",
		"user: {name: bob, on: 10.0.0.1, logged_in: false}":      "user bob on 10.0.0.1 is logged in",
		"user: {name: bob, on: 10.0.0.1, two_factor: true}":      "",
		"user: {name: bob, on: 10.0.0.1, quorum_key: true}":      "user bob on 10.0.0.1 is not registered with a quorum key",
		"user: {cluster: new, name: admin, quorum_key: true}":    "",
		"user: {name: kmsuser, on: all, password: right}":        "user kmsuser on 10.0.0.2 has another password",
		"user: {name: bob, on: none, password: x}":               "user bob on 10.0.0.1",
		"key: {handle: 20}":                                      "",
		"key: {handle: 10}":                                      "no key 10 on 10.0.0.2",
		"key: {label: kbob, on: none}":                           "key with the label kbob on 10.0.0.1",
		"key: {label: kbob, on: 10.0.0.1, owner: admin}":         "key with the label kbob on 10.0.0.1 is owned by bob, not by admin",
		"key: {handle: 20, shared: [bob]}":                       "",
		"key: {handle: 20, shared: [carol]}":                     "key 20 on 10.0.0.1 is not shared with carol",
		"key: {handle: 20, attributes: {EXTRACTABLE: true}}":     "",
		"key: {handle: 20, attributes: {EXTRACTABLE: false}}":    "key 20 on 10.0.0.1 has OBJ_ATTR_EXTRACTABLE true",
		"in_step: {}":                                             "user CU bob is out of step (missing) on 10.0.0.2",
		"orphans: {}":                                             "key 30 on 10.0.0.1 belongs to no KMS key",
		"orphans: {cluster: new}":                                 "",
		"quorum: {service: 3, value: 2}":                          "",
		"quorum: {service: 4, value: 2}":                          "service 4 needs 1 approval on 10.0.0.1, not 2",
		"create_object_minimum_nodes: {at_least: 2}":              "",
		"create_object_minimum_nodes: {at_least: 3}":              "create_object_minimum_nodes is 2, not 3",
		"file: {name: answer, has: \"42\"}":                       "",
		"file: {name: answer, has: \"4\"}":                        "answer does not have the right answer",
		"file: {name: answer, is: it is 42}":                      "",
		"file: {name: answer, is: \"42\"}":                        "answer does not have the right answer",
		"file: {name: nothing, is: \"42\"}":                       "nothing does not have the right answer",
		"file: {name: nothing}":                                   "nothing is empty",
		"file: {name: nowhere}":                                   "there is no file nowhere",
		"{file: {name: answer}, store: {id: cks-2, state: GONE}}": "there is no key store cks-2",
	} {
		t.Run(condition, func(t *testing.T) {
			text := "says: so\n" + condition
			if strings.HasPrefix(condition, "{") {
				text = "{says: so, " + strings.TrimPrefix(condition, "{")
			}
			var g Goal
			if err := yaml.Unmarshal([]byte(text), &g); err != nil {
				t.Fatal(err)
			}
			if reason := g.validate(); reason != "" {
				t.Fatal(reason)
			}
			grade := (&Runbook{Goals: []Goal{g}}).Grade(t.Context(), w)[0]
			if grade.Wrong != want || grade.Met != (want == "") {
				t.Errorf("wrong is %q, met %t; want %q", grade.Wrong, grade.Met, want)
			}
		})
	}
}

func TestConditionsThatCannotBe(t *testing.T) {
	for _, condition := range []string{"store: {state: CONNECTED}", "store: {id: x}", "kms_key: {id: x, alias: y, state: z}", "kms_key: {id: x}",
		"decrypts: {file: ../x}", "decrypts: {file: /x}", "cluster: {id: x}", "subnet: {free: 3}", "user: {type: CU}", "key: {}", "key: {handle: 1, label: x}",
		"quorum: {service: 5, value: 2}", "quorum: {service: 3}", "create_object_minimum_nodes: {at_least: 29}", "file: {name: ''}", "file: {name: x, has: a, is: b}", "points: 3"} {
		t.Run(condition, func(t *testing.T) {
			var g Goal
			if err := yaml.Unmarshal([]byte(condition), &g); err != nil {
				t.Fatal(err)
			}
			if g.validate() == "" {
				t.Error("it is taken")
			}
		})
	}
}
