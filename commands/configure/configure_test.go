package configure

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hsmlab/hsmlab/hsmsim/config"
)

// A machine has the tool's files, as shipped, in a directory of its own.
type machine struct {
	t       *testing.T
	prefix  string
	members func(ctx context.Context, address string) ([]config.Member, error)
}

func newMachine(t *testing.T) *machine {
	t.Helper()
	m := &machine{t: t, prefix: filepath.ToSlash(t.TempDir())}
	m.put("etc/client.key", "key")
	if err := config.WriteBoth(m.prefix, config.DefaultClient(m.prefix), config.DefaultManagement(m.prefix)); err != nil {
		t.Fatal(err)
	}
	m.members = func(context.Context, string) ([]config.Member, error) {
		t.Error("the HSM was asked")
		return nil, errors.New("not expected")
	}
	return m
}

func (m *machine) put(name, content string) {
	m.t.Helper()
	path := filepath.Join(m.prefix, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		m.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		m.t.Fatal(err)
	}
}

func (m *machine) clusterInfo(daemon int, members ...config.Member) {
	m.t.Helper()
	if err := config.WriteClusterInfo(config.ClusterInfoPath(m.prefix, daemon), members); err != nil {
		m.t.Fatal(err)
	}
}

// run returns what a call prints, with PREFIX for the machine's directory, and its exit status.
func (m *machine) run(args ...string) (stdout, stderr string, status int) {
	var out, errOut bytes.Buffer
	status = Main(m.t.Context(), Env{Args: args, Prefix: m.prefix, Stdout: &out, Stderr: &errOut, Members: m.members})
	plain := strings.NewReplacer(m.prefix, "PREFIX")
	return plain.Replace(out.String()), plain.Replace(errOut.String()), status
}

// files returns the content of every file by its path.
func (m *machine) files() map[string]string {
	m.t.Helper()
	files := make(map[string]string)
	err := fs.WalkDir(os.DirFS(m.prefix), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(os.DirFS(m.prefix), path)
		files[path] = string(data)
		return err
	})
	if err != nil {
		m.t.Fatal(err)
	}
	return files
}

// configured returns the hostname of the client file and the servers of the management file.
func (m *machine) configured() (hostname string, servers []string) {
	m.t.Helper()
	c, err := config.ReadClient(config.ClientPath(m.prefix))
	if err != nil {
		m.t.Fatal(err)
	}
	management, err := config.ReadManagement(config.ManagementPath(m.prefix))
	if err != nil {
		m.t.Fatal(err)
	}
	for _, s := range management.Servers() {
		if s.Name != s.Hostname {
			m.t.Errorf("server %s is named %s", s.Hostname, s.Name)
		}
		servers = append(servers, s.Hostname)
	}
	return c.Hostname(), servers
}

const (
	bothLines   = "Updating server config in PREFIX/etc/cloudhsm_client.cfg\nUpdating server config in PREFIX/etc/cloudhsm_mgmt_util.cfg\n"
	clusterLine = "Updating 'PREFIX/etc/cloudhsm_mgmt_util.cfg' from cluster state\n"
)

