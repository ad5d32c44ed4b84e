package lab

import (
	"slices"
	"strings"

	"github.com/hsmlab/hsmlab/hsmsim/kms"
)

// inProgress ends the states of clusters and HSMs that will pass by themselves.
const inProgress = "_IN_PROGRESS"

// UnderWay tells what will change by itself: clusters and HSMs that come and go, key stores that connect.
func (v *View) UnderWay() []string {
	var list []string
	for _, c := range v.Clusters {
		if strings.HasSuffix(c.State, inProgress) {
			list = append(list, c.ID+" "+c.State)
		}
		for _, h := range c.HSMs {
			if strings.HasSuffix(h.State, inProgress) {
				list = append(list, h.ID+" "+h.State)
			}
		}
	}
	for _, s := range v.Stores {
		if slices.Contains([]kms.ConnectionState{kms.Connecting, kms.Disconnecting}, kms.ConnectionState(s.State)) {
			list = append(list, s.Name+" "+s.State)
		}
	}
	return list
}
