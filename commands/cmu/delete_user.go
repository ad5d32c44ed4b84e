package cmu

import (
	"context"
	"errors"
	"strings"

	"github.com/hsmlab/hsmlab/hsmsim/cluster"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

var deleteUserFails = dilemma{command: "deleteUser", where: "deleteUser" + textFailedOn, question: questionRollBack, choices: "RBI"}

// deleteUser removes a user on one server after the other, without asking. When it fails on a later server
// the operator may take the deletions back.
func deleteUser(ctx context.Context, c *console, args []string) error {
	userType, name := args[0], args[1]
	c.heading(textDeleting, name, userType)
	r := hsm.UserRequest{Type: userType, Name: name}
	servers := c.servers()
	var deleted []savedUser
	for i, s := range servers {
		saved := savedUser{server: s}
		if i < len(servers)-1 { // after the last one there is nothing that could fail
			saved.object = c.saveUser(ctx, s, name)
		}
		made, err := attempt(ctx, c, s, wire.DeleteUser, r, deleteUserFails)
		switch {
		case err != nil:
			return err
		case made == rollBack:
			c.restoreUsers(ctx, deleted)
			return nil
		case made == done:
			deleted = append(deleted, saved)
		}
	}
	return nil
}

// savedUser is a user as the masked object of one server.
type savedUser struct {
	server *cluster.Server
	object []byte // nil where it could not be had
}

// saveUser gives the masked object of a user, nil where there is no such user or the HSM does not give it;
// the deletion then tells why.
func (c *console) saveUser(ctx context.Context, s *cluster.Server, name string) []byte {
	for _, u := range ask(ctx, c, s, wire.ListUsers, hsm.Done{}).Value {
		if strings.EqualFold(u.Name, name) {
			return ask(ctx, c, s, wire.ExtractMaskedUser, hsm.UserIDRequest{ID: u.ID}).Value
		}
	}
	return nil
}

// restoreUsers makes users again where they have been deleted. What other users shared with them is lost.
func (c *console) restoreUsers(ctx context.Context, deleted []savedUser) {
	for _, u := range deleted {
		s, err := u.server, errors.New(textNoBackup)
		if u.object != nil {
			a := ask(ctx, c, s, wire.InsertMaskedUser, hsm.MaskedUser{Object: u.object})
			if _, connected := a.Code(); !connected {
				c.notConnected(s)
				continue
			}
			err = a.Err
		}
		if err != nil {
			c.printf(textNotRolledBack, s.Number, s.Name, err)
		} else {
			c.printf(textRolledBack, s.Number, s.Name)
		}
	}
}
