package scenario

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"unicode"
)

// keyType is what keys of one type can be. Sizes are bytes of secret keys and bits of others.
type keyType struct {
	name                   string
	secret                 bool
	min, max, step, common int // EC keys have a curve instead
}

// keyTypes are the types that the HSMs make in FIPS mode; the first of its kind is the default.
var keyTypes = []keyType{
	{AES, true, 16, 32, 8, 32},
	{DES3, true, 24, 24, 1, 24},
	{Generic, true, 1, 3583, 1, 32},
	{RSA, false, 2048, 4096, 256, 2048},
	{DSA, false, 2048, 3072, 1024, 2048},
	{EC, false, 0, 0, 1, 0},
}

// curves are those on which keys can be made; the first is the default.
var curves = []string{"P-256", "P-384", "P-521", "secp256k1"}

// attributes are those that a scenario may set: the boolean ones without a field of their own.
var attributes = []string{
	"ALWAYS_SENSITIVE", "DECRYPT", "DERIVE", "DESTROYABLE", "ENCRYPT", "NEVER_EXTRACTABLE", "PRIVATE", "SENSITIVE",
	"SIGN", "TRUSTED", "UNWRAP", "VERIFY", "WRAP", "WRAP_WITH_TRUSTED",
}

const (
	firstHandle     = 6 // lower ones are internal keys of the HSM
	maxText         = 127
	defaultExponent = 65537
)

// completeKey fills in the fields of a key that follow from others.
func (f *file) completeKey(path string, k *Key) {
	if !f.has(path + ".type") {
		k.Type = RSA
		if k.Class == Secret {
			k.Type = AES
		}
	}
	if !f.has(path + ".label") {
		k.Label = fmt.Sprintf("key-%d", k.Handle)
	}
	if !f.has(path + ".size") {
		k.Size = len(k.Material)
		if t := typeNamed(k.Type); t != nil && k.Size == 0 {
			k.Size = t.common
		}
	}
	if k.Type == EC && !f.has(path+".curve") {
		k.Curve = curves[0]
	}
	if k.Type == RSA && !f.has(path+".exponent") {
		k.Exponent = defaultExponent
	}
}

func typeNamed(name string) *keyType {
	for i := range keyTypes {
		if keyTypes[i].name == name {
			return &keyTypes[i]
		}
	}
	return nil
}

// checkKeys checks the keys of a cluster and what they have to do with its HSMs and users.
func (f *file) checkKeys(path string, c *Cluster) {
	if len(c.Keys) > 0 && len(c.HSMs) == 0 {
		f.fail(path+".keys", "the cluster has no HSM that could hold a key")
		return
	}
	crew := musterCrew(c)
	byHandle := map[uint32]*Key{}
	handles := taken{}
	for i := range c.Keys {
		k, path := &c.Keys[i], fmt.Sprintf("%s.keys[%d]", path, i)
		within(f, path+".handle", k.Handle, firstHandle, math.MaxUint32)
		f.take(handles, path+".handle", fmt.Sprint(k.Handle))
		byHandle[k.Handle] = k
		f.checkShape(path, k)
		f.checkAttributes(path, k)
		f.checkHolders(path, k, crew)
	}
	for i := range c.Keys {
		f.checkPair(fmt.Sprintf("%s.keys[%d].pair", path, i), &c.Keys[i], byHandle)
	}
	for i, next := range c.NextHandles {
		path := fmt.Sprintf("%s.next_handles[%d]", path, i)
		within(f, path, next, firstHandle, math.MaxUint32)
		f.take(handles, path, fmt.Sprint(next))
	}
	for _, h := range c.HSMs {
		if n := crew.keys[h.Node]; n > c.MaxKeys {
			f.fail(path+".max_keys", "must be at least %d, the keys on node %d", n, h.Node)
		}
	}
}

