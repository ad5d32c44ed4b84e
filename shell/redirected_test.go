//go:build linux || darwin

package shell_test

import (
	"bufio"
	"os"
	"syscall"
	"testing"
)

// startRedirected runs the console with its output in a pipe.
func startRedirected(t *testing.T) (*session, *bufio.Reader) {
	t.Helper()
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { read.Close() })
	s := newSession(t)
	s.stdout = write
	s.run("rich")
	write.Close()
	return s, bufio.NewReader(read)
}

// gets reads exactly this from the pipe.
func gets(t *testing.T, out *bufio.Reader, want string) {
	t.Helper()
	got := make([]byte, 0, len(want))
	for len(got) < len(want) {
		b, err := out.ReadByte()
		if err != nil {
			t.Fatalf("%v after %q, want %q", err, got, want)
		}
		got = append(got, b)
	}
	if string(got) != want {
		t.Fatalf("got %q, want %q", got, want)
	}
}

func TestOutputToAPipeLeavesTheEchoToTheKernel(t *testing.T) {
	t.Parallel()
	s, out := startRedirected(t)
	gets(t, out, ready)
	s.send("echo ab\x7f\r")
	gets(t, out, "a\n"+ready)
	s.send("pw\r")
	gets(t, out, "Enter password: ")
	s.send("s3cret\r")
	gets(t, out, "\n"+sum("s3cret")+" <nil>\n"+ready)
	s.send("quit\r")
	gets(t, out, "bye\n")
	rest, status := s.exit()
	if want := "echo ab\b \b\r\npw\r\nquit\r\n"; rest != want || status != 7 {
		t.Errorf("exit %d; the terminal has %q, want %q", status, rest, want)
	}
}

func TestASignalAtAPasswordBringsTheEchoBack(t *testing.T) {
	t.Parallel()
	s, out := startRedirected(t)
	gets(t, out, ready)
	s.send("pw\r")
	gets(t, out, "Enter password: ")
	s.cmd.Process.Signal(syscall.SIGTERM)
	if rest, status := s.exit(); status != 143 {
		t.Errorf("exit %d after %q", status, rest)
	}
}
