package lab

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/term"

	"github.com/hsmlab/hsmlab/commands/cmu"
	"github.com/hsmlab/hsmlab/commands/configure"
	"github.com/hsmlab/hsmlab/commands/kmu"
	"github.com/hsmlab/hsmlab/commands/tool"
	"github.com/hsmlab/hsmlab/hsmsim/clock"
	"github.com/hsmlab/hsmlab/hsmsim/cluster"
	"github.com/hsmlab/hsmlab/hsmsim/config"
	"github.com/hsmlab/hsmlab/hsmsim/lab"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
	"github.com/hsmlab/hsmlab/shell"
)

// tools are the original's programs by the names that this one is called by.
var tools = map[string]func(ctx context.Context, args []string) int{
	"cloudhsm_mgmt_util": func(ctx context.Context, args []string) int {
		return runTool(ctx, "cloudhsm_mgmt_util", args, func(ctx context.Context, e tool.Env, _ *surroundings) int {
			return cmu.Main(ctx, e)
		})
	},
	"key_mgmt_util": func(ctx context.Context, args []string) int { return runTool(ctx, "key_mgmt_util", args, runKMU) },
	"configure":     func(ctx context.Context, args []string) int { return runTool(ctx, "configure", args, runConfigure) },
	"aws":           runAWS,
}

// originalPrefix is where the original's programs and files are on a real machine.
const originalPrefix = "/opt/cloudhsm"

// surroundings are what a tool finds out before it begins.
type surroundings struct {
	home     lab.Home
	settings lab.Settings
	prefix   string

	generation tool.Generation
}

// runTool finds the lab, starts it where it does not run, and hands over to a tool.
func runTool(ctx context.Context, name string, args []string, run func(context.Context, tool.Env, *surroundings) int) int {
	s, err := surround(ctx)
	if err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
		return 1
	}
	e := tool.Env{
		Args:       args,
		Out:        tool.NewOutput(os.Stdout, term.IsTerminal(int(os.Stdout.Fd()))),
		Err:        tool.NewOutput(os.Stderr, true),
		Generation: s.generation,
		Dialer:     s.settings.Dialer(s.home),
		Prefix:     s.prefix,
		Resolve:    s.resolve,
		Sleep:      s.sleep,
	}
	log := lab.OpenTyped(s.home, s.settings.Clock)
	defer log.Close()
	terminal := term.IsTerminal(int(os.Stdin.Fd()))
	log.Add(startedBy(name), argumentLine(name, args), terminal)
	e.Log = func(line string) { log.Add(name, line, terminal) }
	history := &shell.History{}
	editor := shell.Choose(os.Getenv, os.Stdin, os.Stdout)
	if editor == shell.Rich {
		if h, err := shell.OpenHistory(s.home.History(name)); err == nil {
			history = h
			e.Remember = func(line string) { h.Add(line) }
		}
	}
	e.Open = func(complete func(line string) []shell.Suggestion) (shell.Reader, error) {
		return shell.Open(shell.Options{In: os.Stdin, Out: os.Stdout, Editor: editor, Complete: complete, History: history})
	}
	defer e.Out.Flush()
	return run(ctx, e, s)
}

// startedBy is what the log of what was typed says about the start of a tool: the consoles are typed at the shell.
func startedBy(name string) string {
	if name == "cloudhsm_mgmt_util" || name == "key_mgmt_util" {
		return "shell"
	}
	return name
}

func surround(ctx context.Context) (*surroundings, error) {
	h, err := lab.Locate(os.Getenv, "")
	if err != nil {
		return nil, err
	}
	c, err := lab.Ensure(ctx, h)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	g, err := generation(c.Settings())
	if err != nil {
		return nil, err
	}
	return &surroundings{home: h, settings: c.Settings(), prefix: ownPrefix(h), generation: g}, nil
}

// ownPrefix is the place that the program was called from, if it looks like an installation; else the lab's.
func ownPrefix(h lab.Home) string {
	if path, err := exec.LookPath(os.Args[0]); err == nil {
		if abs, err := filepath.Abs(path); err == nil && filepath.Base(filepath.Dir(abs)) == "bin" {
			prefix := filepath.Dir(filepath.Dir(abs))
			if _, err := os.Stat(config.ClientPath(prefix)); err == nil {
				return prefix
			}
		}
	}
	return h.Prefix()
}

