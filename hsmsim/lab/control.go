package lab

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"slices"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/clock"
	"github.com/hsmlab/hsmlab/hsmsim/config"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/kms"
	"github.com/hsmlab/hsmlab/hsmsim/lab/scenario"
)

// What bounds lines of the control protocol, bytes: of requests a scenario file is the longest thing, of answers the
// view of clusters that are full of keys.
const (
	maxControlLine   = 8 << 20
	maxControlAnswer = 1 << 30
)

// controlRequest is one line to the lab's daemon. One action is asked for; its fields say how.
type controlRequest struct {
	Action  string
	Advance time.Duration `json:",omitempty"`
	Rate    *float64      `json:",omitempty"`
	Prefix  string        `json:",omitempty"`
	Blob    []byte        `json:",omitempty"` // ciphertext
	Fault   *Fault        `json:",omitempty"`
	Of      string        `json:",omitempty"` // whose faults are taken back; "" for all

	Cluster, User, Password string `json:",omitempty"`
}

// The actions of the control protocol.
const (
	actionHello    = "hello"
	actionStatus   = "status"
	actionStop     = "stop"
	actionClock    = "clock"
	actionScenario = "scenario"
	actionInstall  = "install"
	actionView     = "view"
	actionDecrypt  = "decrypt"
	actionContents = "contents"
	actionPassword = "password"
	actionFault    = "fault"
	actionClear    = "clear"
)

// controlAnswer is the daemon's line back.
type controlAnswer struct {
	Error    string          `json:",omitempty"`
	Settings *Settings       `json:",omitempty"`
	Status   json.RawMessage `json:",omitempty"` // a Status; raw, so that tools need not learn its shape
	View     json.RawMessage `json:",omitempty"` // a View, likewise
	Scenario string          `json:",omitempty"`
	Plain    []byte          `json:",omitempty"`

	Addresses []string `json:",omitempty"`
}

// Settings are what tools need of the lab.
type Settings struct {
	Generation     string
	ConnectTimeout time.Duration
	RequestTimeout time.Duration
	Home           *int // node id that serves KMU sessions; nil: the HSM that the client's configuration names
	Clock          clock.State
	ClientDaemon   bool // it runs
	AWS            AWS
}

// AWS is what clients of the AWS services need of the lab.
type AWS struct {
	Endpoint        string // URL
	Region          string
	AccessKeyID     string // of the scenario's first user
	SecretAccessKey string
}

// Status is how the world stands.
type Status struct {
	Lab      string
	Dir      string
	Time     time.Time
	Rate     float64
	Endpoint string // URL of the AWS services
	Clusters []ClusterStatus
	Stores   []KeyStoreStatus
	Failing  bool        `json:",omitempty"` // KMS fails inside, see SetKMSFailing
	Faults   []FaultView `json:",omitempty"`
	Broken   []string    `json:",omitempty"`
}

// KeyStoreStatus is how a custom key store of KMS stands.
type KeyStoreStatus struct {
	ID, Name, Region string
	Cluster          string
	State            kms.ConnectionState
	ErrorCode        kms.ErrorCode `json:",omitempty"`
	Keys             int
}

// Members lists the HSMs of the cluster that an HSM's address belongs to.
func (s *Status) Members(address string) []config.Member {
	for _, c := range s.Clusters {
		if !slices.ContainsFunc(c.HSMs, func(h HSMStatus) bool { return h.Address == address }) {
			continue
		}
		var list []config.Member
		for _, h := range c.HSMs {
			list = append(list, config.Member{Node: h.Node, Address: h.Address})
		}
		return list
	}
	return nil
}

// ClusterStatus is how a cluster stands.
type ClusterStatus struct {
	ID     string
	Region string
	State  string // of the CloudHSM service, such as ACTIVE
	HSMs   []HSMStatus
}

// HSMStatus is how an HSM stands.
type HSMStatus struct {
	ID      string
	Node    int
	Address string
	State   string
	hsm.Status
}

// serveControl answers control connections until the listener is closed.
func (l *Lab) serveControl(listener net.Listener) {
	for {
		c, err := listener.Accept()
		if err != nil {
			return
		}
		go func() {
			defer c.Close()
			in := bufio.NewReader(c)
			for {
				var r controlRequest
				if err := readLine(in, maxControlLine, &r); err != nil {
					if !errors.Is(err, io.EOF) {
						l.log.Warn("control connection closed", "error", err)
					}
					return
				}
				if err := json.NewEncoder(c).Encode(l.control(r)); err != nil {
					return
				}
			}
		}()
	}
}

