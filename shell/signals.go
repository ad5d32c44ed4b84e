//go:build linux || darwin

package shell

import (
	"context"
	"io"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"
)

// stopping is how long a process that stops itself waits to be stopped. One whose
// process group nobody can continue is not stopped at all.
const stopping = 100 * time.Millisecond

// guard gives the terminal back when a signal ends or suspends the process.
type guard struct {
	terminal *terminal
	out      io.Writer
	signals  chan os.Signal
	done     chan struct{} // closed to end the guard
	ended    chan struct{} // closed when it has ended
	stop     func() error  // gives the terminal back and ends the guard, once

	mu     sync.Mutex
	cancel context.CancelCauseFunc // of the command that SIGINT interrupts, or nil
}

// watch begins to guard the terminal. Signals that the process was started to
// ignore, as under nohup, stay ignored.
func watch(t *terminal, out io.Writer) *guard {
	g := &guard{
		terminal: t,
		out:      out,
		signals:  make(chan os.Signal, 16),
		done:     make(chan struct{}),
		ended:    make(chan struct{}),
	}
	for _, s := range []os.Signal{
		syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT,
		syscall.SIGTSTP, syscall.SIGCONT,
	} {
		if !signal.Ignored(s) {
			signal.Notify(g.signals, s)
		}
	}
	g.stop = sync.OnceValue(g.end)
	go g.run()
	return g
}

func (g *guard) run() {
	defer close(g.ended)
	for {
		select {
		case s := <-g.signals:
			g.handle(s)
		case <-g.done:
			return
		}
	}
}

// end ends the guard and gives the terminal back. Signals end the process in
// their own way again only after that.
func (g *guard) end() error {
	close(g.done)
	<-g.ended
	err := g.terminal.leave()
	signal.Stop(g.signals)
	return err
}

// interrupts returns a context that SIGINT cancels.
func (g *guard) interrupts(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	g.arm(cancel)
	return ctx, func() {
		g.arm(nil)
		cancel(context.Canceled)
	}
}

func (g *guard) arm(cancel context.CancelCauseFunc) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.cancel = cancel
}

// interrupt cancels the command that runs, if there is one to be cancelled.
func (g *guard) interrupt() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.cancel == nil {
		return false
	}
	g.cancel(ErrInterrupted)
	return true
}

func (g *guard) handle(s os.Signal) {
	switch {
	case s == syscall.SIGCONT:
		g.terminal.resume()
	case s == syscall.SIGTSTP:
		g.suspend()
	case s == syscall.SIGINT && g.interrupt():
	default:
		if s == syscall.SIGINT {
			say(g.out, "\n") // most likely Ctrl-C in the middle of a line
		}
		g.terminal.leave()
		os.Exit(128 + int(s.(syscall.Signal)))
	}
}

// suspend stops the process as the signal would have done by itself, but with the
// terminal given back before. Once Go has caught SIGTSTP it cannot be made to stop a
// process any more; SIGTTIN, which nobody here catches, stands in for it.
func (g *guard) suspend() {
	g.terminal.leave()
	syscall.Kill(syscall.Getpid(), syscall.SIGTTIN)
	select {
	case s := <-g.signals:
		g.handle(s)
	case <-time.After(stopping):
		g.terminal.resume()
	}
}
