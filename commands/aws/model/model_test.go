package model

import (
	"slices"
	"strings"
	"testing"
)

// Every row of the table can be read, its names are unique, and what it refers to is there.
func TestTable(t *testing.T) {
	for _, s := range Services() {
		seen := map[string]bool{}
		for _, command := range s.Commands() {
			if seen[command] {
				t.Errorf("%s has %s twice", s.Name, command)
			}
			seen[command] = true
			op, err := s.Operation(command)
			if err != nil {
				t.Errorf("%s %s: %v", s.Name, command, err)
				continue
			}
			for _, shape := range []*Shape{op.In, op.Out} {
				checkNames(t, s.Name+" "+command, shape)
			}
			if p := op.Pages; p != nil {
				if op.In.Member(p.Ask) == nil || op.Out.Member(p.Next) == nil || p.Size != "" && op.In.Member(p.Size) == nil {
					t.Errorf("%s %s: members of its pages are not there: %+v", s.Name, command, p)
				}
				for _, r := range p.Result {
					if m := op.Out.Member(r); m == nil || m.Kind != List {
						t.Errorf("%s %s: %s is no list of the answer", s.Name, command, r)
					}
				}
			}
		}
		for name := range s.shapes {
			if !slices.ContainsFunc(uses(s), func(text string) bool {
				return strings.Contains(text, ":"+name) || strings.Contains(text, "["+name+"]")
			}) {
				t.Errorf("%s has the shape %s that nothing uses", s.Name, name)
			}
		}
	}
}

func uses(s *Service) []string {
	var list []string
	for _, o := range s.operations {
		list = append(list, o.in, o.out)
	}
	for _, text := range s.shapes {
		list = append(list, text)
	}
	return list
}

func checkNames(t *testing.T, where string, s *Shape) {
	seen := map[string]bool{}
	for _, m := range s.Members {
		if m.Name == "" || m.Wire == "" || seen[m.Name] {
			t.Errorf("%s: bad or double member %q", where, m.Name)
		}
		seen[m.Name] = true
		checkNames(t, where+"."+m.Name, m.Shape)
	}
	if s.Element != nil {
		checkNames(t, where+"[]", s.Element)
	}
}

func TestFaultsOfTheTable(t *testing.T) {
	s := &Service{Name: "x", shapes: map[string]string{}, operations: []operation{
		{name: "A", in: "B:nothing"}, {name: "C", in: "D:[string"}, {name: "E", in: "F:string:x"}, {name: "G", out: "H:int:1z"},
	}}
	for _, command := range s.Commands() {
		if op, err := s.Operation(command); err == nil {
			t.Errorf("%s was read as %+v", command, op.In)
		}
	}
}

func TestDashed(t *testing.T) {
	for name, want := range map[string]string{
		"CloudHsmClusterId": "cloud-hsm-cluster-id", "AWSAccountId": "aws-account-id", "KeyId": "key-id",
		"Ipv6CidrBlock": "ipv6-cidr-block", "logGroupName": "log-group-name", "GetCallerIdentity": "get-caller-identity",
		"ReEncrypt": "re-encrypt", "EniIpV6": "eni-ip-v6", "CreateHsm": "create-hsm",
	} {
		if got := Dashed(name); got != want {
			t.Errorf("Dashed(%q) = %q, want %q", name, got, want)
		}
	}
}
