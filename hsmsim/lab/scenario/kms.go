package scenario

import (
	"fmt"
	"strings"
	"time"
	"unicode"
)

// KMS is what there is in the Key Management Service of the region.
type KMS struct {
	// Edition is EditionGuide (the default) or EditionCurrent.
	Edition string `yaml:"edition"`

	// KeyStores are the custom key stores, at most 10, each with a cluster of its own.
	KeyStores []KeyStore `yaml:"key_stores,omitempty"`

	// Keys are the KMS keys, at most 10000.
	Keys []KMSKey `yaml:"keys,omitempty"`
}

// The values of KMS.Edition.
const (
	EditionGuide   = "guide"   // the service of the older editions of the guide, around 2018 to 2023
	EditionCurrent = "current" // that of today
)

// A KeyStore is a custom key store.
type KeyStore struct {
	// ID is "cks-" and 17 hexadecimal digits.
	ID string `yaml:"id" required:"true"`

	// Name is 1 to 256 characters, unique in the world.
	Name string `yaml:"name" required:"true"`

	// Cluster is the id of the cluster. Default the first one.
	Cluster string `yaml:"cluster"`

	// State is StoreConnected or StoreDisconnected (the default). While a store is connected, kmsuser is logged in
	// on all HSMs of its cluster with a password that nobody knows, whatever the scenario gives for one.
	State string `yaml:"state"`

	// Password is what KMS knows as kmsuser's password, 7 to 32 characters. Default the one that kmsuser has.
	Password string `yaml:"password,omitempty"`

	// Created is when it was made, from 1970 to 2199. Default the lab's beginning.
	Created time.Time `yaml:"created,omitempty"`
}

// The values of KeyStore.State.
const (
	StoreConnected    = "CONNECTED"
	StoreDisconnected = "DISCONNECTED"
)

// A KMSKey is a KMS key for symmetric encryption.
type KMSKey struct {
	// ID is a UUID in lower case, unique in the world.
	ID string `yaml:"id" required:"true"`

	// Store is the id of the custom key store that the key is in. Default none.
	Store string `yaml:"store,omitempty"`

	// Handle is that of the key's material in the HSMs of its store's cluster, an AES key of 32 bytes that belongs to
	// kmsuser. Only keys in a store have one, and must.
	Handle uint32 `yaml:"handle,omitempty"`

	// Material is that of a key that is in no store, 32 bytes in hex digits; nil for random material.
	Material Hex `yaml:"material,omitempty"`

	// Description is at most 8192 characters. Default empty.
	Description string `yaml:"description,omitempty"`

	// Enabled is whether it can be used. Default true.
	Enabled bool `yaml:"enabled"`

	// Aliases are other names of the key, unique in the world: alias/ and 1 to 250 letters, digits and /_-.
	Aliases []string `yaml:"aliases,omitempty,flow"`

	// Created is when it was made, from 1970 to 2199. Default the lab's beginning.
	Created time.Time `yaml:"created,omitempty"`
}

func (k *KMSKey) setDefaults() { k.Enabled = true }

func (s *KeyStore) setDefaults() { s.State = StoreDisconnected }

// KmsUser is the crypto user that KMS logs in as.
const KmsUser = "kmsuser"

const (
	maxKeyStores = 10
	maxKMSKeys   = 10000
)

var (
	keyStoreID   = pattern(`^cks-[0-9a-f]{17}$`)
	kmsKeyID     = pattern(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)
	aliasName    = pattern(`^alias/[a-zA-Z0-9/_-]+$`)
	oldestObject = time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC)
)

func (f *file) completeKMS(w *World) {
	for i := range w.KMS.KeyStores {
		if s := &w.KMS.KeyStores[i]; !f.has(fmt.Sprintf("kms.key_stores[%d].cluster", i)) && len(w.Clusters) > 0 {
			s.Cluster = w.Clusters[0].ID
		}
	}
}

func (f *file) checkKMS(w *World) {
	f.oneOf("kms.edition", w.KMS.Edition, EditionGuide, EditionCurrent)
	if !f.count("kms.key_stores", len(w.KMS.KeyStores), 0, maxKeyStores) || !f.count("kms.keys", len(w.KMS.Keys), 0, maxKMSKeys) {
		return
	}
	f.checkKeyStores(w)
	f.checkKMSKeys(w)
}

func (f *file) checkKeyStores(w *World) {
	ids, names, clusters := taken{}, taken{}, taken{}
	for i := range w.KMS.KeyStores {
		s, path := &w.KMS.KeyStores[i], fmt.Sprintf("kms.key_stores[%d]", i)
		if !keyStoreID().MatchString(s.ID) {
			f.fail(path+".id", "must be cks- and 17 hexadecimal digits")
		}
		f.take(ids, path+".id", s.ID)
		f.checkText(path+".name", s.Name, 256)
		f.take(names, path+".name", s.Name)
		f.oneOf(path+".state", s.State, StoreConnected, StoreDisconnected)
		f.checkCreated(path+".created", s.Created)
		if n := len(s.Password); f.has(path+".password") && (n < 7 || n > 32) {
			f.fail(path+".password", "must have 7 to 32 characters")
		}
		c := w.Cluster(s.Cluster)
		if c == nil {
			f.fail(path+".cluster", "there is no cluster %s", quote(s.Cluster))
			continue
		}
		f.take(clusters, path+".cluster", s.Cluster)
		f.checkStoreUser(path, s, c)
	}
}

