package cmu

import "context"

// exit goes back to global mode.
func exit(_ context.Context, c *console, _ []string) error {
	c.server = nil
	return nil
}
