package kmu

import (
	"context"
	"math"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

var findKeyOptions = []option{
	{name: "-c", value: "<class>", kind: kindNumber, max: math.MaxUint8, about: "2 public, 3 private, 4 secret keys"},
	{name: "-t", value: "<key type>", kind: kindNumber, max: math.MaxUint8,
		about: "0 RSA, 1 DSA, 3 EC, 16 generic secret, 18 RC4, 21 DES3, 31 AES"},
	{name: "-l", value: "<label>", kind: kindText, about: "keys with exactly this label"},
	{name: "-id", value: "<key id>", kind: kindText, about: "keys with exactly this id"},
	{name: "-idx", value: "<key id>", kind: kindBytes, about: "the same, in hex"},
	{name: "-sess", value: "<0|1>", kind: kindNumber, max: 1, about: "1 session keys, 0 token keys"},
	{name: "-u", value: "<user ids>", kind: kindUserIDs, about: "keys that all these users can use too"},
	{name: "-m", value: "<file>", kind: kindBytesFile, about: "keys with the RSA modulus that is in a file in hex"},
	{name: "-kcv", value: "<check value>", kind: kindBytes, about: "keys with this check value, in hex"},
}

// runFindKey lists the keys that fit all conditions.
func runFindKey(ctx context.Context, s *session, a arguments) hsm.Code {
	found, o := s.cluster(ctx).FindKeys(ctx, findRequest(a))
	if o.OK() {
		s.printFound(found)
	}
	s.block(o.Nodes)
	return s.result("Cfm3FindKey", o.Code)
}

func findRequest(a arguments) hsm.FindRequest {
	r := hsm.FindRequest{Class: hsm.Class(a.number("-c")), Users: a.ids("-u"), Modulus: a.data("-m"), KCV: a.data("-kcv")}
	if a.has("-t") {
		t := hsm.KeyType(a.number("-t"))
		r.Type = &t
	}
	if a.has("-l") {
		label := a.text("-l")
		r.Label = &label
	}
	if a.has("-id") {
		id := a.text("-id")
		r.ID = &id
	}
	if a.has("-idx") {
		id := string(a.data("-idx"))
		r.ID = &id
	}
	if a.has("-sess") {
		session := a.number("-sess") == 1
		r.Session = &session
	}
	return r
}

// printFound prints how many keys there are and their handles.
func (s *session) printFound(found []hsm.Handle) {
	s.out.Printf(s.family.findTotal, len(found))
	if len(found) == 0 {
		return
	}
	s.out.Printf(s.family.findRange, len(found)-1)
	s.out.Print(s.family.findList)
	for _, h := range found[max(0, len(found)-maxSeen):] {
		s.seen.handle(h)
	}
	for i, h := range found {
		switch {
		case i == len(found)-1:
			s.out.Printf("%d\n", h)
		case s.family.findBreak > 0 && (i+1)%s.family.findBreak == 0:
			s.out.Printf("%d, \n\t", h)
		default:
			s.out.Printf("%d, ", h)
		}
	}
}
