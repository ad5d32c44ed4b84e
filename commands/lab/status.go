package lab

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/hsmlab/hsmlab/commands/practice"
	"github.com/hsmlab/hsmlab/hsmsim/lab"
)

// The bounds of --interval.
const (
	minInterval = 10 * time.Millisecond
	maxInterval = time.Hour
)

func statusCommand(o *options) *cobra.Command {
	var asJSON, watch bool
	var interval time.Duration
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Show the HSMs, who is logged in where, what is out of step, and the lab's time",
		Long: `Status shows the lab's clusters with their HSMs, who is logged in where, which users and keys
are not the same on all HSMs, custom key stores and faults; but no faults while a runbook is
practised, where they are what is to be found out.

With --watch the picture stays on the terminal and follows the world until q or Ctrl-C; run it
in a second window. Into a file or pipe it writes each new picture, and the lab's time before it.`,
		Example: "  hsmlab status --watch",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			switch {
			case asJSON && watch:
				return errors.New("--watch and --json: only one of them is possible")
			case cmd.Flags().Changed("interval") && !watch:
				return errors.New("--interval is of --watch")
			case interval < minInterval || interval > maxInterval:
				return fmt.Errorf("--interval %v: %v to %v are allowed", interval, minInterval, maxInterval)
			}
			h, err := o.existing(cmd.Context())
			if err != nil {
				return err
			}
			if watch {
				program := "hsmlab"
				if o.lab != "" {
					program += " --lab " + o.lab
				}
				return watchLab(cmd.Context(), h, program, interval, cmd.OutOrStdout())
			}
			c, err := lab.Connect(cmd.Context(), h)
			if err != nil && asJSON {
				return fmt.Errorf("lab %s is down", h.Name) // there is nothing that a program could read
			}
			if err != nil {
				fmt.Fprintf(cmd.OutOrStdout(), "lab %s is down\n", h.Name)
				return nil
			}
			defer c.Close()
			v, err := c.View(cmd.Context())
			if err != nil {
				return err
			}
			conceal(h, v)
			if asJSON {
				enc := json.NewEncoder(cmd.OutOrStdout())
				enc.SetIndent("", "  ")
				return enc.Encode(v)
			}
			return printStatus(cmd.OutOrStdout(), v)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print everything as JSON")
	cmd.Flags().BoolVarP(&watch, "watch", "w", false, "follow the world until q or Ctrl-C")
	cmd.Flags().DurationVar(&interval, "interval", time.Second, "real time between two looks of --watch")
	return cmd
}

// conceal takes from a view what is to be found out: the faults, until the runbook that is practised in the lab is done. It tells
// whether it did.
func conceal(h lab.Home, v *lab.View) bool {
	st, _, err := practice.Current(h)
	if err != nil || !st.Done.IsZero() {
		return false
	}
	v.Faults = nil
	return true
}

func printStatus(w io.Writer, v *lab.View) error {
	fmt.Fprintf(w, "lab %s in %s\ntime %s\nAWS endpoint %s\n", v.Lab, v.Dir, timeText(v), v.Endpoint)
	for i := range v.Clusters {
		c := &v.Clusters[i]
		fmt.Fprintf(w, "\n%s in %s, %s\n", c.ID, c.Region, c.State)
		table := newTable(w)
		table.Header("Node", "Address", "HSM", "State", "Users", "Keys", "Logged in")
		for _, h := range c.HSMs {
			if err := table.Append(fmt.Sprint(h.Node), h.Address, h.ID, h.State, fmt.Sprint(len(h.Users)), fmt.Sprint(len(h.Keys)),
				strings.Join(loggedIn(&h), " ")); err != nil {
				return fmt.Errorf("cannot print the status: %w", err)
			}
		}
		if err := table.Render(); err != nil {
			return fmt.Errorf("cannot print the status: %w", err)
		}
		for _, s := range outOfStep(c) {
			fmt.Fprintf(w, "out of step: %s\n", s)
		}
		for _, s := range subnetTrouble(c) {
			fmt.Fprintln(w, s)
		}
	}
	for _, s := range v.Stores {
		fmt.Fprintf(w, "\ncustom key store %s (%s)\n  on %s: %s, %s\n", s.ID, s.Name, s.Cluster, storeState(s), count(s.Keys, "key"))
	}
	for i, f := range v.Faults {
		if i == 0 {
			fmt.Fprintln(w)
		}
		fmt.Fprintf(w, "fault: %s\n", f)
	}
	for _, b := range v.Broken {
		fmt.Fprintf(w, "\nnot started: %s\n", b)
	}
	return nil
}

// timeText is the lab's time and how fast it runs.
func timeText(v *lab.View) string {
	return fmt.Sprintf("%s, rate %g", v.Time.UTC().Format(time.RFC3339), v.Rate)
}
