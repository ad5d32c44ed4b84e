package lab

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hsmlab/hsmlab/hsmsim/clock"
	"github.com/hsmlab/hsmlab/hsmsim/control"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

// hardware is the lab as the CloudHSM service sees it. The service calls with its own lock held, which is always taken
// before l.mu.
type hardware struct {
	clock.Clock
	vault
	l *Lab
}

var _ control.Lab = hardware{}

// Save makes the service's state durable with the rest of the manifest.
func (h hardware) Save(state []byte) error {
	h.l.mu.Lock()
	defer h.l.mu.Unlock()
	h.l.manifest.Control = state
	return h.l.save()
}

// Prepare makes an HSM of a backup, or one that has just been initialised. What an earlier try has left goes.
func (h hardware) Prepare(spec control.Node, backup []byte) error {
	path := h.l.home.nodeFile(spec.ID)
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("cannot replace the store of HSM %s: %w", spec.ID, err)
	}
	n, err := h.l.openNode(spec, func(j hsm.Journal) error {
		if backup == nil {
			return hsm.Initialise(context.Background(), j, spec.Family.Salt, h.Now())
		}
		return hsm.Restore(context.Background(), j, backup, h.Now())
	})
	if err != nil {
		return err
	}
	h.l.mu.Lock()
	defer h.l.mu.Unlock()
	h.l.nodes = append(slices.Clip(h.l.nodes), n)
	return nil
}

// Serve lets an HSM answer.
func (h hardware) Serve(id string) error {
	h.l.mu.Lock()
	defer h.l.mu.Unlock()
	n := h.l.node(id)
	if n == nil {
		return control.ErrNotRunning
	}
	h.AfterFunc(0, func() { h.l.services.kms.Rejoin(context.Background()) })
	return n.apply()
}

// Halt ends an HSM; nobody is served when its log is read.
func (h hardware) Halt(id string) ([]hsm.AuditRecord, error) {
	h.l.mu.Lock()
	defer h.l.mu.Unlock()
	n := h.l.node(id)
	if n == nil {
		return nil, nil // its store is damaged, and its log with it
	}
	if err := n.close(); err != nil {
		h.l.log.Error("an HSM does not end in order", "hsm", id, "error", err)
	}
	h.l.nodes = slices.DeleteFunc(slices.Clone(h.l.nodes), func(other *node) bool { return other == n })
	delete(h.l.manifest.HSMs, id)
	h.l.drop(func(p *pendingFault) bool { return p.HSM == id })
	return n.hsm.Audit(), nil
}

// Remove removes the store of an HSM that nobody lists as a member any more.
func (h hardware) Remove(id string) error {
	if err := os.Remove(h.l.home.nodeFile(id)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("cannot remove the store of HSM %s: %w", id, err)
	}
	return nil
}

// device is an HSM that runs, and whether it answers health checks.
func (h hardware) device(id string) (device *hsm.HSM, reachable bool, err error) {
	h.l.mu.Lock()
	defer h.l.mu.Unlock()
	n := h.l.node(id)
	if n == nil {
		return nil, false, control.ErrNotRunning
	}
	return n.hsm, n.reachable(), nil
}

// Look tells how an HSM is.
func (h hardware) Look(id string) (control.Condition, error) {
	device, reachable, err := h.device(id)
	if err != nil {
		return control.Condition{}, err
	}
	return control.Condition{Reachable: reachable, Activated: device.Activated(), Change: device.LastChange()}, nil
}

// Backup is what a backup of an HSM holds.
func (h hardware) Backup(id string) ([]byte, error) {
	device, _, err := h.device(id)
	if err != nil {
		return nil, err
	}
	return device.Backup(), nil
}

// Audit is what an HSM has logged.
func (h hardware) Audit(id string) ([]hsm.AuditRecord, error) {
	device, _, err := h.device(id)
	if err != nil {
		return nil, err
	}
	return device.Audit(), nil
}

// Cut makes the HSMs that are named silent, and the others what they are otherwise.
func (h hardware) Cut(ids map[string]bool) error {
	h.l.mu.Lock()
	defer h.l.mu.Unlock()
	var errs []error
	for _, n := range h.l.nodes {
		if n.cut != ids[n.spec.ID] {
			n.cut = ids[n.spec.ID]
			errs = append(errs, n.apply())
		}
	}
	return errors.Join(errs...)
}

// node is an HSM that runs, nil where there is none; l.mu is held.
func (l *Lab) node(id string) *node {
	for _, n := range l.nodes {
		if n.spec.ID == id {
			return n
		}
	}
	return nil
}

// removeOrphans removes the stores of HSMs that are not there: they were just being made, or being removed.
func (l *Lab) removeOrphans() error {
	entries, err := os.ReadDir(l.home.nodes())
	if err != nil {
		return fmt.Errorf("cannot look for the HSMs: %w", err)
	}
	there := map[string]bool{}
	for _, n := range l.cloud.Nodes() {
		there[n.ID] = true
	}
	for _, e := range entries {
		if id, ok := strings.CutSuffix(e.Name(), ".db"); ok && !there[id] {
			if err := os.Remove(filepath.Join(l.home.nodes(), e.Name())); err != nil {
				return fmt.Errorf("cannot remove what is left of HSM %s: %w", id, err)
			}
		}
	}
	return nil
}