// generation is the lab's, or what HSMLAB_CLIENT says.
func generation(settings lab.Settings) (tool.Generation, error) {
	name := settings.Generation
	if v := os.Getenv("HSMLAB_CLIENT"); v != "" {
		name = v
	}
	g, ok := tool.ParseGeneration(name)
	if !ok {
		return g, fmt.Errorf("HSMLAB_CLIENT is %q: classic and late are allowed", name)
	}
	return g, nil
}

// resolve finds a file that is named by its place on a real machine.
func (s *surroundings) resolve(path string) string {
	rest, ok := strings.CutPrefix(path, originalPrefix+"/")
	if !ok {
		return path
	}
	if _, err := os.Stat(path); err == nil {
		return path
	}
	return filepath.Join(s.prefix, rest)
}

func (s *surroundings) sleep(ctx context.Context, d time.Duration) error {
	c := clock.Restore(s.settings.Clock)
	defer c.Close()
	return c.Sleep(ctx, d)
}

func runKMU(ctx context.Context, e tool.Env, s *surroundings) int {
	cfg, err := config.ReadClient(config.ClientPath(s.prefix))
	if err != nil {
		fmt.Fprintf(os.Stderr, "key_mgmt_util: %v\n", err)
		return 1
	}
	k := kmu.Env{Env: e, Settings: cluster.Settings{MinNodes: cfg.MinimumNodes(), Log: s.clientLog}}
	if s.settings.Home != nil {
		k.Settings.Home, k.Settings.HasHome = *s.settings.Home, true
	}
	k.Attach = func(ctx context.Context) (kmu.Attachment, error) { return lab.Attach(ctx, s.home, cfg.Hostname()) }
	return kmu.Main(ctx, k)
}

// clientLog adds a line to the client daemon's log, where the original has it.
func (s *surroundings) clientLog(line string) {
	f, err := os.OpenFile(filepath.Join(s.prefix, "run", "cloudhsm_client.log"), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return
	}
	defer f.Close()
	c := clock.Restore(s.settings.Clock)
	defer c.Close()
	fmt.Fprintf(f, "%s liquidSecurity ERR: %s\n", c.Now().UTC().Format(time.RFC3339), line)
}

func runConfigure(ctx context.Context, e tool.Env, s *surroundings) int {
	s.updateClusterInfo(ctx)
	return configure.Main(ctx, configure.Env{
		Args: e.Args, Prefix: s.prefix, Stdout: io.Writer(e.Out), Stderr: io.Writer(e.Err),
		Members: func(ctx context.Context, address string) ([]config.Member, error) {
			return askMembers(ctx, e.Dialer, address)
		},
	})
}

// updateClusterInfo does what the client daemon does as it runs: its node list is that of the cluster of the HSM that
// its configuration names. Without a daemon, or where it finds no cluster, the list stays as it is.
func (s *surroundings) updateClusterInfo(ctx context.Context) {
	cfg, err := config.ReadClient(config.ClientPath(s.prefix))
	if err != nil || !s.settings.ClientDaemon {
		return // configure says so where it matters
	}
	c, err := lab.Connect(ctx, s.home)
	if err != nil {
		return
	}
	defer c.Close()
	status, err := c.Status(ctx)
	if err != nil {
		return
	}
	members := status.Members(cfg.Hostname())
	path := config.ClusterInfoPath(s.prefix, 1)
	if known, err := config.ReadClusterInfo(path); len(members) == 0 || err != nil || sameMembers(known, members) {
		return
	}
	config.WriteClusterInfo(path, members) // without it the list is an old one, as after any failure of the daemon
}

// sameMembers reports whether two node lists have the same HSMs, in whatever order.
func sameMembers(a, b []config.Member) bool {
	byNode := func(x, y config.Member) int { return x.Node - y.Node }
	return slices.Equal(slices.SortedFunc(slices.Values(a), byNode), slices.SortedFunc(slices.Values(b), byNode))
}

// askMembers asks an HSM itself for the members of its cluster.
func askMembers(ctx context.Context, d *cluster.Dialer, address string) ([]config.Member, error) {
	c, err := d.Dial(ctx, address)
	if err != nil {
		return nil, fmt.Errorf("%s", cluster.Reason(err))
	}
	defer c.Close()
	members, err := wire.Members.Call(ctx, c, struct{}{})
	if err != nil {
		return nil, err
	}
	var list []config.Member
	for _, m := range members {
		list = append(list, config.Member{Node: m.Node, Address: m.Address})
	}
	return list, nil
}