// checkShape checks what a key is: its class, type, size and material, and its texts.
func (f *file) checkShape(path string, k *Key) {
	f.oneOf(path+".class", k.Class, Secret, Public, Private)
	var types []string
	for _, t := range keyTypes {
		if t.secret == (k.Class == Secret) {
			types = append(types, t.name)
		}
	}
	f.oneOf(path+".type", k.Type, types...)
	f.checkSize(path, k)
	switch {
	case k.Type == EC:
		f.oneOf(path+".curve", k.Curve, curves...)
	case f.has(path + ".curve"):
		f.fail(path+".curve", "only EC keys have a curve")
	}
	switch {
	case k.Type != RSA && f.has(path+".exponent"):
		f.fail(path+".exponent", "only RSA keys have an exponent")
	case k.Type == RSA && (k.Exponent < 3 || k.Exponent%2 == 0):
		f.fail(path+".exponent", "must be odd, and 3 to %d", math.MaxInt32)
	}
	switch {
	case k.Material == nil:
	case k.Class != Secret:
		f.fail(path+".material", "only secret keys can have given material")
	case len(k.Material) != k.Size:
		f.fail(path+".material", "has %d bytes, but size is %d", len(k.Material), k.Size)
	}
	if k.Class == Public && !k.Extractable {
		f.fail(path+".extractable", "public keys are always extractable")
	}
	if k.Label == "" || !validText(k.Label) {
		f.fail(path+".label", "must be 1 to %d bytes of printable text", maxText)
	}
	if !validText(k.ID) {
		f.fail(path+".id", "must be at most %d bytes of printable text", maxText)
	}
}

func (f *file) checkSize(path string, k *Key) {
	t := typeNamed(k.Type)
	switch {
	case t == nil: // reported at the type
	case t.name == EC && f.has(path+".size"):
		f.fail(path+".size", "EC keys have a curve instead")
	case k.Size < t.min || k.Size > t.max || (k.Size-t.min)%t.step != 0:
		f.fail(path+".size", "must be %s for %s, not %d", sizes(t), t.name, k.Size)
	}
}

// sizes says which sizes a type has.
func sizes(t *keyType) string {
	s := fmt.Sprint(t.min)
	if t.max > t.min {
		s = fmt.Sprintf("%d to %d", t.min, t.max)
	}
	if t.step > 1 {
		s += fmt.Sprintf(" in steps of %d", t.step)
	}
	if t.secret {
		return s + " bytes"
	}
	return s + " bits"
}

func validText(s string) bool {
	return len(s) <= maxText && !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) })
}

func (f *file) checkAttributes(path string, k *Key) {
	for _, name := range slices.Sorted(maps.Keys(k.Attributes)) {
		at, value := joinKey(path+".attributes", name), k.Attributes[name]
		switch {
		case name == "EXTRACTABLE" || name == "LOCAL":
			f.fail(at, "is the field %s of the key", strings.ToLower(name))
		case name == "TOKEN":
			f.fail(at, "is always 1: session keys live only as long as their session")
		case !slices.Contains(attributes, name):
			f.fail(at, "no such attribute: the names are %s", strings.Join(attributes, ", "))
		case value != 0 && value != 1:
			f.fail(at, "must be 0 or 1, not %d", value)
		case name == "NEVER_EXTRACTABLE" && value == 1 && k.Extractable:
			f.fail(at, "cannot be 1 for an extractable key")
		}
	}
	sensitive, given := k.Attributes["SENSITIVE"]
	if k.Attributes["ALWAYS_SENSITIVE"] == 1 && (given && sensitive == 0 || !given && k.Class == Public) {
		f.fail(path+".attributes.ALWAYS_SENSITIVE", "cannot be 1 for a key that is not sensitive")
	}
}

// checkPair checks that a key and its other half agree.
func (f *file) checkPair(path string, k *Key, byHandle map[uint32]*Key) {
	if !f.has(path) {
		return
	}
	other := byHandle[k.Pair]
	switch {
	case other == nil:
		f.fail(path, "no key has the handle %d", k.Pair)
	case k.Class == Secret:
		f.fail(path, "secret keys are not pairs")
	case other.Pair != k.Handle:
		f.fail(path, "key %d does not name this key as its other half", k.Pair)
	case other.Class == k.Class:
		f.fail(path, "both halves are %s keys", k.Class)
	case other.Type != k.Type || other.Size != k.Size || other.Curve != k.Curve || other.Exponent != k.Exponent:
		f.fail(path, "key %d differs in type, size, curve or exponent", k.Pair)
	case other.Owner != k.Owner:
		f.fail(path, "key %d has another owner", k.Pair)
	}
}
