package control

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/clock"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

// A Service is CloudHSM v2 in all regions of one account. Its operations are methods in the form that package shape
// describes.
type Service struct {
	lab   Lab
	log   *slog.Logger
	nodes atomic.Pointer[[]Node]

	mu      sync.Mutex
	state   State
	dirty   bool // the state has changed since it was saved
	alarm   clock.Timer
	ended   bool
	backups map[string]lastBackup // of each HSM, to tell whether there is anything new to store
	garbage []string              // files that may not be needed any more
}

// lastBackup is the content that an HSM had at a ticket.
type lastBackup struct {
	change  hsm.Ticket
	content string
}

// Restore makes the service of a saved state. It does nothing before Begin.
func Restore(lab Lab, log *slog.Logger, saved []byte) (*Service, error) {
	s := &Service{lab: lab, log: log, backups: map[string]lastBackup{}}
	if err := json.Unmarshal(saved, &s.state); err != nil {
		return nil, fmt.Errorf("cannot read the state of CloudHSM: %w", err)
	}
	s.publish()
	return s, nil
}

// Begin lets the service go on: what came due while the lab was down happens now, the rest by the clock.
func (s *Service) Begin() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.look()
	s.run()
	if err := s.lab.Cut(s.cut()); err != nil {
		return err
	}
	return s.settle()
}

// End stops the service.
func (s *Service) End() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended = true
	if s.alarm != nil {
		s.alarm.Stop()
	}
}

// Flush makes durable what happened by the clock alone.
func (s *Service) Flush() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.settle()
}

// Refresh lets the service look at the HSMs again: one may have gone down, come back or been activated.
func (s *Service) Refresh() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.look()
	s.run()
	s.report(s.settle())
}

// Activated tells the service that the PRECO of an HSM has become a CO. It does not wait for anything.
func (s *Service) Activated() { s.lab.AfterFunc(0, s.Refresh) }

// Nodes lists the HSMs that run, by region and cluster in order of creation. They are not to be changed.
func (s *Service) Nodes() []Node { return *s.nodes.Load() }

// Members lists the HSMs of a cluster that run.
func (s *Service) Members(cluster string) []hsm.Member {
	var list []hsm.Member
	for _, n := range s.Nodes() {
		if n.Cluster == cluster {
			list = append(list, hsm.Member{Node: n.Node, Address: n.Address})
		}
	}
	return list
}

// publish makes Nodes tell of the state as it is.
func (s *Service) publish() {
	var list []Node
	for _, c := range s.clusters() {
		for _, h := range c.HSMs {
			if h.Running {
				list = append(list, s.node(c, h))
			}
		}
	}
	s.nodes.Store(&list)
}

func (s *Service) node(c *Cluster, h *HSM) Node {
	f := s.state.Families[c.Family]
	return Node{Cluster: c.ID, ID: h.ID, Node: h.Node, Address: h.Address, Family: f, Chain: map[hsm.CertificateKind][]byte{
		hsm.ManufacturerRoot: s.state.Manufacturer.Certificate, hsm.ManufacturerHardware: h.Hardware.Certificate,
		hsm.CustomerRoot: f.TrustAnchor, hsm.ClusterByHardware: h.Certificate,
	}}
}

// clusters goes through all clusters, the regions in order of their names.
func (s *Service) clusters() func(func(*Region, *Cluster) bool) {
	return func(yield func(*Region, *Cluster) bool) {
		for _, name := range slices.Sorted(maps.Keys(s.state.Regions)) {
			r := s.state.Regions[name]
			for _, c := range r.Clusters {
				if !yield(r, c) {
					return
				}
			}
		}
	}
}

// enter begins an operation: what is due has happened then. The caller defers leave.
func (s *Service) enter() {
	s.mu.Lock()
	s.look()
	s.run()
	s.state.At = s.lab.Now()
}

// leave ends an operation that has answered with err: nothing of it is told before it is durable.
func (s *Service) leave(err *error) {
	if failed := s.settle(); failed != nil && *err == nil {
		*err = internal(failed)
	}
	s.mu.Unlock()
}

// settle makes the state durable if it has changed, and sets the alarm for what is due next.
func (s *Service) settle() error {
	defer s.setAlarm()
	if !s.dirty {
		return nil
	}
	doc, err := s.encode()
	if err == nil {
		err = s.lab.Save(doc)
	}
	if err != nil {
		return fmt.Errorf("cannot save the state of CloudHSM: %w", err)
	}
	s.dirty = false
	s.publish()
	s.discard()
	return nil
}

func (s *Service) encode() ([]byte, error) {
	doc, err := json.Marshal(&s.state)
	if err != nil {
		return nil, fmt.Errorf("cannot encode the state of CloudHSM: %w", err)
	}
	return doc, nil
}

func (s *Service) setAlarm() {
	if s.alarm != nil {
		s.alarm.Stop()
		s.alarm = nil
	}
	e := s.next()
	if e.apply == nil || s.ended {
		return
	}
	s.alarm = s.lab.AfterFunc(max(e.due.Sub(s.lab.Now()), time.Nanosecond), s.ring)
}

// ring is what the alarm calls. Backups that nobody has seen yet need not be durable; see Flush.
func (s *Service) ring() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended {
		return
	}
	s.run()
	s.setAlarm()
}

// report logs an error that nobody waits for.
func (s *Service) report(err error) {
	if err != nil {
		s.log.Error("CloudHSM", "error", err)
	}
}

// Roots are the certificates of the manufacturer and of AWS that vouch for the hardware, X.509 DER.
func (s *Service) Roots() (manufacturer, aws []byte) {
	return s.state.Manufacturer.Certificate, s.state.AWS.Certificate // which do not change
}

// Family is what a cluster has in common with its clones, nil before it is initialised.
func (s *Service) Family(cluster string) *Family {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.clusters() {
		if c.ID == cluster {
			return s.state.Families[c.Family]
		}
	}
	return nil
}
