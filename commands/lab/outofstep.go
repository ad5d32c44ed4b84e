package lab

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hsmlab/hsmlab/hsmsim/lab"
)

// maxNamed is how many HSMs a sentence names.
const maxNamed = 3

// outOfStep says what is not the same on all HSMs of a cluster, a sentence each. Keys of which the same is to be said
// share one.
func outOfStep(c *lab.ClusterView) []string {
	var list []string
	differences := c.OutOfStep()
	for i, d := range differences {
		if d.Key == 0 {
			list = append(list, d.User+" "+predicate(c, d, 1))
			continue
		}
		alike := func(o lab.Difference) bool {
			return o.Key != 0 && o.What == d.What && slices.Equal(o.HSMs, d.HSMs) && slices.Equal(o.Attributes, d.Attributes)
		}
		if slices.ContainsFunc(differences[:i], alike) {
			continue
		}
		var handles []uint64
		for _, o := range differences[i:] {
			if alike(o) {
				handles = append(handles, o.Key)
			}
		}
		if len(handles) == 1 {
			list = append(list, fmt.Sprintf("key %d %s", d.Key, predicate(c, d, 1)))
			continue
		}
		list = append(list, fmt.Sprintf("%d keys %s: %s", len(handles), predicate(c, d, len(handles)), ranges(handles)))
	}
	return list
}

// predicate is what is to be said of one or more users or keys.
func predicate(c *lab.ClusterView, d lab.Difference, n int) string {
	is, has, needs, differs := "is", "has", "needs", "differs"
	if n > 1 {
		is, has, needs, differs = "are", "have", "need", "differ"
	}
	on := " on " + named(d.HSMs)
	switch d.What {
	case lab.DiffMissing:
		if others := c.Others(d); len(others) < len(d.HSMs) {
			return is + " only on " + named(others)
		}
		return is + " missing" + on
	case lab.DiffLocked:
		return is + " locked" + on
	case lab.DiffTwoFactor:
		return needs + " a second factor" + on
	case lab.DiffShared:
		return is + " shared with others" + on
	case lab.DiffAttributes:
		return differs + on + " in " + strings.Join(d.Attributes, ", ")
	}
	return has + " another " + string(d.What) + on
}

// named lists addresses; the rest of a long list is counted.
func named(addresses []string) string {
	if len(addresses) <= maxNamed+1 {
		return strings.Join(addresses, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(addresses[:maxNamed], ", "), len(addresses)-maxNamed)
}

// ranges lists handles; of three and more in a row it names the first and the last.
func ranges(handles []uint64) string {
	var list []string
	for i := 0; i < len(handles); {
		j := i
		for j+1 < len(handles) && handles[j+1] == handles[j]+1 {
			j++
		}
		if j < i+2 {
			j = i
		}
		text := fmt.Sprint(handles[i])
		if j > i {
			text += fmt.Sprintf("-%d", handles[j])
		}
		list, i = append(list, text), j+1
	}
	return strings.Join(list, ", ")
}
