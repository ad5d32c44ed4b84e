package runbook

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// book is a runbook with which nothing is wrong.
const book = `---
title: A title
teaches: something
time: 10m
level: beginner
scenario: below
guide: ["A page: https://example.com/"]
goal:
  - says: The key is gone
    points: 3
    key: {handle: 262160, on: none}
---

The brief.

## Hints

1. First,
   and more.
2. Second

## Solution

Text before.

` + "```console" + `
$ key_mgmt_util
...
Command:  loginHSM -u CU -s alice -p alicepw1
...
Command:  exit
$ cat <<END
> a
> END
a
> not typed
$
` + "```" + `

` + "```console decisive late" + `
$ echo late
` + "```" + `

` + "```console classic" + `
$ echo classic
` + "```" + `

More text.

## Why it works

Because.

## World

` + "```yaml" + `
clusters:
  - id: cluster-1a23b4cdefg
    hsms: [{node: 0, address: 10.0.0.1}]
    users:
      - {id: 1, type: CO, name: admin, password: adminpw1}
      - {id: 2, type: CU, name: alice, password: alicepw1}
    keys:
      - {handle: 262160, class: secret, owner: 2}
` + "```" + `

## Setup

` + "```sh" + `
echo hello
` + "```" + `
`

func TestParse(t *testing.T) {
	r, err := Parse("runbooks/07-a-book.md", []byte(book))
	if err != nil {
		t.Fatal(err)
	}
	if r.Name != "a-book" || r.Points() != 3 || r.Brief != "The brief." || r.Why != "Because." {
		t.Errorf("read as %+v", r)
	}
	if want := []string{"First,\nand more.", "Second"}; !cmp.Equal(r.Hints, want) {
		t.Errorf("hints %q", r.Hints)
	}
	if len(r.Setup) != 1 || r.Setup[0].Text != "echo hello\n" || !strings.HasPrefix(strings.Split(book, "\n")[r.Setup[0].Line-1], "echo hello") {
		t.Errorf("setup %+v", r.Setup)
	}
	var typed []string
	for _, turn := range r.Consoles("late")[0].Turns {
		typed = append(typed, turn.Prompt+turn.Typed)
		if line := strings.Split(book, "\n")[turn.Line-1]; line != turn.Prompt+turn.Typed {
			t.Errorf("line %d is %q", turn.Line, line)
		}
	}
	want := []string{"$ key_mgmt_util", "Command:  loginHSM -u CU -s alice -p alicepw1", "Command:  exit", "$ cat <<END", "> a", "> END"}
	if !cmp.Equal(typed, want) {
		t.Errorf("typed is\n%s", cmp.Diff(want, typed))
	}
	if n, m := len(r.Consoles("classic")), len(r.Consoles("late")); n != 2 || m != 2 || !r.Consoles("late")[1].Decisive {
		t.Errorf("%d and %d consoles", n, m)
	}
	if w, err := r.Scenario(); err != nil || w.Clusters[0].HSMs[0].Address != "10.0.0.1" {
		t.Errorf("scenario: %v", err)
	}
}

