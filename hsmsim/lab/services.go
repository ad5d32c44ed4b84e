package lab

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"sync"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi"
	"github.com/hsmlab/hsmlab/hsmsim/control"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/iam"
	"github.com/hsmlab/hsmlab/hsmsim/ids"
	"github.com/hsmlab/hsmlab/hsmsim/kms"
	"github.com/hsmlab/hsmlab/hsmsim/lab/scenario"
	"github.com/hsmlab/hsmlab/hsmsim/store"
	"github.com/hsmlab/hsmlab/hsmsim/trail"
)

// services are the AWS services of the lab beside CloudHSM itself, and their endpoint.
type services struct {
	kms     *kms.Service
	file    *store.File // of KMS
	trail   *trail.Trail
	metrics *trail.Metrics

	listener net.Listener // of the endpoint
	stop     context.CancelFunc
	served   sync.WaitGroup
}

// keepSecrets makes up what kmsuser logs in with in clusters whose key store is connected: a password that nobody
// knows.
func (l *Lab) keepSecrets() {
	l.secrets = map[string]*hsm.Proof{}
	for _, s := range l.world.KMS.KeyStores {
		if s.State == scenario.StoreConnected {
			secret := new(hsm.Proof)
			rand.Read(secret[:])
			l.secrets[s.Cluster] = secret
		}
	}
}

// createServices makes the services of a new world.
func (l *Lab) createServices() error {
	if err := os.Remove(l.home.kmsFile()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("cannot replace the keys of KMS: %w", err)
	}
	if err := os.RemoveAll(l.home.Trail()); err != nil {
		return fmt.Errorf("cannot replace the CloudTrail events: %w", err)
	}
	if err := l.openServices(); err != nil {
		return err
	}
	return l.services.kms.Provision(context.Background(), l.keyStores(), l.kmsKeys())
}

func (l *Lab) keyStores() []kms.StoreSpec {
	var list []kms.StoreSpec
	for _, s := range l.world.KMS.KeyStores {
		cluster, _ := l.cloud.Cluster(l.world.Region, s.Cluster)
		spec := kms.StoreSpec{Region: l.world.Region, ID: s.ID, Name: s.Name, Cluster: s.Cluster, Created: s.Created,
			TrustAnchor: control.CertificatePEM(cluster.TrustAnchor), Password: s.Password}
		if spec.Proof = l.secrets[s.Cluster]; spec.Proof != nil {
			spec.Connected, spec.Password = true, ""
		}
		list = append(list, spec)
	}
	return list
}

func (l *Lab) kmsKeys() []kms.ProvisionedKey {
	var list []kms.ProvisionedKey
	for _, k := range l.world.KMS.Keys {
		list = append(list, kms.ProvisionedKey{Region: l.world.Region, ID: k.ID, Description: k.Description, Store: k.Store, Handle: hsm.Handle(k.Handle),
			BackingID: l.backingID(&k), Material: k.Material, Disabled: !k.Enabled, Aliases: k.Aliases, Created: k.Created})
	}
	return list
}

// backingID is the attribute of that name of the key in the HSMs.
func (l *Lab) backingID(k *scenario.KMSKey) string {
	for _, s := range l.world.KMS.KeyStores {
		if s.ID != k.Store {
			continue
		}
		for _, b := range l.world.Cluster(s.Cluster).Keys {
			if b.Handle == k.Handle {
				return b.ID
			}
		}
	}
	return ""
}

// openServices opens what the services have stored.
func (l *Lab) openServices() error {
	s := &l.services
	var err error
	if s.trail, err = trail.Open(trail.Options{Dir: l.home.Trail(), Account: l.world.Account, Clock: l.clock, Log: l.log}); err != nil {
		return err
	}
	if s.file, err = store.Open(l.home.kmsFile(), l.manifest.StorageKey); err != nil {
		return fmt.Errorf("cannot open the keys of KMS: %w", err)
	}
	settings := l.settings()
	s.kms, err = kms.Open(kms.Options{Account: l.world.Account, Journal: s.file, Clock: l.clock, CloudHSM: l.cloud, Dialer: settings.Dialer(l.home),
		Trail: s.trail, Log: l.log.With("service", "kms"), Speed: l.world.Speed, Seed: ids.Seed(l.world.Seed), Current: l.world.KMS.Edition == scenario.EditionCurrent})
	if err != nil {
		return err
	}
	s.listener, err = l.listen()
	return err
}

