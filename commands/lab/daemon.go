package lab

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/hsmlab/hsmlab/hsmsim/lab"
)

// maxLog is the size at which the daemon's log begins anew, bytes; the one before it is kept.
const maxLog = 4 << 20

// gcPercent keeps the heap of a daemon with many keys near to what the keys need, for some processor time that
// nobody misses.
const gcPercent = 50

// daemonCommand runs the lab's daemon. Whoever starts it reads one line: that it is ready, that another one
// runs, or what went wrong.
func daemonCommand(o *options) *cobra.Command {
	return &cobra.Command{
		Use:    lab.DaemonCommand,
		Hidden: true,
		Args:   cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			err := runDaemon(cmd.Context(), o, cmd.OutOrStdout())
			if errors.Is(err, lab.ErrRunning) {
				fmt.Fprintln(cmd.OutOrStdout(), lab.SaysRunning)
			} else if err != nil {
				fmt.Fprintln(cmd.OutOrStdout(), err)
			}
			return err
		},
	}
}

func runDaemon(ctx context.Context, o *options, out io.Writer) error {
	dropInherited()
	debug.SetGCPercent(gcPercent)
	h, err := o.home()
	if err != nil {
		return err
	}
	log, err := openLog(h)
	if err != nil {
		return err
	}
	defer log.Close()
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	signal.Ignore(syscall.SIGHUP)
	logger := slog.New(slog.NewTextHandler(log, nil))
	l, err := lab.Open(h, logger)
	if err != nil {
		return err
	}
	logger.Info("the lab is up", "lab", h.Name, "process", os.Getpid())
	err = lab.Serve(ctx, l, func() { fmt.Fprintln(out, lab.SaysReady) })
	err = errors.Join(err, l.Close())
	logger.Info("the lab is down", "error", err)
	return err
}

func openLog(h lab.Home) (*os.File, error) {
	if err := os.MkdirAll(h.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("cannot make the lab's directory: %w", err)
	}
	if info, err := os.Stat(h.LogFile()); err == nil && info.Size() > maxLog {
		os.Rename(h.LogFile(), h.LogFile()+".1")
	}
	f, err := os.OpenFile(h.LogFile(), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return nil, fmt.Errorf("cannot open the daemon's log: %w", err)
	}
	return f, nil
}
