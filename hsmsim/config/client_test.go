package config

import (
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestMinimumNodes(t *testing.T) {
	tests := []struct {
		name, client string
		want         int
	}{
		{"is 1 without the section", ``, 1},
		{"is 1 without the field", `"client": {},`, 1},
		{"is what the file says", `"client": {"create_object_minimum_nodes" : 2},`, 2},
		{"is 1 for 0", `"client": {"create_object_minimum_nodes": 0},`, 1},
		{"is 1 for a negative number", `"client": {"create_object_minimum_nodes": -3},`, 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c, err := ReadClient(store(t, `{`+test.client+`"server": {"hostname": "10.0.2.9"}}`))
			if err != nil {
				t.Fatal(err)
			}
			if got := c.MinimumNodes(); got != test.want {
				t.Errorf("got %d, want %d", got, test.want)
			}
		})
	}
}

func TestReadClientRefusesWrongFields(t *testing.T) {
	const server = `"server": {"hostname": "10.0.2.9"}`
	tests := []struct {
		name, content, want string
	}{
		{"no server", `{}`, `server.hostname is missing`},
		{"a server that is text", `{"server": "10.0.2.9"}`, `server must be an object, not "10.0.2.9"`},
		{"a hostname with a blank", `{"server": {"hostname": "10.0.2.9 "}}`, `server.hostname: "10.0.2.9 " is neither an IP address nor a host name`},
		{"a client that is a list", `{"client": [], ` + server + `}`, `client must be an object, not a list`},
		{"an ssl section that is null", `{"ssl": null, ` + server + `}`, `ssl must be an object, not null`},
		{"minimum nodes as text", `{"client": {"create_object_minimum_nodes": "2"}, ` + server + `}`, `client.create_object_minimum_nodes must be a whole number, not "2"`},
		{"minimum nodes as null", `{"client": {"create_object_minimum_nodes": null}, ` + server + `}`, `client.create_object_minimum_nodes must be a whole number, not null`},
		{"minimum nodes with a fraction", `{"client": {"create_object_minimum_nodes": 1.5}, ` + server + `}`, `client.create_object_minimum_nodes must be a whole number of at most 32 bits, not 1.5`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			path := store(t, test.content)
			_, err := ReadClient(path)
			if want := "cannot read " + path + ": " + test.want; err == nil || err.Error() != want {
				t.Errorf("got  %v\nwant %s", err, want)
			}
		})
	}
}

func TestChangesOfTheClientFileReachTheDisk(t *testing.T) {
	path := store(t, `{"server": {"port": 2223, "hostname": "old"}, "client": {"workers": 1}}`)
	c, err := ReadClient(path)
	if err != nil {
		t.Fatal(err)
	}
	c.SetHostname("10.0.2.9")
	c.SetCertificate("/new.crt", "/new.key")
	if got := c.Hostname(); got != "10.0.2.9" {
		t.Errorf("the hostname is %s", got)
	}
	if err := c.Write(path); err != nil {
		t.Fatal(err)
	}
	const want = `{
    "client": {
        "workers": 1
    },
    "server": {
        "hostname": "10.0.2.9",
        "port": 2223
    },
    "ssl": {
        "certificate": "/new.crt",
        "pkey": "/new.key"
    }
}`
	if diff := cmp.Diff(want, content(t, path)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestTheShippedClientFileReadsAsItWasMade(t *testing.T) {
	path := store(t, "")
	made := DefaultClient("/srv/lab")
	if err := made.Write(path); err != nil {
		t.Fatal(err)
	}
	read, err := ReadClient(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(made, read, cmp.AllowUnexported(Client{})); diff != "" {
		t.Error(diff)
	}
}

func FuzzReadClient(f *testing.F) {
	shipped, err := os.ReadFile("testdata/client.cfg")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(shipped)
	f.Add([]byte(`{"server":{"hostname":"h","port":[]},"client":{"create_object_minimum_nodes":-2147483648}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 4096 {
			t.Skip("might become too large to write")
		}
		c, err := parseClient(data)
		if err != nil {
			return
		}
		if c.MinimumNodes() < 1 {
			t.Errorf("minimum nodes is %d", c.MinimumNodes())
		}
		written, err := encode(c.doc)
		if err != nil {
			t.Fatal(err)
		}
		again, err := parseClient(written)
		if err != nil {
			t.Fatalf("what was written cannot be read: %v\n%s", err, written)
		}
		if diff := cmp.Diff(c, again, cmp.AllowUnexported(Client{})); diff != "" {
			t.Error(diff)
		}
		c.SetHostname("10.0.2.9")
		c.SetCertificate("/new.crt", "/new.key")
	})
}
