package cluster

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

// reviveTimeout bounds what a lost HSM costs each later operation; one that is back answers at once.
const reviveTimeout = 100 * time.Millisecond

// Settings of an application, from the client's configuration.
type Settings struct {
	Home     int  // node id that serves the session
	HasHome  bool // otherwise the first member does
	MinNodes int  // create_object_minimum_nodes; less than 1 means 1

	// Log takes lines for the client's log.
	Log func(line string)
}

// An Application is one program's session on all HSMs of a cluster, as the client daemon keeps it. One goroutine
// uses it at a time.
type Application struct {
	dialer   *Dialer
	settings Settings
	nodes    []*node // by node id
	home     *node
	login    *credentials // nil while nobody is logged in
}

// node is one HSM of the cluster.
type node struct {
	member hsm.Member
	conn   *wire.Conn // nil while it is lost
	failed error      // of the last try to reach it
}

func (n *node) up() bool { return n.conn != nil && n.conn.Err() == nil }

// NewApplication connects to the members of a cluster, all at once. HSMs that cannot be reached take part as
// soon as they can be.
func NewApplication(ctx context.Context, d *Dialer, members []hsm.Member, s Settings) *Application {
	if s.Log == nil {
		s.Log = func(string) {}
	}
	a := &Application{dialer: d, settings: s}
	for _, m := range members {
		n := &node{member: m}
		a.nodes = append(a.nodes, n)
		if a.home == nil || s.HasHome && m.Node == s.Home {
			a.home = n
		}
	}
	slices.SortFunc(a.nodes, func(x, y *node) int { return x.member.Node - y.member.Node })
	a.connect(ctx, d.ConnectTimeout)
	return a
}

// connect dials every HSM without a connection and logs it in when somebody is.
func (a *Application) connect(ctx context.Context, timeout time.Duration) {
	var wait sync.WaitGroup
	var back []*node
	for _, n := range a.nodes {
		if n.up() {
			continue
		}
		back = append(back, n)
		wait.Go(func() { n.conn, n.failed = a.dialer.dial(ctx, n.member.Address, timeout) })
	}
	wait.Wait()
	if a.login != nil {
		ask(ctx, a, back, wire.Login, a.login.onNode) // what they say shows in the operations that follow
	}
}

// Reach connects to HSMs that are back and logs in there, as every operation does before it begins. It reports
// whether any HSM is there.
func (a *Application) Reach(ctx context.Context) bool { return a.ready(ctx) }

// ready brings lost HSMs back where that is possible and sees to it that a living one is home. It reports
// whether any HSM is there.
func (a *Application) ready(ctx context.Context) bool {
	a.connect(ctx, min(reviveTimeout, a.dialer.ConnectTimeout))
	if a.home != nil && a.home.up() {
		return true
	}
	for _, n := range a.nodes {
		if n.up() {
			a.home = n
			return true
		}
	}
	return false
}

// Refused is the code with which an HSM refuses a session, where there is a session on none; else success.
func (a *Application) Refused() hsm.Code {
	code := hsm.Success
	for _, n := range a.nodes {
		if n.up() {
			return hsm.Success
		}
		if said, ok := errors.AsType[hsm.Code](n.failed); ok {
			code = said
		}
	}
	return code
}

// Connected is the number of HSMs with a connection.
func (a *Application) Connected() int {
	up := 0
	for _, n := range a.nodes {
		if n.up() {
			up++
		}
	}
	return up
}

// Nodes is the number of HSMs of the cluster.
func (a *Application) Nodes() int { return len(a.nodes) }

// HomeCertificate is the cluster certificate of the home HSM, X.509 in DER.
func (a *Application) HomeCertificate() []byte {
	if a.home == nil || a.home.conn == nil {
		return nil
	}
	return a.home.conn.Welcome().Certificate
}

// Certificates are the cluster certificates of the HSMs that can be reached, X.509 in DER; all tells whether these
// are all HSMs.
func (a *Application) Certificates() (certificates [][]byte, all bool) {
	for _, n := range a.nodes {
		if n.up() {
			certificates = append(certificates, n.conn.Welcome().Certificate)
		}
	}
	return certificates, len(certificates) == len(a.nodes)
}

// Salt is the password salt of the HSMs, zero where none was reached.
func (a *Application) Salt() hsm.Salt {
	for _, n := range a.nodes {
		if n.conn != nil {
			return hsm.Salt(n.conn.Welcome().Salt)
		}
	}
	return hsm.Salt{}
}

// Close ends the session on all HSMs.
func (a *Application) Close() {
	for _, n := range a.nodes {
		if n.conn != nil {
			n.conn.Close()
		}
	}
}

// A NodeStatus is one line of the cluster block.
type NodeStatus struct {
	Node int
	Code hsm.Code
}

// An Outcome is how an operation went: the code of the result line and the lines of the cluster block in
// order of node id. Without Nodes there is no block.
type Outcome struct {
	Code  hsm.Code
	Nodes []NodeStatus
}

// OK reports whether the result line says success.
func (o Outcome) OK() bool { return o.Code == hsm.Success }

// Succeeded is the number of nodes that report success.
func (o Outcome) Succeeded() int {
	n := 0
	for _, s := range o.Nodes {
		if s.Code == hsm.Success {
			n++
		}
	}
	return n
}

// noNode is the outcome where no HSM can be reached: the client daemon itself answers.
func noNode() Outcome { return Outcome{Code: hsm.DaemonSocket} }

// nodeCode is the code of one node's answer.
func nodeCode(err error) hsm.Code {
	var code hsm.Code
	switch {
	case err == nil:
		return hsm.Success
	case errors.As(err, &code):
		return code
	}
	return hsm.NodeUnavailable
}

