package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"time"

	"github.com/creack/pty"
)

// prompt matches, from the start of its line, whatever a tool or a shell waits behind.
const prompt = `(?:aws-cloudhsm>|server\d+>|Command:  |(?:\[[^\]]+\] )?\$ |> |` +
	`.*(?:\(y/n\)\?|\(R/I/A\):|\(R/B/I\):|\(0 or 1\):|filename:|password:|pass phrase:) ?)`

var (
	turn    = regexp.MustCompile(`(?m)^(?:elsewhere\$ (.*)|` + prompt + `(.*))$`)
	waiting = regexp.MustCompile(`(?:^|\n)` + prompt + `$`)
	secret  = regexp.MustCompile(`(?:password|pass phrase): ?$`)
	port    = regexp.MustCompile(`http://127\.0\.0\.1:\d+`) // of the endpoint, which the lab chooses
	key     = regexp.MustCompile(`^\^([@-_])$`)
)

// play plays a console: it runs a program on a terminal, types what its first argument, a file with all that a
// person saw there, has behind the prompts, and prints what is there to be seen now. In such a file
//
//	Enter password: <secret>      is a line that is typed but not shown,
//	aws-cloudhsm>^D               is a key, and so is any other control character,
//	elsewhere$ hsmlab down        is done at another terminal before the prompt below it is answered.
//
// Ctrl-D answers prompts that the file does not know. A file that begins with a prompt leaves out what stands before
// the first one. The exit status is that of the program.
func play() {
	size := flag.String("size", "24x80", "rows and columns of the terminal")
	patience := flag.Duration("patience", time.Minute, "how long the session may take, real time")
	flag.Parse()
	want, err := os.ReadFile(flag.Arg(0))
	check(err)
	cmd := exec.Command(flag.Arg(1), flag.Args()[2:]...)
	window := &pty.Winsize{}
	_, err = fmt.Sscanf(*size, "%dx%d", &window.Rows, &window.Cols)
	check(err)
	terminal, err := pty.StartWithSize(cmd, window)
	check(err)
	time.AfterFunc(*patience, func() {
		fmt.Fprintln(os.Stderr, "session: the program does not end")
		cmd.Process.Kill()
	})
	s := session{terminal: terminal, turns: turn.FindAllStringSubmatch(string(want), -1)}
	for buffer := make([]byte, 4096); ; {
		n, err := terminal.Read(buffer)
		s.screen = append(s.screen, bytes.ReplaceAll(buffer[:n], []byte("\r"), nil)...)
		if err != nil {
			break // the program has ended
		}
		if waiting.Match(s.screen) {
			s.answer()
		}
	}
	cmd.Wait()
	if want, got := turn.FindIndex(want), turn.FindIndex(s.screen); want != nil && want[0] == 0 && got != nil {
		s.screen = s.screen[got[0]:]
	}
	s.screen = bytes.ReplaceAll(s.screen, []byte(os.Getenv("WORK")), []byte("$WORK"))
	os.Stdout.Write(port.ReplaceAll(s.screen, []byte("http://127.0.0.1:PORT")))
	os.Exit(cmd.ProcessState.ExitCode())
}

type session struct {
	terminal *os.File
	turns    [][]string // line, what is done elsewhere, what is typed
	screen   []byte
}

// answer types the next line at the prompt that stands at the end of the screen.
func (s *session) answer() {
	typed := "^D"
	for len(s.turns) > 0 {
		t := s.turns[0]
		s.turns = s.turns[1:]
		if t[1] == "" {
			typed = t[2]
			break
		}
		out, err := exec.Command("sh", "-c", t[1]).CombinedOutput()
		if err != nil {
			out = fmt.Appendf(out, "[%v]\n", err)
		}
		line := bytes.LastIndexByte(s.screen, '\n') + 1
		s.screen = fmt.Appendf(nil, "%s%s\n%s%s", s.screen[:line], t[0], out, s.screen[line:])
	}
	switch k := key.FindStringSubmatch(typed); {
	case k != nil:
		s.screen = append(s.screen, typed...)
		s.terminal.Write([]byte{k[1][0] - '@'})
	case secret.Match(s.screen):
		s.screen = append(s.screen, typed...)
		fmt.Fprintf(s.terminal, "%s\r", strings.Trim(typed, "<>"))
	default:
		fmt.Fprintf(s.terminal, "%s\r", typed)
	}
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "session:", err)
		os.Exit(2)
	}
}
