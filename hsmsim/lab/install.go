package lab

import (
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"github.com/hsmlab/hsmlab/hsmsim/config"
	"github.com/hsmlab/hsmlab/hsmsim/control"
	"github.com/hsmlab/hsmlab/hsmsim/lab/scenario"
)

// Tools are the names of the original's programs; the hsmlab program is each of them when it is called so.
var Tools = []string{"cloudhsm_mgmt_util", "key_mgmt_util", "configure"}

// install lays out bin, etc and daemon below prefix as /opt/cloudhsm has them: the tools, their two
// configuration files, the certificates and the client daemon's node list of this lab. Configuration files
// that are there stay, unless fresh is set.
func (l *Lab) install(prefix string, fresh bool) error {
	if err := InstallTools(prefix); err != nil {
		return err
	}
	etc := filepath.Join(prefix, "etc")
	for _, dir := range []string{filepath.Join(etc, "certs"), filepath.Join(prefix, "run"), filepath.Join(prefix, "daemon", "1")} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return fmt.Errorf("cannot install: %w", err)
		}
	}
	if err := l.installCertificates(etc); err != nil {
		return err
	}
	return l.installConfiguration(prefix, fresh)
}

// installOwn sets up the lab's own place of tools and configuration for a new world.
func (l *Lab) installOwn() error {
	if err := os.RemoveAll(l.home.Prefix()); err != nil {
		return fmt.Errorf("cannot clear the lab's tools: %w", err)
	}
	if err := installAWS(l.home.Bin()); err != nil {
		return err
	}
	return l.install(l.home.Prefix(), true)
}

// installAWS puts the aws command into a directory of its own: that of a real machine is not in /opt/cloudhsm.
func installAWS(bin string) error {
	self, err := os.Executable()
	if err == nil {
		err = os.MkdirAll(bin, 0o755)
	}
	if err == nil {
		err = installTool(self, filepath.Join(bin, "aws"))
	}
	if err != nil {
		return fmt.Errorf("cannot install aws: %w", err)
	}
	return nil
}

// InstallTools puts the tools into prefix/bin: links to this program, or copies where links cannot be made.
func InstallTools(prefix string) error {
	bin := filepath.Join(prefix, "bin")
	if err := os.MkdirAll(bin, 0o755); err != nil {
		return fmt.Errorf("cannot install the tools: %w", err)
	}
	self, err := os.Executable()
	if err != nil {
		return fmt.Errorf("cannot find the program: %w", err)
	}
	for _, tool := range Tools {
		if err := installTool(self, filepath.Join(bin, tool)); err != nil {
			return fmt.Errorf("cannot install %s: %w", tool, err)
		}
	}
	return nil
}

func installTool(self, path string) error {
	if runtime.GOOS == "windows" {
		path += ".exe"
	}
	if there, err := os.Readlink(path); err == nil && there == self {
		return nil
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if os.Symlink(self, path) == nil {
		return nil
	}
	program, err := os.ReadFile(self)
	if err != nil {
		return err
	}
	return os.WriteFile(path, program, 0o755)
}

// The files of the roots that vouch for the hardware, as the guide's commands name them.
const (
	manufacturerRoot = "liquid_security_certificate.crt"
	awsRoot          = "AWS_CloudHSM_Root-G1.crt"
)

// installCertificates writes the roots, the trust anchor of the first server's cluster and a client certificate.
func (l *Lab) installCertificates(etc string) error {
	client, err := control.NewCA("hsmlab client")
	if err != nil {
		return err
	}
	manufacturer, aws := l.cloud.Roots()
	files := map[string]string{
		"client.crt": control.CertificatePEM(client.Certificate), "client.key": keyPEM(client.Key),
		manufacturerRoot: control.CertificatePEM(manufacturer), awsRoot: control.CertificatePEM(aws),
	}
	if first := l.firstServer(); first != nil && l.world.Client.CustomerCA == scenario.CAPresent {
		files["customerCA.crt"] = control.CertificatePEM(first.Family.TrustAnchor)
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(etc, name), []byte(text), 0o600); err != nil {
			return fmt.Errorf("cannot install %s: %w", name, err)
		}
	}
	return nil
}

func (l *Lab) installConfiguration(prefix string, fresh bool) error {
	hosts := l.hosts()
	client, management := config.DefaultClient(prefix), config.DefaultManagement(prefix)
	if len(hosts) > 0 {
		client.SetHostname(hosts[0].Address)
		management.SetServers(hosts)
	}
	client.SetMinimumNodes(l.world.Client.MinimumNodes)
	if first := l.firstServer(); first != nil {
		var members []config.Member
		for _, m := range l.cloud.Members(first.Cluster) {
			members = append(members, config.Member{Node: m.Node, Address: m.Address})
		}
		if err := config.WriteClusterInfo(config.ClusterInfoPath(prefix, 1), members); err != nil {
			return fmt.Errorf("cannot install the node list: %w", err)
		}
	}
	if _, err := os.Stat(config.ManagementPath(prefix)); err == nil && !fresh {
		return nil
	}
	if err := config.WriteBoth(prefix, client, management); err != nil {
		return fmt.Errorf("cannot install the configuration: %w", err)
	}
	return nil
}

// hosts are the servers of the management tool, in the scenario's order.
func (l *Lab) hosts() []config.Host {
	l.mu.Lock()
	defer l.mu.Unlock()
	var list []config.Host
	for _, address := range l.world.Client.Servers {
		for _, n := range l.cloud.Nodes() {
			if n.Address == address {
				list = append(list, config.Host{Address: address, Name: l.manifest.hsm(n.ID, address).Name})
			}
		}
	}
	return list
}

// firstServer is the HSM of the first server, nil where there is none.
func (l *Lab) firstServer() *control.Node {
	if hosts := l.hosts(); len(hosts) > 0 {
		for _, n := range l.cloud.Nodes() {
			if n.Address == hosts[0].Address {
				return &n
			}
		}
	}
	return nil
}

func keyPEM(der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
}
