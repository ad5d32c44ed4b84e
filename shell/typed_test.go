//go:build linux || darwin

package shell_test

import (
	"fmt"
	"io"
	"runtime"
	"strings"
	"syscall"
	"testing"
)

const ready = "aws-cloudhsm>"

func TestATerminalGetsThePromptOnceAndEachKeyOnce(t *testing.T) {
	bothEditors(t, func(t *testing.T, editor string) {
		s := start(t, editor)
		s.shows(ready)
		for _, key := range "echo hi" {
			s.send(string(key))
			s.shows(string(key))
		}
		s.send("\r")
		s.shows("\r\nhi\r\n" + ready)
		s.send("quit\r")
		if rest, status := s.exit(); rest != "quit\r\nbye\r\n" || status != 7 {
			t.Errorf("exit %d after %q", status, rest)
		}
	})
}

func TestCommandsInOneWriteAllRun(t *testing.T) {
	bothEditors(t, func(t *testing.T, editor string) {
		s := start(t, editor)
		s.shows(ready)
		s.send("echo one\recho two\n\rquit\r")
		want := "echo one\r\none\r\n" + ready + "echo two\r\ntwo\r\n" + ready + "\r\n" + ready + "quit\r\nbye\r\n"
		if rest, _ := s.exit(); rest != want {
			t.Errorf("got %q\nwant %q", rest, want)
		}
	})
}

func TestALineOf20000CharactersIsTakenWhole(t *testing.T) {
	bothEditors(t, func(t *testing.T, editor string) {
		s := start(t, editor)
		s.shows(ready)
		long := strings.Repeat("0123456789", 2000)
		go io.WriteString(s.keys, "sum "+long+"\r")
		s.shows("sum " + long + "\r\n" + sum(long) + "\r\n" + ready)
	})
}

func TestKeysOfThePlainReader(t *testing.T) {
	for name, test := range map[string]struct{ keys, echo, result string }{
		"backspace and DEL take one character":        {"echo abX\x7fcX\x08", "echo abX\b \bcX\b \b", "abc"},
		"Ctrl-U takes the line":                       {"junk\x15echo a", "junk" + strings.Repeat("\b \b", 4) + "echo a", "a"},
		"Ctrl-W takes a word and the blanks":          {"echo a bc  \x17d", "echo a bc  " + strings.Repeat("\b \b", 4) + "d", "a d"},
		"nothing is erased before the line":           {"\x7f\x15\x17echo a", "echo a", "a"},
		"a wide character takes two cells":            {"echo 日本\x7f", "echo 日本\b \b\b \b", "日"},
		"umlauts are one character":                   {"echo größe\x7f\x7fe", "echo größe\b \b\b \be", "gröe"},
		"Tab, arrows and other controls are kept out": {"echo\t \x1b[Aa\x1bOP\x01\x00\x1b[15~b\x04", "echo ab", "ab"},
		"the markers of a pasted text are kept out":   {"\x1b[200~echo a\x1b[201~", "echo a", "a"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t, "plain")
			s.shows(ready)
			s.send(test.keys + "\r")
			s.shows(test.echo + "\r\n" + test.result + "\r\n" + ready)
		})
	}
}

func TestAPasswordIsNeverShown(t *testing.T) {
	bothEditors(t, func(t *testing.T, editor string) {
		runs := map[string]int{"plain": 100, "rich": 30}[editor]
		s := start(t, editor)
		s.shows(ready)
		for n := range runs {
			secret := fmt.Sprintf("s3cr3t-%d", n)
			s.send("pw\r")
			for range n * 200 {
				runtime.Gosched() // meet the console in another moment each time
			}
			s.send(secret + "\r")
			if editor == "rich" && n%10 != 9 {
				continue // it takes 20 ms for a line, so let some pile up
			}
			s.until(sum(secret))
		}
		s.send("quit\r")
		s.until("bye")
		if all := s.everything(); strings.Contains(all, "s3cr3t") {
			t.Errorf("the password was shown: %q", all)
		}
	})
}