// statuses makes a block with the same code for every node.
func (a *Application) statuses(code hsm.Code) []NodeStatus {
	list := make([]NodeStatus, len(a.nodes))
	for i, n := range a.nodes {
		list[i] = NodeStatus{n.member.Node, code}
	}
	return list
}

// OnHome asks the home HSM alone. When it has gone since, another one is home, and is asked.
func OnHome[Req, Resp any](ctx context.Context, a *Application, op wire.Op[Req, Resp], r Req) (Resp, hsm.Code) {
	v, code := onHome(ctx, a, op, r)
	if code == hsm.NodeUnavailable && !a.home.up() && ctx.Err() == nil {
		return onHome(ctx, a, op, r)
	}
	return v, code
}

func onHome[Req, Resp any](ctx context.Context, a *Application, op wire.Op[Req, Resp], r Req) (Resp, hsm.Code) {
	var none Resp
	if !a.ready(ctx) {
		return none, hsm.DaemonSocket
	}
	ctx, cancel := a.dialer.request(ctx, 1)
	defer cancel()
	v, err := op.Call(ctx, a.home.conn, r)
	return v, nodeCode(err)
}

// besideHome asks the home HSM, and all others at the same time whether they are there. The block has the home's
// code, and success for each of the others that is.
func besideHome[Req, Resp any](ctx context.Context, a *Application, op wire.Op[Req, Resp], r Req) (Resp, Outcome) {
	var none Resp
	if !a.ready(ctx) {
		return none, noNode()
	}
	bounded, cancel := a.dialer.request(ctx, 1)
	defer cancel()
	call := op.Start(bounded, a.home.conn, r)
	others := slices.DeleteFunc(slices.Clone(a.nodes), func(n *node) bool { return n == a.home })
	codes := ask(ctx, a, others, wire.LoginState, same(hsm.Done{}))
	v, err := call.Wait(bounded)
	o := Outcome{nodeCode(err), []NodeStatus{{a.home.member.Node, nodeCode(err)}}}
	for i, n := range others {
		o.Nodes = append(o.Nodes, NodeStatus{n.member.Node, codes[i]})
	}
	slices.SortFunc(o.Nodes, func(x, y NodeStatus) int { return x.Node - y.Node })
	return v, o
}

// spread gives the nodes that report success a code instead: what they would have said.
func (o Outcome) spread(code hsm.Code) {
	for i := range o.Nodes {
		if o.Nodes[i].Code == hsm.Success {
			o.Nodes[i].Code = code
		}
	}
}

// Everywhere sends an operation to all HSMs at once. The result is what the home HSM says; where complete is
// asked for and the home's success is not everybody's, it is Incomplete.
func Everywhere[Req, Resp any](ctx context.Context, a *Application, op wire.Op[Req, Resp], r Req, complete bool) Outcome {
	return everywhere(ctx, a, op, same(r), complete)
}

func everywhere[Req, Resp any](ctx context.Context, a *Application, op wire.Op[Req, Resp], request func(*node) (Req, error), complete bool) Outcome {
	if !a.ready(ctx) {
		return noNode()
	}
	o := Outcome{Nodes: a.statuses(hsm.NodeUnavailable)}
	for i, code := range ask(ctx, a, a.nodes, op, request) {
		o.Nodes[i].Code = code
		if a.nodes[i] == a.home {
			o.Code = code
		}
	}
	if complete && o.OK() && o.Succeeded() < len(o.Nodes) {
		o.Code = hsm.Incomplete
	}
	return o
}

// Gather is Everywhere for operations whose answers matter: those of the HSMs that succeeded, by node id.
func Gather[Req, Resp any](ctx context.Context, a *Application, op wire.Op[Req, Resp], r Req) ([]Resp, Outcome) {
	if !a.ready(ctx) {
		return nil, noNode()
	}
	o := Outcome{Nodes: a.statuses(hsm.NodeUnavailable)}
	var values []Resp
	answers, codes := collect(ctx, a, a.nodes, op, same(r))
	for i, code := range codes {
		o.Nodes[i].Code = code
		if code == hsm.Success {
			values = append(values, answers[i])
		}
		if a.nodes[i] == a.home {
			o.Code = code
		}
	}
	return values, o
}

// ask sends an operation to some nodes at once and gives the code of each.
func ask[Req, Resp any](ctx context.Context, a *Application, nodes []*node, op wire.Op[Req, Resp], request func(*node) (Req, error)) []hsm.Code {
	_, codes := collect(ctx, a, nodes, op, request)
	return codes
}

// collect is ask with the answers.
func collect[Req, Resp any](ctx context.Context, a *Application, nodes []*node, op wire.Op[Req, Resp], request func(*node) (Req, error)) ([]Resp, []hsm.Code) {
	ctx, cancel := a.dialer.request(ctx, 1)
	defer cancel()
	answers, codes := make([]Resp, len(nodes)), make([]hsm.Code, len(nodes))
	calls := map[int]wire.Call[Resp]{}
	for i, n := range nodes {
		codes[i] = hsm.NodeUnavailable
		if !n.up() {
			continue
		}
		r, err := request(n)
		if err != nil {
			codes[i] = nodeCode(err)
			continue
		}
		calls[i] = op.Start(ctx, n.conn, r)
	}
	for i, call := range calls {
		var err error
		answers[i], err = call.Wait(ctx)
		codes[i] = nodeCode(err)
	}
	return answers, codes
}

// same makes a request for every node of one for all.
func same[Req any](r Req) func(*node) (Req, error) {
	return func(*node) (Req, error) { return r, nil }
}
