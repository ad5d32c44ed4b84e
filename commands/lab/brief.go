package lab

import "github.com/spf13/cobra"

func briefCommand(o *options) *cobra.Command {
	return &cobra.Command{
		Use:   "brief",
		Short: "Show the runbook's brief again",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			stage, st, err := o.current()
			if err != nil {
				return err
			}
			printBrief(cmd.OutOrStdout(), stage.Book, st)
			return nil
		},
	}
}
