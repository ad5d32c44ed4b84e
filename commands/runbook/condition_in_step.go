package runbook

import (
	"context"
	"fmt"
	"strings"
)

// InStep is the condition that all HSMs of a cluster have the same users and token keys.
type InStep struct {
	Cluster string `yaml:"cluster"`
}

func (c *InStep) validate() string { return "" }

func (c *InStep) wrong(_ context.Context, w *World) string {
	v, reason := w.cluster(c.Cluster)
	if v == nil {
		return reason
	}
	list := v.OutOfStep()
	if len(list) == 0 {
		return ""
	}
	d := list[0]
	name := "user " + d.User
	if d.Key != 0 {
		name = fmt.Sprintf("key %d", d.Key)
	}
	return fmt.Sprintf("%s is out of step (%s) on %s", name, d.What, strings.Join(d.HSMs, ", "))
}
