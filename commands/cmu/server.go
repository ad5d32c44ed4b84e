package cmu

import "context"

// server begins server mode. The login is that of the connection and stays.
func server(_ context.Context, c *console, args []string) error {
	s, err := c.serverAt(args[0])
	if err != nil {
		return err
	}
	if !s.Connected() {
		c.notConnected(s)
		return nil
	}
	c.server = s
	mode := modeUnsecured
	if s.Encrypted {
		mode = modeE2E
	}
	c.printf(textServerMode, mode)
	return nil
}
