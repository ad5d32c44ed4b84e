package hsm

import (
	"context"
	"crypto"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"
)

// An Identity tells an HSM from all others. It does not change during the life of an HSM.
type Identity struct {
	ID      string // hsm- and 11 characters
	Node    int    // node id in its cluster, the prefix of handles made here
	Address string // of its network interface
	Cluster string // cluster id
}

// Family is what the HSMs of a cluster and of its clones have in common from the first backup on.
type Family struct {
	MaskingKey [32]byte // opens masked objects
	Salt       Salt     // of passwords
}

// A Member is one HSM of a cluster as its HSMs list each other.
type Member struct {
	Node    int
	Address string
}

// A Clock tells lab time.
type Clock interface{ Now() time.Time }

// Options make an HSM.
type Options struct {
	Identity    Identity
	Family      Family
	Certificate []byte                     // X.509, DER: the cluster certificate signed by the customer CA
	Attestation crypto.Signer              // signs attestations; its public half is in Certificate
	Chain       map[CertificateKind][]byte // the other certificates, X.509, DER
	Members     func() []Member            // of the cluster; nil for this HSM alone
	Journal     Journal
	Clock       Clock
	MaxKeys     int      // token and session keys together, at most 262138; 0 means DefaultMaxKeys
	MaxSessions int      // open sessions; 0 means DefaultMaxSessions
	NextHandles []Handle // of the first keys made after each start; those in use are left out
	Activated   func()   // hears, while the HSM waits, that its PRECO has become a CO; may be nil
}

// DefaultMaxSessions is how many sessions an HSM holds open (user guide, CloudWatch metrics: HsmSessionCount).
const DefaultMaxSessions = 2048

// HSM is one hardware security module. Its methods may be called by many goroutines at once.
type HSM struct {
	identity Identity
	options  Options
	journal  Journal
	clock    Clock
	masker   masker

	mu        sync.RWMutex
	users     map[UserID]*user
	names     map[string]UserID // folded name to id
	lastUser  UserID
	keys      map[Handle]*key
	order     []*key // by slot
	freeSlot  uint64 // no slot below it is free
	presets   []Handle
	quorum    map[Service]uint8
	sessions  map[*Session]struct{}
	crowded   bool       // see SetCrowded
	crowd     []*Session // that nobody uses
	tokens    []*token   // in order of their ids
	lastToken uint32
	lastSess  uint32
	audit     auditLog
	ticket    Ticket // of the last change
}

// Open starts an HSM with the state of its journal; an empty journal makes an HSM without users and keys.
func Open(o Options) (*HSM, error) {
	if o.MaxKeys == 0 {
		o.MaxKeys = DefaultMaxKeys
	}
	o.MaxKeys = min(o.MaxKeys, SlotSize-firstSlot) // so that a free slot can always be found
	if o.MaxSessions == 0 {
		o.MaxSessions = DefaultMaxSessions
	}
	m, err := newMasker(o.Family.MaskingKey)
	if err != nil {
		return nil, fmt.Errorf("cannot start HSM %s: %w", o.Identity.ID, err)
	}
	h := &HSM{
		identity: o.Identity, options: o, journal: o.Journal, clock: o.Clock, masker: m,
		users: map[UserID]*user{}, names: map[string]UserID{}, keys: map[Handle]*key{},
		presets: slices.Clone(o.NextHandles), quorum: map[Service]uint8{}, sessions: map[*Session]struct{}{},
	}
	if err := h.load(); err != nil {
		return nil, fmt.Errorf("cannot start HSM %s: %w", o.Identity.ID, err)
	}
	return h, nil
}

// Identity tells which HSM this is.
func (h *HSM) Identity() Identity { return h.identity }

// Salt is the password salt of the HSM's cluster.
func (h *HSM) Salt() Salt { return h.options.Family.Salt }

// Certificate is the cluster certificate, X.509 in DER.
func (h *HSM) Certificate() []byte { return h.options.Certificate }

// Flush returns when all that the HSM has done so far is durable.
func (h *HSM) Flush(ctx context.Context) error {
	h.mu.RLock()
	t := h.ticket
	h.mu.RUnlock()
	return h.Wait(ctx, t)
}

// Wait returns when everything up to a ticket of Session.Pending is durable.
func (h *HSM) Wait(ctx context.Context, t Ticket) error {
	if err := h.journal.Wait(ctx, t); err != nil {
		return fmt.Errorf("HSM %s cannot store: %w", h.identity.ID, err)
	}
	return nil
}

// loggedIn reports whether any session but except is logged in as the user.
func (h *HSM) loggedIn(u *user, except *Session) bool {
	n := u.logins
	if except != nil && except.user == u {
		n--
	}
	return n > 0
}

// addUser gives a user its place; the caller has checked name and limit.
func (h *HSM) addUser(r userRecord) *user {
	u := &user{record: r}
	h.users[r.ID] = u
	h.names[nameKey(r.Name)] = r.ID
	h.lastUser = max(h.lastUser, r.ID)
	return u
}

func (h *HSM) sortedUsers() []*user {
	ids := slices.Sorted(maps.Keys(h.users))
	list := make([]*user, len(ids))
	for i, id := range ids {
		list[i] = h.users[id]
	}
	return list
}
