package lab

import (
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"
)

func installCommand(o *options) *cobra.Command {
	var prefix string
	cmd := &cobra.Command{
		Use:   "install",
		Short: "Lay out the tools and their configuration as /opt/cloudhsm has them",
		Long: `Lay out bin/ with cloudhsm_mgmt_util, key_mgmt_util and configure, and etc/ with their
configuration files and certificates for this lab. Configuration files that are
there stay as they are.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			dir, err := filepath.Abs(prefix)
			if err != nil {
				return fmt.Errorf("--prefix: %w", err)
			}
			c, err := o.connect(cmd.Context())
			if err != nil {
				return err
			}
			defer c.Close()
			if err := c.Install(cmd.Context(), dir); err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "the tools of lab %s are in %s\n", c.Home().Name, filepath.Join(dir, "bin"))
			return nil
		},
	}
	cmd.Flags().StringVar(&prefix, "prefix", "/opt/cloudhsm", "where to")
	return cmd
}
