package lab

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/clock"
	"github.com/hsmlab/hsmlab/hsmsim/control"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/lab/scenario"
)

// A Lab is a world that runs in this process.
type Lab struct {
	home     Home
	log      *slog.Logger
	world    *scenario.World
	clock    *clock.Lab
	lockFile *os.File
	stopped  chan struct{} // closed when somebody asks for the end
	stopOnce sync.Once

	closeOnce sync.Once
	closeErr  error

	cloud *control.Service // its lock is taken before mu
	begun bool             // the world is there whole

	mu       sync.Mutex // guards manifest, nodes and broken
	manifest *manifest
	nodes    []*node
	broken   []error // HSMs that could not be started, with their files

	trouble  trouble
	services services
	secrets  map[string]*hsm.Proof // of a new world's clusters: what kmsuser logs in with where KMS alone knows it

	clients  clientDaemon
	syncStop func()
	synced   []hsm.Ticket // what the HSMs were like at the last round of synchronisation
}

// ErrRunning is why a lab cannot be opened that another process has open.
var ErrRunning = errors.New("another hsmlab daemon has this lab")

// Open brings a lab's world up: the one that is there, or a new one of the scenario chosen for it. An HSM whose
// file is damaged is reported in the log and by Broken; the others start.
func Open(h Home, log *slog.Logger) (*Lab, error) {
	if err := h.make(); err != nil {
		return nil, err
	}
	l := &Lab{home: h, log: log, stopped: make(chan struct{})}
	var err error
	if l.lockFile, err = h.takeLock(); err != nil {
		return nil, err
	}
	if err := l.open(); err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return l, nil
}

func (l *Lab) open() error {
	m, err := readManifest(l.home)
	if err != nil {
		return err
	}
	if m == nil {
		return l.create()
	}
	l.manifest = m
	if l.world, err = scenario.Parse("the lab's scenario", m.Scenario); err != nil {
		return fmt.Errorf("cannot read the lab's scenario: %w", err)
	}
	l.clock = clock.Restore(m.Clock)
	h, err := l.hardware()
	if err != nil {
		return err
	}
	if l.cloud, err = control.Restore(h, l.log, m.Control); err != nil {
		return err
	}
	if err := l.removeOrphans(); err != nil {
		return err
	}
	opened := make(chan error, 1)
	go func() { opened <- l.openServices() }()
	l.openNodes()
	if err := <-opened; err != nil {
		return err
	}
	return l.start()
}

func (l *Lab) hardware() (hardware, error) {
	v, err := newVault(l.home, l.manifest.StorageKey)
	return hardware{l.clock, v, l}, err
}

// create makes a new world. Everything of a world that was not finished goes first.
func (l *Lab) create() error {
	w, err := l.home.chosenScenario()
	if err != nil {
		return err
	}
	for _, dir := range []string{l.home.nodes(), l.home.backups()} {
		if err := errors.Join(os.RemoveAll(dir), os.MkdirAll(dir, 0o700)); err != nil {
			return fmt.Errorf("cannot make room for the HSMs: %w", err)
		}
	}
	if l.manifest, err = newManifest(w); err != nil {
		return err
	}
	l.world = w
	start := w.Clock.Start
	if start.IsZero() {
		start = time.Now()
	}
	l.clock = clock.New(start, w.Clock.Rate)
	h, err := l.hardware()
	if err != nil {
		return err
	}
	world, err := l.found(h)
	if err != nil {
		return err
	}
	l.openNodes()
	if len(l.broken) > 0 {
		return errors.Join(l.broken...)
	}
	l.keepSecrets()
	created, installed := make(chan error, 1), make(chan error, 1)
	go func() { created <- l.createServices() }()
	go func() { installed <- l.installOwn() }() // while the HSMs wait for the disk
	if err := errors.Join(l.provision(world), <-created, <-installed); err != nil {
		return err
	}
	if l.manifest.Control, err = l.cloud.Document(); err != nil {
		return err
	}
	if err := l.foundFaults(); err != nil {
		return err
	}
	if err := l.saveClock(); err != nil {
		return err
	}
	return l.start()
}

// provision gives new HSMs and the backups of their clusters what the scenario says, and waits until it is durable.
func (l *Lab) provision(world control.World) error {
	for i := range l.world.Clusters {
		c := &l.world.Clusters[i]
		if err := provision(c, l.world.Generation, l.clusterNodes(c.ID), l.secrets[c.ID]); err != nil {
			return fmt.Errorf("cannot set up cluster %s: %w", c.ID, err)
		}
	}
	backups := make(chan error, 1)
	go func() { backups <- l.cloud.Provisioned(world, l.absent) }()
	var errs []error
	for _, n := range l.nodes {
		errs = append(errs, n.hsm.Flush(context.Background()))
	}
	return errors.Join(append(errs, <-backups)...)
}

