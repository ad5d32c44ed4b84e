package scenario

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func full(t testing.TB) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "full.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestDefaultIsTheWorldOfTheGuide(t *testing.T) {
	want := newWorld()
	want.Client.Home = new(0)
	want.Client.Servers = []string{"10.0.2.9", "10.0.3.11", "10.0.1.12"}
	want.Clusters = []Cluster{{
		ID:      "cluster-1a23b4cdefg",
		MaxKeys: 3300,
		Backups: []Backup{{ID: "backup-9g87f6edcba", Age: 24 * time.Hour}},
		HSMs: []HSM{
			{Node: 0, Address: "10.0.2.9", Name: "10.0.2.9", Zone: "eu-west-1a", State: StateUp},
			{Node: 1, Address: "10.0.3.11", Name: "10.0.3.11", Zone: "eu-west-1b", State: StateUp},
			{Node: 2, Address: "10.0.1.12", Name: "10.0.1.12", Zone: "eu-west-1c", State: StateUp},
		},
		Users: []User{
			{ID: 1, Type: CO, Name: "admin", Password: "adminpw1"},
			{ID: 2, Type: AU, Name: "app_user"},
			{ID: 3, Type: CU, Name: "kmsuser", Password: "kmsPswd1"},
			{ID: 4, Type: CU, Name: "example_user", Password: "password1"},
		},
		Keys: []Key{{
			Handle: 262162, Class: Secret, Type: AES, Size: 32, Owner: 3, Local: true,
			Label: "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
			ID:    "5c1f6c1e3a1d0f1b9d8e7c6b5a49382716f5e4d3c2b1a0998877665544332211",
		}},
	}}
	want.AccessKeys = []AccessKey{{ID: "AKIAIOSFODNN7EXAMPLE", Secret: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", User: "Alice"}}
	want.KMS.KeyStores = []KeyStore{{ID: "cks-1234567890abcdef0", Name: "ExampleKeyStore", Cluster: "cluster-1a23b4cdefg", State: StoreConnected,
		Password: "kmsPswd1", Created: time.Date(2017, 7, 5, 21, 4, 55, 918e6, time.UTC)}}
	want.KMS.Keys = []KMSKey{{ID: "1234abcd-12ab-34cd-56ef-1234567890ab", Store: "cks-1234567890abcdef0", Handle: 262162, Enabled: true,
		Created: time.Date(2017, 7, 5, 21, 10, 0, 0, time.UTC)}}
	if diff := cmp.Diff(want, Default()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestAFileWithoutDetailsGetsDefaults(t *testing.T) {
	w, err := Parse("x", []byte(`
region: us-east-2
clusters:
  - hsms: [{node: 7, address: 10.0.0.1}, {node: 2, address: 10.0.0.2, name: b}, {node: 3, address: 10.0.0.3}, {node: 4, address: 10.0.0.4}]
    users: [{id: 1, type: CO, name: admin, password: adminpw1}, {id: 9, type: CU, name: u, password: userpass}]
    keys:
      - {handle: 6, class: secret, owner: 9}
      - {handle: 7, class: secret, type: DES3, owner: 9}
      - {handle: 8, class: secret, owner: 9, material: "00112233445566778899aabbccddeeff"}
      - {handle: 9, class: private, owner: 9}
      - {handle: 10, class: public, type: EC, owner: 9}
      - {handle: 11, class: public, type: DSA, owner: 9}
  - {id: cluster-aaaaaaaaaaa, hsms: []}
  - {id: cluster-bbbbbbbbbbb, cloned_from: cluster-1a23b4cdefg}
`))
	if err != nil {
		t.Fatal(err)
	}
	c := w.Clusters[0]
	if c.ID != "cluster-1a23b4cdefg" || *w.Client.Home != 7 || len(w.Client.Servers) != 4 {
		t.Errorf("cluster %s, home %d, servers %v", c.ID, *w.Client.Home, w.Client.Servers)
	}
	var hsms []string
	for _, h := range c.HSMs {
		hsms = append(hsms, h.Name+" "+h.Zone)
	}
	if diff := cmp.Diff([]string{"10.0.0.1 us-east-2a", "b us-east-2b", "10.0.0.3 us-east-2c", "10.0.0.4 us-east-2a"}, hsms); diff != "" {
		t.Errorf("HSMs (-want +got)\n%s", diff)
	}
	want := []Key{
		{Handle: 6, Class: Secret, Type: AES, Size: 32, Label: "key-6"},
		{Handle: 7, Class: Secret, Type: DES3, Size: 24, Label: "key-7"},
		{Handle: 8, Class: Secret, Type: AES, Size: 16, Label: "key-8", Material: c.Keys[2].Material},
		{Handle: 9, Class: Private, Type: RSA, Size: 2048, Exponent: 65537, Label: "key-9"},
		{Handle: 10, Class: Public, Type: EC, Curve: "P-256", Label: "key-10"},
		{Handle: 11, Class: Public, Type: DSA, Size: 2048, Label: "key-11"},
	}
	for i := range want {
		want[i].Owner, want[i].Extractable, want[i].Local = 9, true, true
	}
	if diff := cmp.Diff(want, c.Keys); diff != "" {
		t.Errorf("keys (-want +got)\n%s", diff)
	}
	users := []User{{ID: 1, Type: PRECO, Name: "admin", Password: "password"}, {ID: 2, Type: AU, Name: "app_user"}}
	if diff := cmp.Diff(users, w.Clusters[1].Users); diff != "" {
		t.Errorf("users of a new cluster (-want +got)\n%s", diff)
	}
	if diff := cmp.Diff(c.Users, w.Clusters[2].Users); diff != "" {
		t.Errorf("users of a clone (-want +got)\n%s", diff)
	}
}

func TestAWorldWithoutServersHasNoHome(t *testing.T) {
	w, err := Parse("x", []byte("clusters: [{hsms: []}]"))
	if err != nil {
		t.Fatal(err)
	}
	if w.Client.Home != nil || w.Client.Servers != nil {
		t.Errorf("home %v, servers %v", w.Client.Home, w.Client.Servers)
	}
}

func TestAHandWrittenWorldIsReadWhole(t *testing.T) {
	w, err := Parse("full.yaml", full(t))
	if err != nil {
		t.Fatal(err)
	}
	if want := time.Date(2026, 2, 3, 3, 5, 6, 5e8, time.UTC); w.Clock.Start != want {
		t.Errorf("start %v, want %v", w.Clock.Start, want)
	}
	c := w.Clusters[0]
	if got := c.UsersOn(&c.HSMs[0]); len(got) != 5 || len(got[2].QuorumKey) != 294 || !got[2].TwoFactor {
		t.Errorf("users of node 0: %+v", got)
	}
	if got := c.UsersOn(&c.HSMs[1]); len(got) != 4 || got[0].Password != "x y z 1" {
		t.Errorf("users of node 5: %+v", got)
	}
	k := c.Keys[0]
	if k.On(0) || !k.On(5) || !c.Keys[1].On(0) {
		t.Error("the first key should be on node 5 only, the second everywhere")
	}
	if diff := cmp.Diff(Hex{0, 0xff, 0x10}, k.Material); diff != "" {
		t.Errorf("material (-want +got)\n%s", diff)
	}
	if diff := cmp.Diff(map[string]int{"DECRYPT": 0, "SIGN": 1, "NEVER_EXTRACTABLE": 1}, k.Attributes); diff != "" {
		t.Errorf("attributes (-want +got)\n%s", diff)
	}
}

func TestAWorldSurvivesBeingWritten(t *testing.T) {
	for name, data := range map[string][]byte{"default": defaultYAML, "full": full(t), "empty cluster": []byte("clusters: [{}]")} {
		t.Run(name, func(t *testing.T) {
			w, err := Parse(name, data)
			if err != nil {
				t.Fatal(err)
			}
			roundTrip(t, w)
		})
	}
}

func roundTrip(t *testing.T, w *World) {
	t.Helper()
	out, err := w.YAML()
	if err != nil {
		t.Fatal(err)
	}
	again, err := Parse("again.yaml", out)
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if diff := cmp.Diff(w, again); diff != "" {
		t.Errorf("(-want +got)\n%s\n%s", diff, out)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(defaultYAML)
	f.Add(full(f))
	f.Add([]byte("clusters: [{}]"))
	f.Add([]byte("clusters: &a [*a]\n<<: {region: x}\n---\n- !!binary ~"))
	f.Fuzz(func(t *testing.T, data []byte) {
		w, err := Parse("f", data)
		if err == nil {
			roundTrip(t, w)
			return
		}
		for _, line := range strings.Split(err.Error(), "\n") {
			if !strings.HasPrefix(line, "f:") {
				t.Errorf("the error has a line without the file's name: %q", line)
			}
		}
	})
}

// FuzzTexts looks for texts that a file cannot carry.
func FuzzTexts(f *testing.F) {
	f.Add("key-6", "", "adminpw1", []byte{1})
	f.Add("a: b # c", "0012", "*&!|>%@`", []byte{0x12, 0x34})
	f.Add("<<", "~", "'\"{}[],", []byte{0x1e, 0x10})
	f.Fuzz(func(t *testing.T, label, id, secret string, material []byte) {
		if len(material) == 0 || len(material) > 3583 || label == "" || !utf8.ValidString(label+id) || !validText(label) || !validText(id) || !password().MatchString(secret) {
			t.Skip()
		}
		w, err := Parse("small", []byte(small))
		if err != nil {
			t.Fatal(err)
		}
		w.Clusters[0].Users[0].Password = secret
		k := &w.Clusters[0].Keys[0]
		k.Label, k.ID, k.Type, k.Size, k.Material = label, id, Generic, len(material), material
		roundTrip(t, w)
	})
}
