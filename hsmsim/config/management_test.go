package config

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestShippedFilesLookAsTheOriginal(t *testing.T) {
	written := t.TempDir()
	management := filepath.Join(written, "management.cfg")
	client := filepath.Join(written, "client.cfg")
	if err := DefaultManagement("/srv/lab").Write(management); err != nil {
		t.Fatal(err)
	}
	if err := DefaultClient("/srv/lab").Write(client); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{management, client} {
		want := content(t, filepath.Join("testdata", filepath.Base(path)))
		if diff := cmp.Diff(want, content(t, path)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", filepath.Base(path), diff)
		}
	}
}

func TestAnEmptyPrefixIsTheOriginalPlace(t *testing.T) {
	got := []string{
		ManagementPath(""), ClientPath(""), ClusterInfoPath("", 2),
		DefaultManagement("").Servers()[0].OwnerCertPath,
	}
	want := []string{
		"/opt/cloudhsm/etc/cloudhsm_mgmt_util.cfg", "/opt/cloudhsm/etc/cloudhsm_client.cfg",
		"/opt/cloudhsm/daemon/2/cluster.info", "/opt/cloudhsm/etc/customerCA.crt",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestServersAreReadInFileOrderWithoutTheDisabledOnes(t *testing.T) {
	m, err := ReadManagement(store(t, `{"servers": [
		{"hostname": "10.0.2.9", "name": "first", "port": 2226, "enable": "yes", "e2e_encryption": {"owner_cert_path": "/ca.crt"}},
		{"hostname": "10.0.3.11", "enable": "no"},
		{"hostname": "fd00::1"}
	]}`))
	if err != nil {
		t.Fatal(err)
	}
	want := []Server{
		{Name: "first", Hostname: "10.0.2.9", Port: 2226, Enabled: true, OwnerCertPath: "/ca.crt"},
		{Name: "fd00::1", Hostname: "fd00::1", Port: 2225, Enabled: true},
	}
	if diff := cmp.Diff(want, m.Servers()); diff != "" {
		t.Error(diff)
	}
}

func TestReadManagementRefusesWrongFields(t *testing.T) {
	server := func(fields string) string { return `{"servers": [{"hostname": "h"}, {` + fields + `}]}` }
	tests := []struct {
		name, content, want string
	}{
		{"no servers", `{}`, `servers is missing`},
		{"servers that are no list", `{"servers": {}}`, `servers must be a list, not an object`},
		{"an empty list of servers", `{"servers": []}`, `servers is empty, at least one is needed`},
		{"a server that is no object", `{"servers": [null]}`, `servers[0] must be an object, not null`},
		{"too many servers", `{"servers": [` + strings.Repeat("{},", 56) + `{}]}`, `servers has 57 entries, at most 56 are allowed`},
		{"no hostname", server(`"port": 1`), `servers[1].hostname is missing`},
		{"an empty hostname", server(`"hostname": ""`), `servers[1].hostname: the address is empty`},
		{"a hostname that is a number", server(`"hostname": 10.0`), `servers[1].hostname must be text, not 10.0`},
		{"a hostname with control characters", server(`"hostname": "a\u001b[2J"`), `servers[1].hostname must not hold control characters`},
		{"a port that is text", server(`"hostname": "h", "port": "2225"`), `servers[1].port must be a whole number, not "2225"`},
		{"a port with a fraction", server(`"hostname": "h", "port": 2225.0`), `servers[1].port must be a whole number of at most 32 bits, not 2225.0`},
		{"a port without end", server(`"hostname": "h", "port": 1` + strings.Repeat("0", 99)), `servers[1].port must be a whole number of at most 32 bits, not a number of 100 digits`},
		{"port 0", server(`"hostname": "h", "port": 0`), `servers[1].port must be a whole number from 1 to 65535, not 0`},
		{"port 65536", server(`"hostname": "h", "port": 65536`), `servers[1].port must be a whole number from 1 to 65535, not 65536`},
		{"enable true", server(`"hostname": "h", "enable": true`), `servers[1].enable must be "yes" or "no", not true`},
		{"enable as a list", server(`"hostname": "h", "enable": []`), `servers[1].enable must be "yes" or "no", not a list`},
		{"enable as a long text", server(`"hostname": "h", "enable": "` + strings.Repeat("y", 41) + `"`), `servers[1].enable must be "yes" or "no", not a text of 41 bytes`},
		{"e2e_encryption as text", server(`"hostname": "h", "e2e_encryption": "yes"`), `servers[1].e2e_encryption must be an object, not "yes"`},
		{"a certificate path of null", server(`"hostname": "h", "e2e_encryption": {"owner_cert_path": null}`), `servers[1].e2e_encryption.owner_cert_path must be text, not null`},
		{"a name that is a list", server(`"hostname": "h", "name": []`), `servers[1].name must be text, not a list`},
		{"a name of 254 bytes", server(`"hostname": "h", "name": "` + strings.Repeat("n", 254) + `"`), `servers[1].name has 254 bytes, at most 253 are allowed`},
		{"two faults, of which the first is told", server(`"port": 0, "name": 1`), `servers[1].hostname is missing`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			path := store(t, test.content)
			_, err := ReadManagement(path)
			if want := "cannot read " + path + ": " + test.want; err == nil || err.Error() != want {
				t.Errorf("got  %v\nwant %s", err, want)
			}
		})
	}
}

func TestSetServersCopiesTheFirstServerAndKeepsWhatIsUnknown(t *testing.T) {
	path := store(t, `{
		"zebra": {"b": [1.50, 1e3, -0, 123456789012345678901234567890], "a": "<&>"},
		"servers": [
			{"port": 2226, "hostname": "old", "name": "server1", "enable": "no", "extra": {"y": null, "x": []}},
			{"hostname": "lost", "other": true}
		],
		"Alpha": "ü"
	}`)
	m, err := ReadManagement(path)
	if err != nil {
		t.Fatal(err)
	}
	m.SetServers([]Host{{Address: "10.0.2.9"}, {Address: "10.0.3.11", Name: "hsm-b"}})
	if err := m.Write(path); err != nil {
		t.Fatal(err)
	}
	const want = `{
    "Alpha": "ü",
    "servers": [
        {
            "enable": "yes",
            "extra": {
                "x": [],
                "y": null
            },
            "hostname": "10.0.2.9",
            "name": "10.0.2.9",
            "port": 2226
        },
        {
            "enable": "yes",
            "extra": {
                "x": [],
                "y": null
            },
            "hostname": "10.0.3.11",
            "name": "hsm-b",
            "port": 2226
        }
    ],
    "zebra": {
        "a": "<&>",
        "b": [
            1.50,
            1e3,
            -0,
            123456789012345678901234567890
        ]
    }
}`
	if diff := cmp.Diff(want, content(t, path)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	again, err := ReadManagement(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(again.Servers(), m.Servers()); diff != "" {
		t.Errorf("the servers differ from those of the file:\n%s", diff)
	}
}

func TestSetServersWithoutHostsChangesNothing(t *testing.T) {
	m := DefaultManagement("")
	m.SetServers(nil)
	if got := len(m.Servers()); got != 1 {
		t.Errorf("%d servers are left", got)
	}
}

func TestSetCertificateChangesEveryServer(t *testing.T) {
	m := DefaultManagement("")
	m.SetServers([]Host{{Address: "a"}, {Address: "b"}})
	m.SetCertificate("/new.crt", "/new.key")
	for i, o := range m.objects() {
		got := fmt.Sprint(o["certificate"], o["pkey"], o["CApath"])
		if want := fmt.Sprint("/new.crt", "/new.key", "/opt/cloudhsm/etc/certs"); got != want {
			t.Errorf("server %d has %s, not %s", i, got, want)
		}
	}
}

func FuzzReadManagement(f *testing.F) {
	shipped, err := os.ReadFile("testdata/management.cfg")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(shipped)
	f.Add([]byte(`{"servers":[{"hostname":"h","port":1,"enable":"no","x":[1e3,"\ud800",null]}],"":{"a":-0.0}}`))
	f.Add([]byte(`{"servers":[{"hostname":"fd00::1%eth0"}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 4096 {
			t.Skip("might become too large to write")
		}
		m, err := parseManagement(data)
		if err != nil {
			return
		}
		written, err := encode(m.doc)
		if err != nil {
			t.Fatal(err)
		}
		again, err := parseManagement(written)
		if err != nil {
			t.Fatalf("what was written cannot be read: %v\n%s", err, written)
		}
		if diff := cmp.Diff(m, again, cmp.AllowUnexported(Management{})); diff != "" {
			t.Error(diff)
		}
		m.SetServers([]Host{{Address: "10.0.2.9"}})
		if got := m.Servers(); len(got) != 1 || got[0].Hostname != "10.0.2.9" || got[0].Name != "10.0.2.9" {
			t.Errorf("the servers are %v", got)
		}
	})
}
