package practice

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/hsmlab/hsmlab/hsmsim/lab"
)

// maxMarks is how many steps can be undone.
const maxMarks = 20

// A mark is a world to go back to: how it stood at a prompt of the lab shell.
type mark struct {
	File        string // of the snapshot, in the runbook's directory; the first is the start
	Fingerprint string // of the lab afterwards
}

// ErrNoUndo is why nothing can be undone.
var ErrNoUndo = errors.New("nothing to undo")

// markStart makes the beginning the only world to go back to.
func (s *Stage) markStart(ctx context.Context, st *State) error {
	for _, m := range st.Marks {
		s.drop(m)
	}
	now, err := s.fingerprint(ctx)
	st.Marks = []mark{{filepath.Base(s.start()), now}}
	return err
}

// fingerprint tells whether the world was changed.
func (s *Stage) fingerprint(ctx context.Context) (string, error) {
	c, err := lab.Ensure(ctx, s.Home)
	if err != nil {
		return "", err
	}
	defer c.Close()
	return c.Fingerprint(ctx)
}

// Mark keeps the world to come back to, if it has changed since the last mark. It does nothing while somebody is at a
// console, since keeping the world would end their connections, and nothing before the world has come to rest.
func (s *Stage) Mark(ctx context.Context, st *State) error {
	now, err := s.fingerprint(ctx)
	if err != nil || len(st.Marks) > 0 && st.Marks[len(st.Marks)-1].Fingerprint == now {
		return err
	}
	if busy, err := s.busy(ctx); busy || err != nil {
		return err
	}
	st.Made++
	m := mark{File: fmt.Sprintf("undo-%d.tar.gz", st.Made)}
	if err := lab.SaveTo(ctx, s.Home, filepath.Join(s.dir(), m.File)); err != nil {
		return fmt.Errorf("cannot keep the world to undo what follows: %w", err)
	}
	if m.Fingerprint, err = s.fingerprint(ctx); err != nil {
		return err
	}
	st.Marks = append(st.Marks, m)
	for len(st.Marks) > maxMarks {
		s.drop(st.Marks[0])
		st.Marks = st.Marks[1:]
	}
	return s.Keep(st)
}

// drop removes what a mark keeps, but not the start.
func (s *Stage) drop(m mark) {
	if m.File != filepath.Base(s.start()) {
		os.Remove(filepath.Join(s.dir(), m.File))
	}
}

// busy reports whether anybody but KMS is connected to an HSM, logged in or not, or something is under way.
func (s *Stage) busy(ctx context.Context) (bool, error) {
	c, err := lab.Connect(ctx, s.Home)
	if err != nil {
		return false, nil // it is down
	}
	defer c.Close()
	v, err := c.View(ctx)
	if err != nil {
		return false, err
	}
	if len(v.UnderWay()) > 0 {
		return true, nil // what would be kept is on its way to something else
	}
	connected := map[string]bool{}
	for _, st := range v.Stores {
		connected[st.Cluster] = connected[st.Cluster] || st.State == "CONNECTED"
	}
	for _, cl := range v.Clusters {
		for _, h := range cl.HSMs {
			idle := h.Connections
			for _, u := range h.Users {
				idle -= u.Logins
				if u.Logins > 0 && !(u.Name == "kmsuser" && connected[cl.ID]) {
					return true, nil
				}
			}
			if idle > 0 { // KMS is logged in on all that it has
				return true, nil
			}
		}
	}
	return false, nil
}

// Undo goes back to the mark before the last one, or to the last one where the world has changed since. Error: ErrNoUndo.
func (s *Stage) Undo(ctx context.Context, st *State) error {
	now, err := s.fingerprint(ctx)
	if err != nil {
		return err
	}
	last := len(st.Marks) - 1
	if last >= 0 && st.Marks[last].Fingerprint == now {
		s.drop(st.Marks[last])
		last--
	}
	if last < 0 {
		return ErrNoUndo
	}
	if err := s.endElsewhere(); err != nil {
		return err
	}
	c, err := lab.LoadFrom(ctx, s.Home, filepath.Join(s.dir(), st.Marks[last].File))
	if err != nil {
		return fmt.Errorf("cannot undo: %w", err)
	}
	defer c.Close()
	st.Marks = st.Marks[:last+1]
	if st.Marks[last].File == filepath.Base(s.start()) { // later on they may have been ended
		if err := s.beginElsewhere(ctx, c.Settings()); err != nil {
			return err
		}
	}
	if st.Marks[last].Fingerprint, err = s.fingerprint(ctx); err != nil {
		return err
	}
	return s.Keep(st)
}
