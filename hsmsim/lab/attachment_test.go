package lab_test

import (
	"testing"

	"github.com/hsmlab/hsmlab/hsmsim/lab"
	"github.com/hsmlab/hsmlab/hsmsim/lab/labtest"
)

func TestAnApplicationKnowsAtOnceThatItsDaemonIsGone(t *testing.T) {
	for _, test := range []struct {
		daemon string
		gone   bool
	}{{"running", false}, {"lost", true}} {
		h := labtest.Run(t, "client: {daemon: "+test.daemon+"}\nclusters:\n  - id: cluster-1a23b4cdefg\n"+threeNodes).Home()
		for range 50 {
			a, err := lab.Attach(t.Context(), h, "10.0.3.11")
			if err != nil {
				t.Fatal(err)
			}
			if m := a.Members(); len(m) != 3 || m[0].Node != 1 {
				t.Errorf("the members are %v, want the configured one first", m)
			}
			if first, later := a.Gone(), a.Gone(); first != test.gone || later != test.gone {
				t.Fatalf("daemon %s: gone %v, then %v", test.daemon, first, later)
			}
			if err := a.Close(); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestADaemonThatDiesIsMissed(t *testing.T) {
	l := labtest.Run(t, "")
	a, err := lab.Attach(t.Context(), l.Home(), "10.0.2.9")
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	if a.Gone() {
		t.Fatal("gone from the beginning")
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if !a.Gone() {
		t.Error("the end of the daemon is not seen")
	}
}

func TestWithoutTheClientDaemonNobodyAttaches(t *testing.T) {
	h := labtest.Run(t, "client: {daemon: absent}\nclusters:\n  - id: cluster-1a23b4cdefg\n"+threeNodes).Home()
	if _, err := lab.Attach(t.Context(), h, "10.0.2.9"); err == nil {
		t.Error("an application has attached to nothing")
	}
}
