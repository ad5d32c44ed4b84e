package record

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/hsmlab/hsmlab/shell/cast"
	"github.com/hsmlab/hsmlab/shell/lines"
)

// loginPassword is the second word behind login at a prompt.
func loginPassword(line string, _ bool) (from int, secret []lines.Span) {
	rest, ok := strings.CutPrefix(line, "> ")
	if !ok {
		return 0, nil
	}
	words := strings.Split(rest, " ")
	if words[0] != "login" || len(words) < 3 || words[2] == "" {
		return 2, nil
	}
	at := len("> login ") + len(words[1]) + 1
	return 2, []lines.Span{{From: at, To: at + len(words[2])}}
}

// session is a recorder with what it writes.
type session struct {
	*Recorder
	cast  bytes.Buffer
	text  *os.File
	ended error
}

func begin(t testing.TB) *session {
	t.Helper()
	s := &session{}
	var err error
	if s.text, err = os.Create(filepath.Join(t.TempDir(), "text")); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.text.Close() })
	now := time.Duration(0)
	s.Recorder, err = New(Options{
		Header: cast.Header{Width: 40, Height: 5}, Secrets: loginPassword, Cast: &s.cast, Text: s.text, Limit: 1 << 20,
		Now:   func() time.Duration { now += time.Second; return now },
		Ended: func(err error) { s.ended = err },
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// types types keys that come back one by one.
func (s *session) types(keys string) {
	for _, key := range strings.Split(keys, "") {
		s.Input([]byte(key), false)
		switch key {
		case "\r":
			key = "\r\n"
		case "\x7f":
			key = "\b \b"
		}
		s.Output([]byte(key))
	}
}

// events are what is in the recording: kind and text, joined while the kind stays the same.
func (s *session) events(t testing.TB) []string {
	t.Helper()
	_, events, err := cast.Read(bytes.NewReader(s.cast.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, e := range events {
		if n := len(list); n > 0 && list[n-1][0] == e.Kind[0] && e.Kind != cast.Resize {
			list[n-1] += e.Text
			continue
		}
		list = append(list, string(e.Kind)+" "+e.Text)
	}
	return list
}

// texts are the outputs and the inputs of a recording.
func (s *session) texts(t testing.TB) (output, input string) {
	t.Helper()
	for _, e := range s.events(t) {
		switch e[0] {
		case 'o':
			output += e[2:]
		case 'i':
			input += e[2:]
		}
	}
	return output, input
}

func (s *session) written(t testing.TB) string {
	t.Helper()
	text, err := os.ReadFile(s.text.Name())
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestASession(t *testing.T) {
	s := begin(t)
	s.Output([]byte("Hello\r\n> "))
	s.Input([]byte("l"), false)
	s.Output([]byte("l"))
	s.Resize(100, 30)
	s.Input([]byte("s\r"), false)
	s.Output([]byte("s\r\nfile\r\n> "))
	if got := s.written(t); got != "Hello\n> ls\nfile\n> \n" {
		t.Errorf("the text so far: %q", got)
	}
	s.Close()
	want := []string{"o Hello\r\n> ", "i l", "o l", "r 100x30", "i s\r", "o s\r\nfile\r\n> "}
	if diff := cmp.Diff(want, s.events(t)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestPasswordsOnALine(t *testing.T) {
	for _, test := range []struct{ name, typed, output, input, text string }{
		{"typed", "login bob secret\r", "login bob ******\r\n", "login bob ***\r", "> login bob ***\n"},
		{"with a word behind it", "login bob secret x\r", "login bob ****** x\r\n", "login bob *** x\r", "> login bob *** x\n"},
		{"corrected", "login bob secXX\x7f\x7fret\r", "login bob *****\b \b\b \b***\r\n", "login bob ***\r", "> login bob ***\n"},
		{"taken back", "login bob s\x7f\x7f\x7f\x7f\x7f\x7f\x7f\x7f\x7f\x7f\x7fls\r",
			"login bob *" + strings.Repeat("\b \b", 11) + "ls\r\n", "ls\r", "> ls\n"},
		{"known later", "login bob secret\recho secret\r", "login bob ******\r\n> echo ******\r\n", "login bob ***\recho ***\r", "> login bob ***\n> echo ***\n"},
		{"folded", "login " + strings.Repeat("b", 30) + " secret\r", "login " + strings.Repeat("b", 30) + " ******\r\n",
			"login " + strings.Repeat("b", 30) + " ***\r", "> login " + strings.Repeat("b", 30) + " ***\n"},
		{"wide", "login bob 日本\r", "login bob ****\r\n", "login bob ***\r", "> login bob ***\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := begin(t)
			for _, line := range strings.SplitAfter(test.typed, "\r") {
				if line != "" {
					s.Output([]byte("> "))
					s.types(line)
				}
			}
			s.Close()
			output, input := s.texts(t)
			if output != "> "+test.output || input != test.input {
				t.Errorf("output %q, input %q", output, input)
			}
			if got := s.written(t); got != test.text {
				t.Errorf("text %q, want %q", got, test.text)
			}
		})
	}
}

func TestAPasswordThatIsPasted(t *testing.T) {
	s := begin(t)
	s.Output([]byte("> "))
	s.Input([]byte("login bob secret\rls\r"), false)
	s.Output([]byte("login bob secret\r\n> ls\r\nfile\r\n"))
	s.Close()
	output, input := s.texts(t)
	if output != "> login bob ******\r\n> ls\r\nfile\r\n" || input != "login bob ***\r" {
		t.Errorf("output %q, input %q", output, input)
	}
}

func TestAPasswordThatIsMovedAway(t *testing.T) {
	s := begin(t)
	s.Output([]byte("> bob secret"))
	s.Output([]byte("\r\x1b[2C\x1b[Klogin bob secret\r\n"))
	s.Close()
	if output, _ := s.texts(t); strings.Contains(output, "secret") || !strings.HasSuffix(output, "> login bob ******\r\n") && !strings.Contains(output, "login bob ******\r\n") {
		t.Errorf("output %q", output)
	}
}

func TestHiddenPasswordsAreNotKeys(t *testing.T) {
	for _, test := range []struct {
		prompt string
		hidden bool
	}{{"Enter password: ", false}, {"Re-enter new password: ", false}, {"Enter PEM pass phrase:", false}, {"[sudo] password for bob: ", false}, {"PIN? ", true}, {"", false}} {
		s := begin(t)
		s.Output([]byte(test.prompt))
		s.Input([]byte("secret\r"), test.hidden)
		s.Output([]byte("\r\n> "))
		s.types("ls\r")
		s.Close()
		if output, input := s.texts(t); output != test.prompt+"\r\n> ls\r\n" || input != "ls\r" {
			t.Errorf("%q: output %q, input %q", test.prompt, output, input)
		}
	}
}

func TestATitleWithAKnownPassword(t *testing.T) {
	s := begin(t)
	s.Output([]byte("> "))
	s.types("login bob secret\r")
	s.Output([]byte("\x1b]0;login bob secret\ahello\r\n"))
	s.Close()
	if output, _ := s.texts(t); !strings.HasSuffix(output, "\x1b]0;login bob ******\ahello\r\n") {
		t.Errorf("output %q", output)
	}
}

func TestWhatIsWrittenIsWhole(t *testing.T) {
	s := begin(t)
	s.Output([]byte("> "))
	s.types("ls\r")
	s.Output([]byte("a b\r\n> log"))
	if output, _ := s.texts(t); output != "> ls\r\na b\r\n" { // as after a kill
		t.Errorf("output %q", output)
	}
	if got := s.written(t); got != "> ls\na b\n> log\n" {
		t.Errorf("text %q", got)
	}
}

func TestARecordingIsBounded(t *testing.T) {
	s := begin(t)
	line := []byte(strings.Repeat("x", 1<<10) + "\r\n")
	for range 2000 {
		s.Output(line)
		s.Input([]byte("y"), false)
		s.Resize(80, 24)
	}
	s.Close()
	if !errors.Is(s.ended, ErrFull) || s.cast.Len() > 1<<20 || s.cast.Len() < 1<<20-2<<10 {
		t.Errorf("%v after %d bytes", s.ended, s.cast.Len())
	}
	if _, _, err := cast.Read(&s.cast); err != nil {
		t.Error(err)
	}
}

func BenchmarkOutput(b *testing.B) {
	s := begin(b)
	s.Limit = cast.MaxSize
	output := []byte(strings.Repeat("Node id 0 and err state 0x00000000 : HSM Return: SUCCESS\r\n", 500))
	b.SetBytes(int64(len(output)))
	for b.Loop() {
		s.Output(output)
	}
}

func TestALineWithoutEndIsNotHeldForEver(t *testing.T) {
	s := begin(t)
	for range maxHeld / 1000 * 2 {
		s.Output([]byte(strings.Repeat("x", 1000)))
	}
	if s.cast.Len() < maxHeld {
		t.Errorf("%d bytes are recorded", s.cast.Len())
	}
}

func TestAFileThatTakesNothing(t *testing.T) {
	s := begin(t)
	s.text.Close()
	s.Output([]byte("x\r\n"))
	if !errors.Is(s.ended, os.ErrClosed) {
		t.Errorf("%v", s.ended)
	}
	s.Output([]byte("y\r\n"))
	s.Close()
}

// FuzzRecorder makes sure that a recording has all that is no password, whatever pieces it comes in, and that its text is
// the one that a transcript of it has.
func FuzzRecorder(f *testing.F) {
	f.Add([]byte("> login bob secret\r\nhello\r\n> "), []byte("ls\r"), uint8(131))
	f.Add([]byte("0"), []byte("\x04"), uint8(131))
	f.Add([]byte("> abX\b \bc\x1b[A\x1b[J\xe6\x97"), []byte("\x1b[A\x03"), uint8(1))
	f.Fuzz(func(t *testing.T, output, keys []byte, piece uint8) {
		s := begin(t)
		if piece > 127 {
			s.Secrets = nothing
			s.transcript.secrets = nothing
		}
		step := int(piece)%16 + 1
		var shown []byte
		for at := 0; at < len(output); at += step {
			part := output[at:min(at+step, len(output))]
			s.Output(part)
			shown = append(shown, part...)
			s.Input(keys, false)
		}
		s.Close()
		if s.ended != nil {
			t.Fatal(s.ended)
		}
		h, events, err := cast.Read(bytes.NewReader(s.cast.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		again := NewTranscript(h.Width, h.Height, s.Secrets)
		var recorded string
		for _, e := range events {
			switch e.Kind {
			case cast.Output:
				recorded += e.Text
				again.Output(e.Text)
			case cast.Input:
				again.Typed(e.Text)
			}
		}
		if want := strings.ToValidUTF8(string(shown), "\ufffd"); piece > 127 && text(recorded) != text(want) {
			t.Errorf("recorded %q, want %q", recorded, want)
		}
		rest := again.Rest()
		if rest[len(rest)-1] == "" {
			rest = rest[:len(rest)-1]
		}
		want, got := joined(append(again.Take(), rest...)), s.written(t)
		if piece > 127 && utf8.Valid(output) && want != got {
			t.Errorf("text %q, of the recording %q", got, want)
		}
	})
}

func nothing(string, bool) (int, []lines.Span) { return 0, nil }

// text is a text without what stands for bytes that are none.
func text(s string) string { return strings.ReplaceAll(s, "\ufffd", "") }