// startServices lets the services go on and opens their endpoint.
func (l *Lab) startServices() error {
	s := &l.services
	s.kms.SetFailing(l.manifest.KMSFailing)
	begun := make(chan struct{})
	go func() { // it waits for the HSMs
		defer close(begun)
		s.kms.Begin()
	}()
	defer func() { <-begun }()
	s.metrics = trail.NewMetrics(l.clock, measures{l})
	policies, err := l.policies()
	if err != nil {
		return err
	}
	endpoint, err := awsapi.New(awsapi.Options{Keys: l.accessKeys(), Policies: policies, Account: l.world.Account, Called: l.calledAWS, Trail: s.trail, Clock: l.clock, Log: l.log.With("service", "endpoint"),
		Services: map[string]any{"kms": s.kms, "cloudhsmv2": l.cloud, "ec2": l.cloud.Network(), "cloudtrail": s.trail, "monitoring": s.metrics,
			"logs": trail.NewLogs(l.world.Account, measures{l})}})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	s.stop = cancel
	s.served.Go(func() {
		if err := endpoint.Serve(ctx, s.listener); err != nil {
			l.log.Error("the endpoint has ended", "error", err)
		}
	})
	return nil
}

// aws is what clients need to reach the services.
func (l *Lab) aws() AWS {
	key := l.world.AccessKeys[0]
	return AWS{Endpoint: l.services.url(), Region: l.world.Region, AccessKeyID: key.ID, SecretAccessKey: key.Secret}
}

// listen opens the endpoint's port: the scenario's, or the one that the lab had before, also in an earlier world, so
// that programs that know it go on working.
func (l *Lab) listen() (net.Listener, error) {
	e := l.world.Endpoint
	if _, port, _ := net.SplitHostPort(e.Address); port != "0" {
		return awsapi.Listen(e.Address, e.Expose)
	}
	if last, err := os.ReadFile(l.home.endpointFile()); err == nil {
		listener, err := awsapi.Listen(string(last), e.Expose)
		if err == nil {
			return listener, nil
		}
		l.log.Warn("the endpoint gets a new port", "last", string(last), "reason", err)
	}
	listener, err := awsapi.Listen(e.Address, e.Expose)
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(l.home.endpointFile(), []byte(listener.Addr().String()), 0o600); err != nil {
		listener.Close()
		return nil, fmt.Errorf("cannot keep the endpoint's address: %w", err)
	}
	return listener, nil
}

func (l *Lab) accessKeys() []awsapi.Key {
	var list []awsapi.Key
	for _, k := range l.world.AccessKeys {
		key := awsapi.Key{ID: k.ID, Secret: k.Secret, UserName: k.User}
		if k.User != "" {
			key.PrincipalID = principalID(k.User, l.world.Seed)
		}
		list = append(list, key)
	}
	return list
}

// policies are those of users who may not do everything.
func (l *Lab) policies() (map[string][]*iam.Document, error) {
	all := map[string][]*iam.Document{}
	for _, u := range l.world.IAMUsers {
		all[u.Name] = nil
		for _, text := range u.Policies {
			d, err := iam.Parse(text, iam.OfIdentity)
			if err != nil {
				return nil, fmt.Errorf("cannot read a policy of user %s: %w", u.Name, err)
			}
			all[u.Name] = append(all[u.Name], d)
		}
	}
	return all, nil
}

// principalID is the unique id of a user: the same one each time, of a seed another one.
func principalID(user string, seed int64) string {
	if seed != 0 {
		user += fmt.Sprint("\x00", seed)
	}
	sum := sha256.Sum256([]byte(user))
	return "AIDA" + base32.StdEncoding.EncodeToString(sum[:])[:17]
}

// url is where the endpoint is, "" before it listens.
func (s *services) url() string {
	if s.listener == nil {
		return ""
	}
	return "http://" + s.listener.Addr().String()
}

// close ends the endpoint, then the services.
func (s *services) close() error {
	if s.stop != nil {
		s.stop()
		s.served.Wait()
	}
	if s.listener != nil {
		s.listener.Close()
	}
	var errs []error
	if s.metrics != nil {
		s.metrics.Close()
	}
	if s.kms != nil {
		s.kms.Close()
	}
	if s.file != nil {
		errs = append(errs, s.file.Close())
	}
	if s.trail != nil {
		errs = append(errs, s.trail.Close())
	}
	return errors.Join(errs...)
}
