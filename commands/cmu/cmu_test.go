package cmu

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hsmlab/hsmlab/commands/tool"
	"github.com/hsmlab/hsmlab/hsmsim/config"
	"github.com/hsmlab/hsmlab/shell"
)

func TestStartIsRefused(t *testing.T) {
	for _, test := range []struct {
		about   string
		args    []string
		prepare func(w *world)
		want    string // on the standard error
	}{
		{"without a configuration file", nil, nil, "Usage: cloudhsm_mgmt_util <configuration file>"},
		{"with two arguments", []string{"a", "b"}, nil, "Usage: cloudhsm_mgmt_util <configuration file>"},
		{"with a file that is not there", []string{"/x/none.cfg"}, nil,
			"Error: unable to parse the configuration file /x/none.cfg"},
		{"with a file that is no JSON", nil, func(w *world) { os.WriteFile(w.configPath(), []byte("{"), 0o600) },
			"Error: unable to parse the configuration file /opt/cloudhsm/etc/cloudhsm_mgmt_util.cfg"},
		{"with no server enabled", nil, func(w *world) { w.disable(0) }, "no server is enabled"},
		{"with a console that cannot be opened", nil, func(w *world) {}, "no such terminal"},
	} {
		w := newWorld(t, plan{servers: 1})
		o := newOperator(w, nil)
		e := w.env(o, tool.Classic)
		if test.prepare == nil {
			e.Args = test.args
		} else {
			test.prepare(w)
		}
		if strings.Contains(test.want, "terminal") {
			e.Open = func(func(string) []shell.Suggestion) (shell.Reader, error) {
				return nil, errors.New("no such terminal")
			}
		}
		if status := Main(t.Context(), e); status != 1 {
			t.Errorf("%s: exit status %d, want 1", test.about, status)
		}
		if got := o.errors.String(); !strings.Contains(got, test.want) || !strings.HasSuffix(got, "\n") {
			t.Errorf("%s: standard error %q, want %q in it", test.about, got, test.want)
		}
		if o.screen.Len() > 0 {
			t.Errorf("%s: output %q", test.about, o.screen.String())
		}
	}
}

// disable takes a server out of the configuration file by its field.
func (w *world) disable(number int) {
	w.t.Helper()
	b, err := os.ReadFile(w.configPath())
	if err != nil {
		w.t.Fatal(err)
	}
	parts := strings.Split(string(b), `"enable": "yes",
            "hostname"`)
	enabled := parts[0]
	for i, part := range parts[1:] {
		word := "yes"
		if i == number {
			word = "no"
		}
		enabled += `"enable": "` + word + `",
            "hostname"` + part
	}
	if err := os.WriteFile(w.configPath(), []byte(enabled), 0o600); err != nil {
		w.t.Fatal(err)
	}
}

func TestServersThatAreDisabledAreSkipped(t *testing.T) {
	w := newWorld(t, plan{servers: 3})
	w.disable(1)
	o := w.play("loginHSM CO admin adminpass1")
	for _, want := range []string{"success on server 0(10.0.2.9)", "success on server 1(10.0.1.12)"} {
		if !strings.Contains(o.screen.String(), want) {
			t.Errorf("no %q in\n%s", want, o.screen.String())
		}
	}
	if strings.Contains(o.screen.String(), "10.0.3.11") {
		t.Errorf("the disabled server is there:\n%s", o.screen.String())
	}
}

func TestNamesOfServersAreShown(t *testing.T) {
	w := newWorld(t, plan{servers: 1})
	m := config.DefaultManagement("")
	m.SetServers([]config.Host{{Address: "10.0.2.9", Name: "server1"}})
	if err := m.Write(w.configPath()); err != nil {
		t.Fatal(err)
	}
	screen := w.play("loginHSM CO admin adminpass1").screen.String()
	for _, want := range []string{"server 'server1': hostname '10.0.2.9', port 2225.\n", "E2E enabled on server 0(server1)\n",
		"loginHSM success on server 0(server1)\n"} {
		if !strings.Contains(screen, want) {
			t.Errorf("no %q in\n%s", want, screen)
		}
	}
}

func TestABrokenConsoleEndsTheTool(t *testing.T) {
	w := newWorld(t, plan{servers: 1})
	o := newOperator(w, []string{"!nonsense"})
	if status := Main(t.Context(), w.env(o, tool.Classic)); status != 1 {
		t.Errorf("exit status %d, want 1", status)
	}
	if got, want := o.errors.String(), "cloudhsm_mgmt_util: unknown event \"nonsense\"\n"; got != want {
		t.Errorf("standard error %q, want %q", got, want)
	}
}

