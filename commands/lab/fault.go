package lab

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hsmlab/hsmlab/hsmsim/lab"
	"github.com/hsmlab/hsmlab/hsmsim/lab/scenario"
)

// kmsFault is the fault of KMS itself, which is no HSM's.
const kmsFault = "kms"

func faultCommand(o *options) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "fault",
		Short: "What is wrong with the world: HSMs that are down, refuse, or answer late; KMS that fails inside",
		Long: `Faults are what operators cannot cause with their tools. A subnet that is full or gone, a network that is
closed, a cluster without HSMs: 'aws ec2' and 'aws cloudhsmv2' do that.`,
		Args: cobra.NoArgs,
		RunE: showHelp,
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
			s, err := c.Status(cmd.Context())
			if err != nil {
				return err
			}
			for _, h := range faultyHSMs(s) {
				fmt.Fprintf(cmd.OutOrStdout(), "%s %s\n", h.State, h.Address)
			}
			if s.Failing {
				fmt.Fprintln(cmd.OutOrStdout(), kmsFault)
			}
			return nil
		},
	}
}

func addFault(o *options) *cobra.Command {
	kinds := slices.DeleteFunc(slices.Clone(lab.HSMStates()), func(s string) bool { return s == scenario.StateUp })
	return &cobra.Command{
		Use:     "add " + strings.Join(kinds, "|") + " HSM, or add " + kmsFault,
		Short:   "Make an HSM (address, name or id) fail, or KMS fail inside where custom key stores are concerned",
		Example: "  hsmlab fault add down 10.0.3.11",
		Args:    cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			ofKMS := args[0] == kmsFault
			switch {
			case !ofKMS && !slices.Contains(kinds, args[0]):
				return fmt.Errorf("fault %q: not one of %s, %s", args[0], strings.Join(kinds, ", "), kmsFault)
			case ofKMS && len(args) != 1:
				return fmt.Errorf("fault %s has no HSM", kmsFault)
			case !ofKMS && len(args) != 2:
				return fmt.Errorf("fault %s needs an HSM: an address, name or id", args[0])
			}
			c, err := o.connect(cmd.Context())
			if err != nil {
				return err
			}
			defer c.Close()
			if ofKMS {
				return c.SetKMSFailing(cmd.Context(), true)
			}
			return c.SetHSMState(cmd.Context(), args[1], args[0])
		},
	}
}

func clearFaults(o *options) *cobra.Command {
	return &cobra.Command{
		Use:   "clear [HSM|" + kmsFault + "]",
		Short: "Take back the faults of one HSM or of KMS, or all",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := o.connect(cmd.Context())
			if err != nil {
				return err
			}
			defer c.Close()
			if len(args) == 0 {
				return clearAll(cmd.Context(), c)
			}
			if args[0] == kmsFault {
				return c.SetKMSFailing(cmd.Context(), false)
			}
			return c.SetHSMState(cmd.Context(), args[0], scenario.StateUp)
		},
	}
}

func clearAll(ctx context.Context, c *lab.Client) error {
	s, err := c.Status(ctx)
	if err != nil {
		return err
	}
	for _, h := range faultyHSMs(s) {
		if err := c.SetHSMState(ctx, h.ID, scenario.StateUp); err != nil {
			return err
		}
	}
	return c.SetKMSFailing(ctx, false)
}

func faultyHSMs(s *lab.Status) []lab.HSMStatus {
	var list []lab.HSMStatus
	for _, cl := range s.Clusters {
		for _, h := range cl.HSMs {
			if h.State != scenario.StateUp {
				list = append(list, h)
			}
		}
	}
	return list
}
