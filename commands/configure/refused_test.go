package configure

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hsmlab/hsmlab/hsmsim/config"
)

func TestAWrongCommandLineIsNamedAndChangesNothing(t *testing.T) {
	long := strings.Repeat("a", 254)
	tests := []struct {
		name string
		args []string
		want string
	}{
		{"no option", nil, `no option says what to do`},
		{"an unknown option", []string{"-x"}, `unknown option "-x"`},
		{"an option of SDK 5", []string{"--cluster-id", "cluster-1234567890a"}, `unknown option "--cluster-id"`},
		{"an option with its value attached", []string{"--cmu=10.0.2.9"}, `unknown option "--cmu=10.0.2.9"`},
		{"a lone dash", []string{"-"}, `unknown option "-"`},
		{"an unknown option after a good one", []string{"-a", "10.0.2.9", "-x"}, `unknown option "-x"`},
		{"an argument without option", []string{"10.0.2.9"}, `unexpected argument "10.0.2.9"`},
		{"two addresses", []string{"-a", "10.0.2.9", "10.0.3.11"}, `unexpected argument "10.0.3.11"`},
		{"an empty argument", []string{""}, `unexpected argument ""`},
		{"-a without value", []string{"-a"}, `-a needs a value: <ENI IP address>`},
		{"-a with an option for a value", []string{"-a", "-m"}, `-a needs a value: <ENI IP address>`},
		{"--cmu without value", []string{"--cmu"}, `--cmu needs a value: <ENI IP address>`},
		{"-i without value", []string{"-m", "-i"}, `-i needs a value: <daemon_id>`},
		{"--pkey without value", []string{"--ssl", "--pkey"}, `--pkey needs a value: <private key file>`},
		{"-a twice", []string{"-a", "10.0.2.9", "-a", "10.0.2.9"}, `-a is given twice`},
		{"-m twice", []string{"-m", "-m"}, `-m is given twice`},
		{"-i twice", []string{"-m", "-i", "1", "-i", "1"}, `-i is given twice`},
		{"-a and -m", []string{"-m", "-a", "10.0.2.9"}, `-a and -m cannot be given together`},
		{"-a and --cmu", []string{"-a", "10.0.2.9", "--cmu", "10.0.2.9"}, `-a and --cmu cannot be given together`},
		{"-i alone", []string{"-i", "1"}, `-i is possible with -m only`},
		{"-i with -a", []string{"-a", "10.0.2.9", "-i", "1"}, `-i is possible with -m only`},
		{"--pkey with -m", []string{"-m", "--pkey", "k"}, `--pkey is possible with --ssl only`},
		{"--ssl alone", []string{"--ssl"}, `--ssl needs --pkey <private key file>`},
		{"--ssl without certificate", []string{"--ssl", "--pkey", "k"}, `--ssl needs --cert <certificate file>`},
		{"an empty address", []string{"-a", ""}, `-a: the address is empty`},
		{"an address with a blank", []string{"-a", "10.0. 2.9"}, `-a: "10.0. 2.9" is neither an IP address nor a host name`},
		{"half an address", []string{"--cmu", "10.0.2"}, `--cmu: "10.0.2" is not a complete IP address`},
		{"an address of 254 characters", []string{"-a", long}, `-a: the address has 254 characters, at most 253 are allowed`},
		{"daemon 0", []string{"-m", "-i", "0"}, `-i: "0" is not a daemon number from 1 to 65535`},
		{"daemon 65536", []string{"-m", "-i", "65536"}, `-i: "65536" is not a daemon number from 1 to 65535`},
		{"a daemon that is a path", []string{"-m", "-i", "../1"}, `-i: "../1" is not a daemon number from 1 to 65535`},
		{"an empty path", []string{"--ssl", "--pkey", ""}, `--pkey: the path is empty`},
		{"a path with a line break", []string{"--ssl", "--cert", "a\nb"}, `--cert: the path must not hold control characters`},
		{"a path of 4097 bytes", []string{"--ssl", "--cert", strings.Repeat("p", 4097)}, `--cert: the path has 4097 bytes, at most 4096 are allowed`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			m := newMachine(t)
			m.clusterInfo(1, config.Member{Address: "10.0.2.9"})
			before := m.files()
			stdout, stderr, status := m.run(test.args...)
			if want := "configure: " + test.want + "\n\n" + help(); stderr != want {
				t.Errorf("(-want +got):\n%s", cmp.Diff(want, stderr))
			}
			if stdout != "" || status != 1 {
				t.Errorf("printed %q, status %d", stdout, status)
			}
			if diff := cmp.Diff(before, m.files()); diff != "" {
				t.Errorf("the files have changed:\n%s", diff)
			}
		})
	}
}