func TestHistoryHasNoPasswords(t *testing.T) {
	w := newWorld(t, plan{servers: 1})
	o := w.play("", "nonsense secret0", "loginHSM  CO admin secret1", "loginHSM CO secret2", "createUser CU dave secret3 more",
		"createUser CU dave secret3", "n", "createUser CO dave my secret4", "createUser CO dave secret4 -2fa", "loginHSM CO admin secret4 -2fa x", "", "change CU bob -hpswd", "secret4", "secret4", "n", "deleteUser CU nobody", "I",
		"listUsers", "help loginHSM", "loginHSM CO admin \xff")
	want := []string{"loginHSM CO admin -hpswd", "loginHSM", "createUser", "createUser CU dave -hpswd",
		"createUser", "createUser", "loginHSM CO admin -hpswd -2fa x", "change CU bob -hpswd", "deleteUser CU nobody", "listUsers", "help loginHSM"}
	if diff := cmp.Diff(want, o.history); diff != "" {
		t.Errorf("history (-want +got):\n%s", diff)
	}
}

func TestHiddenPasswordsAreAskedForByTheirPrompts(t *testing.T) {
	w := newWorld(t, plan{servers: 1})
	o := w.play("loginHSM CO admin -hpswd", "adminpass1", "createUser CU dave -hpswd", "davepass1", "davepass1", "y",
		"changePswd CU dave -hpswd", "davepass2", "davepass2", "y", "loginHSM CU dave -hpswd", "davepass2")
	want := []string{"Enter password: ", "Enter password: ", "Re-enter password: ", "Enter new password: ",
		"Re-enter new password: ", "Enter password: "}
	if diff := cmp.Diff(want, o.hidden); diff != "" {
		t.Errorf("prompts (-want +got):\n%s", diff)
	}
	if n := strings.Count(o.screen.String(), "loginHSM success"); n != 2 {
		t.Errorf("%d logins have succeeded, want 2:\n%s", n, o.screen.String())
	}
}

func TestAbortLeavesLaterServersAlone(t *testing.T) {
	w := newWorld(t, plan{servers: 3, different: true})
	before := []string{w.users(0), w.users(1), w.users(2)}
	w.play("loginHSM CO admin adminpass1", "createUser CU bob bobpass1", "y", "A")
	if diff := cmp.Diff(before, []string{w.users(0), w.users(1), w.users(2)}); diff != "" {
		t.Errorf("users (-before +after):\n%s", diff)
	}
	w.play("loginHSM CO admin adminpass1", "createUser CU bob bobpass1", "y", "I", "A")
	if got, want := w.users(1), before[1]+" 6:CU:bob"; got != want {
		t.Errorf("users of server 1: %s, want %s", got, want)
	}
	if got := w.users(2); got != before[2] {
		t.Errorf("users of server 2: %s, want %s", got, before[2])
	}
}

func TestRollBackMakesTheUserAgain(t *testing.T) {
	w := newWorld(t, plan{servers: 4, different: true})
	before := w.users(0)
	o := w.play("loginHSM CO admin adminpass1", "server 2", "deleteUser CU bob", "exit",
		"deleteUser CU bob", "I", "B", "logoutHSM", "server 0", "loginHSM CU bob bobpass1")
	if got := w.users(0); got != before {
		t.Errorf("users of server 0: %s, want %s\n%s", got, before, o.screen.String())
	}
	if !strings.Contains(o.screen.String(), "server0>loginHSM CU bob bobpass1\nloginHSM success\n") {
		t.Errorf("the password is not what it was:\n%s", o.screen.String())
	}
	if !strings.Contains(w.users(3), "bob") {
		t.Errorf("server 3 has been reached: %s", w.users(3))
	}
}

// TestInterrupt presses Ctrl-C while a command runs: at its question, or after that and before the first server
// is asked.
func TestInterrupt(t *testing.T) {
	for _, calm := range []bool{false, true} {
		w := newWorld(t, plan{servers: 3})
		o := newOperator(w, []string{"loginHSM CO admin adminpass1", "createUser CU dave davepass1", "y", "listUsers"})
		o.calm = calm
		e := w.env(o, tool.Classic)
		o.interrupts = func(ctx context.Context) (context.Context, context.CancelFunc) {
			ctx, interrupt := context.WithCancelCause(ctx)
			if len(o.lines) == 2 { // createUser
				interrupt(shell.ErrInterrupted)
			}
			return ctx, func() { interrupt(nil) }
		}
		if status := Main(t.Context(), e); status != 0 {
			t.Fatalf("exit status %d: %s", status, o.errors.String())
		}
		for number := range 3 {
			if strings.Contains(w.users(number), "dave") {
				t.Errorf("server %d has been asked after the interrupt", number)
			}
		}
		if n := strings.Count(o.screen.String(), "Users on server"); n != 3 {
			t.Errorf("listUsers shows %d servers, want 3: the connections must outlive an interrupt\n%s", n, o.screen.String())
		}
	}
}

