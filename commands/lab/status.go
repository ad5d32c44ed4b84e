package lab

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/hsmlab/hsmlab/hsmsim/lab"
)

func statusCommand(o *options) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Show the HSMs, who is logged in where, and the lab's time",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			h, err := o.existing(cmd.Context())
			if err != nil {
				return err
			}
			c, err := lab.Connect(cmd.Context(), h)
			if err != nil && asJSON {
				return fmt.Errorf("lab %s is down", h.Name) // there is nothing that a program could read
			}
			if err != nil {
				fmt.Fprintf(cmd.OutOrStdout(), "lab %s is down\n", h.Name)
				return nil
			}
			defer c.Close()
			s, err := c.Status(cmd.Context())
			if err != nil {
				return err
			}
			if asJSON {
				enc := json.NewEncoder(cmd.OutOrStdout())
				enc.SetIndent("", "  ")
				return enc.Encode(s)
			}
			return printStatus(cmd.OutOrStdout(), s)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print as JSON")
	return cmd
}

func printStatus(w io.Writer, s *lab.Status) error {
	fmt.Fprintf(w, "lab %s in %s\ntime %s, rate %g\nAWS endpoint %s\n", s.Lab, s.Dir, s.Time.UTC().Format(time.RFC3339), s.Rate, s.Endpoint)
	for _, c := range s.Clusters {
		fmt.Fprintf(w, "\n%s in %s, %s\n", c.ID, c.Region, c.State)
		table := newTable(w)
		table.Header("Node", "Address", "HSM", "State", "Users", "Keys", "Logged in")
		for _, h := range c.HSMs {
			p := h.Partition
			logins := strings.Join(h.LoggedIn, " ")
			if err := table.Append(fmt.Sprint(h.Node), h.Address, h.ID, h.State, fmt.Sprint(p.Users),
				fmt.Sprint(p.TokenKeys+p.SessionKeys), logins); err != nil {
				return fmt.Errorf("cannot print the status: %w", err)
			}
		}
		if err := table.Render(); err != nil {
			return fmt.Errorf("cannot print the status: %w", err)
		}
	}
	for _, st := range s.Stores {
		code := ""
		if st.ErrorCode != "" {
			code = " " + string(st.ErrorCode)
		}
		fmt.Fprintf(w, "\ncustom key store %s (%s) on %s: %s%s, %d keys\n", st.ID, st.Name, st.Cluster, st.State, code, st.Keys)
	}
	for _, b := range s.Broken {
		fmt.Fprintf(w, "\nnot started: %s\n", b)
	}
	return nil
}
