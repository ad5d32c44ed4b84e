package lab

import (
	"fmt"
	"time"
)

// faults shows what is wrong with the world, then what waits to go wrong, and nothing that is between the two. It takes the
// locks of the service and of the lab by itself.
func (l *Lab) faults() []FaultView {
	l.trouble.mu.Lock()
	defer l.trouble.mu.Unlock()
	present := l.present()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.trouble.calls.note(l.manifest.Faults)
	var list []FaultView
	for _, p := range present {
		v := l.viewFault(p)
		v.Until = p.Due
		list = append(list, v)
	}
	for _, p := range l.manifest.Faults {
		if p.Happened {
			continue
		}
		v := l.viewFault(p)
		v.When = p.when()
		if p.For > 0 {
			v.For = p.For.String()
		}
		list = append(list, v)
	}
	return list
}

func (l *Lab) viewFault(p *pendingFault) FaultView {
	v := FaultView{Kind: p.Kind, HSM: p.HSM, Subnet: p.Subnet}
	if n := l.node(p.HSM); n != nil {
		v.HSM = n.spec.Address
	}
	return v
}

// when is what a fault waits for.
func (p *pendingFault) when() string {
	switch {
	case p.Failed != "":
		return "did not happen: " + p.Failed
	case p.Seen > 0:
		return fmt.Sprintf("at call %s, %d seen", p.Call, p.Seen)
	case p.Call.N > 0:
		return "at call " + p.Call.String()
	}
	return "at " + p.Due.Format(time.RFC3339)
}

// String is the fault on one line, as 'hsmlab fault list' has it.
func (v FaultView) String() string {
	text := v.Kind
	for _, word := range []string{v.HSM, v.Subnet, v.When} {
		if word != "" {
			text += " " + word
		}
	}
	if v.For != "" {
		text += " for " + v.For
	}
	if !v.Until.IsZero() {
		text += " until " + v.Until.Format(time.RFC3339)
	}
	return text
}
