package lab

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/lab/scenario"
)

// happen makes a fault real, and keeps it if it is to end. trouble.mu is held. Doing it twice is doing it once, so that a
// lab that was killed meanwhile can begin again.
func (l *Lab) happen(p *pendingFault) error {
	if l.trouble.ended {
		return errors.New("the lab is going down")
	}
	if p.For > 0 && p.ID == 0 {
		l.mu.Lock()
		err := l.roomForFault()
		l.mu.Unlock()
		if err != nil {
			return err
		}
	}
	at := l.clock.Now()
	if !p.Due.IsZero() {
		at = p.Due
	}
	if err := l.act(p, true); err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.drop(func(other *pendingFault) bool { return other.ID == p.ID || other.Happened && other.rivals(p) })
	if p.For > 0 {
		p = &pendingFault{Kind: p.Kind, HSM: p.HSM, Subnet: p.Subnet, Due: at.Add(p.For), Happened: true}
		if err := l.keepFault(p); err != nil {
			return err
		}
		l.arm(p)
	}
	return l.save()
}

// rivals reports whether a fault takes the place of another one: an HSM is in one state at a time.
func (p *pendingFault) rivals(other *pendingFault) bool {
	class := func(p *pendingFault) string {
		if slices.Contains(states, p.Kind) {
			return scenario.StateUp
		}
		return p.Kind
	}
	return class(p) == class(other) && p.HSM == other.HSM && p.Subnet == other.Subnet
}

// act makes what a fault is about go wrong, or takes that back.
func (l *Lab) act(p *pendingFault, wrong bool) error {
	switch p.Kind {
	case scenario.FaultKMS:
		return l.SetKMSFailing(wrong)
	case scenario.FaultFull:
		if wrong {
			return l.cloud.Fill(p.Subnet)
		}
		return l.cloud.Empty(p.Subnet)
	case scenario.FaultGone:
		if wrong {
			return l.cloud.Abandon(p.Subnet)
		}
		return nil
	case scenario.FaultSessions:
		return l.setCrowded(p.HSM, wrong)
	}
	if wrong {
		return l.setHSMState(p.HSM, p.Kind)
	}
	l.mu.Lock()
	n := l.node(p.HSM)
	there := n != nil && n.state == p.Kind
	l.mu.Unlock()
	if !there {
		return nil
	}
	return l.setHSMState(p.HSM, scenario.StateUp)
}

// setCrowded takes all sessions of an HSM, or gives them back. Those that KMS keeps ready are free ones too.
func (l *Lab) setCrowded(id string, crowded bool) error {
	l.mu.Lock()
	n := l.node(id)
	if n == nil {
		l.mu.Unlock()
		return fmt.Errorf("HSM %s does not run", id)
	}
	n.hsm.SetCrowded(crowded)
	known := l.manifest.hsm(id, n.spec.Address)
	known.Crowded = crowded
	l.manifest.HSMs[id] = known
	err := l.save()
	l.mu.Unlock()
	if crowded {
		l.services.kms.Yield(n.spec.Address) // which others ask who wait for l.mu
	}
	return err
}

// step lets a fault happen that is due, or end.
func (l *Lab) step(id uint64) {
	l.trouble.mu.Lock()
	defer l.trouble.mu.Unlock()
	l.mu.Lock()
	i := slices.IndexFunc(l.manifest.Faults, func(p *pendingFault) bool { return p.ID == id })
	if i < 0 || l.trouble.ended {
		l.mu.Unlock()
		return
	}
	p := l.manifest.Faults[i]
	l.mu.Unlock()
	if p.Happened {
		err := l.act(p, false)
		l.mu.Lock()
		defer l.mu.Unlock()
		l.drop(func(other *pendingFault) bool { return other == p })
		l.reportFault(p, errors.Join(err, l.save()))
		return
	}
	if err := l.happen(p); err != nil {
		l.reportFault(p, err)
		l.mu.Lock()
		defer l.mu.Unlock()
		p.Failed, p.Due = err.Error(), time.Time{}
		l.trouble.calls.watch(l.manifest.Faults)
		l.reportFault(p, l.save())
	}
}

func (l *Lab) reportFault(p *pendingFault, err error) {
	if err != nil {
		l.log.Error("a fault does not come or go", "kind", p.Kind, "hsm", p.HSM, "subnet", p.Subnet, "error", err)
	}
}

// drop forgets faults; l.mu is held.
func (l *Lab) drop(gone func(*pendingFault) bool) {
	l.manifest.Faults = slices.DeleteFunc(slices.Clone(l.manifest.Faults), gone)
	l.trouble.calls.watch(l.manifest.Faults)
}

// clear takes back what is wrong with what the function says, and forgets what waits; trouble.mu is held.
func (l *Lab) clear(about func(*pendingFault) bool) error {
	wrong := l.present()
	l.mu.Lock()
	l.drop(about)
	err := l.save()
	l.mu.Unlock()
	errs := []error{err}
	for _, p := range wrong {
		if about(p) {
			errs = append(errs, l.act(p, false))
		}
	}
	return errors.Join(errs...)
}

// present is what is wrong with the world now, in the order of the HSMs.
func (l *Lab) present() []*pendingFault {
	filled := l.cloud.Filled()
	l.mu.Lock()
	defer l.mu.Unlock()
	var list []*pendingFault
	for _, n := range l.nodes {
		if n.state != scenario.StateUp {
			list = append(list, &pendingFault{Kind: n.state, HSM: n.spec.ID})
		}
		if l.manifest.hsm(n.spec.ID, n.spec.Address).Crowded {
			list = append(list, &pendingFault{Kind: scenario.FaultSessions, HSM: n.spec.ID})
		}
	}
	if l.manifest.KMSFailing {
		list = append(list, &pendingFault{Kind: scenario.FaultKMS})
	}
	for _, id := range filled {
		list = append(list, &pendingFault{Kind: scenario.FaultFull, Subnet: id})
	}
	for _, p := range list {
		for _, ends := range l.manifest.Faults {
			if ends.Happened && ends.Kind == p.Kind && ends.rivals(p) {
				p.Due = ends.Due
			}
		}
	}
	return list
}