func TestAFailureIsToldWithoutHelpAndChangesNothing(t *testing.T) {
	const client, management = "etc/cloudhsm_client.cfg", "etc/cloudhsm_mgmt_util.cfg"
	silent := func(context.Context, string) ([]config.Member, error) { return nil, errors.New("connection refused") }
	answer := func(members ...config.Member) func(context.Context, string) ([]config.Member, error) {
		return func(context.Context, string) ([]config.Member, error) { return members, nil }
	}
	tests := []struct {
		name    string
		files   map[string]string // written before the call
		members func(context.Context, string) ([]config.Member, error)
		args    string
		want    string
	}{
		{"-a with a broken client file", map[string]string{client: "{"}, nil, "-a 10.0.2.9",
			"cannot read PREFIX/etc/cloudhsm_client.cfg: line 1: unexpected end of JSON input"},
		{"-a with a broken management file", map[string]string{management: `{"servers": 1}`}, nil, "-a 10.0.2.9",
			"cannot read PREFIX/etc/cloudhsm_mgmt_util.cfg: servers must be a list, not 1"},
		{"-m before the daemon has run", nil, nil, "-m -i 7",
			"cannot read PREFIX/daemon/7/cluster.info: no such file or directory (the client daemon writes this file when it starts; run configure -a before that)"},
		{"-m with a broken list", map[string]string{"daemon/1/cluster.info": "{}"}, nil, "-m",
			"cannot read PREFIX/daemon/1/cluster.info: members is missing"},
		{"-m with an empty list", map[string]string{"daemon/1/cluster.info": `{"members": []}`}, nil, "-m",
			"PREFIX/daemon/1/cluster.info lists no HSM"},
		{"-m with a broken management file", map[string]string{"daemon/1/cluster.info": `{"members":[{"node":0,"address":"10.0.2.9"}]}`, management: ""}, nil, "-m",
			"cannot read PREFIX/etc/cloudhsm_mgmt_util.cfg: the file is empty"},
		{"--cmu without an answer", nil, silent, "--cmu 10.0.2.9",
			"cannot ask the HSM at 10.0.2.9 for the members of its cluster: connection refused"},
		{"--cmu with an empty answer", nil, answer(), "--cmu 10.0.2.9",
			"the HSM at 10.0.2.9 reports no HSM in its cluster"},
		{"--cmu with a wrong answer", nil, answer(config.Member{Address: "a b"}), "--cmu 10.0.2.9",
			`the HSM at 10.0.2.9 reports a wrong list of members: node 0: "a b" is neither an IP address nor a host name`},
		{"--cmu with a broken file asks nobody", map[string]string{client: "[]"}, nil, "--cmu 10.0.2.9",
			"cannot read PREFIX/etc/cloudhsm_client.cfg: the file must hold one JSON object, not a list"},
		{"--ssl without the key file", nil, nil, "--ssl --pkey PREFIX/absent.key --cert PREFIX/etc/client.key",
			"cannot use PREFIX/absent.key: no such file or directory"},
		{"--ssl with a directory", nil, nil, "--ssl --pkey PREFIX/etc/client.key --cert PREFIX/etc",
			"cannot use PREFIX/etc: not a regular file"},
		{"--ssl with a broken management file", map[string]string{management: "{}"}, nil, "--ssl --pkey PREFIX/etc/client.key --cert PREFIX/etc/client.key",
			"cannot read PREFIX/etc/cloudhsm_mgmt_util.cfg: servers is missing"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			m := newMachine(t)
			for name, content := range test.files {
				m.put(name, content)
			}
			if test.members != nil {
				m.members = test.members
			}
			before := m.files()
			stdout, stderr, status := m.run(strings.Fields(strings.ReplaceAll(test.args, "PREFIX", m.prefix))...)
			if want := "configure: " + test.want + "\n"; stderr != want {
				t.Errorf("(-want +got):\n%s", cmp.Diff(want, stderr))
			}
			if stdout != "" || status != 1 {
				t.Errorf("printed %q, status %d", stdout, status)
			}
			if diff := cmp.Diff(before, m.files()); diff != "" {
				t.Errorf("the files have changed:\n%s", diff)
			}
		})
	}
}
