//go:build linux || darwin

package shell

import (
	"context"
	"errors"
	"io"
	"reflect"
	"strings"
	"syscall"

	prompt "github.com/c-bata/go-prompt"
	"golang.org/x/sys/unix"
)

// maxSuggestions is the height of the menu of completions.
const maxSuggestions = 6

// editor is the rich reader: go-prompt between keyboard and screen. One Input call
// of go-prompt is one line; its own loop and signals are not used. Between two
// lines the terminal is as in the plain reader, so nothing that is typed while a
// command runs is echoed either.
type editor struct {
	*typed
	keyboard   *keyboard
	screen     *screen
	completion *completion
	prompt     *prompt.Prompt
	history    *History

	label string // the prompt in its last line
	ended ending // what ended the Input call
}

// ending says which key made go-prompt return; Ctrl-D tells nobody.
type ending int

const (
	byCtrlD ending = iota
	byEnter
	byInterrupt
	byResize
)

func newEditor(c *typed, opts Options) *editor {
	c.in.chunk = pipeChunk
	e := &editor{
		typed:      c,
		keyboard:   &keyboard{in: c.in, terminal: c.terminal},
		screen:     &screen{out: c.out},
		completion: &completion{suggest: opts.Complete},
		history:    opts.History,
	}
	e.prompt = newPrompt(
		e.completion.menu,
		prompt.OptionParser(e.keyboard),
		prompt.OptionWriter(e.screen),
		prompt.OptionLivePrefix(func() (string, bool) { return e.label, true }),
		prompt.OptionAddKeyBind(e.keys()...),
		prompt.OptionSetExitCheckerOnInput(func(string, bool) bool {
			return e.ended == byInterrupt || e.ended == byResize
		}),
	)
	return e
}

// newPrompt makes a go-prompt that never opens a terminal of its own. New opens
// /dev/tty before it looks at its options; that would stay open for good, and in
// every child process.
func newPrompt(menu prompt.Completer, opts ...prompt.Option) *prompt.Prompt {
	closeOwn := func(p *prompt.Prompt) error {
		own := reflect.ValueOf(p).Elem().FieldByName("in").Elem()
		if fd := reflect.Indirect(own).FieldByName("fd"); fd.IsValid() {
			return unix.Close(int(fd.Int()))
		}
		return nil
	}
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	return prompt.New(func(string) {}, menu, append([]prompt.Option{closeOwn}, opts...)...)
}

// keys are what go-prompt does not do by itself.
func (e *editor) keys() []prompt.KeyBind {
	end := func(how ending) prompt.KeyBindFunc {
		return func(*prompt.Buffer) { e.ended = how }
	}
	quit := func(how ending) prompt.KeyBindFunc {
		return func(*prompt.Buffer) {
			e.ended = how
			e.screen.muted = true // go-prompt ends the line once more
		}
	}
	return []prompt.KeyBind{
		{Key: prompt.Enter, Fn: end(byEnter)},
		{Key: prompt.ControlM, Fn: end(byEnter)},
		{Key: prompt.ControlC, Fn: quit(byInterrupt)},
		{Key: resizeKey, Fn: quit(byResize)},
		// On a line with text Ctrl-D has deleted a character and ended nothing.
		{Key: prompt.ControlD, Fn: func(*prompt.Buffer) { e.keyboard.release() }},
		{Key: prompt.Tab, Fn: e.completion.complete},
	}
}

func (e *editor) ReadLine(ctx context.Context, label string) (string, error) {
	// go-prompt counts columns from the start of a line.
	above := label[:strings.LastIndexByte(label, '\n')+1]
	if err := say(e.out, above); err != nil {
		return "", hungUp(err)
	}
	e.label = label[len(above):]
	if err := e.prepare(ctx); err != nil {
		return "", err
	}
	line := e.input()
	switch err := e.keyboard.err; {
	case err != nil:
		return "", err
	case e.ended == byInterrupt:
		return "", ErrInterrupted
	case e.ended == byCtrlD:
		return "", io.EOF
	case e.keyboard.long:
		return "", tooLong(maxEdited)
	}
	return line, nil
}

// prepare gives go-prompt what the next line needs. The history replaces its own,
// which would keep every line with the passwords in it.
func (e *editor) prepare(ctx context.Context) error {
	e.keyboard.begin(ctx)
	e.screen.columns = e.keyboard.width()
	e.screen.begin()
	e.completion.forget()
	height := maxSuggestions
	if _, rows := e.terminal.size(); rows > 0 {
		height = max(1, min(height, rows-2))
	}
	return errors.Join(
		prompt.OptionHistory(e.history.Lines())(e.prompt),
		prompt.OptionMaxSuggestion(uint16(height))(e.prompt),
	)
}

// input lets go-prompt read a line. When the width of the window changes it starts
// again with what has been typed, for it looks at the width only at the start.
func (e *editor) input() string {
	for {
		e.ended = byCtrlD
		e.keyboard.columns = e.screen.columns
		line := e.prompt.Input()
		if e.ended != byResize {
			return line
		}
		e.screen.resize(e.keyboard.width())
	}
}

// ReadPassword takes Ctrl-C as a key, as ReadLine does.
func (e *editor) ReadPassword(ctx context.Context, prompt string) (string, error) {
	line, err := e.read(ctx, prompt, raw, io.Discard, "\n")
	if left := e.terminal.set(quiet); err == nil {
		err = hungUp(left)
	}
	return line, err
}

func (e *editor) Interrupts(ctx context.Context) (context.Context, context.CancelFunc) {
	return e.guard.interrupts(ctx)
}
