package lab

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hsmlab/hsmlab/hsmsim/lab"
)

func envCommand(o *options) *cobra.Command {
	return &cobra.Command{
		Use:     "env",
		Short:   "Start the lab and print the variables of its shell, for eval",
		Example: `  eval "$(hsmlab env)"`,
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := o.connect(cmd.Context()) // a lab without a world has no tools that could start it
			if err != nil {
				return err
			}
			defer c.Close()
			for _, v := range variables(c.Home()) {
				fmt.Fprintf(cmd.OutOrStdout(), "export %s=%s\n", v.name, quote(v.value))
			}
			return nil
		},
	}
}

type variable struct{ name, value string }

// variables are what the lab shell adds to the environment.
func variables(h lab.Home) []variable {
	path := filepath.Join(h.Prefix(), "bin")
	if self, err := os.Executable(); err == nil {
		path += string(os.PathListSeparator) + filepath.Dir(self)
	}
	if old := os.Getenv("PATH"); old != "" {
		path += string(os.PathListSeparator) + old
	}
	return []variable{{"HSMLAB_HOME", h.Dir}, {"PATH", path}}
}

// quote makes a word that a POSIX shell takes as it is.
func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
