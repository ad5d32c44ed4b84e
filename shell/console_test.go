//go:build linux || darwin

package shell_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"

	"github.com/hsmlab/hsmlab/shell"
)

// patience is how long a test waits for something that must happen.
const patience = 20 * time.Second

// TestMain turns the test binary into a small console if it is asked to.
func TestMain(m *testing.M) {
	switch os.Getenv("SHELL_TEST_CONSOLE") {
	case "":
		flag.Parse()
		flag.Set("test.parallel", "8") // the tests wait more than they work
		os.Exit(m.Run())
	case "plain":
		os.Exit(console(shell.Plain))
	case "rich":
		os.Exit(console(shell.Rich))
	case "leader":
		os.Exit(leader())
	}
	os.Exit(99)
}

// console is a tool with a few commands.
func console(editor shell.Editor) int {
	if os.Getenv("SHELL_TEST_NOHUP") != "" {
		signal.Ignore(syscall.SIGHUP)
	}
	history, err := shell.OpenHistory(os.Getenv("SHELL_TEST_HISTORY"))
	if err != nil {
		fmt.Println(err)
		return 98
	}
	r, err := shell.Open(shell.Options{
		In: os.Stdin, Out: os.Stdout, Editor: editor, History: history, Complete: completeWords,
	})
	if err != nil {
		fmt.Println(err)
		return 97
	}
	defer r.Close()
	for {
		line, err := r.ReadLine(context.Background(), "aws-cloudhsm>")
		switch {
		case err == io.EOF:
			fmt.Println("end")
			return 0
		case err != nil:
			fmt.Println(err)
			continue
		}
		if line == "quit" {
			fmt.Println("bye")
			return 7
		}
		run(r, history, line)
	}
}

func run(r shell.Reader, history *shell.History, line string) {
	word, rest, _ := strings.Cut(line, " ")
	switch word {
	case "":
	case "echo":
		fmt.Println(rest)
	case "sum":
		fmt.Println(sum(rest))
	case "keep":
		if err := history.Add(line); err != nil {
			fmt.Println(err)
		}
	case "pw":
		secret, err := r.ReadPassword(context.Background(), "Enter password: ")
		fmt.Println(sum(secret), err)
	case "ask":
		answer, err := r.ReadLine(context.Background(), "one\ntwo (y/n)?")
		fmt.Println("answer", answer, err)
	case "limit":
		ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
		defer cancel()
		_, err := r.ReadLine(ctx, "quick:")
		fmt.Println(err)
	case "sleep":
		ctx, stop := r.Interrupts(context.Background())
		defer stop()
		woken := make(chan os.Signal, 1)
		signal.Notify(woken, syscall.SIGUSR1)
		fmt.Println("sleeping")
		select {
		case <-ctx.Done():
		case <-woken:
		}
		fmt.Println("woken:", context.Cause(ctx))
	case "children":
		out, err := exec.Command("/bin/ls", "-l", "/proc/self/fd").Output()
		fmt.Println("open:", strings.Count(string(out), "/dev/tty"), err)
	case "panic":
		panic("at the disco")
	default:
		fmt.Printf("unknown %q\n", line)
	}
}

// sum stands for a text that must not be shown.
func sum(text string) string {
	return fmt.Sprintf("%d bytes %08x", len(text), crc32.ChecksumIEEE([]byte(text)))
}

func completeWords(line string) []shell.Suggestion {
	word := line[strings.LastIndexByte(line, ' ')+1:]
	var found []shell.Suggestion
	for _, s := range []shell.Suggestion{
		{Text: "echo", Description: "print words"},
		{Text: "listPolicy", Description: "list policies"},
		{Text: "listUsers", Description: "list users"},
		{Text: "größe", Description: "a word with umlauts"},
	} {
		if strings.HasPrefix(s.Text, word) {
			found = append(found, s)
		}
	}
	return found
}

// session is the console on a terminal, seen from the person's side.
type session struct {
	t        *testing.T
	keys     *os.File // the side that types
	terminal *os.File // the console's side, kept open to look at it
	stdout   *os.File // the terminal, unless a test redirects it
	foreign  bool     // it is not to be the controlling terminal
	cmd      *exec.Cmd
	before   unix.Termios

	mu    sync.Mutex
	all   []byte        // what the terminal has got
	text  []byte        // what of it no test has taken yet
	grown chan struct{} // closed and replaced whenever text grows
	ended chan struct{} // closed when no more text will come
}

// start runs the console with an editor on a terminal of its own. The window has
// no size unless a test gives it one.
func start(t *testing.T, editor string, env ...string) *session {
	t.Helper()
	s := newSession(t)
	s.run(editor, env...)
	return s
}

