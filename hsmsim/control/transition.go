package control

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"time"
)

// How long things take on the original (user guide, getting started; measured by users), before they are divided by
// the speed of the lab's services.
const (
	clusterCreation   = 90 * time.Second
	clusterDeletion   = 2 * time.Minute
	initialisation    = 3 * time.Minute
	activationLag     = 80 * time.Second // until the service notices
	hsmCreation       = 5 * time.Minute
	hsmDeletion       = 2 * time.Minute
	backupCreation    = 2 * time.Minute
	copyToRegion      = 5 * time.Minute
	retryAfterFailure = 5 * time.Minute
)

// What takes its time whatever the speed.
const (
	degradedAfter = 15 * time.Minute // without an answer to health checks
	backupEvery   = 24 * time.Hour
	pendingFor    = 7 * 24 * time.Hour // until a deleted backup is gone
	listedFor     = 24 * time.Hour     // how long deleted clusters and backups are still shown
)

// scaled is how long something takes in the lab.
func (s *Service) scaled(d time.Duration) time.Duration {
	return time.Duration(float64(d) / s.state.Speed)
}

// event is what happens next. apply is nil where nothing does.
type event struct {
	due   time.Time
	apply func(at time.Time)
}

// run lets everything happen that is due, in order of time. What is due because of something that happened later
// happens then.
func (s *Service) run() {
	now := s.lab.Now()
	for {
		e := s.next()
		if e.apply == nil || e.due.After(now) {
			return
		}
		if e.due.After(s.state.At) {
			s.state.At = e.due
		}
		e.apply(s.state.At)
	}
}

// next finds what is due first.
func (s *Service) next() event {
	var first event
	offer := func(due time.Time, apply func(at time.Time)) {
		if !due.IsZero() && (first.apply == nil || due.Before(first.due)) {
			first = event{due, apply}
		}
	}
	for r, c := range s.clusters() {
		offer(c.Due, func(at time.Time) { s.advanceCluster(r, c, at) })
		if c.State == Active && c.active() != nil {
			offer(c.Daily, func(at time.Time) { s.daily(r, c, at) })
		}
		for _, h := range c.HSMs {
			offer(h.Due, func(at time.Time) { s.advanceHSM(r, c, h, at) })
			if h.State == Active && !h.Silent.IsZero() {
				offer(h.Silent.Add(degradedAfter), func(time.Time) { s.degrade(h) })
			}
		}
	}
	for _, r := range s.state.Regions {
		newest := r.newestBackups()
		for _, b := range r.Backups {
			offer(b.Due, func(at time.Time) { s.advanceBackup(r, b, at) })
			if b.State == Ready && newest[b.Cluster] != b {
				offer(r.expiry(b), func(at time.Time) { s.purge(b, at) })
			}
		}
	}
	return first
}

// active is the first HSM of a cluster that is ACTIVE, nil for none.
func (c *Cluster) active() *HSM {
	for _, h := range c.HSMs {
		if h.State == Active {
			return h
		}
	}
	return nil
}

func (s *Service) advanceCluster(r *Region, c *Cluster, at time.Time) {
	s.dirty = true
	c.Due = time.Time{}
	switch c.State {
	case CreateInProgress:
		c.State, c.Message = Uninitialized, ""
		if c.Content != "" {
			c.State = Active
		}
	case InitializeInProgress:
		if err := s.initialise(c); err != nil {
			s.report(fmt.Errorf("cannot initialise cluster %s: %w", c.ID, err))
			c.Due = at.Add(retryAfterFailure)
		}
	case Initialized:
		c.State, c.Message = Active, ""
		c.Daily = at.Add(backupEvery)
		s.backUp(r, c, nil, at)
	case DeleteInProgress:
		c.State, c.Message, c.Due = Deleted, msgClusterDeleted, at.Add(listedFor)
		r.Network.removeGroup(c.Group)
		s.garbage = append(s.garbage, c.Content)
		c.Content = ""
	case Deleted:
		c.Unlisted = true
	}
}

// initialise gives a cluster its family and its HSM the users of a new one.
func (s *Service) initialise(c *Cluster) error {
	f := newUnsignedFamily()
	f.TrustAnchor, f.Certified = c.Anchor, Certified{Key: c.Key, Certificate: c.Confirmed}
	s.state.Families[c.ID], c.Family = f, c.ID
	h := c.active()
	if err := s.lab.Prepare(s.node(c, h), nil); err != nil {
		c.Family = ""
		return err
	}
	h.Running = true
	c.State, c.Message = Initialized, ""
	c.Request, c.Confirmed, c.Anchor, h.HardwareByAWS = nil, nil, nil, nil
	s.serve(h)
	return nil
}

// serve lets a prepared HSM answer, once it is durable that it runs. It is tried again where that fails.
func (s *Service) serve(h *HSM) {
	s.dirty = true
	err := s.settle()
	if err == nil {
		err = errors.Join(s.lab.Cut(s.cut()), s.lab.Serve(h.ID))
	}
	if err != nil {
		s.report(fmt.Errorf("HSM %s does not answer yet: %w", h.ID, err))
		h.Due = s.lab.Now().Add(retryAfterFailure)
	}
}

