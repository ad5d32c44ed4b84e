package cmu

import (
	"cmp"
	"context"
	"encoding/base64"

	"github.com/hsmlab/hsmlab/hsmsim/cluster"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

// twoFactor is the option for a second factor.
const twoFactor = "-2fa"

// A secondFactor is the operator's answers to the challenges of the servers.
type secondFactor struct {
	publicKey  []byte
	signatures map[*cluster.Server][]byte
}

// on is the second factor as a request to one server has it; without the option there is none.
func (f *secondFactor) on(s *cluster.Server) *hsm.SecondFactor {
	if f == nil {
		return nil
	}
	return &hsm.SecondFactor{PublicKey: f.publicKey, Signature: f.signatures[s]}
}

// secondFactor lets the operator sign the servers' challenges in a file, where the rest of the arguments asks for
// that; else it gives nil. request is how the operator is told.
func (c *console) secondFactor(ctx context.Context, rest []string, request string) (*secondFactor, error) {
	if len(rest) == 0 {
		return nil, nil
	}
	path := rest[1]
	file := authData{Version: authVersion}
	challenges := map[*cluster.Server][]byte{}
	for a := range everywhere(ctx, c, wire.Challenge, hsm.Done{}) {
		if a.Err != nil {
			continue // the command itself tells why
		}
		challenges[a.Server] = a.Value
		file.Data = append(file.Data, authEntry{HsmID: a.Server.HSM().HSM, Digest: base64.StdEncoding.EncodeToString(a.Value)})
	}
	if len(challenges) == 0 {
		return &secondFactor{}, nil
	}
	if err := c.writeFile(path, file.encode(), 0o600); err != nil {
		return nil, err
	}
	c.printf(textAuthWritten+request, path)
	typed, err := c.answer(ctx, questionFileName)
	if err != nil {
		return nil, err
	}
	c.print("\n")
	return c.readAnswers(cmp.Or(typed, path), challenges)
}

// readAnswers reads the file that the operator has filled in.
func (c *console) readAnswers(path string, challenges map[*cluster.Server][]byte) (*secondFactor, error) {
	file, err := c.readFile(path, maxAuthFile)
	if err != nil {
		return nil, err
	}
	got, err := parseAuthData(file)
	if err != nil {
		return nil, complain(textCannotRead, path, err)
	}
	f := &secondFactor{publicKey: got.publicKey, signatures: map[*cluster.Server][]byte{}}
	for s, challenge := range challenges {
		f.signatures[s] = got.signatures[string(challenge)]
	}
	return f, nil
}
