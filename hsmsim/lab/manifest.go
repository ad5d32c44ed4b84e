package lab

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/hsmlab/hsmlab/hsmsim/clock"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/lab/scenario"
)

// manifestVersion is the version of lab.json.
const manifestVersion = 1

// manifest is what a lab knows of its world beside the state of its HSMs: the scenario that it was made from
// and what was made up on the way. It is written last when a world is made, so that a world is there whole
// or not at all.
type manifest struct {
	Version    int
	Scenario   []byte // YAML
	StorageKey [32]byte
	Clock      clock.State
	Clusters   []clusterManifest

	ManufacturerRoot certified // of the HSMs' hardware
}

type clusterManifest struct {
	ID         string
	MaskingKey [32]byte
	Salt       [16]byte
	CustomerCA certified
	HSMs       []hsmManifest
}

type hsmManifest struct {
	ID          string
	Node        int
	Address     string
	Name        string
	State       string    // of scenario.StateUp, …: how it answers now
	Certificate certified // cluster certificate, signed by the customer CA

	Hardware          certified // signed by the manufacturer
	ClusterByHardware []byte    // cluster certificate signed by the hardware, DER
}

func (m *manifest) newHSM(c *clusterManifest, h scenario.HSM) (hsmManifest, error) {
	id := h.ID
	if id == "" {
		id = newHSMID()
	}
	made := hsmManifest{ID: id, Node: h.Node, Address: h.Address, Name: h.Name, State: h.State}
	var err error
	if made.Certificate, err = newClusterCertificate(c.CustomerCA, c.ID, id); err != nil {
		return made, err
	}
	if made.Hardware, err = newHardwareCertificate(m.ManufacturerRoot, id); err != nil {
		return made, err
	}
	made.ClusterByHardware, err = certifyAgain(made.Certificate, made.Hardware, c.ID, id)
	return made, err
}

// chain are the certificates of an HSM beside the cluster certificate.
func (m *manifest) chain(c *clusterManifest, h *hsmManifest) map[hsm.CertificateKind][]byte {
	return map[hsm.CertificateKind][]byte{
		hsm.ManufacturerRoot: m.ManufacturerRoot.Certificate, hsm.ManufacturerHardware: h.Hardware.Certificate,
		hsm.CustomerRoot: c.CustomerCA.Certificate, hsm.ClusterByHardware: h.ClusterByHardware,
	}
}

func readManifest(h Home) (*manifest, error) {
	b, err := os.ReadFile(h.manifest())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("cannot read the lab: %w", err)
	}
	m := &manifest{}
	if err := json.Unmarshal(b, m); err != nil {
		return nil, fmt.Errorf("%s is damaged: %w", h.manifest(), err)
	}
	if m.Version != manifestVersion {
		return nil, fmt.Errorf("%s is of version %d, this hsmlab knows %d", h.manifest(), m.Version, manifestVersion)
	}
	return m, nil
}

func (m *manifest) write(h Home) error {
	b, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("cannot encode the lab: %w", err)
	}
	if err := writeFile(h.manifest(), b, 0o600); err != nil {
		return fmt.Errorf("cannot write the lab: %w", err)
	}
	return nil
}

// writeFile replaces a file as a whole.
func writeFile(path string, data []byte, mode os.FileMode) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(data)
	err = errors.Join(err, f.Chmod(mode), f.Sync(), f.Close())
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// newManifest makes up what a scenario leaves open.
func newManifest(w *scenario.World) (*manifest, error) {
	text, err := w.YAML()
	if err != nil {
		return nil, fmt.Errorf("cannot keep the scenario: %w", err)
	}
	m := &manifest{Version: manifestVersion, Scenario: text}
	rand.Read(m.StorageKey[:])
	if m.ManufacturerRoot, err = newManufacturerRoot(); err != nil {
		return nil, err
	}
	for _, c := range w.Clusters {
		cm, err := m.newCluster(&c)
		if err != nil {
			return nil, err
		}
		m.Clusters = append(m.Clusters, cm)
	}
	return m, nil
}

func (m *manifest) newCluster(c *scenario.Cluster) (clusterManifest, error) {
	cm := clusterManifest{ID: c.ID}
	if source := m.cluster(c.ClonedFrom); source != nil {
		cm.MaskingKey, cm.Salt, cm.CustomerCA = source.MaskingKey, source.Salt, source.CustomerCA
	} else {
		rand.Read(cm.MaskingKey[:])
		rand.Read(cm.Salt[:])
		var err error
		if cm.CustomerCA, err = newCustomerCA(c.ID); err != nil {
			return cm, err
		}
	}
	for _, h := range c.HSMs {
		made, err := m.newHSM(&cm, h)
		if err != nil {
			return cm, err
		}
		cm.HSMs = append(cm.HSMs, made)
	}
	return cm, nil
}

func (m *manifest) cluster(id string) *clusterManifest {
	for i := range m.Clusters {
		if m.Clusters[i].ID == id {
			return &m.Clusters[i]
		}
	}
	return nil
}

// newHSMID makes up an id as AWS gives them.
func newHSMID() string {
	const letters = "abcdefghijklmnopqrstuvwxyz234567"
	random := make([]byte, 11)
	rand.Read(random)
	var id strings.Builder
	for _, b := range random {
		id.WriteByte(letters[b%32])
	}
	return "hsm-" + id.String()
}

func (c *clusterManifest) family() hsm.Family {
	return hsm.Family{MaskingKey: c.MaskingKey, Salt: c.Salt}
}

func (c *clusterManifest) members() []hsm.Member {
	list := make([]hsm.Member, len(c.HSMs))
	for i, h := range c.HSMs {
		list[i] = hsm.Member{Node: h.Node, Address: h.Address}
	}
	return list
}