// openNodes opens every HSM's file, all at once. What cannot be opened is reported and left out.
func (l *Lab) openNodes() {
	type opened struct {
		node *node
		err  error
	}
	var pending []chan opened
	for _, spec := range l.cloud.Nodes() {
		result := make(chan opened, 1)
		pending = append(pending, result)
		go func() {
			n, err := l.openNode(spec, nil)
			result <- opened{n, err}
		}()
	}
	for _, result := range pending {
		o := <-result
		if o.err != nil {
			l.log.Error("an HSM does not start", "error", o.err)
			l.broken = append(l.broken, o.err)
			continue
		}
		l.nodes = append(l.nodes, o.node)
	}
}

func (l *Lab) scenarioCluster(id string) *scenario.Cluster {
	for i := range l.world.Clusters {
		if l.world.Clusters[i].ID == id {
			return &l.world.Clusters[i]
		}
	}
	return &scenario.Cluster{ID: id}
}

func (l *Lab) clusterNodes(id string) []*node {
	var list []*node
	for _, n := range l.nodes {
		if n.spec.Cluster == id {
			list = append(list, n)
		}
	}
	return list
}

// start opens the sockets and begins synchronising.
func (l *Lab) start() error {
	l.mu.Lock()
	for _, n := range l.nodes {
		if err := n.apply(); err != nil {
			l.mu.Unlock()
			return err
		}
	}
	l.mu.Unlock()
	l.begun = true
	if err := l.cloud.Begin(); err != nil {
		return err
	}
	if err := l.startClientDaemon(); err != nil {
		return err
	}
	l.startSync()
	if err := l.startServices(); err != nil {
		return err
	}
	l.startFaults()
	return nil
}

// Clock is lab time.
func (l *Lab) Clock() *clock.Lab { return l.clock }

// Control is the CloudHSM service of the lab.
func (l *Lab) Control() *control.Service { return l.cloud }

// Broken tells which HSMs could not be started, and why.
func (l *Lab) Broken() []error { return l.broken }

// Home is where the lab lives.
func (l *Lab) Home() Home { return l.home }

// Close ends the world: connections, sockets, files. What was answered is on disk already. Later calls return
// what the first one did.
func (l *Lab) Close() error {
	l.closeOnce.Do(func() { l.closeErr = l.shut() })
	return l.closeErr
}

func (l *Lab) shut() error {
	var errs []error
	l.endFaults()
	if l.syncStop != nil {
		l.syncStop()
	}
	l.clients.close()
	errs = append(errs, l.services.close())
	if l.cloud != nil && l.begun {
		l.cloud.End()
		errs = append(errs, l.cloud.Flush())
	}
	for _, n := range l.nodes {
		errs = append(errs, n.close())
	}
	if l.clock != nil {
		if l.begun {
			errs = append(errs, l.saveClock())
		}
		l.clock.Close()
	}
	if l.lockFile != nil {
		errs = append(errs, os.RemoveAll(l.home.Run))
	}
	l.releaseLock()
	return errors.Join(errs...)
}

// saveClock stores lab time and everything else of the manifest.
func (l *Lab) saveClock() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.save()
}

// save writes the manifest; l.mu is held.
func (l *Lab) save() error {
	l.manifest.Clock = l.clock.State()
	l.trouble.calls.note(l.manifest.Faults)
	return l.manifest.write(l.home)
}

// takeLock makes sure that no other process has the lab open. The lock goes with the file, or the process.
func (h Home) takeLock() (*os.File, error) {
	f, err := os.OpenFile(h.lockFile(), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("cannot lock the lab: %w", err)
	}
	if err := lock(f); err != nil {
		owner, _ := os.ReadFile(h.lockFile())
		f.Close()
		return nil, fmt.Errorf("lab %s (%s): %w (process %s)", h.Name, h.Dir, ErrRunning, owner)
	}
	f.Truncate(0)
	fmt.Fprintf(f, "%d", os.Getpid())
	return f, nil
}

func (l *Lab) releaseLock() {
	if l.lockFile != nil {
		l.lockFile.Close()
		l.lockFile = nil
	}
}

// Network is the network of the lab's account.
func (l *Lab) Network() *control.Network { return l.cloud.Network() }