func TestWhatIsWrongIsToldByLine(t *testing.T) {
	for name, test := range map[string]struct{ old, fresh, want string }{
		"no front matter":            {"---\ntitle", "title", "b.md:1: a runbook begins with its front matter"},
		"front matter without end":   {"---\n\nThe brief", "\nThe brief", "b.md:1: the front matter does not end"},
		"an unknown field":           {"level:", "levle: x\nlevel:", "b.md:5: field levle not found"},
		"an unknown level":           {"level: beginner", "level: easy", `b.md:5: level: "easy" is not one of beginner, intermediate, advanced`},
		"no duration":                {"time: 10m", "time: long", `b.md:4: time: "long" is no duration`},
		"no title":                   {"title: A title", "title: ''", "b.md:2: title: must be one line"},
		"no goal":                    {"  - says: The key is gone\n    points: 3\n    key: {handle: 262160, on: none}\n", "", "b.md:8: goal: must have 1 to 50"},
		"a goal without a condition": {"    key: {handle: 262160, on: none}\n", "", "b.md:9: goal 1: there is no condition in it"},
		"a wrong condition":          {"key: {handle: 262160, on: none}", "key: {on: none}", "b.md:9: goal 1: key: needs either handle or label"},
		"an unknown condition":       {"    key: {handle", "    kye: {handle", "field kye not found"},
		"too many points":            {"points: 3", "points: 300", "b.md:9: goal 1: points: must be 1 to 100"},
		"an unknown section":         {"## Why it works", "## Why", `b.md:50: section "Why": not one of`},
		"no hints":                   {"1. First,\n   and more.\n2. Second\n", "", "section Hints is missing or empty"},
		"a hint without number":      {"1. First", "First", "b.md:18: hints are a numbered list"},
		"nothing decisive":           {"console decisive late", "console late", "no console of the solution is marked decisive"},
		"an unknown word":            {"console decisive late", "console decisive later", `b.md:40: console: "later" is none of`},
		"a console without prompt":   {"$ echo late", "echo late", "b.md:41: a console begins with a prompt"},
		"a block without end":        {"$ echo late\n```\n", "$ echo late\n", "the block does not end"},
		"a wrong world":              {"type: CU, name: alice", "type: CX, name: alice", "b.md:62: clusters[0].users[1].type"},
		"a world that is not asked":  {"scenario: below", "scenario: default", "section World: the front matter says scenario: default"},
		"setup of something else":    {"```sh\n", "```bash\n", "section Setup has blocks of ```sh only"},
	} {
		t.Run(name, func(t *testing.T) {
			text := strings.Replace(book, test.old, test.fresh, 1)
			if text == book {
				t.Fatal("the test changes nothing")
			}
			_, err := Parse("b.md", []byte(text))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q in it", err, test.want)
			}
		})
	}
	if _, err := Parse("Wrong Name.md", []byte(book)); err == nil {
		t.Error("a wrong name is taken")
	}
}

func TestVary(t *testing.T) {
	for name, text := range map[string]string{"own world": book, "default world": defaultBook(t)} {
		t.Run(name, func(t *testing.T) {
			one, err := Vary("b.md", []byte(text), 1)
			if err != nil {
				t.Fatal(err)
			}
			again, _ := Vary("b.md", []byte(text), 1)
			other, _ := Vary("b.md", []byte(text), 2)
			if string(one) != string(again) || string(one) == string(other) || string(one) == text {
				t.Error("the same seed must give the same text, and another one another")
			}
			r, err := Parse("b.md", one)
			if err != nil {
				t.Fatal(err)
			}
			w, err := r.Scenario()
			if err != nil {
				t.Fatal(err)
			}
			if w.Clusters[0].ID == "cluster-1a23b4cdefg" || strings.Contains(string(one), "cluster-1a23b4cdefg") {
				t.Error("the cluster's old id is still there")
			}
			if handle := w.Clusters[0].Keys[0].Handle; handle == 262160 || handle/262144 != 1 {
				t.Errorf("the key has handle %d", handle)
			}
		})
	}
}

// defaultBook is hsmlab's first runbook, which is in the default world.
func defaultBook(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../../docs/runbooks/01-kmsuser-login.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestUpdate(t *testing.T) {
	r, err := Parse("b.md", []byte(book))
	if err != nil {
		t.Fatal(err)
	}
	consoles := r.Consoles("classic")
	seen := map[int][][]string{consoles[0].Line: {{"Banner"}, {"what was", "", "seen"}, nil, nil, nil, {"b", "> not typed"}}, consoles[1].Line: {{"classic"}}}
	got := Update([]byte(book), consoles, seen)
	want := strings.NewReplacer("> END\na\n", "> END\nb\n", "$ echo classic\n", "$ echo classic\nclassic\n").Replace(book)
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(book))
	f.Add([]byte("---\n---\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		r, err := Parse("b.md", text)
		if err != nil {
			return
		}
		if _, err := Vary("b.md", text, 1); err != nil {
			t.Errorf("a runbook cannot be varied: %v", err)
		}
		for _, c := range r.Consoles("classic") {
			Update(text, []*Console{c}, map[int][][]string{c.Line: {{"x"}}})
		}
	})
}
