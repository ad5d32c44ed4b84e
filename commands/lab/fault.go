package lab

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/hsmlab/hsmlab/hsmsim/lab"
	"github.com/hsmlab/hsmlab/hsmsim/lab/scenario"
)

func faultCommand(o *options) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "fault",
		Short: "What goes wrong with the world, now or later: HSMs, subnets, KMS",
		Long: `Faults are trouble that operators find and do not make. They act on the world: an HSM does not answer, a
subnet has no address left. What the tools and services then say follows from that.

Much else can be done with the operators' own tools: 'aws ec2 create-network-acl-entry' closes a network,
'aws cloudhsmv2 delete-hsm' leaves a cluster without HSMs, wrong passwords lock an account.`,
		Args: cobra.NoArgs,
		RunE: showHelp,
		PersistentPreRunE: func(*cobra.Command, []string) error {
			h, err := o.home()
			if err != nil {
				return err
			}
			if _, st, err := stageIn(h); err == nil && st.Exam && st.Done.IsZero() && !st.Over(time.Now()) {
				return errors.New("this is an exam: what is wrong with the world is to be found out, and mended as in the real one")
			}
			return nil
		},
	}
	cmd.AddCommand(listFaults(o), addFault(o), clearFaults(o))
	return cmd
}

func listFaults(o *options) *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List what is wrong, and what waits to go wrong",
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
			for _, f := range s.Faults {
				fmt.Fprintln(cmd.OutOrStdout(), f)
			}
			return nil
		},
	}
}

func addFault(o *options) *cobra.Command {
	var in, at, stays string
	var f lab.Fault
	cmd := &cobra.Command{
		Use:   "add KIND [HSM|SUBNET]",
		Short: "Let something go wrong: at once, at a time, or at a call",
		Long: `The kinds of faults:

  down HSM        does not answer; who is connected hears nothing more
  refused HSM     refuses connections
  slow HSM        answers late
  sessions HSM    somebody has all of its PKCS #11 sessions
  kms             KMS fails inside where custom key stores are concerned
  full SUBNET     all addresses are taken by network interfaces
  gone SUBNET     is deleted, which cannot be taken back; only one without HSMs and interfaces of KMS can be

An HSM is named by its address, name or id; a subnet by its id, or by the zone where a cluster has it.

--at-call counts from now on the calls of an operation, and the fault is there for the Nth of them already. It is
one of the HSM's protocol, such as Login or InsertMasked, at that HSM; or one of AWS, such as kms:Encrypt. A
name that there is not gets a list of all.`,
		Example: `  hsmlab fault add down 10.0.3.11
  hsmlab fault add slow 10.0.3.11 --in 10m --for 5m
  hsmlab fault add down 10.0.3.11 --at-call InsertMasked
  hsmlab fault add full eu-west-1a --at-call kms:ConnectCustomKeyStore`,
		Args: cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			f.Kind = args[0]
			if len(args) == 2 && f.OfSubnet() {
				f.Subnet = args[1]
			} else if len(args) == 2 {
				f.HSM = args[1]
			}
			if err := setFaultTimes(&f, in, at, stays); err != nil {
				return err
			}
			if err := checkFault(&f); err != nil {
				return err
			}
			c, err := o.connect(cmd.Context())
			if err != nil {
				return err
			}
			defer c.Close()
			return c.AddFault(cmd.Context(), f)
		},
	}
	cmd.Flags().StringVar(&in, "in", "", "happen after so much of the lab's time, such as 10m or 2d")
	cmd.Flags().StringVar(&at, "at", "", "happen at this time of the lab, such as 2026-01-01T10:00:00Z")
	cmd.Flags().StringVar(&f.AtCall, "at-call", "", "happen at a call: OPERATION[:N], or SERVICE:OPERATION[:N]")
	cmd.Flags().StringVar(&stays, "for", "", "be taken back after so much of the lab's time")
	cmd.MarkFlagsMutuallyExclusive("in", "at", "at-call")
	return cmd
}

// setFaultTimes reads the times of a fault, "" for those that are not given.
func setFaultTimes(f *lab.Fault, in, at, stays string) (err error) {
	if in != "" {
		if f.In, err = parseDuration(in); err != nil {
			return fmt.Errorf("--in: %w", err)
		}
	}
	if stays != "" {
		if f.For, err = parseDuration(stays); err != nil {
			return fmt.Errorf("--for: %w", err)
		}
		if f.For == 0 {
			return errors.New("--for: must be more than 0s")
		}
	}
	if at != "" {
		if f.At, err = time.Parse(time.RFC3339, at); err != nil {
			return fmt.Errorf("--at %q: write a time such as 2026-01-01T10:00:00Z", at)
		}
	}
	return nil
}

// checkFault says what is wrong with a fault in the words of the command line.
func checkFault(f *lab.Fault) error {
	field, reason := f.Problem()
	switch field {
	case "":
		return nil
	case "kind":
		return fmt.Errorf("fault %q: not one of %s", f.Kind, strings.Join(scenario.FaultKinds(), ", "))
	case "hsm", "subnet":
		return errors.New(strings.TrimPrefix(reason, "is missing: "))
	}
	return fmt.Errorf("--%s: %s", strings.ReplaceAll(field, "_", "-"), reason)
}

func clearFaults(o *options) *cobra.Command {
	return &cobra.Command{
		Use:   "clear [HSM|SUBNET|" + scenario.FaultKMS + "]",
		Short: "Take back the faults of one HSM, of one subnet or of KMS, or all; also those that wait",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := o.connect(cmd.Context())
			if err != nil {
				return err
			}
			defer c.Close()
			return c.ClearFaults(cmd.Context(), slices.Concat(args, []string{""})[0])
		},
	}
}
