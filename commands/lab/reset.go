package lab

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/hsmlab/hsmlab/hsmsim/lab"
)

func resetCommand(o *options) *cobra.Command {
	var seed seed
	cmd := &cobra.Command{
		Use:   "reset",
		Short: "Begin anew with the lab's scenario, or with the runbook that is practised in it",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			h, err := o.home()
			if err != nil {
				return err
			}
			if stage, st, err := stageIn(h); err == nil {
				if seed.given {
					return errors.New("--seed: a runbook is being practised in this lab; 'hsmlab practice --seed N --new RUNBOOK' begins it anew")
				}
				if err := stage.BeginAgain(cmd.Context(), st); err != nil {
					return err
				}
				fmt.Fprintf(cmd.OutOrStdout(), "lab %s is as at the beginning of %s\n", h.Name, stage.Book.Name)
				return nil
			}
			if err := seed.choose(h); err != nil {
				return err
			}
			c, err := lab.Reset(cmd.Context(), h)
			if err != nil {
				return err
			}
			defer c.Close()
			fmt.Fprintf(cmd.OutOrStdout(), "lab %s is as at the beginning\n", h.Name)
			return nil
		},
	}
	seed.addTo(cmd)
	return cmd
}