func TestWhatChangesAndWhatIsPrinted(t *testing.T) {
	three := []config.Member{{Node: 2, Address: "10.0.4.4"}, {Node: 0, Address: "10.0.2.9"}, {Node: 1, Address: "10.0.3.11"}}
	tests := []struct {
		name     string
		args     []string
		stdout   string
		hostname string
		servers  []string
	}{
		{"-a puts an IPv4 address into both files", []string{"-a", "10.0.2.9"}, bothLines, "10.0.2.9", []string{"10.0.2.9"}},
		{"-a takes an IPv6 address", []string{"-a", "fd00::1"}, bothLines, "fd00::1", []string{"fd00::1"}},
		{"-a takes a host name", []string{"-a", "hsm-a.lab"}, bothLines, "hsm-a.lab", []string{"hsm-a.lab"}},
		{"-m takes the list of daemon 1", []string{"-m"}, clusterLine, "127.0.0.1", []string{"10.0.4.4", "10.0.2.9", "10.0.3.11"}},
		{"-m -i takes the list of that daemon", []string{"-m", "-i", "2"}, clusterLine, "127.0.0.1", []string{"10.9.0.1"}},
		{"-i may stand first", []string{"-i", "2", "-m"}, clusterLine, "127.0.0.1", []string{"10.9.0.1"}},
		{"--cmu asks the HSM", []string{"--cmu", "10.0.2.9"}, bothLines + clusterLine, "10.0.2.9", []string{"10.0.4.4", "10.0.2.9", "10.0.3.11"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			m := newMachine(t)
			m.clusterInfo(1, three...)
			m.clusterInfo(2, config.Member{Node: 0, Address: "10.9.0.1"})
			m.members = func(_ context.Context, address string) ([]config.Member, error) {
				if test.args[0] != "--cmu" || address != test.args[1] {
					t.Errorf("the HSM at %s was asked", address)
				}
				return three, nil
			}
			stdout, stderr, status := m.run(test.args...)
			if stdout != test.stdout || stderr != "" || status != 0 {
				t.Errorf("printed %q and %q, status %d", stdout, stderr, status)
			}
			hostname, servers := m.configured()
			if hostname != test.hostname {
				t.Errorf("the client file names %s, not %s", hostname, test.hostname)
			}
			if diff := cmp.Diff(test.servers, servers); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestMembersLeavesTheClientFileAlone(t *testing.T) {
	m := newMachine(t)
	m.clusterInfo(1, config.Member{Address: "10.0.2.9"})
	before := m.files()["etc/cloudhsm_client.cfg"]
	m.run("-m")
	if diff := cmp.Diff(before, m.files()["etc/cloudhsm_client.cfg"]); diff != "" {
		t.Error(diff)
	}
}

func TestSSLReplacesThePathsInBothFilesAndNothingElse(t *testing.T) {
	m := newMachine(t)
	m.put("new.key", "key")
	m.put("new.crt", "certificate")
	before := m.files()
	key, cert := filepath.Join(m.prefix, "new.key"), filepath.Join(m.prefix, "new.crt")
	stdout, stderr, status := m.run("--ssl", "--cert", cert, "--pkey", key)
	want := strings.ReplaceAll(bothLines, "server config", "ssl config")
	if stdout != want || stderr != "" || status != 0 {
		t.Errorf("printed %q and %q, status %d", stdout, stderr, status)
	}
	replaced := strings.NewReplacer(
		fmt.Sprintf("%q", m.prefix+"/etc/client.key"), fmt.Sprintf("%q", key),
		fmt.Sprintf("%q", m.prefix+"/etc/client.crt"), fmt.Sprintf("%q", cert))
	for name := range before {
		before[name] = replaced.Replace(before[name])
	}
	if diff := cmp.Diff(before, m.files()); diff != "" {
		t.Error(diff)
	}
}

func TestSSLStoresAbsolutePaths(t *testing.T) {
	m := newMachine(t)
	m.put("new.key", "key")
	t.Chdir(m.prefix)
	if _, stderr, status := m.run("--ssl", "--pkey", "new.key", "--cert", "new.key"); status != 0 {
		t.Fatal(stderr)
	}
	want, err := filepath.Abs("new.key")
	if err != nil {
		t.Fatal(err)
	}
	if file := m.files()["etc/cloudhsm_client.cfg"]; !strings.Contains(file, fmt.Sprintf("%q", want)) {
		t.Errorf("%s is not in\n%s", want, file)
	}
}

func TestAfterAddressAndMembersTheServersAreTheMembersInOrder(t *testing.T) {
	m := newMachine(t)
	random := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		members := make([]config.Member, 1+random.IntN(config.MaxMembers))
		want := make([]string, len(members))
		for i, node := range random.Perm(len(members)) {
			want[i] = fmt.Sprintf("10.%d.%d.%d", random.IntN(256), random.IntN(256), node)
			members[i] = config.Member{Node: node, Address: want[i]}
		}
		first := want[random.IntN(len(want))]
		m.clusterInfo(1, members...)
		m.run("-a", first)
		if hostname, servers := m.configured(); hostname != first || !cmp.Equal(servers, []string{first}) {
			t.Fatalf("after -a %s: %s, %v", first, hostname, servers)
		}
		m.run("-m")
		if _, servers := m.configured(); !cmp.Equal(servers, want) {
			t.Fatalf("after -m: %v, not %v", servers, want)
		}
	}
}
