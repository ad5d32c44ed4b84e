package lab

import (
	"fmt"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/lab/scenario"
)

// provision gives the HSMs of a new cluster their users, quorum values and keys. nodes are in the order of the
// scenario's HSMs.
func provision(c *scenario.Cluster, generation string, nodes []*node) error {
	proofs := map[string]*hsm.Proof{} // a password is stretched once for all HSMs
	for i, n := range nodes {
		if err := provisionUsers(n.hsm, c.UsersOn(&c.HSMs[i]), proofs); err != nil {
			return err
		}
		for service, m := range c.Quorum {
			n.hsm.ProvisionQuorum(hsm.Service(service), uint8(m))
		}
	}
	done := map[uint32]bool{}
	for i := range c.Keys {
		k := &c.Keys[i]
		if done[k.Handle] {
			continue
		}
		halves := []*scenario.Key{k}
		for j := range c.Keys {
			if k.Pair != 0 && c.Keys[j].Handle == k.Pair {
				halves = append(halves, &c.Keys[j])
			}
		}
		for _, half := range halves {
			done[half.Handle] = true
		}
		if err := provisionKeys(c, halves, generation, nodes); err != nil {
			return err
		}
	}
	return nil
}

func provisionUsers(h *hsm.HSM, users []scenario.User, proofs map[string]*hsm.Proof) error {
	var specs []hsm.UserSpec
	for _, u := range users {
		t, _ := hsm.ParseUserType(u.Type)
		spec := hsm.UserSpec{ID: hsm.UserID(u.ID), Type: t, Name: u.Name, Failures: uint32(u.Failures),
			QuorumKey: u.QuorumKey, TwoFactor: u.TwoFactor}
		if u.Password != "" {
			key := u.Name + " " + u.Password
			if proofs[key] == nil {
				p, err := hsm.Stretch(h.Salt(), u.Name, u.Password)
				if err != nil {
					return err
				}
				proofs[key] = &p
			}
			spec.Proof = proofs[key]
		}
		specs = append(specs, spec)
	}
	return h.ProvisionUsers(specs...)
}

// provisionKeys makes a key, or both halves of a pair, on the first HSM that holds it and clones it to the
// others.
func provisionKeys(c *scenario.Cluster, halves []*scenario.Key, generation string, nodes []*node) error {
	var first *node
	var specs []hsm.KeySpec
	for _, k := range halves {
		specs = append(specs, keySpec(k, generation))
	}
	for i, n := range nodes {
		if !halves[0].On(c.HSMs[i].Node) {
			continue
		}
		if first == nil {
			first = n
			if err := n.hsm.ProvisionKeys(specs...); err != nil {
				return err
			}
			continue
		}
		for _, k := range halves {
			if err := n.hsm.CloneIn(first.hsm.CloneOut(hsm.Handle(k.Handle))); err != nil {
				return fmt.Errorf("cannot provision key %d on %s: %w", k.Handle, n.hsm.Identity().ID, err)
			}
		}
	}
	return nil
}

var keyClasses = map[string]hsm.Class{scenario.Public: hsm.PublicKey, scenario.Private: hsm.PrivateKey, scenario.Secret: hsm.SecretKey}

var keyTypes = map[string]hsm.KeyType{scenario.AES: hsm.AES, scenario.DES3: hsm.DES3, scenario.Generic: hsm.GenericSecret,
	scenario.RSA: hsm.RSA, scenario.DSA: hsm.DSA, scenario.EC: hsm.EC}

func keySpec(k *scenario.Key, generation string) hsm.KeySpec {
	curve, _ := hsm.ParseCurve(k.Curve)
	s := hsm.KeySpec{
		Handle: hsm.Handle(k.Handle), Class: keyClasses[k.Class], Type: keyTypes[k.Type], Size: k.Size, Curve: curve,
		Exponent: k.Exponent, Owner: hsm.UserID(k.Owner), Label: k.Label, ID: k.ID, MValue: uint8(k.MValue),
		Extractable: k.Extractable, Local: k.Local, Material: k.Material, Attributes: map[hsm.AttributeID]bool{},
	}
	for _, id := range k.Shared {
		s.Shared = append(s.Shared, hsm.UserID(id))
	}
	if generation == scenario.Classic && s.Class == hsm.PublicKey && s.Type == hsm.RSA {
		// What older clients put into their templates (tool reference, attributes of new keys).
		s.Attributes[hsm.AttrPrivate], s.Attributes[hsm.AttrWrap] = false, false
	}
	for name, value := range k.Attributes {
		if id, ok := hsm.ParseAttribute(name); ok {
			s.Attributes[id] = value == 1
		}
	}
	return s
}
