package control_test

import (
	"crypto/x509"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/hsmlab/hsmlab/hsmsim/kms"
	"github.com/hsmlab/hsmlab/hsmsim/lab/labtest"
)

const (
	region      = "eu-west-1"
	mainCluster = "cluster-1a23b4cdefg"
)

func TestKMSSeesTheDefaultCluster(t *testing.T) {
	s := labtest.Run(t, "").Control()
	c, ok := s.Cluster(region, mainCluster)
	if !ok || c.State != "ACTIVE" || len(c.HSMs) != 3 || c.Zones != 3 || len(c.Subnets) != 3 || !c.GroupIntact {
		t.Fatalf("%+v, %v", c, ok)
	}
	if m := c.HSMs[1]; m.Node != 1 || m.Address != "10.0.3.11" || m.Zone != "eu-west-1b" {
		t.Errorf("the second HSM is %+v", m)
	}
	anchor, err := x509.ParseCertificate(c.TrustAnchor)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(c.Certificate)
	if err != nil {
		t.Fatal(err)
	}
	if err := certificate.CheckSignatureFrom(anchor); err != nil {
		t.Error(err)
	}
	if !s.Open(region, mainCluster) {
		t.Error("the network is closed")
	}
	for _, wrong := range [][2]string{{"us-east-1", mainCluster}, {region, "cluster-aaaaaaaaaaa"}} {
		if _, ok := s.Cluster(wrong[0], wrong[1]); ok || s.Open(wrong[0], wrong[1]) {
			t.Errorf("%v is found", wrong)
		}
		if err := s.Attach(wrong[0], wrong[1], "cks-1"); !errors.Is(err, kms.ErrSubnetNotFound) {
			t.Errorf("attached to %v: %v", wrong, err)
		}
	}
}

func TestACustomKeyStoreTakesAnAddressOfEachSubnet(t *testing.T) {
	// Of the 16 addresses of the smaller subnet 5 are reserved and one is the HSM's, which leaves 10.
	h := labtest.Home(t, "clusters:\n  - hsms: [{node: 0, address: 10.0.0.4}, {node: 1, address: 10.0.1.4}]\n"+
		"    subnets: [{zone: eu-west-1a, cidr: 10.0.0.0/28}]\n")
	s := labtest.Open(t, h).Control()
	for i := range 10 {
		for range 2 { // the second time nothing happens
			if err := s.Attach(region, mainCluster, fmt.Sprint("cks-", i)); err != nil {
				t.Fatalf("store %d: %v", i, err)
			}
		}
	}
	if err := s.Attach(region, mainCluster, "cks-10"); !errors.Is(err, kms.ErrNoFreeAddress) {
		t.Errorf("one more: %v", err)
	}
	s.Detach(region, mainCluster, "cks-4")
	s.Detach(region, mainCluster, "cks-4")
	s.Detach(region, mainCluster, "cks-99")
	if err := s.Attach(region, mainCluster, "cks-10"); err != nil {
		t.Errorf("after another has gone: %v", err)
	}
	if err := s.Attach(region, mainCluster, "cks-11"); !errors.Is(err, kms.ErrNoFreeAddress) {
		t.Errorf("and another one: %v", err)
	}
}

func TestTheStateSurvivesARestart(t *testing.T) {
	h := labtest.Home(t, "")
	var before string
	t.Run("first", func(t *testing.T) {
		s := labtest.Open(t, h).Control()
		if err := s.Attach(region, mainCluster, "cks-1"); err != nil {
			t.Fatal(err)
		}
		before = picture(t, s)
	})
	after := picture(t, labtest.Open(t, h).Control())
	if before != after || !strings.Contains(after, "ACTIVE") {
		t.Errorf("before:\n%s\nafter:\n%s", before, after)
	}
}
