package lab_test

import (
	"testing"

	"github.com/hsmlab/hsmlab/hsmsim/cluster"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/lab/labtest"
)

// TestTheServiceMayBeFasterThanTheClient lets the service copy new keys about every real millisecond, while the
// client does so itself.
func TestTheServiceMayBeFasterThanTheClient(t *testing.T) {
	l := labtest.Run(t, "clock: {rate: 1000}\nsync_interval: 1s\nclusters:\n  - max_keys: 10000\n"+threeNodes)
	a := labtest.Application(t, l.Home(), cluster.Settings{}, "example_user", "password1")
	for range 300 {
		r := hsm.GenerateSecretRequest{Type: hsm.AES, Size: 32, Template: hsm.Template{Label: "k"}}
		if made := a.GenerateSecret(t.Context(), r, 0); !made.OK() || made.Succeeded() != 3 {
			t.Fatalf("key %v: %+v", made.Handles, made.Outcome)
		}
	}
}
