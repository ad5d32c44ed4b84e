package lab

import (
	"fmt"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"github.com/hsmlab/hsmlab/commands/practice"
	"github.com/hsmlab/hsmlab/commands/runbook"
)

func nextCommand(o *options) *cobra.Command {
	return &cobra.Command{
		Use:   "next",
		Short: "Go on to the next runbook that you have not mastered",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			list, err := books()
			if err != nil {
				return err
			}
			progress, err := practice.ReadProgress(os.Getenv)
			if err != nil {
				return err
			}
			at := -1
			if stage, _, err := o.current(); err == nil {
				at = slices.IndexFunc(list, func(b *runbook.Runbook) bool { return b.Name == stage.Book.Name })
			}
			for i := range list {
				b := list[(at+1+i)%len(list)]
				if r := progress[b.Name]; r == nil || r.Solved.IsZero() {
					p := &practising{options: o}
					return p.begin(cmd.Context(), cmd.OutOrStdout(), b.Name)
				}
			}
			fmt.Fprintln(cmd.OutOrStdout(), "You have mastered all runbooks.")
			return nil
		},
	}
}
