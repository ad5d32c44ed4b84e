package scenario

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

// A Fault is something that goes wrong with the world: at once, after a time, or at a call.
type Fault struct {
	// Kind is FaultDown, FaultRefused, FaultSlow or FaultSessions, which an HSM has; FaultFull or FaultGone, which a subnet
	// has; or FaultKMS.
	Kind string `yaml:"kind" required:"true"`

	// HSM is the address, name or id of the HSM that has it.
	HSM string `yaml:"hsm,omitempty"`

	// Subnet is the id of the subnet that has it, or the zone of one that a cluster is configured for.
	Subnet string `yaml:"subnet,omitempty"`

	// In is the lab time until it happens, 0s to 87600h. Default 0s: at once.
	In time.Duration `yaml:"in,omitempty"`

	// AtCall is the call at which it happens instead: an operation of the HSM's protocol, such as InsertMasked, or of an
	// AWS service, such as kms:Encrypt. InsertMasked:3 is the third call, 1 to 1000000. That call meets it already.
	AtCall string `yaml:"at_call,omitempty"`

	// For is the lab time until it is taken back, 0s to 87600h. Default 0s: it stays. A subnet does not come back.
	For time.Duration `yaml:"for,omitempty"`
}

// The values of Fault.Kind.
const (
	FaultDown     = StateDown
	FaultRefused  = StateRefused
	FaultSlow     = StateSlow
	FaultSessions = "sessions" // somebody has all sessions of the HSM
	FaultKMS      = "kms"      // KMS fails inside where custom key stores are concerned
	FaultFull     = "full"     // all addresses of the subnet are taken
	FaultGone     = "gone"     // the subnet is deleted
)

// MaxFaults is how many faults can wait in a lab.
const MaxFaults = 100

const (
	maxFaultTime = 3650 * 24 * time.Hour
	maxCalls     = 1_000_000
)

// FaultKinds lists the kinds of faults.
func FaultKinds() []string {
	return []string{FaultDown, FaultRefused, FaultSlow, FaultSessions, FaultKMS, FaultFull, FaultGone}
}

// OfHSM reports whether faults of this kind are those of an HSM.
func (f *Fault) OfHSM() bool {
	return slices.Contains([]string{FaultDown, FaultRefused, FaultSlow, FaultSessions}, f.Kind)
}

// OfSubnet reports whether faults of this kind are those of a subnet.
func (f *Fault) OfSubnet() bool { return f.Kind == FaultFull || f.Kind == FaultGone }

// Problem is the first field that is not as it must be, and why; "" where all are.
func (f *Fault) Problem() (field, reason string) {
	switch {
	case !slices.Contains(FaultKinds(), f.Kind):
		return "kind", fmt.Sprintf("must be one of %s, not %s", strings.Join(FaultKinds(), ", "), quote(f.Kind))
	case f.OfHSM() && f.HSM == "":
		return "hsm", fmt.Sprintf("is missing: fault %s needs an HSM: an address, name or id", f.Kind)
	case !f.OfHSM() && f.HSM != "":
		return "hsm", fmt.Sprintf("fault %s has no HSM", f.Kind)
	case f.OfSubnet() && f.Subnet == "":
		return "subnet", fmt.Sprintf("is missing: fault %s needs a subnet: an id or zone", f.Kind)
	case !f.OfSubnet() && f.Subnet != "":
		return "subnet", fmt.Sprintf("fault %s has no subnet", f.Kind)
	case f.In < 0 || f.In > maxFaultTime:
		return "in", fmt.Sprintf("must be 0s to 87600h, not %s", f.In)
	case f.For < 0 || f.For > maxFaultTime:
		return "for", fmt.Sprintf("must be 0s to 87600h, not %s", f.For)
	case f.For > 0 && f.Kind == FaultGone:
		return "for", "a subnet that is gone does not come back"
	case f.AtCall != "" && f.In > 0:
		return "at_call", "must not stand beside in"
	}
	if f.AtCall == "" {
		return "", ""
	}
	call, err := ParseCall(f.AtCall)
	switch {
	case err != nil:
		return "at_call", err.Error()
	case call.Service == "" && !f.OfHSM():
		return "at_call", fmt.Sprintf("fault %s has no HSM whose calls could be counted: name an operation of AWS, such as kms:Encrypt", f.Kind)
	}
	return "", ""
}

