package cmu

import (
	"context"
	"encoding/pem"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

// registerQuorumPubKey gives a user a key for quorum authentication, whose private half nobody has to bring along:
// its signature of a token that can be anything proves that it is there.
func registerQuorumPubKey(ctx context.Context, c *console, args []string) error {
	r := hsm.RegisterRequest{Type: args[0], Name: args[1]}
	var err error
	if r.Token, err = c.readFile(args[2], maxKeyFile); err != nil {
		return err
	}
	if r.Signature, err = c.readFile(args[3], maxKeyFile); err != nil {
		return err
	}
	file, err := c.readFile(args[4], maxKeyFile)
	if err != nil {
		return err
	}
	if r.PublicKey = publicKey(file); r.PublicKey == nil {
		return complain(textCannotRead, args[4], textNoPublicKey)
	}
	if err := c.caution(ctx); err != nil {
		return err
	}
	return c.register(ctx, "registerQuorumPubKey", r)
}

// register registers a key on one server after the other.
func (c *console) register(ctx context.Context, command string, r hsm.RegisterRequest) error {
	fails := dilemma{command: command, where: command + textFailedOn}
	for _, s := range c.servers() {
		if _, err := attempt(ctx, c, s, wire.RegisterQuorumKey, r, fails); err != nil {
			return err
		}
	}
	return nil
}

// publicKey is the first public key of a PEM file as SubjectPublicKeyInfo, nil where there is none.
func publicKey(file []byte) []byte {
	block, _ := pem.Decode(file)
	if block == nil || block.Type != "PUBLIC KEY" {
		return nil
	}
	return block.Bytes
}