// readLine reads one line of JSON of so many bytes at most.
func readLine(in *bufio.Reader, limit int, v any) error {
	var line []byte
	for {
		part, err := in.ReadSlice('\n')
		line = append(line, part...)
		if len(line) > limit {
			return fmt.Errorf("a line of more than %d bytes", limit)
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if err != nil {
			return err
		}
		if err := json.Unmarshal(line, v); err != nil {
			return fmt.Errorf("a line that is not understood: %w", err)
		}
		return nil
	}
}

func (l *Lab) control(r controlRequest) controlAnswer {
	switch r.Action {
	case actionHello:
		return controlAnswer{Settings: l.settings()}
	case actionStatus:
		b, err := json.Marshal(l.Status())
		if err != nil {
			return answerOf(err)
		}
		return controlAnswer{Status: b}
	case actionView:
		b, err := json.Marshal(l.View())
		if err != nil {
			return answerOf(err)
		}
		return controlAnswer{View: b}
	case actionDecrypt:
		plain, err := l.Decrypts(r.Blob)
		if err != nil {
			return answerOf(err)
		}
		return controlAnswer{Plain: plain}
	case actionPassword:
		return controlAnswer{Addresses: l.fitting(r.Cluster, r.User, r.Password)}
	case actionContents:
		return controlAnswer{Plain: l.contents()}
	case actionScenario:
		return controlAnswer{Scenario: string(l.manifest.Scenario)}
	case actionStop:
		l.Stop()
		return controlAnswer{}
	case actionFault:
		if r.Fault == nil {
			return controlAnswer{Error: "fault: is missing"}
		}
		return answerOf(l.AddFault(*r.Fault))
	case actionClear:
		return answerOf(l.ClearFaults(r.Of))
	case actionInstall:
		return answerOf(l.install(r.Prefix, false))
	case actionClock:
		return answerOf(l.setClock(r))
	}
	return controlAnswer{Error: fmt.Sprintf("action %q is not known; the daemon may be of another version", r.Action)}
}

func answerOf(err error) controlAnswer {
	if err != nil {
		return controlAnswer{Error: err.Error()}
	}
	return controlAnswer{}
}

func (l *Lab) settings() *Settings {
	c := l.world.Client
	s := &Settings{Generation: l.world.Generation, ConnectTimeout: c.ConnectTimeout, RequestTimeout: c.RequestTimeout,
		Clock: l.clock.State(), ClientDaemon: c.Daemon == scenario.DaemonRunning, AWS: l.aws()}
	if first := l.membersWith(firstOf(c.Servers)); c.Home != nil && len(first) > 0 && first[0].Node != *c.Home {
		s.Home = c.Home
	}
	return s
}

func firstOf(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

// Status tells how the world stands.
func (l *Lab) Status() *Status {
	clusters, stores, faults := l.cloud.Overview(), l.services.kms.Overview(), l.faults()
	l.mu.Lock()
	defer l.mu.Unlock()
	s := &Status{Faults: faults, Lab: l.home.Name, Dir: l.home.Dir, Time: l.clock.Now(), Rate: l.clock.State().Rate}
	for _, c := range clusters {
		cs := ClusterStatus{ID: c.ID, Region: c.Region, State: c.State}
		for _, n := range l.clusterNodes(c.ID) {
			cs.HSMs = append(cs.HSMs, HSMStatus{n.spec.ID, n.spec.Node, n.spec.Address, n.state, n.hsm.Status()})
		}
		s.Clusters = append(s.Clusters, cs)
	}
	s.Endpoint, s.Failing = l.aws().Endpoint, l.manifest.KMSFailing
	for _, st := range stores {
		s.Stores = append(s.Stores, KeyStoreStatus{st.ID, st.Name, st.Region, st.Cluster, st.State, st.ErrorCode, st.Keys})
	}
	for _, err := range l.broken {
		s.Broken = append(s.Broken, err.Error())
	}
	return s
}

// SetHSMState makes an HSM go down, refuse, answer slowly or come back. name is its address, name or id.
func (l *Lab) SetHSMState(name, state string) error {
	if err := l.setHSMState(name, state); err != nil {
		return err
	}
	l.cloud.Refresh()
	l.services.kms.Rejoin(context.Background())
	return nil
}

func (l *Lab) setHSMState(name, state string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, n := range l.nodes {
		if !n.called(name) {
			continue
		}
		if !slices.Contains(states, state) {
			return fmt.Errorf("HSM state %q: not up, down, refused or slow", state)
		}
		n.state = state
		known := l.manifest.hsm(n.spec.ID, n.spec.Address)
		known.State = state
		l.manifest.HSMs[n.spec.ID] = known
		l.drop(func(p *pendingFault) bool { return p.Happened && p.HSM == n.spec.ID && slices.Contains(states, p.Kind) })
		return errors.Join(n.apply(), l.save())
	}
	return fmt.Errorf("HSM %q: no HSM of the lab has this address, name or id", name)
}

// SetKMSFailing makes KMS fail inside where custom key stores are concerned, or takes that back.
func (l *Lab) SetKMSFailing(failing bool) error {
	l.services.kms.SetFailing(failing)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.manifest.KMSFailing = failing
	return l.save()
}

func (l *Lab) setClock(r controlRequest) error {
	if r.Rate != nil {
		if err := l.clock.SetRate(*r.Rate); err != nil {
			return err
		}
	}
	if r.Advance != 0 {
		if err := l.clock.Advance(r.Advance); err != nil {
			return err
		}
	}
	if err := l.cloud.Flush(); err != nil {
		return err
	}
	return l.saveClock()
}

// Stop asks for the end of a lab that Serve runs.
func (l *Lab) Stop() { l.stopOnce.Do(func() { close(l.stopped) }) }

// Serve runs a lab for other processes until ctx ends or somebody stops it. ready is called once everything
// answers.
func Serve(ctx context.Context, l *Lab, ready func()) error {
	path := l.home.control()
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("cannot replace the control socket: %w", err)
	}
	listener, err := net.Listen("unix", path)
	if err != nil {
		return fmt.Errorf("cannot listen for the lab's tools: %w", err)
	}
	go l.serveControl(listener)
	ready()
	select {
	case <-ctx.Done():
	case <-l.stopped:
	}
	return listener.Close()
}

// states are what SetHSMState takes.
var states = []string{scenario.StateUp, scenario.StateDown, scenario.StateRefused, scenario.StateSlow}
