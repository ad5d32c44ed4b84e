package awsapi

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"sync"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/clock"
	"github.com/hsmlab/hsmlab/hsmsim/iam"
	"github.com/hsmlab/hsmlab/hsmsim/trail"
)

// A Key is an access key of the lab's account.
type Key struct {
	ID, Secret  string
	UserName    string // of the IAM user that it belongs to; "" for the account's root
	PrincipalID string // the user's unique id, AIDA…; "" for the account's id
}

// Options say what an endpoint serves.
type Options struct {
	Keys    []Key
	Account string // 12 digits

	// Policies are those of users who may not do everything, by their names.
	Policies map[string][]*iam.Document

	// Services has the implementations by the services' names: kms, cloudhsm and so on. The endpoint answers
	// for sts itself.
	Services map[string]any

	// Called hears of each call whose signature is right, before it is done, by the name of the service, as in Services,
	// and of the operation. Nil for nobody who listens.
	Called func(service, operation string)

	Trail trail.Recorder // takes the events of calls; nil for none
	Clock clock.Clock    // lab time, for the events
	Log   *slog.Logger   // nil for none

	// PeerTimeout is how long a client may take, in real time, for its request, and for its answer beside the
	// time that the service takes. 0 means a minute.
	PeerTimeout time.Duration

	// MaxConnections are served at once; more wait until others end. 0 means 512.
	MaxConnections int
}

// An Endpoint serves the lab's AWS services over HTTP. It is an http.Handler.
type Endpoint struct {
	options  Options
	log      *slog.Logger
	services []*mounted
	targets  map[string]*mounted // by the end of X-Amz-Target's name
	versions map[string]*mounted // by the Version of Query requests
	keys     map[string]*Key
	signers  signers
	now      func() time.Time // real time, which clients sign with
	pool     sync.Pool        // of *buffers
}

// New makes an endpoint. It fails for options that contradict themselves.
func New(o Options) (*Endpoint, error) {
	impls := maps.Clone(o.Services)
	if impls == nil {
		impls = map[string]any{}
	}
	impls[stsService.name] = identity{}
	o.Services = impls
	return assemble(o, tables())
}

func assemble(o Options, tables []*service) (*Endpoint, error) {
	if o.Clock == nil {
		return nil, errors.New("cannot make an endpoint without a clock")
	}
	services, err := mount(tables, o.Services)
	if err != nil {
		return nil, fmt.Errorf("cannot make an endpoint: %w", err)
	}
	e := &Endpoint{
		options: o, log: o.Log, services: services, now: time.Now,
		targets: map[string]*mounted{}, versions: map[string]*mounted{}, keys: map[string]*Key{},
		signers: signers{keys: map[scope][sha256.Size]byte{}},
	}
	if e.log == nil {
		e.log = slog.New(slog.DiscardHandler)
	}
	e.pool.New = func() any { return newBuffers() }
	for _, m := range services {
		if m.target != "" {
			e.targets[m.target] = m
		}
		if m.version != "" {
			e.versions[m.version] = m
		}
	}
	for _, k := range o.Keys {
		if k.ID == "" || k.Secret == "" {
			return nil, fmt.Errorf("cannot make an endpoint: access key %q of user %q has no id or no secret", k.ID, k.UserName)
		}
		if e.keys[k.ID] != nil {
			return nil, fmt.Errorf("cannot make an endpoint: access key %s is there twice", k.ID)
		}
		if k.PrincipalID == "" {
			k.PrincipalID = o.Account
		}
		e.keys[k.ID] = &k
	}
	return e, nil
}

// Operations lists the operations of all services that there are, by the services' names in Options.Services.
func Operations() map[string][]string {
	all := map[string][]string{}
	for _, s := range tables() {
		for _, o := range s.operations {
			all[s.name] = append(all[s.name], o.name)
		}
	}
	return all
}

// Operations lists the operations of each service that is served, by its name in Options.Services.
func (e *Endpoint) Operations() map[string][]string {
	all := map[string][]string{}
	for _, m := range e.services {
		for _, o := range m.operations {
			all[m.name] = append(all[m.name], o.name)
		}
	}
	return all
}
