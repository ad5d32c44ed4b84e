package play_test

import (
	"context"
	"errors"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/hsmlab/hsmlab/shell/play"
)

const patience = 20 * time.Second

func start(t *testing.T, patience time.Duration, name string, args ...string) *play.Program {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		t.Skip(err)
	}
	p, err := play.Start(exec.Command(name, args...), patience)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Kill() })
	return p
}

func endsWith(prompt string) func(string) bool {
	return func(screen string) bool { return strings.HasSuffix(screen, prompt) }
}

func TestTypesAndReads(t *testing.T) {
	p := start(t, patience, "sh", "-c", `printf 'name? '; read x; printf "hello $x\nagain? "; read y; echo "$y"; exit 3`)
	for _, step := range []struct{ prompt, typed, screen string }{
		{"name? ", "Alice", "name? "},
		{"again? ", "Bob", "Alice\nhello Alice\nagain? "},
	} {
		screen, err := p.Until(t.Context(), endsWith(step.prompt))
		if err != nil || screen != step.screen {
			t.Fatalf("saw %q, %v; want %q", screen, err, step.screen)
		}
		if err := p.Type(step.typed); err != nil {
			t.Fatal(err)
		}
	}
	screen, err := p.Until(t.Context(), endsWith("never"))
	if !errors.Is(err, play.ErrEnded) || screen != "Bob\nBob\n" {
		t.Errorf("saw %q, %v at the end", screen, err)
	}
	if status := p.Kill(); status != 3 {
		t.Errorf("exit status %d, want 3", status)
	}
}

func TestSilence(t *testing.T) {
	p := start(t, time.Millisecond, "sh", "-c", "read x")
	if _, err := p.Until(t.Context(), endsWith("never")); !errors.Is(err, play.ErrSilent) {
		t.Errorf("got %v, want ErrSilent", err)
	}
	p.Patience = patience
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := p.Until(ctx, endsWith("never")); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want the context's error", err)
	}
}
