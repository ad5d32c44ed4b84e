//go:build linux || darwin

package shell_test

import (
	"runtime"
	"strings"
	"testing"

	"github.com/creack/pty"
)

const (
	up    = "\x1b[A"
	down  = "\x1b[B"
	right = "\x1b[C"
	left  = "\x1b[D"
)

func TestKeysOfTheRichEditor(t *testing.T) {
	for name, test := range map[string]struct{ keys, result string }{
		"text is put in before the cursor":            {"echo ac" + left + "b", "abc"},
		"backspace and DEL take one character":        {"echo abX\x7fcX\x08", "abc"},
		"Ctrl-D on a line takes the next character":   {"echo abX" + left + "\x04c", "abc"},
		"Ctrl-D at the end of a line does nothing":    {"echo ab\x04c", "abc"},
		"Ctrl-A and Ctrl-E go to the ends":            {"cho ab\x01e\x05c", "abc"},
		"Home, End and Delete work":                   {"Xecho ab\x1b[H\x1b[3~\x1b[Fc", "abc"},
		"Ctrl-U takes what is before the cursor":      {"junk\x15echo a", "a"},
		"Ctrl-K takes what is behind the cursor":      {"echo ab" + left + "\x0b", "a"},
		"Ctrl-W takes a word":                         {"echo a bc\x17d", "a d"},
		"wide characters and umlauts can be edited":   {"echo größe日本" + left + left + "\x7fer", "größer日本"},
		"a line longer than the window can be edited": {"echo " + strings.Repeat("x", 200) + "\x01" + strings.Repeat(right, 5) + "y", "y" + strings.Repeat("x", 200)},
		"Ctrl-L leaves the line alone":                {"echo a\x0cb", "ab"},
		"keys without a meaning are kept out":         {"echo a\x1b[99;99~\x1b[1;9Q\x1bOz\x00\x16b", "ab"},
		"the markers of a pasted text are kept out":   {"\x1b[200~echo a\x1b[201~", "a"},
		"a byte that is no UTF-8 is left alone":       {"echo a\xffb", "a\xffb"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, "rich")
			s.shows(ready)
			s.send(test.keys + "\r")
			s.until("\r\n" + test.result + "\r\n" + ready)
		})
	}
}

func TestCtrlCDropsTheLine(t *testing.T) {
	t.Parallel()
	s := start(t, "rich")
	s.shows(ready)
	s.send("echo a\x03echo b\r")
	s.shows("echo a\r\ninterrupted\r\n" + ready + "echo b\r\nb\r\n" + ready)
	s.send("pw\rsecret\x03")
	s.shows("pw\r\nEnter password: \r\n" + sum("") + " interrupted\r\n" + ready)
	s.send("ask\r\x03")
	s.shows("ask\r\none\r\ntwo (y/n)?\r\nanswer  interrupted\r\n" + ready)
}

func TestUpAndDownShowTheHistory(t *testing.T) {
	t.Parallel()
	s := start(t, "rich")
	s.shows(ready)
	s.send("keep one\rkeep two\recho a secret\r")
	s.until("a secret\r\n" + ready)
	s.send(up)
	s.shows("keep two")
	s.send(up)
	s.shows("\x1b[3D\x1b[Jone")
	s.send(up + down + "\r") // there is nothing above the first
	s.until("two\r\n" + ready)
	s.send(up + down + "new" + up + down + "\r")
	s.until("unknown \"new\"\r\n" + ready)
}

func TestAnEditedLineIsDrawnFromTheChangeOn(t *testing.T) {
	t.Parallel()
	s := start(t, "rich")
	s.shows(ready)
	for _, step := range []struct{ keys, shown string }{
		{"abc", "abc"},
		{"\x7f", "\b\x1b[J"},
		{left, "\b"},
		{"x", "\x1b[Jxb\b"},
		{"\x01", "\x1b[2D"},
	} {
		s.send(step.keys)
		s.shows(step.shown)
	}
}

