package lab

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/hsmlab/hsmlab/hsmsim/lab"
)

func snapshotCommand(o *options) *cobra.Command {
	cmd := &cobra.Command{Use: "snapshot", Short: "The whole world in one file, to come back to", Args: cobra.NoArgs, RunE: showHelp}
	cmd.AddCommand(saveSnapshotCommand(o), restoreSnapshotCommand(o), listSnapshotsCommand(o))
	return cmd
}

func saveSnapshotCommand(o *options) *cobra.Command {
	var replace bool
	cmd := &cobra.Command{
		Use:   "save NAME",
		Short: "Keep the world as it is now; consoles that are open lose their connections",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			h, err := o.existing(cmd.Context())
			if err != nil {
				return err
			}
			file, err := lab.Save(cmd.Context(), h, args[0], replace)
			if errors.Is(err, lab.ErrSnapshotExists) {
				return fmt.Errorf("%w; use --replace to replace it", err)
			}
			if err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "the world of lab %s is in %s\n", h.Name, file)
			return nil
		},
	}
	cmd.Flags().BoolVar(&replace, "replace", false, "replace the snapshot of this name")
	return cmd
}

func restoreSnapshotCommand(o *options) *cobra.Command {
	return &cobra.Command{
		Use:   "restore NAME",
		Short: "Replace the lab's world by that of a snapshot",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			h, err := o.home()
			if err != nil {
				return err
			}
			c, err := lab.Load(cmd.Context(), h, args[0])
			if err != nil {
				return err
			}
			defer c.Close()
			fmt.Fprintf(cmd.OutOrStdout(), "lab %s is as in snapshot %s\n", h.Name, args[0])
			return nil
		},
	}
}

func listSnapshotsCommand(o *options) *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List the lab's snapshots with the lab's time in them",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			h, err := o.home()
			if err != nil {
				return err
			}
			list, err := lab.Snapshots(h)
			if err != nil || len(list) == 0 {
				return err
			}
			table := newTable(cmd.OutOrStdout())
			table.Header("Snapshot", "Saved", "Lab time", "KB")
			for _, s := range list {
				row := []any{s.Name, s.Saved.Local().Format(time.DateTime), s.Lab.UTC().Format(time.RFC3339), (s.Size + 999) / 1000}
				if s.Err != nil {
					row[1], row[2] = "cannot be read", ""
				}
				if err := table.Append(row...); err != nil {
					return err
				}
			}
			return table.Render()
		},
	}
}
