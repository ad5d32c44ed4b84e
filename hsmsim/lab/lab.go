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

	mu       sync.Mutex // guards manifest and broken
	manifest *manifest
	nodes    []*node
	broken   []error // HSMs that could not be started, with their files

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
	if err := l.takeLock(); err != nil {
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
	l.openNodes()
	return l.start()
}

// create makes a new world. Everything of a world that was not finished goes first.
func (l *Lab) create() error {
	w, err := l.home.chosenScenario()
	if err != nil {
		return err
	}
	if err := errors.Join(os.RemoveAll(l.home.nodes()), os.MkdirAll(l.home.nodes(), 0o700)); err != nil {
		return fmt.Errorf("cannot make room for the HSMs: %w", err)
	}
	m, err := newManifest(w)
	if err != nil {
		return err
	}
	l.manifest, l.world = m, w
	start := w.Clock.Start
	if start.IsZero() {
		start = time.Now()
	}
	l.clock = clock.New(start, w.Clock.Rate)
	l.openNodes()
	if len(l.broken) > 0 {
		return errors.Join(l.broken...)
	}
	for i := range w.Clusters {
		c := &w.Clusters[i]
		if err := provision(c, w.Generation, l.clusterNodes(c.ID)); err != nil {
			return fmt.Errorf("cannot set up cluster %s: %w", c.ID, err)
		}
	}
	for _, n := range l.nodes {
		if err := n.hsm.Flush(context.Background()); err != nil {
			return err
		}
	}
	if err := l.installOwn(); err != nil {
		return err
	}
	if err := l.saveClock(); err != nil {
		return err
	}
	return l.start()
}

// openNodes opens every HSM's file, all at once. What cannot be opened is reported and left out.
func (l *Lab) openNodes() {
	type opened struct {
		node *node
		err  error
	}
	var pending []chan opened
	for i := range l.manifest.Clusters {
		c := &l.manifest.Clusters[i]
		sc := l.scenarioCluster(c.ID)
		for j := range c.HSMs {
			result := make(chan opened, 1)
			pending = append(pending, result)
			go func() {
				n, err := l.openNode(c, &c.HSMs[j], sc)
				result <- opened{n, err}
			}()
		}
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
		if n.cluster == id {
			list = append(list, n)
		}
	}
	return list
}

// start opens the sockets and begins synchronising.
func (l *Lab) start() error {
	for _, n := range l.nodes {
		if err := n.setState(n.manifest.State); err != nil {
			return err
		}
	}
	if err := l.startClientDaemon(); err != nil {
		return err
	}
	l.startSync()
	return nil
}

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
	if l.syncStop != nil {
		l.syncStop()
	}
	l.clients.close()
	for _, n := range l.nodes {
		errs = append(errs, n.close())
	}
	if l.clock != nil {
		if len(l.nodes) > 0 {
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
	l.manifest.Clock = l.clock.State()
	return l.manifest.write(l.home)
}

// takeLock makes sure that no other process has the lab open. The lock goes with the process.
func (l *Lab) takeLock() error {
	f, err := os.OpenFile(l.home.lockFile(), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("cannot lock the lab: %w", err)
	}
	if err := lock(f); err != nil {
		owner, _ := os.ReadFile(l.home.lockFile())
		f.Close()
		return fmt.Errorf("lab %s (%s): %w (process %s)", l.home.Name, l.home.Dir, ErrRunning, owner)
	}
	l.lockFile = f
	f.Truncate(0)
	fmt.Fprintf(f, "%d", os.Getpid())
	return nil
}

func (l *Lab) releaseLock() {
	if l.lockFile != nil {
		l.lockFile.Close()
		l.lockFile = nil
	}
}
