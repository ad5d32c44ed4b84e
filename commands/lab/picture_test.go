package lab

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hsmlab/hsmlab/hsmsim/lab"
)

var update = flag.Bool("update", false, "rewrite the expected pictures")

// world is a view of the default world with so many HSMs and as many keys besides that of kmsuser.
func world(hsms, keys int) *lab.View {
	v := &lab.View{Lab: "default", Time: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Rate: 1, Endpoint: "http://127.0.0.1:1"}
	c := lab.ClusterView{ID: "cluster-1a23b4cdefg", Region: "eu-west-1", State: "ACTIVE",
		Subnets: []lab.SubnetView{{ID: "subnet-0123456789abcdef0", Zone: "eu-west-1a", CIDR: "10.0.1.0/24", Free: 7}}}
	for i := range hsms {
		h := lab.HSMView{ID: fmt.Sprintf("hsm-aaaaaaaaa%02d", i), Node: i, Address: fmt.Sprintf("10.0.%d.9", i+1), Zone: "eu-west-1a", State: "up",
			Users: []lab.UserView{{ID: 1, Type: "CO", Name: "admin"}, {ID: 2, Type: "AU", Name: "app_user"}, {ID: 3, Type: "CU", Name: "kmsuser", Logins: 1},
				{ID: 4, Type: "CU", Name: "example_user"}},
			Keys: []lab.KeyView{{Handle: 262162, Class: "secret", Type: "AES", Owner: "kmsuser", Attributes: map[string]bool{"WRAP": true}}}}
		for k := range keys {
			h.Keys = append(h.Keys, lab.KeyView{Handle: uint64(6 + k), Class: "secret", Type: "AES", Owner: "example_user"})
		}
		c.HSMs = append(c.HSMs, h)
	}
	v.Clusters = []lab.ClusterView{c}
	v.Stores = []lab.StoreView{{ID: "cks-1234567890abcdef0", Name: "ExampleKeyStore", Region: "eu-west-1", Cluster: c.ID, State: "CONNECTED", Keys: 1}}
	v.Keys = []lab.KMSKeyView{{Region: "eu-west-1", ID: "1234abcd-12ab-34cd-56ef-1234567890ab", State: "Enabled", Origin: "AWS_CLOUDHSM", Handles: []uint64{262162}}}
	return v
}

// worlds are views by the name of the file that has their picture.
func worlds() map[string]*lab.View {
	failed := world(3, 0)
	failed.Stores[0].State, failed.Stores[0].ErrorCode, failed.Keys[0].State = "FAILED", "INVALID_CREDENTIALS", "Unavailable"
	failed.Keys[0].Aliases = []string{"alias/of-the-guide"}
	down := world(3, 0)
	down.Clusters[0].HSMs[1].State, down.Clusters[0].HSMs[2].State = "down", "slow"
	down.Faults = []lab.FaultView{{Kind: "down", HSM: "10.0.2.9"}, {Kind: "slow", HSM: "10.0.3.9"}, {Kind: "kms"}}
	outOfStep := world(3, 4)
	hsms := outOfStep.Clusters[0].HSMs
	hsms[0].Users = append(hsms[0].Users, lab.UserView{ID: 5, Type: "CU", Name: "carol", Logins: 2})
	hsms[1].Users[3].ID, hsms[2].Users[0].TwoFactor = 9, true
	hsms[0].Keys[0].Attributes = map[string]bool{"WRAP": false}
	hsms[1].Keys, hsms[2].Keys[1].Owner = hsms[1].Keys[:3], "carol"
	locked := world(2, 0)
	for i := range locked.Clusters[0].HSMs {
		locked.Clusters[0].HSMs[i].Users[3].Failures, locked.Clusters[0].HSMs[i].Users[3].Locked = 5, true
	}
	locked.Clusters[0].HSMs[0].Users[0].Failures = 3
	locked.Clusters[0].Subnets = []lab.SubnetView{{ID: "subnet-0123456789abcdef0", Zone: "eu-west-1a"}, {ID: "subnet-0123456789abcdef1", Zone: "eu-west-1b", Gone: true}}
	many := world(28, 0)
	many.Clusters[0].HSMs[20].State, many.Clusters[0].HSMs[27].State = "refused", "CREATE_IN_PROGRESS"
	many.Clusters[0].HSMs[27].Users, many.Clusters[0].HSMs[27].Keys = nil, nil
	many.Clusters[0].HSMs[4].Users = many.Clusters[0].HSMs[4].Users[:3]
	many.Faults = []lab.FaultView{{Kind: "refused", HSM: "10.0.21.9"}}
	keys := world(3, 300)
	keys.Clusters[0].HSMs[1].Keys = keys.Clusters[0].HSMs[1].Keys[:1]
	for i := range 40 {
		keys.Keys = append(keys.Keys, lab.KMSKeyView{Region: "eu-west-1", ID: fmt.Sprintf("00000000-0000-0000-0000-%012d", i), State: "PendingImport", Origin: "EXTERNAL"})
	}
	bare := &lab.View{Clusters: []lab.ClusterView{{ID: "cluster-1a23b4cdefg", Region: "eu-west-1", State: "UNINITIALIZED"}},
		Faults: []lab.FaultView{{Kind: "down", HSM: "10.0.2.9", When: "after the next login"}}, Broken: []string{"cannot open HSM hsm-a: \x1b[31mdamaged"}}
	return map[string]*lab.View{"healthy": world(3, 0), "store failed": failed, "HSM down": down, "out of step": outOfStep, "locked": locked,
		"28 HSMs": many, "300 keys": keys, "bare": bare}
}