func TestTheToolEndsWithItsContext(t *testing.T) {
	w := newWorld(t, plan{servers: 1})
	ctx, cancel := context.WithCancel(t.Context())
	o := newOperator(w, []string{"!look"})
	o.look = cancel
	o.lines = append(o.lines, "listUsers", "createUser CU dave davepass1", "y")
	if status := Main(ctx, w.env(o, tool.Classic)); status != 1 {
		t.Errorf("exit status %d, want 1", status)
	}
}

func TestReasonsOfFailedConnections(t *testing.T) {
	w := newWorld(t, plan{servers: 1})
	w.nodes[0].stop()
	l := w.listen(w.nodes[0].address)
	l.(interface{ SetUnlinkOnClose(bool) }).SetUnlinkOnClose(false)
	l.Close() // the socket's file stays and nobody listens
	o := newOperator(w, nil)
	if status := Main(t.Context(), w.env(o, tool.Classic)); status != 1 {
		t.Errorf("exit status %d, want 1", status)
	}
	want := "on port 2225 failed:Connection refused\nConnection to one of servers failed, exiting...\n"
	if !strings.HasSuffix(o.screen.String(), want) {
		t.Errorf("screen %q, want %q at its end", o.screen.String(), want)
	}
}

func TestComplete(t *testing.T) {
	w := newWorld(t, plan{servers: 2})
	o := newOperator(w, []string{"loginHSM CO admin adminpass1", "findAllKeys 3 0", "!look", "server 1", "!look"})
	var got [][]string
	lines := []string{"", "li", "listUsers ", "createUser ", "createUser C", "createUser CU al", "createUser CU alice -",
		"createUser CO eve evepass1 ", "createUser CO eve evepass1 -2fa " + w.dir + "/customer", "getToken ",
		"getKeyInfo ", "getKeyInfo -", "getKeyInfo -k 1", "getAttribute 8 26", "info ", "info server ", "help sync", "nonsense ",
		"sync", "syncUser 3 1", "findAllKeys 3 0 " + w.dir + "/customer", "getCert x "}
	o.look = func() {
		var all []string
		for _, line := range lines {
			var texts []string
			for _, s := range o.complete(line) {
				texts = append(texts, strings.ReplaceAll(s.Text, w.dir, ""))
			}
			all = append(all, strings.ReplaceAll(line, w.dir, "")+": "+strings.Join(texts, " "))
		}
		got = append(got, all)
	}
	if status := Main(t.Context(), w.env(o, tool.Classic)); status != 0 {
		t.Fatalf("exit status %d", status)
	}
	want := []string{
		": approveToken changePswd createUser delToken deleteUser enable_e2e findAllKeys getAttribute getClusterInfo getHSMInfo " +
			"getKeyInfo getMValue getToken help info listAttributes listTokens listUsers loginHSM logoutHSM quit " +
			"registerMofnPubKey registerQuorumPubKey server setAttribute setMValue shareKey",
		"li: listAttributes listTokens listUsers",
		"listUsers : ",
		"createUser : CO CU PCO PRECO",
		"createUser C: CO CU",
		"createUser CU al: alice",
		"createUser CU alice -: -hpswd",
		"createUser CO eve evepass1 : -2fa",
		"createUser CO eve evepass1 -2fa /customer: /customerCA.crt",
		"getToken : 3 4",
		"getKeyInfo : 8 262153 10 11",
		"getKeyInfo -: -k",
		"getKeyInfo -k 1: 10 11",
		"getAttribute 8 26: 260 261 262 263 264 266 268",
		"info : server",
		"info server : 0 1",
		"help sync: syncKey syncUser",
		"nonsense : ",
		"sync: ",
		"syncUser 3 1: ",
		"findAllKeys 3 0 /customer: /customerCA.crt",
		"getCert x : ",
	}
	if diff := cmp.Diff(want, got[0]); diff != "" {
		t.Errorf("global mode (-want +got):\n%s", diff)
	}
	for _, line := range []string{"sync: syncKey syncUser", "syncUser 3 1: 1", "getCert x : 1 2 4 8 16"} {
		if !slices.Contains(got[1], line) {
			t.Errorf("server mode: no %q in %q", line, got[1])
		}
	}
}

func TestNoServerMeansNoSuggestions(t *testing.T) {
	w := newWorld(t, plan{servers: 1})
	o := newOperator(w, []string{"!stop 0", "!look"})
	var got []shell.Suggestion
	o.look = func() { got = o.complete("deleteUser CU ") }
	if status := Main(t.Context(), w.env(o, tool.Classic)); status != 0 || len(got) != 0 {
		t.Errorf("exit status %d, suggestions %v", status, got)
	}
}
