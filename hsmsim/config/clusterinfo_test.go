package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestClusterInfoKeepsTheOrderOfMembers(t *testing.T) {
	path := ClusterInfoPath(t.TempDir(), 2)
	want := []Member{{Node: 2, Address: "10.0.3.11"}, {Node: 0, Address: "10.0.2.9"}, {Node: 1, Address: "fd00::1"}}
	for range 2 { // the second time the directory and the file are there
		if err := WriteClusterInfo(path, want); err != nil {
			t.Fatal(err)
		}
	}
	got, err := ReadClusterInfo(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestAnEmptyClusterInfoIsRead(t *testing.T) {
	path := ClusterInfoPath(t.TempDir(), 1)
	if err := WriteClusterInfo(path, nil); err != nil {
		t.Fatal(err)
	}
	if got, err := ReadClusterInfo(path); err != nil || len(got) != 0 {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestReadClusterInfoRefusesWrongFields(t *testing.T) {
	tests := []struct {
		name, content, want string
	}{
		{"no members", `{}`, `members is missing`},
		{"members as text", `{"members": "10.0.2.9"}`, `members must be a list, not "10.0.2.9"`},
		{"a member as text", `{"members": ["10.0.2.9"]}`, `members[0] must be an object, not "10.0.2.9"`},
		{"no node", `{"members": [{"address": "a"}]}`, `members[0].node is missing`},
		{"a node as text", `{"members": [{"node": "0", "address": "a"}]}`, `members[0].node must be a whole number, not "0"`},
		{"a negative node", `{"members": [{"node": -1, "address": "a"}]}`, `members[0].node must be a whole number from 0 to 2147483647, not -1`},
		{"no address", `{"members": [{"node": 0}]}`, `members[0].address is missing`},
		{"a node twice", `{"members": [{"node": 0, "address": "a"}, {"node": 0, "address": "b"}]}`, `node id 0 stands there twice`},
		{"an address twice", `{"members": [{"node": 0, "address": "a"}, {"node": 1, "address": "a"}]}`, `address a stands there twice`},
		{"29 members", `{"members": [` + strings.Repeat("{},", 28) + `{}]}`, `members has 29 entries, at most 28 are allowed`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			path := store(t, test.content)
			_, err := ReadClusterInfo(path)
			if want := "cannot read " + path + ": " + test.want; err == nil || err.Error() != want {
				t.Errorf("got  %v\nwant %s", err, want)
			}
		})
	}
}

func TestWriteClusterInfoRefusesWhatCouldNotBeRead(t *testing.T) {
	tests := []struct {
		name    string
		members []Member
		want    string
	}{
		{"a bad address", []Member{{Node: 3, Address: ""}}, `node 3: the address is empty`},
		{"a negative node", []Member{{Node: -1, Address: "a"}}, `node id -1 is not a number from 0 to 2147483647`},
		{"29 members", make([]Member, 29), `a cluster of 29 members, at most 28 are allowed`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			path := ClusterInfoPath(t.TempDir(), 1)
			err := WriteClusterInfo(path, test.members)
			if want := "cannot write " + path + ": " + test.want; err == nil || err.Error() != want {
				t.Errorf("got  %v\nwant %s", err, want)
			}
			if _, err := os.Stat(filepath.Dir(path)); err == nil {
				t.Error("the directory was made all the same")
			}
		})
	}
}

func FuzzReadClusterInfo(f *testing.F) {
	f.Add([]byte(`{"members":[{"node":0,"address":"10.0.2.9"},{"node":1,"address":"hsm-b.lab"}]}`))
	f.Add([]byte(`{"members":[]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		members, err := parseClusterInfo(data)
		if err != nil {
			return
		}
		written, err := encode(clusterInfo(members))
		if err != nil {
			t.Fatal(err)
		}
		again, err := parseClusterInfo(written)
		if err != nil {
			t.Fatalf("what was written cannot be read: %v\n%s", err, written)
		}
		if diff := cmp.Diff(members, again); diff != "" {
			t.Error(diff)
		}
	})
}
