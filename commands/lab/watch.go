package lab

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"golang.org/x/term"

	"github.com/hsmlab/hsmlab/hsmsim/lab"
)

// The size of a picture where there is no terminal.
const (
	defaultColumns = 80
	defaultRows    = 24
)

// lookTimeout bounds how long the lab may take to show itself, real time.
const lookTimeout = 10 * time.Second

// restFactor is how many times as long as a look takes the pause after it is at least, so that a lab with very many keys is
// not kept busy by being watched.
const restFactor = 3

// A sight is the lab at one moment.
type sight struct {
	view      *lab.View // nil where it cannot be seen
	practised bool      // its faults are not in the view
	err       error     // why, of a daemon that runs
}

// watchLab shows the lab until the person or a signal ends it. program is how hsmlab is called for this lab.
func watchLab(ctx context.Context, h lab.Home, program string, interval time.Duration, out io.Writer) error {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	sights := make(chan sight)
	go follow(ctx, h, interval, sights)
	if out == os.Stdout && term.IsTerminal(int(os.Stdout.Fd())) && os.Getenv("TERM") != "dumb" {
		return watchOnTerminal(ctx, h.Name, program, sights)
	}
	return watchPlainly(ctx, h.Name, sights, out)
}

// follow looks at the lab, from now on, with pauses of an interval until ctx ends. A daemon that is gone is looked for each
// time.
func follow(ctx context.Context, h lab.Home, interval time.Duration, sights chan<- sight) {
	var c *lab.Client
	defer func() {
		if c != nil {
			c.Close()
		}
	}()
	for {
		var s sight
		began := time.Now()
		c, s = look(ctx, h, c)
		pause := max(interval, restFactor*time.Since(began))
		select {
		case sights <- s:
		case <-ctx.Done():
			return
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return
		}
	}
}

// look asks the daemon that c is connected to, or else the one that is there now. It gives the connection for the next
// time, nil for none.
func look(ctx context.Context, h lab.Home, c *lab.Client) (*lab.Client, sight) {
	ctx, cancel := context.WithTimeout(ctx, lookTimeout)
	defer cancel()
	if c != nil {
		if v, err := c.View(ctx); err == nil {
			return c, sight{view: v, practised: conceal(h, v)}
		}
		c.Close()
	}
	c, err := lab.Connect(ctx, h)
	if err != nil {
		return nil, sight{}
	}
	v, err := c.View(ctx)
	if err != nil {
		c.Close()
		return nil, sight{err: err}
	}
	return c, sight{view: v, practised: conceal(h, v)}
}

// watchPlainly writes a picture whenever the world has changed, each below a line with the lab's time.
func watchPlainly(ctx context.Context, name string, sights <-chan sight, out io.Writer) error {
	last := ""
	for {
		select {
		case <-ctx.Done():
			return nil
		case s := <-sights:
			title, lines := s.show(name, defaultColumns, defaultRows)
			text := strings.Join(texts(lines, false), "\n") + "\n"
			if s.view != nil {
				text += fmt.Sprint(s.view.Rate) // which is in the title
			}
			if text == last {
				continue
			}
			last = text
			if _, err := fmt.Fprintf(out, "%s\n", strings.Join(texts(slices.Concat([]line{title}, lines, []line{{}}), false), "\n")); err != nil {
				return fmt.Errorf("cannot write the picture: %w", err)
			}
		}
	}
}

// show is what there is to be seen: a title, and a picture in so many columns and rows below it.
func (s sight) show(name string, columns, rows int) (title line, lines []line) {
	switch {
	case s.view != nil:
		title = slices.Concat(say(neutral, "lab ", name, ", "), say(faint, timeText(s.view)))
		return title.cut(columns), picture(s, columns, rows)
	case s.err != nil:
		return say(wrong, "lab ", name, " cannot be seen").cut(columns), []line{say(wrong, s.err.Error()).cut(columns)}
	}
	return say(wrong, "lab ", name, " is down").cut(columns), nil
}

func texts(lines []line, colours bool) []string {
	list := make([]string, len(lines))
	for i, l := range lines {
		list[i] = l.text(colours)
	}
	return list
}
