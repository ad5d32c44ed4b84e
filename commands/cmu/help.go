package cmu

import "context"

// help lists the commands of the present mode, or explains one of either mode.
func help(_ context.Context, c *console, args []string) error {
	if len(args) == 0 {
		for _, cmd := range commands() {
			if cmd.modes&c.mode() != 0 {
				c.printf(textHelpName, cmd.name)
			}
		}
		return nil
	}
	cmd, ok := find(args[0], both)
	if !ok {
		return complaint(textUnknown)
	}
	c.printf(textHelp, cmd.synopsis(), cmd.summary, cmd.who, cmd.needs, cmd.modes)
	return nil
}

func (m modes) String() string {
	switch m {
	case global:
		return modesGlobal
	case single:
		return modesServer
	}
	return modesBoth
}

func (n need) String() string {
	switch n {
	case login:
		return needsLogin
	case encrypted:
		return needsE2E
	}
	return needsNothing
}
