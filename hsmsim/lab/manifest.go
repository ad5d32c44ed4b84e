package lab

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/hsmlab/hsmlab/hsmsim/clock"
	"github.com/hsmlab/hsmlab/hsmsim/lab/scenario"
)

// manifestVersion is the version of lab.json.
const manifestVersion = 2

// manifest is what a lab knows of its world beside the state of its HSMs: the scenario that it was made from
// and what was made up on the way. It is written last when a world is made, so that a world is there whole
// or not at all; and what the CloudHSM service answers for is in it whole or not at all.
type manifest struct {
	Version    int
	Scenario   []byte // YAML
	StorageKey [32]byte
	Clock      clock.State
	HSMs       map[string]hsmManifest // by id; those that are as new HSMs are may be missing
	Control    []byte                 // the state of the CloudHSM service, JSON; as text it is not scanned with the rest
	KMSFailing bool                   // see Lab.SetKMSFailing
	Faults     []*pendingFault        `json:",omitempty"` // in the order in which they were added
	LastFault  uint64                 `json:",omitempty"` // number of the last one
}

// hsmManifest is what only the lab knows of an HSM.
type hsmManifest struct {
	Name    string // that CMU shows
	State   string // of scenario.StateUp, …: how it answers now
	Crowded bool   `json:",omitempty"` // somebody has all of its sessions
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
	if err := WriteFile(h.manifest(), b, 0o600); err != nil {
		return fmt.Errorf("cannot write the lab: %w", err)
	}
	return nil
}

// WriteFile replaces a file as a whole.
func WriteFile(path string, data []byte, mode os.FileMode) error {
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
	m := &manifest{Version: manifestVersion, Scenario: text, HSMs: map[string]hsmManifest{}}
	rand.Read(m.StorageKey[:])
	return m, nil
}

// hsm is what the lab knows of an HSM; of one that the scenario did not have its name is its address.
func (m *manifest) hsm(id, address string) hsmManifest {
	if h, ok := m.HSMs[id]; ok {
		return h
	}
	return hsmManifest{Name: address, State: scenario.StateUp}
}
