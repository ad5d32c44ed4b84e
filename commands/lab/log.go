package lab

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/spf13/cobra"

	"github.com/hsmlab/hsmlab/hsmsim/lab"
)

func logCommand(o *options) *cobra.Command {
	var asJSON bool
	var since string
	cmd := &cobra.Command{
		Use:   "log",
		Short: "Show what was typed in the lab's tools, and when",
		Long: `Show what was typed in the lab's tools, and when, oldest first: at the prompts of the
consoles, and to start a tool. Passwords are *** there, and hidden answers are not
in it.`,
		Example: "  hsmlab log --since 10m",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			first := time.Time{}
			if since != "" {
				d, err := parseDuration(since)
				if err != nil {
					return fmt.Errorf("--since: %w", err)
				}
				first = time.Now().Add(-d)
			}
			h, err := o.existing(cmd.Context())
			if err != nil {
				return err
			}
			list, err := h.Typed()
			if err != nil {
				return err
			}
			enc := json.NewEncoder(cmd.OutOrStdout())
			for _, t := range list {
				switch {
				case t.Time.Before(first):
				case asJSON:
					err = enc.Encode(t)
				default:
					_, err = fmt.Fprintln(cmd.OutOrStdout(), typedLine(t))
				}
				if err != nil {
					return fmt.Errorf("cannot print the log: %w", err)
				}
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print as lines of JSON, with the lab's time")
	cmd.Flags().StringVar(&since, "since", "", "only what was typed so long ago at most, real time, such as 10m")
	return cmd
}

// typedLine is a line of the log as a person reads it. What a terminal would act on is made visible.
func typedLine(t lab.Typed) string {
	plain := strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return '?'
		}
		return r
	}, t.Line)
	return fmt.Sprintf("%s  %-18s  %s", t.Time.Local().Format(time.DateTime), t.Tool, plain)
}
