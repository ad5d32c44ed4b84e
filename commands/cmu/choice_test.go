package cmu

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hsmlab/hsmlab/commands/tool"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

// What a node can know of a user.
const (
	absent    = "absent"
	untouched = "with the password of before"
	changed   = "with the new password"
)

// TestChoicesOnEveryNode lets a command fail on each of three servers in turn and makes each choice there.
func TestChoicesOnEveryNode(t *testing.T) {
	const create, remove = "createUser CU dave davepass1", "deleteUser CU dave"
	for _, test := range []struct {
		line                  string
		spoil, repair         string // what makes the command fail on a server, and what ends that
		before, after, failed string
		choices               string
	}{
		{"createUser CU dave davepass2", create, remove, absent, changed, untouched, "RIA"},
		{"changePswd CU dave davepass2", remove, create, untouched, changed, absent, "RIA"},
		{remove, remove, create, untouched, absent, absent, "RBI"},
	} {
		for _, made := range test.choices {
			for failing := range 3 {
				w := newWorld(t, plan{servers: 3})
				lines := []string{"loginHSM CO admin adminpass1"}
				if test.before == untouched {
					lines = append(lines, create, "y")
				}
				lines = append(lines, fmt.Sprintf("!meanwhile %d %s", failing, test.spoil), test.line)
				if test.line != remove {
					lines = append(lines, "y")
				}
				if made == 'R' { // in vain, and once more
					lines = append(lines, "R", fmt.Sprintf("!meanwhile %d %s", failing, test.repair))
				}
				o := w.play(append(lines, string(made))...)
				var want, got []string
				for number := range 3 {
					got = append(got, w.find(number))
					switch {
					case made == 'R', made == 'I' && number != failing, made == 'A' && number < failing:
						want = append(want, test.after)
					case number == failing:
						want = append(want, test.failed)
					default:
						want = append(want, test.before)
					}
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("%s, %c on server %d: dave is on the servers (-want +got):\n%s\n%s", test.line, made, failing, diff, o.screen.String())
				}
			}
		}
	}
}

// find tells what a node knows of dave.
func (w *world) find(number int) string {
	w.t.Helper()
	if !strings.Contains(w.users(number), ":dave") {
		return absent
	}
	s, err := w.nodes[number].hsm.NewSession()
	if err != nil {
		w.t.Fatal(err)
	}
	defer s.Close()
	for password, state := range map[string]string{"davepass1": untouched, "davepass2": changed} {
		if _, err := s.Login(w.t.Context(), hsm.LoginRequest{Type: "CU", Name: "dave", Proof: *proof("dave", password)}); err == nil {
			return state
		}
	}
	return "with a password that nobody knows"
}

// TestNothingIsAskedOfAServerWithoutTheY answers the question of each command that warns.
func TestNothingIsAskedOfAServerWithoutTheY(t *testing.T) {
	arguments := map[string]string{
		"changePswd": "CU bob bobpass2", "createUser": "CU dave davepass1", "setMValue": "3 2", "shareKey": "8 5 0", "setAttribute": "8 134 1",
		"registerMofnPubKey": "CO match officer1 officer1.key", "registerQuorumPubKey": "CO officer1 reg reg.officer1 officer1.pub",
	}
	for _, name := range warned {
		for _, mode := range []string{"listAttributes", "server 0"} {
			for _, test := range []struct {
				about   string
				answers []string
				want    bool // that servers are asked
			}{
				{"y", []string{"y"}, true},
				{"n", []string{"n"}, false},
				{"the end of the input", nil, false},
				{"an interrupt", []string{"!interrupt"}, false},
				{"what is not y, and n", []string{"", "Y", "yes", "yy", "y n", "1", "!long", "\xff", "ｙ", "n"}, false},
			} {
				w := newWorld(t, plan{servers: 1, keyless: true, officers: true})
				o := newOperator(w, slices.Concat([]string{"!keys officer1", "!file reg 20", "!sign reg officer1", "loginHSM CO officer1 officer1pass1",
					mode, "!look", name + " " + arguments[name]}, test.answers))
				before := 0
				o.look = func() { before = w.nodes[0].fault.requests() }
				if status := Main(t.Context(), w.env(o, tool.Classic)); status != 0 {
					t.Fatalf("exit status %d: %s", status, o.errors.String())
				}
				if !strings.Contains(o.screen.String(), questionContinue) {
					t.Errorf("%s does not ask:\n%s", name, o.screen.String())
				}
				if got := w.nodes[0].fault.requests() > before; got != test.want {
					t.Errorf("%s after %s, answer %s: the server is asked: %v, want %v", name, mode, test.about, got, test.want)
				}
			}
		}
	}
}

// TestALostAnswer cuts a connection after the HSM has carried out a change: the tool cannot know, and goes on.
func TestALostAnswer(t *testing.T) {
	w := newWorld(t, plan{servers: 3})
	o := w.play("loginHSM CO admin adminpass1", "createUser CU dave davepass1", "!mute 1", "y")
	want := "createUser success on server 0(10.0.2.9)\nServer 1(10.0.3.11) is not connected\ncreateUser success on server 2(10.0.1.12)\n"
	if !strings.Contains(o.screen.String(), want) {
		t.Errorf("no %q in\n%s", want, o.screen.String())
	}
	for number := range 3 {
		if got := w.find(number); got != untouched {
			t.Errorf("dave on server %d: %s", number, got)
		}
	}
}
