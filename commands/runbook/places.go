package runbook

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hsmlab/hsmlab/hsmsim/lab"
)

// The words of a place.
const (
	onAll  = "all"
	onNone = "none"
)

// places checks on which HSMs something is: on all of them, on none, or on those of a list of addresses.
func places(name, on string, hsms []lab.HSMView, has func(*lab.HSMView) bool) string {
	var with, without []string
	for i := range hsms {
		h := &hsms[i]
		if has(h) {
			with = append(with, h.Address)
		} else {
			without = append(without, h.Address)
		}
	}
	switch on {
	case onNone:
		if len(with) > 0 {
			return fmt.Sprintf("%s on %s", name, strings.Join(with, ", "))
		}
		return ""
	case onAll, "":
		if len(without) > 0 || len(with) == 0 {
			return fmt.Sprintf("no %s on %s", name, strings.Join(without, ", "))
		}
		return ""
	}
	want := strings.Fields(strings.ReplaceAll(on, ",", " "))
	slices.Sort(want)
	slices.Sort(with)
	if !slices.Equal(want, with) {
		return fmt.Sprintf("%s on %s, not on %s", name, orNone(with), strings.Join(want, ", "))
	}
	return ""
}

func orNone(list []string) string {
	if len(list) == 0 {
		return "no HSM"
	}
	return strings.Join(list, ", ")
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// eachOn checks on which HSMs something is, and that no copy of it differs from what is wanted.
func eachOn[T any](name, on string, hsms []lab.HSMView, find func(*lab.HSMView) *T, differs func(*T) string) string {
	if reason := places(name, on, hsms, func(h *lab.HSMView) bool { return find(h) != nil }); reason != "" {
		return reason
	}
	for i := range hsms {
		if v := find(&hsms[i]); v != nil {
			if reason := differs(v); reason != "" {
				return fmt.Sprintf("%s on %s %s", name, hsms[i].Address, reason)
			}
		}
	}
	return ""
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