func TestTabCompletes(t *testing.T) {
	for name, test := range map[string]struct{ keys, want string }{
		"the only suggestion at once":                  {"ec\tdone", "done"},
		"a word that is whole gets its blank":          {"echo\tdone", "done"},
		"umlauts":                                      {"echo gr\t", "größe "},
		"what all suggestions begin with":              {"echo l\t", "list"},
		"the first of the menu with the second Tab":    {"echo l\t\t", "listPolicy"},
		"the next of the menu with the third":          {"echo l\t\t\t", "listUsers"},
		"nothing after the last of the menu":           {"echo l\t\t\t\t", "list"},
		"the last of the menu backwards":               {"echo l\t\x1b[Z", "listUsers"},
		"arrows walk in the menu":                      {"echo l\t\t" + down + up + down, "listUsers"},
		"an arrow up from the first leaves the menu":   {"echo l\t\t" + up + up + up, "list"},
		"an arrow down from the last leaves the menu":  {"echo l\t\t\t" + down + down, "list"},
		"text after a choice goes behind it":           {"echo l\t\t and", "listPolicy and"},
		"nothing without a suggestion":                 {"echo zzz\t\t", "zzz"},
		"in the middle of a line":                      {"e x" + left + left + "c\tlist", "list x"},
		"the menu is closed when the line is ended":    {"echo l\t\recho b", "b"},
		"the menu is closed when the line is left":     {"echo l\t\x03echo b", "b"},
		"the menu can be made in a line of many cells": {"echo " + strings.Repeat("日", 60) + " l\t\t", strings.Repeat("日", 60) + " listPolicy"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, "rich")
			s.shows(ready)
			s.send(test.keys + "\r")
			s.until("\r\n")
			s.until(test.want + "\r\n" + ready)
		})
	}
}

func TestTheMenuIsDrawnBelowAndTakenAway(t *testing.T) {
	t.Parallel()
	s := start(t, "rich")
	s.shows(ready)
	s.send("l")
	s.shows("l")
	s.send("\t")
	s.shows("ist\r\n" +
		strings.Repeat(" ", 17) + " listPolicy  list policies  \r\n" +
		strings.Repeat(" ", 17) + " listUsers   list users     " +
		"\x1b[2A\x1b[28D")
	s.send("\r")
	s.shows("\r\n\x1b[Junknown \"list\"\r\n" + ready)
}

func TestNothingIsSuggestedWithoutTab(t *testing.T) {
	t.Parallel()
	s := start(t, "rich")
	s.shows(ready)
	for _, key := range "listUsers" {
		s.send(string(key))
		s.shows(string(key))
	}
}

func TestAWindowThatChangesItsWidthIsDrawnAgain(t *testing.T) {
	t.Parallel()
	s := newSession(t)
	s.resize(24, 30)
	s.run("rich")
	s.shows(ready)
	s.send("echo 4567890123456789012345678")
	s.shows("echo 4567890123456789012345678")
	s.resize(24, 20)
	s.shows("\x1b[2A\r\x1b[J" + ready + "echo 4567890123456789012345678")
	s.send(left + "x\r")
	s.until("456789012345678901234567x8\r\n" + ready)
}

func TestAVerySmallWindowIsGoodEnough(t *testing.T) {
	t.Parallel()
	s := newSession(t)
	s.resize(1, 1)
	s.run("rich")
	s.shows(ready)
	s.send("echo l\t\t" + left + "\r")
	s.until("\r\nlistPolicy\r\n" + ready)
}

func TestAChildGetsNoTerminalBesidesItsOwn(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("looks into /proc")
	}
	t.Parallel()
	s := start(t, "rich")
	s.shows(ready)
	s.send("children\r")
	s.shows("children\r\nopen: 0 <nil>\r\n" + ready)
}

func (s *session) resize(rows, columns int) {
	s.t.Helper()
	if err := pty.Setsize(s.terminal, &pty.Winsize{Rows: uint16(rows), Cols: uint16(columns)}); err != nil {
		s.t.Fatal(err)
	}
}
