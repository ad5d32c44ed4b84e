package transcript

import (
	"errors"
	"strings"
)

// What to do next while a transcript is played.
const (
	Wait       Action = iota // for more output, or the end of the process
	Type                     // Move.Line at the tool's prompt
	Run                      // Move.Line by the shell, with Dialogue.Ended called when it has ended
	Reply                    // Move.Line to the question, after signing Move.Sign
	CloseInput               // there is nothing more to type
)

// Action is the kind of a Move.
type Action int

// Move is what the player of a transcript does next.
type Move struct {
	Action Action
	Line   string   // without line feed
	Sign   []string // 2FA request files to be signed before the line is typed
}

// Dialogue decides what is typed when, and keeps the output of each turn. The tool stands at its first prompt when it
// begins, with login and preparations done. Nothing that is typed may come back as output: echo must be off.
type Dialogue struct {
	tool    string
	turns   []Turn
	answers []Answer
	until   Question // the question that the text ends in; empty: it does not
	outputs []string
	judged  int // how much of the current output has been answered
	closed  bool
}

// Dialogue begins to play the transcript; its first move is that of Start.
func (f *File) Dialogue() (*Dialogue, error) {
	turns, err := f.Turns()
	if err != nil {
		return nil, err
	}
	if len(turns) == 0 {
		return nil, errors.New("with check: none there is nothing to play")
	}
	d := &Dialogue{tool: f.Tool, turns: turns, answers: f.Answers}
	d.until, _ = endsInQuestion(turns)
	return d, nil
}

// Start returns the first move.
func (d *Dialogue) Start() Move {
	return d.next()
}

// Outputs returns what was printed in each turn that was played, as Compare takes it.
func (d *Dialogue) Outputs() []string {
	return d.outputs
}

// Read takes output as it arrives and returns what to do now. The output of a shell line of a KMU transcript comes here
// too, and ends with Ended. What comes after the input was closed at the prompt belongs to no turn and is dropped.
func (d *Dialogue) Read(chunk string) Move {
	if len(d.outputs) == 0 || d.closed && d.atPrompt() {
		return Move{Action: Wait}
	}
	out := &d.outputs[len(d.outputs)-1]
	*out += chunk
	if d.closed || d.shell() && d.tool == KMU {
		return Move{Action: Wait}
	}
	if _, ok := EndsInQuestion((*out)[d.judged:]); ok {
		d.judged = len(*out)
		return d.reply(out)
	}
	if d.atPrompt() {
		if d.shell() {
			return d.close()
		}
		return d.next()
	}
	return Move{Action: Wait}
}

// Ended says that what Run asked for, or the tool, has ended, and returns the move after it. After a tool only lines
// of the shell can follow.
func (d *Dialogue) Ended() Move {
	n := len(d.outputs)
	if d.shell() || n < len(d.turns) && d.turns[n].Shell {
		return d.next()
	}
	return d.close()
}

// Finished reports whether every turn has begun.
func (d *Dialogue) Finished() bool { return len(d.outputs) == len(d.turns) }

// shell reports whether the current turn is run by the shell.
func (d *Dialogue) shell() bool {
	return len(d.outputs) > 0 && d.turns[len(d.outputs)-1].Shell
}

// atPrompt reports whether the tool is ready for a line.
func (d *Dialogue) atPrompt() bool {
	return EndsInPrompt(d.outputs[len(d.outputs)-1], d.tool)
}

// next begins the next turn.
func (d *Dialogue) next() Move {
	if len(d.outputs) == len(d.turns) {
		return d.close()
	}
	turn := d.turns[len(d.outputs)]
	d.outputs = append(d.outputs, "")
	d.judged, d.closed = 0, false
	if turn.Shell {
		return Move{Action: Run, Line: turn.Typed}
	}
	return Move{Action: Type, Line: turn.Typed}
}

// reply answers the question that out ends in, or closes the input if nothing is left to answer or to show.
func (d *Dialogue) reply(out *string) Move {
	move := Move{Action: Reply}
	for len(d.answers) > 0 && d.answers[0].Kind == Sign {
		move.Sign = append(move.Sign, d.answers[0].Text)
		d.answers = d.answers[1:]
	}
	if len(d.answers) == 0 || d.usedUp(*out) {
		return d.close()
	}
	if d.answers[0].Kind == Visible {
		// The line feed stands for the echo of Enter. After a hidden answer the tool prints one itself.
		*out += "\n"
		d.judged = len(*out)
	}
	move.Line = d.answers[0].Text
	d.answers = d.answers[1:]
	return move
}

// usedUp reports whether the output has come to the question that the text ends in.
func (d *Dialogue) usedUp(out string) bool {
	if d.until.Text == "" || len(d.outputs) < len(d.turns) {
		return false
	}
	shown := strings.Join(d.turns[len(d.turns)-1].Expect, "\n")
	return strings.Count(out, d.until.Text) >= strings.Count(shown, d.until.Text)
}

func (d *Dialogue) close() Move {
	d.closed = true
	return Move{Action: CloseInput}
}
