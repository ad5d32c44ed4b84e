package runbook

import (
	"context"
	"fmt"
)

// Quorum is a condition on how many approvals a service needs on all HSMs.
type Quorum struct {
	Cluster string `yaml:"cluster"`
	Service int    `yaml:"service"`
	Value   int    `yaml:"value"`
}

func (c *Quorum) validate() string {
	if c.Service != 3 && c.Service != 4 || c.Value < 1 || c.Value > 8 {
		return "quorum: service must be 3 or 4, and value 1 to 8"
	}
	return ""
}

func (c *Quorum) wrong(_ context.Context, w *World) string {
	v, reason := w.cluster(c.Cluster)
	if v == nil {
		return reason
	}
	for _, h := range v.HSMs {
		if is := max(h.Quorum[fmt.Sprint(c.Service)], 1); is != c.Value {
			return fmt.Sprintf("service %d needs %s on %s, not %d", c.Service, plural(is, "approval"), h.Address, c.Value)
		}
	}
	return ""
}