// TestPictures compares pictures of 80 columns and 22 rows, which with a title fill a terminal of 24.
func TestPictures(t *testing.T) {
	for name, v := range worlds() {
		t.Run(name, func(t *testing.T) {
			got := strings.Join(texts(picture(sight{view: v}, 80, 22), false), "\n") + "\n"
			path := filepath.Join("testdata", "picture", strings.ReplaceAll(strings.ToLower(name), " ", "_")+".txt")
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

func TestPicturesFitIntoWindows(t *testing.T) {
	for name, v := range worlds() {
		for columns := 1; columns < 100; columns += 14 {
			for rows := 1; rows < 60; rows += 3 {
				lines := picture(sight{view: v}, columns, rows)
				if len(lines) > rows {
					t.Fatalf("%s: %d lines in %d rows", name, len(lines), rows)
				}
				for _, l := range lines {
					if l.width() > columns {
						t.Fatalf("%s: %d columns in %d: %q", name, l.width(), columns, l.text(false))
					}
				}
			}
		}
	}
}

func TestTheWholePictureIsThereWhereThereIsRoom(t *testing.T) {
	all := strings.Join(texts(picture(sight{view: worlds()["300 keys"]}, 5000, 500), false), "\n")
	if strings.Contains(all, "more") || !strings.Contains(all, "10.0.2.9: 6-305\n") || !strings.Contains(all, "000000000039") {
		t.Errorf("something is missing:\n%s", all)
	}
}

func TestLinesAreCut(t *testing.T) {
	for _, test := range []struct {
		columns int
		want    string
	}{{10, "up and red"}, {9, "up and..."}, {5, "up..."}, {4, "u..."}, {3, "..."}, {1, "."}, {0, ""}} {
		l := line{{"up", fine}, {" and ", neutral}, {"red", wrong}}
		if got := l.cut(test.columns).text(false); got != test.want {
			t.Errorf("%d columns: %q, want %q", test.columns, got, test.want)
		}
	}
	if got, want := (line{{"up", fine}, {" and ", neutral}, {"red", wrong}}).text(true), "\x1b[32mup\x1b[m and \x1b[31mred\x1b[m"; got != want {
		t.Errorf("in colours %q, want %q", got, want)
	}
	if got := say(wrong, "a\x1b[2J", "\n").text(false); got != "a?[2J?" {
		t.Errorf("with control characters %q", got)
	}
}

func TestRanges(t *testing.T) {
	for want, handles := range map[string][]uint64{"": nil, "7": {7}, "7, 8": {7, 8}, "6-8": {6, 7, 8}, "6, 8-10, 12, 13": {6, 8, 9, 10, 12, 13}} {
		if got := ranges(handles); got != want {
			t.Errorf("%v: %q, want %q", handles, got, want)
		}
	}
}

func TestLongListsOfHSMsAreCounted(t *testing.T) {
	v := world(9, 0)
	hsms := v.Clusters[0].HSMs
	for i := range 5 {
		hsms[i].Users[3].Locked = true
		hsms[i].Keys[0].Shared = []string{"example_user"}
	}
	for i := range 6 {
		hsms[i].Users = append(hsms[i].Users, lab.UserView{ID: 9, Type: "CU", Name: "dora"})
	}
	want := []string{"CU dora is missing on 10.0.7.9, 10.0.8.9, 10.0.9.9", "CU example_user is locked on 10.0.1.9, 10.0.2.9, 10.0.3.9 and 2 more",
		"key 262162 is shared with others on 10.0.6.9, 10.0.7.9, 10.0.8.9, 10.0.9.9"}
	if diff := cmp.Diff(want, outOfStep(&v.Clusters[0])); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}
