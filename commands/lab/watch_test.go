package lab

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/lab"
	"github.com/hsmlab/hsmlab/hsmsim/lab/labtest"
)

func TestAPipeGetsEachPictureOnce(t *testing.T) {
	later := world(3, 0)
	later.Time = later.Time.Add(time.Hour)
	faster := world(3, 0)
	faster.Rate = 60
	var out strings.Builder
	sights := make(chan sight)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- watchPlainly(ctx, "default", sights, &out) }()
	for _, s := range []sight{{view: world(3, 0)}, {view: later}, {view: worlds()["HSM down"]}, {}, {}, {err: errors.New("it does not answer")}, {view: faster}, {view: later}} {
		sights <- s
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	var titles []string
	for text := range strings.Lines(out.String()) {
		if strings.HasPrefix(text, "lab default") {
			titles = append(titles, strings.TrimSpace(text))
		}
	}
	want := []string{"lab default, 2026-01-02T03:04:05Z, rate 1", "lab default, 2026-01-02T03:04:05Z, rate 1", "lab default is down", "lab default cannot be seen",
		"lab default, 2026-01-02T03:04:05Z, rate 60", "lab default, 2026-01-02T04:04:05Z, rate 1"}
	if strings.Join(titles, "\n") != strings.Join(want, "\n") {
		t.Errorf("titles:\n%s\nwant:\n%s", strings.Join(titles, "\n"), strings.Join(want, "\n"))
	}
	if strings.Contains(out.String(), "\x1b") {
		t.Error("there are escape codes")
	}
}

// TestFrames looks at what a terminal is told, as one of that size would show it.
func TestFrames(t *testing.T) {
	for name, v := range worlds() {
		for _, rows := range []int{1, 2, 3, 10, 24, 60} {
			text := frame("default", "hsmlab", sight{view: v}, 80, rows, true)
			lines := strings.Split(text, "\r\n")
			if !strings.HasPrefix(text, "\x1b[H\x1b[K") || len(lines) > rows {
				t.Fatalf("%s in %d rows: %q", name, rows, text)
			}
			if last := lines[len(lines)-1]; len(lines) < rows && last != "\x1b[J" {
				t.Errorf("%s in %d rows leaves what was below: %q", name, rows, last)
			}
			for i, l := range lines {
				if !strings.Contains(l, clearLine) && l != clearBelow {
					t.Errorf("%s: line %d is not cleared: %q", name, i, l)
				}
			}
			if plain := frame("default", "hsmlab", sight{view: v}, 80, rows, false); strings.Contains(plain, "\x1b[3") || strings.Contains(plain, "\x1b[2m") {
				t.Errorf("%s has colours", name)
			}
		}
	}
	if text := frame("default", "hsmlab", sight{view: worlds()["HSM down"]}, 80, 24, true); !strings.Contains(text, "\x1b[31mdown\x1b[m") || !strings.Contains(text, "\x1b[32mup\x1b[m") {
		t.Errorf("without colours: %q", text)
	}
}

func TestHints(t *testing.T) {
	for want, s := range map[string]sight{
		"'hsmlab --lab x up' starts it, and this goes on":                {},
		"in another window, try: hsmlab --lab x fault add down 10.0.3.9": {view: world(3, 0)},
		"'hsmlab --lab x fault clear' takes the faults back":             {view: worlds()["HSM down"]},
		"'hsmlab --lab x check' grades":                                  {view: worlds()["HSM down"], practised: true},
		"":                                                               {view: worlds()["out of step"]},
	} {
		if got := hint("hsmlab --lab x", s); got != want {
			t.Errorf("hint %q, want %q", got, want)
		}
	}
}

func TestKeysThatEndTheWatch(t *testing.T) {
	for typed, ends := range map[string]bool{"q": true, "xxQ": true, "\x03": true, "\x04": true, strings.Repeat("x", 70) + "q": true, "x\x1b[A\r": false} {
		in := strings.NewReader(typed + strings.Repeat("x", 200))
		if untilQuit(in); in.Len() > 0 != ends {
			t.Errorf("after %q %d bytes are left", typed, in.Len())
		}
	}
}

// A daemon that goes and comes back is seen to do so.
func TestLooking(t *testing.T) {
	h := labtest.Home(t, "")
	open := func() func() {
		l, err := lab.Open(h, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		ready, served := make(chan struct{}), make(chan error)
		go func() { served <- lab.Serve(context.Background(), l, func() { close(ready) }) }()
		<-ready
		return func() {
			l.Stop()
			if err := errors.Join(<-served, l.Close()); err != nil {
				t.Error(err)
			}
		}
	}
	c, s := look(t.Context(), h, nil)
	if c != nil || s.view != nil || s.err != nil {
		t.Fatalf("before it is there: %+v", s)
	}
	end := open()
	if c, s = look(t.Context(), h, nil); s.view == nil || len(s.view.Clusters) != 1 {
		t.Fatalf("it is there: %+v", s)
	}
	same := c
	if c, s = look(t.Context(), h, c); s.view == nil || c != same {
		t.Fatalf("it is still there: %+v", s)
	}
	c.Close() // as its daemon does when it is killed
	if c, s = look(t.Context(), h, c); s.view == nil || c == same {
		t.Fatalf("a lost connection: %+v", s)
	}
	c.Close()
	end()
	if c, s = look(t.Context(), h, c); c != nil || s.view != nil || s.err != nil {
		t.Fatalf("it is gone: %+v", s)
	}
	defer open()()
	if c, s = look(t.Context(), h, nil); s.view == nil {
		t.Fatalf("it is back: %+v", s)
	}
	c.Close()
}
