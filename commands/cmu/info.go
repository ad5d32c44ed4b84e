package cmu

import (
	"context"
	"fmt"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

// The table of info, laid out with tabs as the original does it.
const (
	infoHeader = "Id     \tName   \t\t\tHostname       \t Port  \tState  \t        Partition      \t LoginState\n"
	infoRow    = "%-7d\t%-23s\t%-16s%d  \t%-15s\t%-15s\t %s\n"
)

func info(ctx context.Context, c *console, args []string) error {
	if args[0] != argServerWord.word() {
		return errUsage
	}
	s, err := c.serverAt(args[1])
	if err != nil {
		return err
	}
	a := ask(ctx, c, s, wire.LoginState, hsm.Done{})
	state, who := stateConnected, textNotLoggedIn
	if a.Err != nil {
		state = stateLost
	} else if a.Value.Type != "" {
		who = fmt.Sprintf(textLoggedIn, a.Value.Name, a.Value.Type)
	}
	c.print(infoHeader)
	c.printf(infoRow, s.Number, s.Name, s.Hostname, s.Port, state, s.HSM().HSM, who)
	return nil
}
