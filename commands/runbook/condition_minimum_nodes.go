package runbook

import (
	"context"
	"fmt"
)

// MinimumNodes is a condition on create_object_minimum_nodes of the client's configuration.
type MinimumNodes struct {
	AtLeast int `yaml:"at_least"`
	AtMost  int `yaml:"at_most"` // 0 is any
}

func (c *MinimumNodes) validate() string {
	switch {
	case c.AtLeast < 1 || c.AtLeast > 28:
		return "create_object_minimum_nodes: at_least must be 1 to 28"
	case c.AtMost != 0 && (c.AtMost < c.AtLeast || c.AtMost > 28):
		return "create_object_minimum_nodes: at_most must be at_least to 28"
	}
	return ""
}

func (c *MinimumNodes) wrong(_ context.Context, w *World) string {
	n, err := w.MinimumNodes()
	switch {
	case err != nil:
		return err.Error()
	case n < c.AtLeast:
		return fmt.Sprintf("create_object_minimum_nodes is %d, not %d", n, c.AtLeast)
	case c.AtMost != 0 && n > c.AtMost:
		return fmt.Sprintf("create_object_minimum_nodes is %d, more than %d", n, c.AtMost)
	}
	return ""
}
