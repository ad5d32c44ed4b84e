package lab

import (
	"context"
	"fmt"
	"io"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/hsmlab/hsmlab/commands/runbook"
	"github.com/hsmlab/hsmlab/hsmsim/lab/scenario"
)

func lintCommand() *cobra.Command {
	var quick bool
	cmd := &cobra.Command{
		Use:   "lint FILE...",
		Short: "Tell what is wrong with runbooks (.md) and scenarios (.yaml)",
		Long: `Tell what is wrong with files, with file, line and reason. A runbook is also played: its goals must not be met at
the beginning, its solution must meet them in both generations of the tools, and it must not without the
consoles that it calls decisive.`,
		Example: "  hsmlab lint docs/runbooks/*.md\n  hsmlab lint --quick my-world.yaml",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			var lints []func(io.Writer) error
			for _, file := range args {
				lints = append(lints, func(out io.Writer) error {
					if err := lintFile(cmd.Context(), file, quick); err != nil {
						fmt.Fprintln(out, err)
						return errAnyBook
					}
					fmt.Fprintf(out, "%s: nothing is wrong\n", file)
					return nil
				})
			}
			return sideBySide(cmd.OutOrStdout(), defaultJobs(), lints)
		},
	}
	cmd.Flags().BoolVar(&quick, "quick", false, "read only, play nothing")
	return cmd
}

func lintFile(ctx context.Context, file string, quick bool) error {
	if filepath.Ext(file) != ".md" {
		return lintScenario(file)
	}
	text, err := readBook(file)
	if err != nil {
		return err
	}
	if _, err := runbook.Parse(file, text); err != nil || quick {
		return err
	}
	for _, r := range []running{{client: scenario.Classic}, {client: scenario.Late}, {client: scenario.Classic, without: true}} {
		r.aws = "own"
		if _, err := r.one(ctx, io.Discard, file, r.client); err != nil {
			return fmt.Errorf("%s: played as %s: %w", file, r.client, err)
		}
	}
	return nil
}

func lintScenario(file string) error {
	text, err := readBounded(file, "scenario", scenario.MaxSize)
	if err != nil {
		return err
	}
	_, err = scenario.Parse(file, text)
	return err
}
