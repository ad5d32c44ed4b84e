package control_test

import (
	"fmt"
	"testing"

	"github.com/hsmlab/hsmlab/hsmsim/control"
)

// picture is what KMS sees.
func picture(t testing.TB, s *control.Service) string {
	t.Helper()
	c, ok := s.Cluster(region, mainCluster)
	return fmt.Sprintf("%v %+v", ok, c)
}