func (s *Service) advanceHSM(r *Region, c *Cluster, h *HSM, at time.Time) {
	s.dirty = true
	h.Due = time.Time{}
	var err error
	switch h.State {
	case CreateInProgress:
		err = s.finishHSM(c, h, at)
	case DeleteInProgress:
		err = s.removeHSM(r, c, h)
	case Active:
		s.serve(h)
	}
	if err != nil {
		s.report(fmt.Errorf("HSM %s stays in state %s: %w", h.ID, h.State, err))
		h.Due = at.Add(retryAfterFailure)
	}
}

// finishHSM makes a new HSM active: an uninitialised one of a new cluster, or one that a backup is restored to.
func (s *Service) finishHSM(c *Cluster, h *HSM, at time.Time) error {
	if h.Hardware.Key == nil {
		var err error
		if h.Hardware, err = newHardware(s.state.Manufacturer, h.ID); err != nil {
			return err
		}
	}
	if c.Family == "" {
		if err := s.identify(c, h); err != nil {
			return err
		}
		h.State, h.Message = Active, msgHSMCreated
		return nil
	}
	f := s.state.Families[c.Family]
	public, err := f.Private()
	if err != nil {
		return err
	}
	if h.Certificate, err = sign(clusterTemplate(partition(h.ID)), public.Public(), h.Hardware); err != nil {
		return err
	}
	content, err := s.lab.Fetch(h.Content)
	if err != nil {
		return err
	}
	if err := s.lab.Prepare(s.node(c, h), content); err != nil {
		return err
	}
	s.garbage = append(s.garbage, h.Content)
	h.Running, h.State, h.Message, h.Content = true, Active, msgHSMCreated, ""
	if c.Daily.IsZero() || c.Daily.Before(at) {
		c.Daily = at.Add(backupEvery)
	}
	s.serve(h)
	return nil
}

// identify gives the first HSM of a new cluster the certificates that prove what it is, and the cluster its CSR.
func (s *Service) identify(c *Cluster, h *HSM) error {
	key, csr, err := newRequest(h.ID)
	if err != nil {
		return err
	}
	private, err := Certified{Key: key}.Private()
	if err != nil {
		return err
	}
	hardware, err := h.Hardware.Private()
	if err != nil {
		return err
	}
	if h.HardwareByAWS, err = sign(hardwareTemplate(h.ID), hardware.Public(), s.state.AWS); err != nil {
		return err
	}
	if h.Certificate, err = sign(clusterTemplate(partition(h.ID)), private.Public(), h.Hardware); err != nil {
		return err
	}
	c.Key, c.Request = key, csr
	return nil
}

// removeHSM ends an HSM. Its audit log stays readable.
func (s *Service) removeHSM(r *Region, c *Cluster, h *HSM) error {
	if h.Running {
		records, err := s.lab.Halt(h.ID)
		if err != nil {
			return err
		}
		stream := &Stream{Cluster: c.ID, HSM: h.ID, File: "audit-" + h.ID}
		log, err := json.Marshal(records)
		if err != nil {
			return err
		}
		if err := s.lab.Store(stream.File, log); err != nil {
			return err
		}
		r.Streams = append(r.Streams, stream)
	}
	if c.State == Uninitialized {
		c.Key, c.Request = nil, nil
	}
	s.garbage = append(s.garbage, h.Content)
	delete(s.backups, h.ID)
	r.Network.removeInterface(h.Interface)
	for i := range c.HSMs {
		if c.HSMs[i] == h {
			c.HSMs = append(c.HSMs[:i:i], c.HSMs[i+1:]...)
			break
		}
	}
	if err := s.settle(); err != nil {
		return err
	}
	if h.Running {
		s.report(s.lab.Remove(h.ID))
	}
	return nil
}

// degrade marks an HSM that has not answered for a while.
func (s *Service) degrade(h *HSM) {
	s.dirty = true
	h.State, h.Message = Degraded, msgHSMDegraded
}

// look asks how the HSMs are.
func (s *Service) look() {
	for _, c := range s.clusters() {
		for _, h := range c.HSMs {
			if h.Running {
				condition, err := s.lab.Look(h.ID)
				s.note(c, h, condition, err == nil && condition.Reachable)
			}
		}
	}
}

func (s *Service) note(c *Cluster, h *HSM, condition Condition, healthy bool) {
	now := s.lab.Now()
	switch {
	case healthy && h.State == Degraded:
		h.State, h.Message, h.Silent, s.dirty = Active, msgHSMCreated, time.Time{}, true
	case healthy && !h.Silent.IsZero():
		h.Silent, s.dirty = time.Time{}, true
	case !healthy && h.State == Active && h.Silent.IsZero():
		h.Silent, s.dirty = now, true
	}
	if c.State == Initialized && condition.Activated && c.Due.IsZero() {
		c.Due, s.dirty = now.Add(s.scaled(activationLag)), true
	}
}

// discard removes the files that nothing refers to any more.
func (s *Service) discard() {
	if len(s.garbage) == 0 {
		return
	}
	used := s.contents()
	for _, name := range s.garbage {
		if name != "" && !used[name] {
			s.report(s.lab.Discard(name))
			maps.DeleteFunc(s.backups, func(_ string, b lastBackup) bool { return b.content == name })
		}
	}
	s.garbage = nil
}

// contents are the files that backups, clusters and new HSMs refer to.
func (s *Service) contents() map[string]bool {
	used := map[string]bool{}
	for _, r := range s.state.Regions {
		for _, b := range r.Backups {
			used[b.Content] = true
		}
		for _, c := range r.Clusters {
			used[c.Content] = true
			for _, h := range c.HSMs {
				used[h.Content] = true
			}
		}
	}
	return used
}