func TestAPasswordMayBeTypedAhead(t *testing.T) {
	bothEditors(t, func(t *testing.T, editor string) {
		s := start(t, editor)
		s.shows(ready)
		s.send("pw\rse\x7f\x15tops3cret\recho next\r")
		s.shows("pw\r\nEnter password: \r\n" + sum("tops3cret") + " <nil>\r\n" +
			ready + "echo next\r\nnext\r\n" + ready)
	})
}

func TestAQuestionMayHaveSeveralLines(t *testing.T) {
	bothEditors(t, func(t *testing.T, editor string) {
		s := start(t, editor)
		s.shows(ready)
		s.send("ask\ry\r")
		s.shows("ask\r\none\r\ntwo (y/n)?y\r\nanswer y <nil>\r\n" + ready)
	})
}

func TestCtrlDOnAnEmptyLineIsTheEndOfInput(t *testing.T) {
	bothEditors(t, func(t *testing.T, editor string) {
		s := start(t, editor)
		s.shows(ready)
		s.send("pw\r\x04\x04")
		want := "pw\r\nEnter password: \r\n" + sum("") + " EOF\r\n" + ready + "\r\nend\r\n"
		if rest, status := s.exit(); rest != want || status != 0 {
			t.Errorf("exit %d after %q, want %q", status, rest, want)
		}
	})
}

func TestALineThatIsTooLongForTheEditorIsDropped(t *testing.T) {
	t.Parallel()
	s := start(t, "rich")
	s.shows(ready)
	long := strings.Repeat("0123456789", 6554)
	go io.WriteString(s.keys, long+"\recho next\r")
	s.until("line too long: more than 65536 bytes\r\n")
	s.shows(ready + "echo next\r\nnext\r\n" + ready)
}

func TestATerminalWithoutEchoGetsNoEcho(t *testing.T) {
	bothEditors(t, func(t *testing.T, editor string) {
		s := newSession(t)
		s.echoOff()
		s.run(editor)
		s.shows(ready)
		s.send("echo hi\rpw\rs3cret\r\rquit\r")
		want := "hi\r\n" + ready + "Enter password: \r\n" + sum("s3cret") + " <nil>\r\n" + ready + ready + "bye\r\n"
		if rest, _ := s.exit(); rest != want {
			t.Errorf("got %q, want %q", rest, want)
		}
	})
}

func TestEchoThatIsTurnedOnFromOutsideIsTurnedOff(t *testing.T) {
	bothEditors(t, func(t *testing.T, editor string) {
		s := start(t, editor)
		s.shows(ready)
		s.send("sleep\r")
		s.until("sleeping\r\n")
		s.apply(s.before)
		s.cmd.Process.Signal(syscall.SIGUSR1)
		s.shows("woken: <nil>\r\n" + ready)
		s.send("echo hi\r")
		s.shows("echo hi\r\nhi\r\n" + ready)
		s.send("quit\r")
		s.exit()
	})
}

func TestTheEditorNeedsAControllingTerminal(t *testing.T) {
	t.Parallel()
	s := newSession(t)
	s.foreign = true
	s.run("rich")
	s.shows(ready)
	s.send("echo a" + left + "b\r")
	s.shows("echo ab\r\nab\r\n" + ready)
}

func TestAContextEndsTheWait(t *testing.T) {
	bothEditors(t, func(t *testing.T, editor string) {
		s := start(t, editor)
		s.shows(ready)
		s.send("limit\r")
		s.shows("limit\r\nquick:\r\ncontext deadline exceeded\r\n" + ready)
		s.send("echo on\r")
		s.shows("echo on\r\non\r\n" + ready)
	})
}

func TestWhatWasTypedBeforeTheStartCounts(t *testing.T) {
	bothEditors(t, func(t *testing.T, editor string) {
		s := newSession(t)
		s.send("echo early\r\x04")
		s.shows("echo early\r\n") // by the kernel
		s.run(editor)
		want := ready + "echo early\r\nearly\r\n" + ready + "\r\nend\r\n"
		if rest, _ := s.exit(); rest != want {
			t.Errorf("got %q, want %q", rest, want)
		}
	})
}
