package runbook

import "testing"

func TestMinimumNodes(t *testing.T) {
	for _, c := range []struct {
		condition MinimumNodes
		is        int
		invalid   string
		wrong     string
	}{
		{MinimumNodes{AtLeast: 2}, 2, "", ""},
		{MinimumNodes{AtLeast: 2}, 28, "", ""},
		{MinimumNodes{AtLeast: 2}, 1, "", "create_object_minimum_nodes is 1, not 2"},
		{MinimumNodes{AtLeast: 2, AtMost: 2}, 2, "", ""},
		{MinimumNodes{AtLeast: 2, AtMost: 2}, 3, "", "create_object_minimum_nodes is 3, more than 2"},
		{MinimumNodes{}, 1, "create_object_minimum_nodes: at_least must be 1 to 28", ""},
		{MinimumNodes{AtLeast: 29}, 1, "create_object_minimum_nodes: at_least must be 1 to 28", ""},
		{MinimumNodes{AtLeast: 3, AtMost: 2}, 1, "create_object_minimum_nodes: at_most must be at_least to 28", ""},
		{MinimumNodes{AtLeast: 3, AtMost: 29}, 1, "create_object_minimum_nodes: at_most must be at_least to 28", ""},
	} {
		if got := c.condition.validate(); got != c.invalid {
			t.Errorf("%+v: validate says %q, not %q", c.condition, got, c.invalid)
		}
		w := &World{MinimumNodes: func() (int, error) { return c.is, nil }}
		if c.invalid == "" {
			if got := c.condition.wrong(t.Context(), w); got != c.wrong {
				t.Errorf("%+v with %d: wrong says %q, not %q", c.condition, c.is, got, c.wrong)
			}
		}
	}
}
