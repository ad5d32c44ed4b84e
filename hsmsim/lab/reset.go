package lab

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/ids"
	"github.com/hsmlab/hsmlab/hsmsim/lab/scenario"
)

// stopTimeout bounds how long a daemon may take to end before it is killed, real time.
const stopTimeout = 10 * time.Second

// scenarioFile is where a lab keeps the scenario that its world is made from; a lab without it has the
// default world.
func (h Home) scenarioFile() string { return filepath.Join(h.Dir, "scenario.yaml") }

// chosenScenario is the world that a lab without one gets.
func (h Home) chosenScenario() (*scenario.World, error) {
	w, err := h.scenario()
	if err != nil {
		return nil, err
	}
	seed, err := os.ReadFile(h.seedFile())
	if errors.Is(err, fs.ErrNotExist) {
		return w, nil
	}
	if err == nil {
		w.Seed, err = ParseSeed(string(seed))
	}
	if err != nil {
		return nil, fmt.Errorf("cannot read the lab's seed: %w", err)
	}
	return w, nil
}

// scenario is the scenario of the lab, with its own seed.
func (h Home) scenario() (*scenario.World, error) {
	text, err := os.ReadFile(h.scenarioFile())
	if errors.Is(err, fs.ErrNotExist) {
		return scenario.Default(), nil
	}
	if err != nil {
		return nil, fmt.Errorf("cannot read the lab's scenario: %w", err)
	}
	return scenario.Parse(h.scenarioFile(), text)
}

// seedFile is where a lab keeps the seed that was chosen for it beside its scenario.
func (h Home) seedFile() string { return filepath.Join(h.Dir, "seed") }

// ParseSeed reads the seed of a world, 0 to ids.MaxSeed.
func ParseSeed(text string) (int64, error) {
	seed, err := strconv.ParseInt(text, 10, 64)
	if err != nil || seed < 0 || seed > ids.MaxSeed {
		return 0, fmt.Errorf("seed %q: 1 to %d are allowed, and 0 for ids that are random", text, ids.MaxSeed)
	}
	return seed, nil
}

// ChooseSeed makes a seed that of all the lab's new worlds, instead of that of the scenario.
func (h Home) ChooseSeed(seed int64) error {
	if err := os.MkdirAll(h.Dir, 0o700); err != nil {
		return fmt.Errorf("cannot make the lab's directory: %w", err)
	}
	if err := WriteFile(h.seedFile(), []byte(strconv.FormatInt(seed, 10)), 0o600); err != nil {
		return fmt.Errorf("cannot keep the seed: %w", err)
	}
	return nil
}

// Choose makes a scenario file the one that the lab's next new world is made from. A file that is not a
// possible world is refused and changes nothing. A seed that was chosen before is forgotten.
func (h Home) Choose(file string) error {
	f, err := os.Open(file)
	if err != nil {
		return fmt.Errorf("cannot read the scenario: %w", err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, scenario.MaxSize+1)) // more is refused below
	if err != nil {
		return fmt.Errorf("cannot read the scenario: %w", err)
	}
	return h.ChooseText(file, text)
}

// ChooseText is Choose of a text; name is what messages call it.
func (h Home) ChooseText(name string, text []byte) error {
	if _, err := scenario.Parse(name, text); err != nil {
		return err
	}
	if err := os.MkdirAll(h.Dir, 0o700); err != nil {
		return fmt.Errorf("cannot make the lab's directory: %w", err)
	}
	if err := WriteFile(h.scenarioFile(), text, 0o600); err != nil {
		return fmt.Errorf("cannot keep the scenario: %w", err)
	}
	if err := os.Remove(h.seedFile()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("cannot forget the seed: %w", err)
	}
	return nil
}

// Exists reports whether the lab has a world.
func (h Home) Exists() bool {
	_, err := os.Stat(h.manifest())
	return err == nil
}

// Reset ends the lab's world, whatever state it is in, and starts it anew from its scenario.
func Reset(ctx context.Context, h Home) (*Client, error) {
	if err := Down(ctx, h); err != nil {
		return nil, err
	}
	if err := os.Remove(h.manifest()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("cannot end the lab's world: %w", err)
	}
	c, err := Ensure(ctx, h)
	if err == nil {
		h.note(c, "the world was reset")
	}
	return c, err
}

// Down ends the lab's daemon and returns when it is gone. A daemon that does not answer is killed; what it
// has answered before is on disk. Without a daemon there is nothing to do.
func Down(ctx context.Context, h Home) error {
	c, err := Connect(ctx, h)
	if err != nil {
		return killOwner(h)
	}
	defer c.Close()
	ctx, cancel := context.WithTimeout(ctx, stopTimeout)
	defer cancel()
	if err := c.Stop(ctx); err != nil {
		return errors.Join(err, killOwner(h))
	}
	return nil
}

// killOwner kills the process that holds the lab's lock, if any does.
func killOwner(h Home) error {
	f, err := os.OpenFile(h.lockFile(), os.O_RDWR, 0o600)
	if err != nil {
		return nil // never started
	}
	defer f.Close()
	if lock(f) == nil {
		return nil // nobody holds it
	}
	text, err := os.ReadFile(h.lockFile())
	if err != nil {
		return fmt.Errorf("cannot tell which process has lab %s: %w", h.Name, err)
	}
	pid, err := strconv.Atoi(string(text))
	if err != nil {
		return fmt.Errorf("cannot tell which process has lab %s: %w", h.Name, err)
	}
	p, err := os.FindProcess(pid)
	if err != nil {
		return fmt.Errorf("cannot end process %d of lab %s: %w", pid, h.Name, err)
	}
	if err := p.Kill(); err != nil {
		return fmt.Errorf("cannot end process %d of lab %s: %w", pid, h.Name, err)
	}
	for deadline := time.Now().Add(stopTimeout); lock(f) != nil; time.Sleep(5 * time.Millisecond) {
		if owner, err := os.ReadFile(h.lockFile()); err == nil && string(owner) != string(text) {
			return nil // somebody has started the lab again
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("process %d of lab %s does not end", pid, h.Name)
		}
	}
	return nil
}
