package lab

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/lab/scenario"
)

// newFault finds what a fault is about.
func (l *Lab) newFault(f Fault) (*pendingFault, error) {
	if field, reason := f.Problem(); field != "" {
		return nil, fmt.Errorf("%s: %s", strings.ReplaceAll(field, "_", "-"), reason)
	}
	p := &pendingFault{Kind: f.Kind, For: f.For}
	now := l.clock.Now()
	switch {
	case !f.At.IsZero() && (f.In > 0 || f.AtCall != ""):
		return nil, fmt.Errorf("at: must not stand beside in and at-call")
	case !f.At.IsZero() && !f.At.After(now):
		return nil, fmt.Errorf("at: %s is over: the lab's time is %s", f.At.UTC().Format(time.RFC3339), now.UTC().Format(time.RFC3339))
	case f.At.Sub(now) > maxFaultAhead:
		return nil, fmt.Errorf("at: %s is more than 3650 days ahead", f.At.UTC().Format(time.RFC3339))
	case !f.At.IsZero():
		p.Due = f.At.UTC()
	case f.In > 0:
		p.Due = now.Add(f.In)
	case f.AtCall != "":
		p.Call, _ = scenario.ParseCall(f.AtCall) // which Problem has read
	}
	var err error
	if f.OfHSM() {
		p.HSM, err = l.hsmNamed(f.HSM)
	}
	if f.OfSubnet() {
		p.Subnet, err = l.subnetNamed(f.Subnet)
	}
	return p, err
}

// hsmNamed is the id of the HSM with an address, name or id.
func (l *Lab) hsmNamed(name string) (string, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, n := range l.nodes {
		if n.called(name) {
			return n.spec.ID, nil
		}
	}
	return "", fmt.Errorf("HSM %q: no HSM of the lab has this address, name or id", name)
}

// called reports whether a name is the address, name or id of an HSM.
func (n *node) called(name string) bool {
	return name == n.spec.ID || name == n.spec.Address || name == n.name
}

// subnetNamed is the id of the subnet with an id, or of the one that clusters are configured for in a zone.
func (l *Lab) subnetNamed(name string) (string, error) {
	switch list := l.cloud.SubnetsNamed(name); len(list) {
	case 0:
		return "", fmt.Errorf("subnet %q: no subnet has this id, and no cluster has one in a zone of this name", name)
	case 1:
		return list[0], nil
	default:
		return "", fmt.Errorf("subnet %q: the zone has several, name one of %s", name, strings.Join(list, ", "))
	}
}

// aboutFault finds what faults are about; all of it for "".
func (l *Lab) aboutFault(of string) (func(*pendingFault) bool, error) {
	if of == "" {
		return func(*pendingFault) bool { return true }, nil
	}
	if of == scenario.FaultKMS {
		return func(p *pendingFault) bool { return p.Kind == scenario.FaultKMS }, nil
	}
	if id, err := l.hsmNamed(of); err == nil {
		return func(p *pendingFault) bool { return p.HSM == id }, nil
	}
	list := l.cloud.SubnetsNamed(of)
	ofSubnet := func(p *pendingFault) bool { return p.Subnet == of || slices.Contains(list, p.Subnet) }
	l.mu.Lock()
	waits := slices.ContainsFunc(l.manifest.Faults, ofSubnet) // also where the subnet has gone meanwhile
	l.mu.Unlock()
	if len(list) > 0 || waits {
		return ofSubnet, nil
	}
	if strings.HasPrefix(of, "subnet-") {
		return nil, fmt.Errorf("subnet %q: there is none with this id; one that was deleted does not come back", of)
	}
	return nil, fmt.Errorf("HSM %q: no HSM of the lab has this address, name or id", of)
}
