package lab

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/hsmlab/hsmlab/commands/practice"
)

// errExam is why there is no help.
var errExam = errors.New("this is an exam: there are no hints and no solution")

// helped is the stage of what is being practised, for those who may be helped with it. Error: errExam.
func (o *options) helped() (*practice.Stage, *practice.State, error) {
	stage, st, err := o.current()
	if err == nil && st.Exam {
		err = errExam
	}
	return stage, st, err
}

func hintCommand(o *options) *cobra.Command {
	return &cobra.Command{
		Use:   "hint",
		Short: "Show the next hint of the runbook",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			stage, st, err := o.helped()
			if err != nil {
				return err
			}
			hints := stage.Book.Hints
			st.Hints = min(st.Hints+1, len(hints))
			if err := stage.Keep(st); err != nil {
				return err
			}
			fmt.Fprintln(cmd.OutOrStdout(), fill(fmt.Sprintf("Hint %d of %d: %s", st.Hints, len(hints), hints[st.Hints-1])))
			if st.Hints == len(hints) {
				fmt.Fprintln(cmd.OutOrStdout(), "This is the last one; 'hsmlab solve' plays the solution.")
			}
			return nil
		},
	}
}