func newSession(t *testing.T) *session {
	t.Helper()
	keys, terminal, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	// Closing it has to end a read, which takes a file that does not block.
	fd, err := unix.FcntlInt(keys.Fd(), unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	keys.Close()
	unix.SetNonblock(fd, true)
	keys = os.NewFile(uintptr(fd), "keys")
	s := &session{
		t: t, keys: keys, terminal: terminal, stdout: terminal,
		grown: make(chan struct{}), ended: make(chan struct{}),
	}
	s.before = s.settings()
	go s.collect()
	t.Cleanup(s.hangUp)
	return s
}

func (s *session) run(editor string, env ...string) {
	s.t.Helper()
	s.cmd = exec.Command(os.Args[0])
	s.cmd.Env = append(os.Environ(), "SHELL_TEST_CONSOLE="+editor, "TERM=xterm",
		"GORACE=atexit_sleep_ms=0",
		"SHELL_TEST_HISTORY="+s.t.TempDir()+"/history")
	s.cmd.Env = append(s.cmd.Env, env...)
	s.cmd.Stdin, s.cmd.Stdout, s.cmd.Stderr = s.terminal, s.stdout, s.terminal
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: !s.foreign}
	if err := s.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() {
		if s.cmd.ProcessState == nil {
			s.cmd.Process.Kill()
			s.cmd.Wait()
		}
	})
}

func (s *session) collect() {
	defer close(s.ended)
	buf := make([]byte, 65536)
	for {
		n, err := s.keys.Read(buf)
		s.mu.Lock()
		s.all = append(s.all, buf[:n]...)
		s.text = append(s.text, buf[:n]...)
		close(s.grown)
		s.grown = make(chan struct{})
		s.mu.Unlock()
		if err != nil {
			return
		}
	}
}

func (s *session) settings() unix.Termios {
	s.t.Helper()
	found, err := unix.IoctlGetTermios(int(s.terminal.Fd()), getTermios)
	if err != nil {
		s.t.Fatal(err)
	}
	return *found
}

func (s *session) apply(settings unix.Termios) {
	s.t.Helper()
	if err := unix.IoctlSetTermios(int(s.terminal.Fd()), setTermios, &settings); err != nil {
		s.t.Fatal(err)
	}
}

// echoOff does what "stty -echo" does.
func (s *session) echoOff() {
	s.before.Lflag &^= unix.ECHO
	s.apply(s.before)
}

// restored fails the test unless the terminal is as it was.
func (s *session) restored() {
	s.t.Helper()
	if now := s.settings(); now != s.before {
		s.t.Errorf("the terminal is not as it was:\nbefore %+v\nnow    %+v", s.before, now)
	}
}

func (s *session) send(keys string) {
	s.t.Helper()
	if _, err := io.WriteString(s.keys, keys); err != nil {
		s.t.Fatal(err)
	}
}

// until waits for the text and returns everything up to it, which is taken away.
func (s *session) until(want string) string {
	s.t.Helper()
	deadline := time.After(patience)
	searched := 0
	for {
		s.mu.Lock()
		grown := s.grown
		if i := bytes.Index(s.text[searched:], []byte(want)); i >= 0 {
			end := searched + i + len(want)
			got := string(s.text[:end])
			s.text = s.text[end:]
			s.mu.Unlock()
			return got
		}
		searched = max(0, len(s.text)-len(want))
		s.mu.Unlock()
		select {
		case <-grown:
		case <-s.ended:
			s.t.Fatalf("ended without %s after %s", quoted(want), quoted(s.everything()))
		case <-deadline:
			s.t.Fatalf("no %s in %v after %s", quoted(want), patience, quoted(s.everything()))
		}
	}
}

// quoted shows the end of a text.
func quoted(text string) string {
	if len(text) > 1000 {
		text = "…" + text[len(text)-1000:]
	}
	return fmt.Sprintf("%q", text)
}

// shows waits until the terminal has got exactly this since the last time.
func (s *session) shows(want string) {
	s.t.Helper()
	if got := s.until(want); got != want {
		s.t.Fatalf("the terminal got\n%s, want\n%s", quoted(got), quoted(want))
	}
}

// taken waits until the console has the terminal.
func (s *session) taken() {
	s.t.Helper()
	for start := time.Now(); s.settings() == s.before; time.Sleep(time.Millisecond) {
		if time.Since(start) > patience {
			s.t.Fatal("nobody took the terminal")
		}
	}
}

// everything returns all that the terminal has got so far.
func (s *session) everything() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return string(s.all)
}

// exit waits for the end of the console and returns the rest of what it wrote, and
// its exit status. The terminal must be as it was.
func (s *session) exit() (rest string, status int) {
	s.t.Helper()
	timer := time.AfterFunc(patience, func() { s.cmd.Process.Kill() })
	defer timer.Stop()
	err := s.cmd.Wait()
	if exit := new(exec.ExitError); err != nil && !errors.As(err, &exit) {
		s.t.Fatal(err)
	}
	s.restored()
	s.terminal.Close()
	<-s.ended
	return string(s.text), s.cmd.ProcessState.ExitCode()
}

// hangUp takes the terminal away.
func (s *session) hangUp() {
	s.terminal.Close()
	s.keys.Close()
	<-s.ended
}

func bothEditors(t *testing.T, test func(t *testing.T, editor string)) {
	t.Parallel()
	for _, editor := range []string{"plain", "rich"} {
		t.Run(editor, func(t *testing.T) {
			t.Parallel()
			test(t, editor)
		})
	}
}
