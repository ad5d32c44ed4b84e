package cmu

import (
	"os"
	"slices"
	"strings"
	"testing"
	"unicode"
)

func TestTableIsSound(t *testing.T) {
	table := commands()
	names := make([]string, len(table))
	for i, cmd := range table {
		names[i] = cmd.name
		if cmd.run == nil || cmd.modes == 0 || cmd.who == "" {
			t.Errorf("%s: function, modes or users are missing", cmd.name)
		}
		if cmd.summary == "" || unicode.IsUpper(rune(cmd.summary[0])) || strings.HasSuffix(cmd.summary, ".") {
			t.Errorf("%s: the summary %q must go on from the word it", cmd.name, cmd.summary)
		}
		if _, err := os.Stat(fileOf(cmd.name)); err != nil {
			t.Errorf("%s is not in the file of its name: %v", cmd.name, err)
		}
		for i, a := range cmd.arguments {
			if a.shown == "" || (a.shown[0] != '<' && a.shown[0] != '[' && a.kind != kindWord) {
				t.Errorf("%s: %q is neither a word nor in brackets", cmd.name, a.shown)
			}
			if a.kind == kindWord && a.optional() && !a.option() && i > 0 {
				t.Errorf("%s: the word %s may be left out and is not the first", cmd.name, a.shown)
			}
		}
	}
	if !slices.IsSorted(names) {
		t.Errorf("not sorted: %q", names)
	}
	if len(slices.Compact(slices.Clone(names))) != len(names) {
		t.Errorf("a name is there twice: %q", names)
	}
}

// fileOf is where a command lives: get_hsm_info.go for getHSMInfo.
func fileOf(name string) string {
	var b strings.Builder
	for i, r := range name {
		if unicode.IsUpper(r) {
			after := unicode.IsLower(rune(name[i-1]))
			before := i+1 < len(name) && unicode.IsLower(rune(name[i+1]))
			if after || before {
				b.WriteByte('_')
			}
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String() + ".go"
}

func TestFind(t *testing.T) {
	for _, test := range []struct {
		about, word string
		in          modes
		want        string
	}{
		{"a whole name", "listUsers", global, "listUsers"},
		{"a prefix that one command has", "listU", global, "listUsers"},
		{"the prefix of the guide", "findAllKey", single, "findAllKeys"},
		{"a prefix that two commands have", "log", global, ""},
		{"a prefix with another case", "listu", global, ""},
		{"a name that goes on", "listUsers2", global, ""},
		{"a name that is the prefix of no other", "server", global, "server"},
		{"a short prefix that is unambiguous in global mode only", "e", global, "enable_e2e"},
		{"the same prefix in server mode", "e", single, ""},
		{"a name of the other mode", "syncKey", global, ""},
		{"a name of this mode", "syncKey", single, "syncKey"},
		{"a prefix that is ambiguous in the other mode only", "s", single, ""},
		{"a letter that nothing begins with", "z", both, ""},
		{"nothing", "", global, ""},
	} {
		cmd, ok := find(test.word, test.in)
		if cmd.name != test.want || ok != (test.want != "") {
			t.Errorf("%s: find(%q) = %q, %v; want %q", test.about, test.word, cmd.name, ok, test.want)
		}
	}
}

func TestTakes(t *testing.T) {
	for _, test := range []struct {
		command  string
		min, max int
	}{
		{"listUsers", 0, 0}, {"createUser", 3, 3}, {"findAllKeys", 2, 3}, {"getKeyInfo", 1, 3}, {"help", 0, 1}, {"info", 2, 2},
	} {
		cmd, _ := find(test.command, both)
		for n := range 6 {
			if got := cmd.takes(make([]string, n)); got != (n >= test.min && n <= test.max) {
				t.Errorf("%s takes %d arguments: %v", test.command, n, got)
			}
		}
	}
}

// TestColumns compares the tables with the columns that the guide's samples have.
func TestColumns(t *testing.T) {
	w := newWorld(t, plan{servers: 1, fresh: true})
	screen := expand(w.play("listUsers", "info server 0", "getClusterInfo").screen.String())
	for _, want := range []string{
		"    User Id             User Type       User Name                          MofnPubKey    LoginFailureCnt         2FA\n",
		"         1              PRECO           admin                                    NO               0               NO\n",
		"         2              AU              app_user                                 NO               0               NO\n",
		"Id      Name                    Hostname         Port   State           Partition        LoginState\n",
		"0       10.0.2.9                10.0.2.9        2225    Connected       hsm-aaaaaaaaaa0  Not logged in\n",
		"Node Id         Hostname                Port\n",
		"1               10.0.2.9                2225\n",
	} {
		if !strings.Contains(screen, "\n"+want) {
			t.Errorf("no line %q in\n%s", want, screen)
		}
	}
}

// expand replaces tabs by blanks up to the next column that can be divided by 8.
func expand(text string) string {
	var b strings.Builder
	column := 0
	for _, r := range text {
		switch r {
		case '\t':
			n := 8 - column%8
			b.WriteString(strings.Repeat(" ", n))
			column += n
			continue
		case '\n':
			column = -1
		}
		b.WriteRune(r)
		column++
	}
	return b.String()
}
