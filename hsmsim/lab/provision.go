package lab

import (
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/lab/scenario"
)

// provision gives the HSMs of a new cluster their users, quorum values and keys. nodes are in the order of the
// scenario's HSMs. secret is what kmsuser logs in with instead of the scenario's password, nil where that counts.
func provision(c *scenario.Cluster, generation string, nodes []*node, secret *hsm.Proof) error {
	if len(nodes) == 0 {
		return nil
	}
	proofs, err := stretchAll(c, nodes[0].hsm.Salt(), secret)
	if err != nil {
		return err
	}
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

// login is a user's name and password, which is stretched once for all HSMs of a cluster.
type login struct{ name, password string }

// stretchAll stretches the passwords of a cluster's users, on all processors.
func stretchAll(c *scenario.Cluster, salt hsm.Salt, secret *hsm.Proof) (map[login]*hsm.Proof, error) {
	proofs := map[login]*hsm.Proof{}
	var wait sync.WaitGroup
	var mu sync.Mutex
	var failed error
	for i := range c.HSMs {
		for _, u := range c.UsersOn(&c.HSMs[i]) {
			who := login{u.Name, u.Password}
			if u.Password == "" || proofs[who] != nil {
				continue
			}
			if secret != nil && strings.EqualFold(u.Name, scenario.KmsUser) {
				proofs[who] = secret
				continue
			}
			proof := new(hsm.Proof)
			proofs[who] = proof
			wait.Go(func() {
				p, err := hsm.Stretch(salt, who.name, who.password)
				*proof = p
				mu.Lock()
				defer mu.Unlock()
				failed = errors.Join(failed, err)
			})
		}
	}
	wait.Wait()
	return proofs, failed
}

func provisionUsers(h *hsm.HSM, users []scenario.User, proofs map[login]*hsm.Proof) error {
	var specs []hsm.UserSpec
	for _, u := range users {
		t, _ := hsm.ParseUserType(u.Type)
		specs = append(specs, hsm.UserSpec{ID: hsm.UserID(u.ID), Type: t, Name: u.Name, Failures: uint32(u.Failures),
			Proof: proofs[login{u.Name, u.Password}], QuorumKey: u.QuorumKey, TwoFactor: u.TwoFactor})
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