// A Call is the Nth call of an operation: of an AWS service, or without a service one of the HSMs' protocol.
type Call struct {
	Service   string
	Operation string
	N         int // 1 and more
}

// ParseCall reads [SERVICE:]OPERATION[:N]. The names are those of the tables of operations; case does not matter.
func ParseCall(text string) (Call, error) {
	c := Call{N: 1}
	parts := strings.Split(text, ":")
	if last := parts[len(parts)-1]; len(parts) > 1 && decimal().MatchString(last) {
		n, err := strconv.Atoi(last)
		if err != nil || n < 1 || n > maxCalls {
			return c, fmt.Errorf("the number of calls must be 1 to %d, not %s", maxCalls, clip(last))
		}
		c.N, parts = n, parts[:len(parts)-1]
	}
	names := wire.Operations()
	switch len(parts) {
	case 1:
	case 2:
		services := awsapi.Operations()
		var err error
		if c.Service, err = oneWord("service", parts[0], slices.Sorted(maps.Keys(services))); err != nil {
			return c, err
		}
		names = services[c.Service]
	default:
		return c, fmt.Errorf("%s must be OPERATION, SERVICE:OPERATION, or one of them with a number of calls, as in Login:3", quote(text))
	}
	var err error
	c.Operation, err = oneWord("operation", parts[len(parts)-1], names)
	return c, err
}

// oneWord finds a name, whatever its case.
func oneWord(what, word string, names []string) (string, error) {
	i := slices.IndexFunc(names, func(name string) bool { return strings.EqualFold(name, word) })
	if i < 0 {
		return "", fmt.Errorf("%s %s: not one of %s", what, quote(word), strings.Join(names, ", "))
	}
	return names[i], nil
}

// clip is a number of so many digits as fit into an error.
func clip(digits string) string {
	if len(digits) > 20 {
		return digits[:20] + "..."
	}
	return digits
}

// String is the form that ParseCall reads.
func (c Call) String() string {
	text := c.Operation
	if c.Service != "" {
		text = c.Service + ":" + text
	}
	if c.N > 1 {
		text += ":" + strconv.Itoa(c.N)
	}
	return text
}

func (f *file) checkFaults(w *World) {
	if !f.count("faults", len(w.Faults), 0, MaxFaults) {
		return
	}
	for i := range w.Faults {
		path := fmt.Sprintf("faults[%d]", i)
		fault := &w.Faults[i]
		if field, reason := fault.Problem(); field != "" {
			f.fail(path+"."+field, "%s", reason)
			continue
		}
		if fault.HSM != "" && !w.hasHSM(fault.HSM) {
			f.fail(path+".hsm", "no HSM has the address, name or id %s", quote(fault.HSM))
		}
		if fault.Subnet != "" && !w.hasSubnet(fault.Subnet) {
			f.fail(path+".subnet", "no cluster has a subnet with the id or in the zone %s", quote(fault.Subnet))
		}
	}
}

func (w *World) hasHSM(name string) bool {
	return slices.ContainsFunc(w.Clusters, func(c Cluster) bool {
		return slices.ContainsFunc(c.HSMs, func(h HSM) bool { return name == h.Address || name == h.Name || name == h.ID })
	})
}

// hasSubnet knows also the subnets that a cluster without any gets.
func (w *World) hasSubnet(name string) bool {
	return slices.ContainsFunc(w.Clusters, func(c Cluster) bool {
		letter, ofRegion := strings.CutPrefix(name, w.Region)
		return slices.ContainsFunc(c.Subnets, func(s Subnet) bool { return name == s.ID || name == s.Zone }) ||
			slices.ContainsFunc(c.HSMs, func(h HSM) bool { return name == h.Zone }) ||
			len(c.Subnets) == 0 && ofRegion && slices.Contains([]string{"a", "b", "c"}, letter)
	})
}
