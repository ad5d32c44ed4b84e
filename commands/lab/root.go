package lab

import (
	"context"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/hsmlab/hsmlab/hsmsim/lab"
)

// version is set when a release is built.
var version = "development"

// options are the flags that all commands have.
type options struct {
	lab string
}

// home finds the lab that a command is about.
func (o *options) home() (lab.Home, error) { return lab.Locate(os.Getenv, o.lab) }

// existing finds the lab that a command is about, which must have been started before. One whose directory is
// gone while its daemon runs exists, too.
func (o *options) existing(ctx context.Context) (lab.Home, error) {
	h, err := o.home()
	if err != nil || h.Exists() {
		return h, err
	}
	c, err := lab.Connect(ctx, h)
	if err != nil {
		return h, fmt.Errorf("there is no lab %s in %s; 'hsmlab up' makes one", h.Name, h.Dir)
	}
	return h, c.Close()
}

func root() *cobra.Command {
	o := &options{}
	cmd := &cobra.Command{
		Use:   "hsmlab",
		Short: "A CloudHSM cluster to practise on",
		Long: `hsmlab is a simulated AWS CloudHSM cluster with the operators' tools of Client SDK 3:
cloudhsm_mgmt_util, key_mgmt_util and configure. Without a command it starts the
lab and opens a shell in which the tools are at hand.`,
		Args:          cobra.NoArgs,
		Version:       version,
		SilenceUsage:  true,
		SilenceErrors: true,
		RunE:          func(cmd *cobra.Command, _ []string) error { return openShell(cmd.Context(), o) },
	}
	cmd.PersistentFlags().StringVar(&o.lab, "lab", "", "name of the lab (default: the directory HSMLAB_HOME, or the lab \"default\")")
	cmd.CompletionOptions.HiddenDefaultCmd = true
	for _, g := range []struct {
		title    string
		commands []*cobra.Command
	}{
		{"The lab:", []*cobra.Command{shellCommand(o), upCommand(o), downCommand(o), resetCommand(o), statusCommand(o), waitCommand(o),
			clockCommand(o), snapshotCommand(o), envCommand(o), installCommand(o)}},
		{"To practise:", []*cobra.Command{practiceCommand(o), briefCommand(o), checkCommand(o), hintCommand(o), solveCommand(o), undoCommand(o),
			nextCommand(o)}},
		{"For trainers:", []*cobra.Command{scenarioCommand(o), faultCommand(o), runCommand(), lintCommand(), recordCommand(o), replayCommand(o),
			logCommand(o)}},
	} {
		cmd.AddGroup(&cobra.Group{ID: g.title, Title: g.title})
		for _, c := range g.commands {
			c.GroupID = g.title
		}
		cmd.AddCommand(g.commands...)
	}
	cmd.AddCommand(markCommand(o), daemonCommand(o))
	return cmd
}

// showHelp is what a command does that only holds others. A word that is none of them is refused before.
func showHelp(cmd *cobra.Command, _ []string) error { return cmd.Help() }
