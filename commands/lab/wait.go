package lab

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/hsmlab/hsmlab/hsmsim/lab"
)

// How long is waited for, and skipped at a time, in lab time, and how often it is looked, real time.
const (
	longestWait = 24 * time.Hour
	skipStep    = 5 * time.Second
	lookAgain   = 100 * time.Millisecond
)

func waitCommand(o *options) *cobra.Command {
	var skip bool
	cmd := &cobra.Command{
		Use:   "wait",
		Short: "Wait until nothing is under way: key stores that connect, clusters and HSMs that come and go",
		Long: `Wait until nothing is under way any more, and show what is. On a terminal Enter skips the rest of the wait: the
lab's clock jumps.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := o.connect(cmd.Context())
			if err != nil {
				return err
			}
			defer c.Close()
			return wait(cmd.Context(), c, cmd.OutOrStdout(), skip)
		},
	}
	cmd.Flags().BoolVar(&skip, "skip", false, "let the lab's clock jump at once")
	return cmd
}

func wait(ctx context.Context, c *lab.Client, out io.Writer, skip bool) error {
	entered := make(chan struct{})
	onTerminal := term.IsTerminal(int(os.Stdout.Fd())) && term.IsTerminal(int(os.Stdin.Fd()))
	if onTerminal && !skip {
		go func() {
			os.Stdin.Read(make([]byte, 256))
			close(entered)
		}()
	}
	var begun time.Time
	shown, redrawn := "", false
	for {
		v, err := c.View(ctx)
		if err != nil {
			return err
		}
		if begun.IsZero() {
			begun = v.Time
		}
		list := v.UnderWay()
		if len(list) == 0 {
			if redrawn {
				fmt.Fprint(out, "\r\x1b[K")
			}
			fmt.Fprintf(out, "nothing is under way; %s of lab time have passed\n", v.Time.Sub(begun).Round(time.Second))
			return nil
		}
		text := strings.Join(list, ", ")
		switch {
		case v.Time.Sub(begun) > longestWait:
			return fmt.Errorf("after %s still under way: %s", longestWait, text)
		case onTerminal && !skip:
			columns, _ := windowSize(os.Stdout)
			fmt.Fprint(out, "\r\x1b[K"+waitLine(v.Time.Sub(begun), text, columns))
			redrawn = true
		case text != shown && !redrawn:
			fmt.Fprintln(out, text)
		}
		shown = text
		if skip {
			if err := c.AdvanceClock(ctx, skipStep); err != nil {
				return err
			}
			continue
		}
		select {
		case <-entered:
			skip = true
		case <-time.After(lookAgain):
		case <-ctx.Done():
			return errors.New("interrupted")
		}
	}
}

// waitLine says for how long what has been waited for. It leaves the last column free: a line that goes on in a second row could not be
// drawn in the place of the last one.
func waitLine(waited time.Duration, text string, columns int) string {
	const how = " (Enter skips the wait)"
	l := say(neutral, waited.Round(time.Second).String(), "  ", text)
	return slices.Concat(l.cut(max(0, columns-1-len(how))), say(neutral, how)).cut(columns - 1).text(false)
}
