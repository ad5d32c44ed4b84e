package lab

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hsmlab/hsmlab/hsmsim/lab"
	"github.com/hsmlab/hsmlab/hsmsim/lab/scenario"
)

func faultCommand(o *options) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "fault",
		Short: "What is wrong with the world: HSMs that are down, refuse, or answer late",
		Args:  cobra.NoArgs,
		RunE:  showHelp,
	}
	cmd.AddCommand(listFaults(o), addFault(o), clearFaults(o))
	return cmd
}

func listFaults(o *options) *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List the faults",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := o.connect(cmd.Context())
			if err != nil {
				return err
			}
			defer c.Close()
			faulty, err := faultyHSMs(cmd, c)
			for _, h := range faulty {
				fmt.Fprintf(cmd.OutOrStdout(), "%s %s\n", h.State, h.Address)
			}
			return err
		},
	}
}

func addFault(o *options) *cobra.Command {
	kinds := slices.DeleteFunc(slices.Clone(lab.HSMStates()), func(s string) bool { return s == scenario.StateUp })
	return &cobra.Command{
		Use:     "add " + strings.Join(kinds, "|") + " HSM",
		Short:   "Make an HSM (address, name or id) fail",
		Example: "  hsmlab fault add down 10.0.3.11",
		Args:    cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			if !slices.Contains(kinds, args[0]) {
				return fmt.Errorf("fault %q: not one of %s", args[0], strings.Join(kinds, ", "))
			}
			c, err := o.connect(cmd.Context())
			if err != nil {
				return err
			}
			defer c.Close()
			return c.SetHSMState(cmd.Context(), args[1], args[0])
		},
	}
}

func clearFaults(o *options) *cobra.Command {
	return &cobra.Command{
		Use:   "clear [HSM]",
		Short: "Take back the faults of one HSM, or all",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := o.connect(cmd.Context())
			if err != nil {
				return err
			}
			defer c.Close()
			if len(args) == 1 {
				return c.SetHSMState(cmd.Context(), args[0], scenario.StateUp)
			}
			faulty, err := faultyHSMs(cmd, c)
			if err != nil {
				return err
			}
			for _, h := range faulty {
				if err := c.SetHSMState(cmd.Context(), h.ID, scenario.StateUp); err != nil {
					return err
				}
			}
			return nil
		},
	}
}

func faultyHSMs(cmd *cobra.Command, c *lab.Client) ([]lab.HSMStatus, error) {
	s, err := c.Status(cmd.Context())
	if err != nil {
		return nil, err
	}
	var list []lab.HSMStatus
	for _, cl := range s.Clusters {
		for _, h := range cl.HSMs {
			if h.State != scenario.StateUp {
				list = append(list, h)
			}
		}
	}
	return list, nil
}
