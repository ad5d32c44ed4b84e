package lab

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/hsmlab/hsmlab/hsmsim/lab"
)

func scenarioCommand(o *options) *cobra.Command {
	cmd := &cobra.Command{Use: "scenario", Short: "The world that the lab is made from", Args: cobra.NoArgs, RunE: showHelp}
	cmd.AddCommand(&cobra.Command{
		Use:   "show",
		Short: "Print the scenario of the lab's world",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := o.connect(cmd.Context())
			if err != nil {
				return err
			}
			defer c.Close()
			text, err := c.Scenario(cmd.Context())
			if err != nil {
				return err
			}
			fmt.Fprint(cmd.OutOrStdout(), text)
			return nil
		},
	}, applyCommand(o))
	return cmd
}

func applyCommand(o *options) *cobra.Command {
	var seed seed
	cmd := &cobra.Command{
		Use:   "apply FILE",
		Short: "Replace the lab's world by that of a scenario file",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			h, err := o.home()
			if err != nil {
				return err
			}
			if err := h.Choose(args[0]); err != nil {
				return err
			}
			if err := seed.choose(h); err != nil {
				return err
			}
			c, err := lab.Reset(cmd.Context(), h)
			if err != nil {
				return err
			}
			defer c.Close()
			fmt.Fprintf(cmd.OutOrStdout(), "lab %s has the world of %s\n", h.Name, args[0])
			return nil
		},
	}
	seed.addTo(cmd)
	return cmd
}
