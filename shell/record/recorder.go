package record

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/mattn/go-runewidth"

	"github.com/hsmlab/hsmlab/shell/cast"
	"github.com/hsmlab/hsmlab/shell/lines"
)

// maxHeld bounds the output that waits for the end of its line, bytes.
const maxHeld = 256 << 10

// ErrFull is why a recording ends before its session.
var ErrFull = errors.New("it has as many bytes as it may have")

// A File is where the text goes: what stands on the screen is written again as long as it changes.
type File interface {
	io.WriterAt
	Truncate(size int64) error
}

// Options are what a Recorder is made of.
type Options struct {
	Header  cast.Header
	Secrets Secrets
	Cast    io.Writer
	Text    File // nil: no text
	Limit   int  // of each file, bytes, cast.MaxSize at most
	Now     func() time.Duration
	Ended   func(error) // is told when recording ends before the session; ErrFull, or why it cannot be written
}

// A Recorder records a terminal. Output waits until its line is complete, since only then it is certain what of it is a
// password; what is written is whole at any time. It is safe for concurrent use.
type Recorder struct {
	Options

	mu         sync.Mutex
	transcript *Transcript
	held       []held
	shown      int          // bytes of output, from the beginning
	lineStart  int          // where the line that is not complete begins
	carry      []byte       // the beginning of a character
	entered    string       // Enter or Ctrl-C, if it was typed and no line break shown since
	secret     map[int]bool // bytes of held output that are part of a password
	found      bool         // there was a password in the line
	looked     int          // up to where the output was searched for passwords
	size       int          // of the recording, bytes
	settled    int64        // of the text, bytes that do not change any more
	textSize   int64
	ended      bool
}

// held is an event that waits; from is where the output of one begins.
type held struct {
	cast.Event
	from int
}

// New begins a recording with its header.
func New(o Options) (*Recorder, error) {
	r := &Recorder{Options: o, transcript: NewTranscript(o.Header.Width, o.Header.Height, o.Secrets), secret: map[int]bool{}}
	r.transcript.screen.Before = r.look
	header, err := o.Header.Line()
	if err != nil {
		return nil, fmt.Errorf("cannot begin the recording: %w", err)
	}
	if _, err := o.Cast.Write(header); err != nil {
		return nil, fmt.Errorf("cannot begin the recording: %w", err)
	}
	r.size = len(header)
	return r, nil
}

// Output records what the program has written.
func (r *Recorder) Output(output []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ended {
		return
	}
	output = append(r.carry, output...)
	whole := cast.Complete(output)
	r.carry = bytes.Clone(output[whole:])
	r.show(output[:whole])
}

func (r *Recorder) show(output []byte) {
	if len(output) == 0 {
		return
	}
	r.held = append(r.held, held{cast.Event{After: r.Now(), Kind: cast.Output, Text: string(output)}, r.shown})
	for piece := range bytes.Lines(output) {
		text, ended := bytes.CutSuffix(piece, []byte("\n"))
		r.transcript.screen.Write(text)
		if ended {
			if !r.transcript.screen.Folded() { // else the cursor moves down in its line
				r.endLine(len(piece))
			}
			r.transcript.screen.Write([]byte("\n"))
		}
		r.shown += len(piece)
	}
	r.look()
	if r.shown-r.lineStart > maxHeld {
		r.lineStart = r.shown
	}
	r.flush(r.lineStart)
	r.writeText()
}

