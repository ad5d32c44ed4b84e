package cmu

import (
	"bytes"
	"context"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

// What getToken and listTokens show of a token.
const tokenLines = "Token:\nId:%d\nService:%d\nNode:%d\nKey Handle:%d\nUser:%s\n"

// getToken gets a token of every server and writes them all into one file, which is what approvers sign.
func getToken(ctx context.Context, c *console, args []string) error {
	s, err := service(args[0])
	if err != nil {
		return err
	}
	var file bytes.Buffer
	for a := range everywhere(ctx, c, wire.GetToken, hsm.GetTokenRequest{Service: s, User: args[1]}) {
		if !succeeded(c, "getToken", a) {
			continue
		}
		t := a.Value
		c.print(c.success("getToken", a.Server))
		c.printf(tokenLines, t.ID, t.Service, t.Node, t.Key, t.User)
		file.Write(t.Value)
	}
	if file.Len() == 0 {
		return nil
	}
	return c.writeFile(args[2], file.Bytes(), 0o644)
}
