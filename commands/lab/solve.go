package lab

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/hsmlab/hsmlab/commands/practice"
	"github.com/hsmlab/hsmlab/commands/runbook"
)

func solveCommand(o *options) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "solve",
		Short: "Begin the runbook again and play its solution",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			stage, st, err := o.helped()
			if err != nil {
				return err
			}
			world, err := stage.Book.Scenario()
			if err != nil {
				return err
			}
			if err := stage.BeginAgain(cmd.Context(), st); err != nil {
				return err
			}
			st.Shown = true
			if err := stage.Keep(st); err != nil {
				return err
			}
			out := cmd.OutOrStdout()
			_, err = stage.Play(cmd.Context(), practice.Playing{Client: world.Generation, AWS: "own",
				Show: func(text string) { fmt.Fprint(out, text) },
				Part: func(p runbook.Part) {
					if p.Text != "" {
						fmt.Fprintf(out, "\n\n%s\n\n", fill(p.Text))
					}
				}})
			if err != nil {
				return err
			}
			fmt.Fprintln(out)
			return check(cmd.Context(), out, stage, st, false)
		},
	}
	return cmd
}