// checkStoreUser checks what a custom key store needs of its cluster's users.
func (f *file) checkStoreUser(path string, s *KeyStore, c *Cluster) {
	if len(c.HSMs) == 0 && s.State == StoreConnected {
		f.fail(path+".state", "the cluster has no HSMs, so the store cannot be connected")
	}
	lists := [][]User{c.Users}
	for i := range c.HSMs {
		lists = append(lists, c.UsersOn(&c.HSMs[i]))
	}
	for _, users := range lists {
		u := userNamed(users, KmsUser)
		switch {
		case s.State == StoreConnected && (u == nil || u.Type != CU || u.TwoFactor || u.Failures > 0):
			f.fail(path+".state", "to be connected, the cluster needs a CU kmsuser without a second factor and failures on every HSM")
			return
		case u == nil && s.Password == "":
			f.fail(path+".password", "is missing: the cluster has no kmsuser whose password it could be")
			return
		case s.Password == "":
			s.Password = u.Password
		}
	}
}

func (f *file) checkKMSKeys(w *World) {
	ids, aliases, handles := taken{}, taken{}, taken{}
	for i := range w.KMS.Keys {
		k, path := &w.KMS.Keys[i], fmt.Sprintf("kms.keys[%d]", i)
		if !kmsKeyID().MatchString(k.ID) {
			f.fail(path+".id", "must be a UUID in lower case, such as 1234abcd-12ab-34cd-56ef-1234567890ab")
		}
		f.take(ids, path+".id", k.ID)
		if k.Description != "" {
			f.checkText(path+".description", k.Description, 8192)
		}
		for j, a := range k.Aliases {
			path := fmt.Sprintf("%s.aliases[%d]", path, j)
			if len(a) > len("alias/")+250 || !aliasName().MatchString(a) || strings.HasPrefix(a, "alias/aws/") {
				f.fail(path, "must be alias/ and 1 to 250 letters, digits and /_-, and not begin with alias/aws/")
			}
			f.take(aliases, path, a)
		}
		f.checkCreated(path+".created", k.Created)
		f.checkMaterial(path, w, k, handles)
	}
}

func (f *file) checkMaterial(path string, w *World, k *KMSKey, handles taken) {
	if k.Store == "" {
		if k.Handle != 0 {
			f.fail(path+".handle", "only keys in a custom key store have one")
		}
		if k.Material != nil && len(k.Material) != 32 {
			f.fail(path+".material", "must be 32 bytes, not %d", len(k.Material))
		}
		return
	}
	if k.Material != nil {
		f.fail(path+".material", "a key in a custom key store has its material in the HSMs")
	}
	var c *Cluster
	for i := range w.KMS.KeyStores {
		if s := &w.KMS.KeyStores[i]; s.ID == k.Store {
			c = w.Cluster(s.Cluster)
		}
	}
	if c == nil {
		f.fail(path+".store", "there is no custom key store %s", quote(k.Store))
		return
	}
	f.take(handles, path+".handle", fmt.Sprintf("%s %d", c.ID, k.Handle))
	for i := range c.Keys {
		if b := &c.Keys[i]; b.Handle == k.Handle {
			if u := userNamed(c.Users, KmsUser); b.Type != AES || b.Size != 32 || u == nil || u.ID != b.Owner {
				f.fail(path+".handle", "must be that of an AES key of 32 bytes that belongs to kmsuser")
			}
			return
		}
	}
	f.fail(path+".handle", "cluster %s has no key %d", c.ID, k.Handle)
}

func (f *file) checkCreated(path string, t time.Time) {
	if f.has(path) && (t.Before(oldestObject) || !t.Before(afterLatest)) {
		f.fail(path, "must be in the years 1970 to 2199")
	}
}

func (f *file) checkText(path, text string, most int) {
	if n := len([]rune(text)); n < 1 || n > most || strings.ContainsFunc(text, unicode.IsControl) {
		f.fail(path, "must be 1 to %d characters", most)
	}
}

func userNamed(users []User, name string) *User {
	for i := range users {
		if strings.EqualFold(users[i].Name, name) {
			return &users[i]
		}
	}
	return nil
}

// Cluster is the cluster with an id, nil where there is none.
func (w *World) Cluster(id string) *Cluster {
	for i := range w.Clusters {
		if w.Clusters[i].ID == id {
			return &w.Clusters[i]
		}
	}
	return nil
}
