package lab

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/hsmlab/hsmlab/hsmsim/lab"
)

func downCommand(o *options) *cobra.Command {
	return &cobra.Command{
		Use:   "down",
		Short: "Stop the lab; its world stays",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			h, err := o.existing(cmd.Context())
			if err != nil {
				return err
			}
			if stage, _, err := stageIn(h); err == nil {
				if err := stage.Leave(); err != nil {
					return err
				}
			}
			if err := lab.Down(cmd.Context(), h); err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "lab %s is down\n", h.Name)
			return nil
		},
	}
}
