package lab

import (
	"fmt"
	"os"
	"slices"
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
			for _, v := range variables(c.Home(), c.Settings()) {
				fmt.Fprintf(cmd.OutOrStdout(), "export %s=%s\n", v.name, quote(v.value))
			}
			fmt.Fprintf(cmd.OutOrStdout(), "unset %s\n", strings.Join(foreign, " "))
			return nil
		},
	}
}

type variable struct{ name, value string }

// foreign are variables that would lead clients of AWS elsewhere, or to other credentials.
var foreign = []string{"AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN"}

// variables are what the lab shell adds to the environment.
func variables(h lab.Home, s lab.Settings) []variable {
	return []variable{
		{"HSMLAB_HOME", h.Dir}, {"PATH", toolPath(h)},
		{"AWS_ENDPOINT_URL", s.AWS.Endpoint}, {"AWS_ACCESS_KEY_ID", s.AWS.AccessKeyID}, {"AWS_SECRET_ACCESS_KEY", s.AWS.SecretAccessKey},
		{"AWS_REGION", s.AWS.Region}, {"AWS_DEFAULT_REGION", s.AWS.Region}, {"AWS_PAGER", ""},
	}
}

// environment is that of the lab shell.
func environment(h lab.Home, s lab.Settings) []string {
	env := slices.DeleteFunc(os.Environ(), func(v string) bool {
		name, _, _ := strings.Cut(v, "=")
		return slices.Contains(foreign, name)
	})
	for _, v := range variables(h, s) {
		env = append(env, v.name+"="+v.value)
	}
	return env
}

// quote makes a word that a POSIX shell takes as it is.
func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
