package lab_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hsmlab/hsmlab/hsmsim/lab"
)

// inStep is a cluster of three HSMs that hold the same.
func inStep() *lab.ClusterView {
	c := &lab.ClusterView{}
	for i, state := range []string{"up", "slow", "down"} {
		c.HSMs = append(c.HSMs, lab.HSMView{Address: string(rune('a' + i)), State: state,
			Users: []lab.UserView{{ID: 1, Type: "CO", Name: "admin"}, {ID: 2, Type: "CU", Name: "alice"}, {ID: 3, Type: "CU", Name: "bob"}},
			Keys: []lab.KeyView{{Handle: 262150, Class: "secret", Type: "AES", Owner: "alice", Shared: []string{"bob"}, MValue: 1, Attributes: map[string]bool{"WRAP": true, "SIGN": false}},
				{Handle: 7, Class: "secret", Type: "AES", Owner: "bob", MValue: 1}}})
	}
	return c
}

func TestOutOfStep(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(a, b, c *lab.HSMView)
		want   []lab.Difference
	}{
		{"in step", func(a, b, c *lab.HSMView) {}, nil},
		{"users in another order", func(a, b, c *lab.HSMView) { a.Users[0], a.Users[1] = a.Users[1], a.Users[0] }, nil},
		{"failures and logins", func(a, b, c *lab.HSMView) { a.Users[0].Failures, b.Users[0].Logins = 3, 1 }, nil},
		{"names are folded", func(a, b, c *lab.HSMView) {
			a.Users[1].Name, a.Keys[0].Owner, b.Keys[0].Shared = "Alice", "Alice", []string{"BOB"}
		}, nil},
		{"a session key", func(a, b, c *lab.HSMView) { a.Keys = append(a.Keys, lab.KeyView{Handle: 9, Session: true}) }, nil},
		{"a user missing on one", func(a, b, c *lab.HSMView) { b.Users = b.Users[:2] }, []lab.Difference{{User: "CU bob", What: lab.DiffMissing, HSMs: []string{"b"}}}},
		{"a user on one only", func(a, b, c *lab.HSMView) { c.Users = append(c.Users, lab.UserView{ID: 4, Type: "CU", Name: "Carol"}) },
			[]lab.Difference{{User: "CU Carol", What: lab.DiffMissing, HSMs: []string{"a", "b"}}}},
		{"another type", func(a, b, c *lab.HSMView) { a.Users[0].Type = "PRECO" },
			[]lab.Difference{{User: "CO admin", What: lab.DiffMissing, HSMs: []string{"a"}}, {User: "PRECO admin", What: lab.DiffMissing, HSMs: []string{"b", "c"}}}},
		{"another id on the first", func(a, b, c *lab.HSMView) { a.Users[2].ID = 9 }, []lab.Difference{{User: "CU bob", What: lab.DiffID, HSMs: []string{"a"}}}},
		{"three ids", func(a, b, c *lab.HSMView) { a.Users[2].ID, b.Users[2].ID = 9, 8 }, []lab.Difference{{User: "CU bob", What: lab.DiffID, HSMs: []string{"b", "c"}}}},
		{"locked on two", func(a, b, c *lab.HSMView) { a.Users[1].Locked, b.Users[1].Locked = true, true },
			[]lab.Difference{{User: "CU alice", What: lab.DiffLocked, HSMs: []string{"a", "b"}}}},
		{"locked on all", func(a, b, c *lab.HSMView) { a.Users[1].Locked, b.Users[1].Locked, c.Users[1].Locked = true, true, true }, nil},
		{"a second factor, and missing", func(a, b, c *lab.HSMView) { a.Users[2].TwoFactor, b.Users = true, b.Users[:2] },
			[]lab.Difference{{User: "CU bob", What: lab.DiffMissing, HSMs: []string{"b"}}, {User: "CU bob", What: lab.DiffTwoFactor, HSMs: []string{"a"}}}},
		{"keys missing", func(a, b, c *lab.HSMView) { a.Keys, c.Keys = a.Keys[:1], nil },
			[]lab.Difference{{Key: 7, What: lab.DiffMissing, HSMs: []string{"a", "c"}}, {Key: 262150, What: lab.DiffMissing, HSMs: []string{"c"}}}},
		{"another owner", func(a, b, c *lab.HSMView) { c.Keys[0].Owner = "#9" }, []lab.Difference{{Key: 262150, What: lab.DiffOwner, HSMs: []string{"c"}}}},
		{"shared with nobody", func(a, b, c *lab.HSMView) { b.Keys[0].Shared = nil }, []lab.Difference{{Key: 262150, What: lab.DiffShared, HSMs: []string{"b"}}}},
		{"attributes", func(a, b, c *lab.HSMView) {
			a.Keys[0].Label, b.Keys[0].Attributes = "x", map[string]bool{"WRAP": false, "TRUSTED": true, "SIGN": false}
		}, []lab.Difference{{Key: 262150, What: lab.DiffAttributes, HSMs: []string{"b", "c"}, Attributes: []string{"LABEL", "TRUSTED", "WRAP"}}}},
		{"an HSM that comes", func(a, b, c *lab.HSMView) { c.State, c.Users, c.Keys = "CREATE_IN_PROGRESS", nil, nil }, nil},
		{"one that is broken", func(a, b, c *lab.HSMView) { c.State, c.Users, c.Keys = "broken", nil, nil }, nil},
		{"a user before a key", func(a, b, c *lab.HSMView) { a.State, b.Users, b.Keys = "refused", b.Users[1:], b.Keys[:1] },
			[]lab.Difference{{User: "CO admin", What: lab.DiffMissing, HSMs: []string{"b"}}, {Key: 7, What: lab.DiffMissing, HSMs: []string{"b"}}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := inStep()
			test.change(&c.HSMs[0], &c.HSMs[1], &c.HSMs[2])
			if diff := cmp.Diff(test.want, c.OutOfStep()); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

func TestOneHSMIsInStepWithItself(t *testing.T) {
	c := inStep()
	c.HSMs[1].State, c.HSMs[2].State, c.HSMs[1].Users = "CREATE_IN_PROGRESS", "broken", nil
	if d := c.OutOfStep(); d != nil {
		t.Errorf("%+v", d)
	}
	if d := (&lab.ClusterView{}).OutOfStep(); d != nil {
		t.Errorf("%+v", d)
	}
}
