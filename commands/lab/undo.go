package lab

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/hsmlab/hsmlab/commands/practice"
)

func undoCommand(o *options) *cobra.Command {
	return &cobra.Command{
		Use:   "undo",
		Short: "Take back what the last command at the lab shell has changed",
		Long: `Take back what the last command at the lab shell has changed. The shell of practice keeps the world at each of its
prompts where no console is open, up to 20 of them. To come back to a place of your choice use
'hsmlab snapshot save NAME' and 'hsmlab snapshot restore NAME'.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			stage, st, err := o.current()
			if err != nil {
				return err
			}
			if err := stage.Undo(cmd.Context(), st); errors.Is(err, practice.ErrNoUndo) {
				return errors.New("nothing to undo; 'hsmlab reset' begins again")
			} else if err != nil {
				return err
			}
			fmt.Fprintln(cmd.OutOrStdout(), "the world is as before")
			return nil
		},
	}
}

// markCommand is what the shell of practice runs before each prompt. Whatever goes wrong must not disturb a person.
func markCommand(o *options) *cobra.Command {
	return &cobra.Command{
		Use:    "mark",
		Hidden: true,
		Args:   cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			stage, st, err := o.current()
			if err != nil || !stage.Home.Exists() || st.Over(time.Now()) {
				return nil
			}
			return stage.Mark(cmd.Context(), st)
		},
	}
}