// hiddenPrompt is how a line ends that asks for something hidden.
var hiddenPrompt = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)\b(?:password|pass ?phrase|passcode|pin)\b[^:]*: ?$`)
})

// endsTyping are the keys after which nobody knows where the next ones go.
const endsTyping = "\r\n\x03\x04"

const ctrlD = '\x04'

// Input records keys. hidden says that the terminal does not echo them. What nobody can see is left out, and so is what
// is typed ahead: where no prompt stands yet it may be hidden in the end.
func (r *Recorder) Input(keys []byte, hidden bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	line := r.transcript.screen.Line().Text
	if r.ended || r.entered != "" || hidden || strings.TrimSpace(line) == "" || hiddenPrompt().MatchString(line) {
		return
	}
	if end := bytes.IndexAny(keys, endsTyping); end >= 0 {
		keys = keys[:end+1]
		if keys[end] != ctrlD {
			r.entered = string(keys[end:])
		}
	}
	r.transcript.Typed(string(keys))
	r.held = append(r.held, held{cast.Event{After: r.Now(), Kind: cast.Input, Text: string(keys)}, 0})
}

// Resize records that the window has another size.
func (r *Recorder) Resize(columns, rows int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.ended {
		r.transcript.Resize(columns, rows)
		r.held = append(r.held, held{cast.Event{After: r.Now(), Kind: cast.Resize, Text: fmt.Sprintf("%dx%d", columns, rows)}, 0})
	}
}

// Close ends the recording: what has waited is written. It leaves the files open.
func (r *Recorder) Close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ended {
		return
	}
	if len(r.carry) > 0 {
		r.show(r.carry)
	}
	r.endLine(0)
	r.flush(r.shown)
	r.writeText()
	r.ended = true
}

// look searches the line as it stands now for passwords. What of it was ever one stays out of the recording; and once
// there is one, so does all that was written in this line and does not stand there any more.
func (r *Recorder) look() {
	screen := r.transcript.screen
	if n := len(screen.Printed); n == 0 || screen.Printed[n-1].To <= r.looked {
		return
	}
	r.looked = screen.Printed[len(screen.Printed)-1].To
	line := screen.Line()
	_, secret := r.transcript.find(line)
	if len(secret) == 0 {
		return
	}
	r.found = true
	stands := map[int]bool{}
	for at, origin := range line.Origin {
		inside := slices.ContainsFunc(secret, func(s lines.Span) bool { return s.From <= at && at < s.To })
		stands[origin] = !inside
	}
	for _, p := range screen.Printed {
		for at := max(p.From, r.lineStart); at < p.To; at++ {
			if !stands[at] {
				r.secret[at] = true
			}
		}
	}
}

// endLine goes on behind the end of a line, size bytes further. In the place of keys that have typed a password stands
// what they came to.
func (r *Recorder) endLine(size int) {
	r.look()
	line := r.transcript.screen.Line()
	r.transcript.learn(line)
	from, secret := r.transcript.find(line)
	if r.found || len(secret) > 0 {
		r.held = slices.DeleteFunc(r.held, func(h held) bool { return h.Kind == cast.Input })
		if r.entered != "" {
			command := strings.TrimSuffix(lines.MaskFrom(line.Text, from, secret), "^C") + r.entered
			r.held = append(r.held, held{cast.Event{After: r.Now(), Kind: cast.Input, Text: command}, 0})
		}
	}
	r.found, r.entered, r.lineStart = false, "", r.shown+size
}

// flush writes the events up to a place in the output.
func (r *Recorder) flush(to int) {
	var recording []byte
	for len(r.held) > 0 && !r.ended {
		h := r.held[0]
		if h.Kind == cast.Output {
			size := min(len(h.Text), to-h.from)
			if size <= 0 {
				break
			}
			h.Text = h.Text[:size]
			r.held[0].Text, r.held[0].from = r.held[0].Text[size:], h.from+size
			h.Text = r.withoutSecrets(h.Text, h.from)
		}
		if h.Kind != cast.Output || r.held[0].Text == "" {
			r.held = r.held[1:]
		}
		recording = h.Append(recording)
	}
	maps.DeleteFunc(r.secret, func(at int, _ bool) bool { return at < to })
	printed := r.transcript.screen.Printed
	r.transcript.screen.Printed = slices.DeleteFunc(printed, func(s lines.Span) bool { return s.To <= to })
	if r.size+len(recording) > r.Limit {
		r.stop(ErrFull)
		return
	}
	if len(recording) > 0 {
		n, err := r.Cast.Write(recording)
		r.size += n
		if err != nil {
			r.stop(err)
		}
	}
}

// withoutSecrets puts stars in the place of the characters of passwords. Everything stays in its column. Titles, which are
// not on the screen, can have passwords that are known.
func (r *Recorder) withoutSecrets(text string, from int) string {
	if len(r.secret) > 0 {
		var b strings.Builder
		for at, c := range text {
			switch {
			case !r.secret[from+at]:
				_, size := utf8.DecodeRuneInString(text[at:])
				b.WriteString(text[at : at+size])
			case c == ' ':
				b.WriteByte(' ')
			default:
				b.WriteString(strings.Repeat("*", runewidth.RuneWidth(c)))
			}
		}
		text = b.String()
	}
	for _, word := range r.transcript.known {
		text = strings.ReplaceAll(text, word, strings.Repeat("*", len(word)))
	}
	return text
}

// writeText brings the text up to date.
func (r *Recorder) writeText() {
	if r.Text == nil || r.ended {
		return
	}
	text := joined(r.transcript.Take())
	settled := r.settled + int64(len(text))
	rest := r.transcript.Rest()
	if last := len(rest) - 1; rest[last] == "" { // nothing has been written in this line yet
		rest = rest[:last]
	}
	text += joined(rest)
	size := r.settled + int64(len(text))
	if size > int64(r.Limit) {
		r.stop(ErrFull)
		return
	}
	_, err := r.Text.WriteAt([]byte(text), r.settled)
	if size < r.textSize {
		err = errors.Join(err, r.Text.Truncate(size))
	}
	r.settled, r.textSize = settled, size
	if err != nil {
		r.stop(err)
	}
}

func joined(list []string) string {
	var b strings.Builder
	for _, l := range list {
		b.WriteString(l + "\n")
	}
	return b.String()
}

func (r *Recorder) stop(err error) {
	r.ended, r.held = true, nil
	r.Ended(err)
}
