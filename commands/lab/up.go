package lab

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/hsmlab/hsmlab/hsmsim/lab"
)

func upCommand(o *options) *cobra.Command {
	var scenarioFile string
	var seed seed
	cmd := &cobra.Command{
		Use:   "up",
		Short: "Start the lab",
		Long: `Start the lab's daemon, which holds the cluster. A lab without a world gets one: that of
the scenario file, or the default world. Does nothing where the lab runs.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			h, err := o.home()
			if err != nil {
				return err
			}
			if scenarioFile != "" {
				if h.Exists() {
					return errors.New("--scenario: the lab has a world already; use 'hsmlab scenario apply' to replace it")
				}
				if err := h.Choose(scenarioFile); err != nil {
					return err
				}
			}
			if seed.given && h.Exists() {
				return errors.New("--seed: the lab has a world already; use 'hsmlab reset --seed N' to begin anew")
			}
			if err := seed.choose(h); err != nil {
				return err
			}
			c, err := lab.Ensure(cmd.Context(), h)
			if err != nil {
				return err
			}
			defer c.Close()
			fmt.Fprintf(cmd.OutOrStdout(), "lab %s is up\n", h.Name)
			return nil
		},
	}
	cmd.Flags().StringVar(&scenarioFile, "scenario", "", "scenario file of the lab's new world")
	seed.addTo(cmd)
	return cmd
}
