package lab

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/hsmlab/hsmlab/hsmsim/lab"
)

func clockCommand(o *options) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "clock",
		Short: "Show the lab's time; let it jump or run at another rate",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := o.connect(cmd.Context())
			if err != nil {
				return err
			}
			defer c.Close()
			return showClock(cmd, c)
		},
	}
	cmd.AddCommand(&cobra.Command{
		Use:   "advance DURATION",
		Short: "Move the lab's time ahead",
		Long: `Move the lab's time ahead. All that is due on the way happens in its order and at its time: backups,
rotations, the end of waiting periods, faults.`,
		Example: "  hsmlab clock advance 7d\n  hsmlab clock advance 90m",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			d, err := parseDuration(args[0])
			if err != nil {
				return err
			}
			c, err := o.connect(cmd.Context())
			if err != nil {
				return err
			}
			defer c.Close()
			if err := c.AdvanceClock(cmd.Context(), d); err != nil {
				return err
			}
			return showClock(cmd, c)
		},
	}, &cobra.Command{
		Use:     "rate N",
		Short:   "Let N seconds of the lab pass in one real second; 0 stops its time",
		Example: "  hsmlab clock rate 60",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			rate, err := strconv.ParseFloat(args[0], 64)
			if err != nil || math.IsNaN(rate) || math.IsInf(rate, 0) {
				return fmt.Errorf("rate %q: not a number", args[0])
			}
			c, err := o.connect(cmd.Context())
			if err != nil {
				return err
			}
			defer c.Close()
			if err := c.SetClockRate(cmd.Context(), rate); err != nil {
				return err
			}
			return showClock(cmd, c)
		},
	})
	return cmd
}

func showClock(cmd *cobra.Command, c *lab.Client) error {
	s, err := c.Status(cmd.Context())
	if err != nil {
		return err
	}
	fmt.Fprintf(cmd.OutOrStdout(), "%s, rate %g\n", s.Time.UTC().Format(time.RFC3339), s.Rate)
	return nil
}

// maxJump bounds a jump of the clock: everything that becomes due meanwhile really happens, which takes a second
// for two years.
const maxJump = 3650 * 24 * time.Hour

// parseDuration reads a Go duration, or a number of days.
func parseDuration(s string) (time.Duration, error) {
	d, err := time.ParseDuration(s)
	if days, ok := strings.CutSuffix(s, "d"); ok {
		var n float64
		n, err = strconv.ParseFloat(days, 64)
		d = time.Duration(min(n, 1e5) * 24 * float64(time.Hour))
	}
	if err != nil || d < 0 || d > maxJump {
		return 0, fmt.Errorf("duration %q: write for example 90m, 24h or 7d, at most 3650d", s)
	}
	return d, nil
}
