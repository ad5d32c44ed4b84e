package cmu

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/hsmlab/hsmlab/commands/tool"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/shell"
)

// FuzzLine types a line as an officer or as the owner of keys, in global or server mode, and says neither y to the
// question nor the same password twice. The tool must go on, and only deleteUser, which does not ask, may change
// users or keys.
func FuzzLine(f *testing.F) {
	for _, cmd := range commands() {
		f.Add(cmd.synopsis(), "n", cmd.modes == single, true)
	}
	for _, line := range []string{
		"", " ", "\t", "createUser CU dave davepass1", "createUser CU alice -hpswd", "changePswd CU alice newpass12",
		"changePswd CU alice -hpswd", "setAttribute 8 134 1", "setAttribute 8 3 text", "shareKey 8 4 0", "getKeyInfo -k 8 x.out",
		"getKeyInfo -k", "findAllKeys 0 1", "findAllKeys 3 0 ../../x", "findAllKeys 99999999999999999999 0", "info server 00",
		"info server 1e1", "server -0", "loginHSM CU alice alicepass1", "loginHSM CO admin \x00", "help help", "help \xff",
		"syncUser 3 0", "syncKey 8 0", "setMValue 3 2",
		"registerMofnPubKey CO x admin customerCA.crt", "createUser CO dave davepass1 -2fa auth", "getAttribute 8 512", "getAttribute 8 3 " + strings.Repeat("x", 300), "logoutHSM", "exit", "deleteUser",
	} {
		f.Add(line, "", false, true)
		f.Add(line, "Y", true, false)
	}
	f.Fuzz(func(t *testing.T, line, answer string, serverMode, officer bool) {
		if mayDelete(line) || strings.TrimSpace(answer) == "y" || strings.HasPrefix(line, "!") || strings.HasPrefix(answer, "!") {
			t.Skip()
		}
		w := newWorld(t, plan{servers: 1})
		before := w.state()
		login := "loginHSM CU alice alicepass1"
		if officer {
			login = "loginHSM CO admin adminpass1"
		}
		o := &stubborn{operator: newOperator(w, []string{login, "!look", line, "listAttributes"}), answer: answer}
		o.look = func() { o.complete(line) }
		if serverMode {
			o.lines = append([]string{"server 0"}, o.lines...)
		}
		e := w.env(o.operator, tool.Classic)
		e.Open = func(complete func(string) []shell.Suggestion) (shell.Reader, error) {
			o.complete = complete
			return o, nil
		}
		if status := Main(t.Context(), e); status != 0 || o.errors.Len() > 0 {
			t.Errorf("exit status %d: %s", status, o.errors.String())
		}
		if !strings.Contains(o.screen.String(), attributesHeading) && !ends(line, serverMode) {
			t.Errorf("the tool has not gone on:\n%s", o.screen.String())
		}
		if after := w.state(); after != before {
			t.Errorf("the world has changed from\n%s\nto\n%s", before, after)
		}
	})
}

// stubborn gives one answer to all questions, three times, and then n.
type stubborn struct {
	*operator
	answer string
	asked  int
}

func (o *stubborn) ReadLine(ctx context.Context, prompt string) (string, error) {
	if prompt == promptGlobal || prompt == fmt.Sprintf(promptServer, 0) {
		return o.operator.ReadLine(ctx, prompt)
	}
	if o.asked++; o.asked > 3 {
		return "n", nil
	}
	return o.answer, nil
}

func (o *stubborn) ReadPassword(context.Context, string) (string, error) {
	o.asked++
	return fmt.Sprint(o.answer, o.asked), nil
}

func mayDelete(line string) bool {
	words := split(line)
	if len(words) == 0 {
		return false
	}
	cmd, _ := find(words[0], both)
	return cmd.name == "deleteUser" && cmd.takes(words[1:])
}

// ends reports whether a line is quit.
func ends(line string, serverMode bool) bool {
	words := split(line)
	if len(words) != 1 || serverMode {
		return false
	}
	cmd, _ := find(words[0], global)
	return cmd.name == "quit"
}

// state is all that a line must not change: users, their passwords and keys for quorum authentication, how many
// approvals are needed, keys and their attributes.
func (w *world) state() string {
	var b strings.Builder
	h := w.nodes[0].hsm
	for _, u := range h.Status().Users {
		fmt.Fprintln(&b, u.ID, u.Type, u.Name, u.QuorumKey, u.TwoFactor)
	}
	for _, handle := range h.TokenKeys() {
		fmt.Fprintf(&b, "\n%d", handle)
	}
	s, err := h.NewSession()
	if err != nil {
		w.t.Fatal(err)
	}
	defer s.Close()
	for _, name := range []string{"admin", "bob", "carol", "alice"} {
		_, err := s.Login(w.t.Context(), hsm.LoginRequest{Type: map[bool]string{true: "CO", false: "CU"}[name == "admin"], Name: name,
			Proof: *proof(name, name+"pass1")})
		fmt.Fprintf(&b, "\n%s %v", name, err)
		if name == "admin" {
			for _, service := range []hsm.Service{hsm.UserManagement, hsm.MiscOfficer} {
				m, err := s.MValue(w.t.Context(), hsm.ServiceRequest{Service: service})
				fmt.Fprintf(&b, "\n%v %d %v", service, m, err)
			}
		}
	}
	for _, handle := range h.TokenKeys() {
		attributes, err := s.GetAttribute(w.t.Context(), hsm.AttributeRequest{Handle: handle, ID: hsm.AttrAll})
		info, _ := s.KeyInfo(w.t.Context(), hsm.HandleRequest{Handle: handle})
		fmt.Fprintf(&b, "\n%v %v %v", attributes, info, err)
	}
	return b.String()
}
