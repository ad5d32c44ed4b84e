package cmu

import (
	"context"
	"crypto"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"unicode/utf8"

	"github.com/hsmlab/hsmlab/commands/privatekey"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

// registerMofnPubKey is registerQuorumPubKey of older clients: it reads the private key itself and signs the match
// string with it.
func registerMofnPubKey(ctx context.Context, c *console, args []string) error {
	file, err := c.readFile(args[3], maxKeyFile)
	if err != nil {
		return err
	}
	key, err := privatekey.Parse(file)
	if err != nil {
		return complain(textCannotRead, args[3], err)
	}
	if err := c.caution(ctx); err != nil {
		return err
	}
	passPhrase := ""
	if key.Encrypted() {
		if passPhrase, err = c.in.ReadPassword(ctx, promptPassPhrase); err != nil {
			return err
		}
		if !utf8.ValidString(passPhrase) {
			return complaint(textNotText)
		}
	}
	signer, err := key.Key(passPhrase)
	if err != nil {
		return complain(textCannotRead, args[3], err)
	}
	r := hsm.RegisterRequest{Type: args[0], Name: args[2], Token: []byte(args[1])}
	sum := sha256.Sum256(r.Token)
	if r.Signature, err = signer.Sign(rand.Reader, sum[:], crypto.SHA256); err != nil {
		return complain(textCannotRead, args[3], err)
	}
	if r.PublicKey, err = x509.MarshalPKIXPublicKey(signer.Public()); err != nil {
		return complain(textCannotRead, args[3], err)
	}
	return c.register(ctx, "registerMofnPubKey", r)
}
