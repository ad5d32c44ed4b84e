package kmu

import (
	"context"
	"slices"

	"github.com/hsmlab/hsmlab/hsmsim/cluster"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

// Limits of options for new keys.
const (
	maxMValue  = 8
	maxServers = 28 // HSMs of a cluster (user guide, quotas)
)

// creationOptions are the options that all commands share which make keys. badMValue is what the command says
// of a quorum value outside minMValue to 8.
func creationOptions(badMValue string, minMValue uint64) []option {
	return []option{
		{name: "-id", value: "<key id>", kind: kindText, initial: "empty", about: "an id that no other key has"},
		{name: "-min_srv", value: "<servers>", kind: kindNumber, max: maxServers, initial: "1",
			about: "number of HSMs that must have the key before -timeout ends"},
		{name: "-timeout", value: "<seconds>", kind: kindNumber, initial: "none", about: "how long to wait for that, with -min_srv only"},
		{name: "-m_value", value: "<0..8>", kind: kindNumber, min: minMValue, max: maxMValue, outside: badMValue, initial: "1",
			about: "number of users who must approve each use of the key"},
		{name: "-nex", initial: "extractable", about: "the key cannot be extracted; of a pair the private key"},
		{name: "-sess", initial: "token key", about: "the key is on one HSM and lives as long as the session"},
		{name: "-u", value: "<user ids>", kind: kindUserIDs, initial: "nobody", about: "users to share the key with, separated by commas, at most 8"},
		{name: "-attest", initial: "no", about: "let the HSM attest that it has the key, and check that"},
	}
}

// creationPick is some of the options for new keys, in the order in which a command has them.
func creationPick(names ...string) []option {
	var picked []option
	all := creationOptions("", 0)
	for _, name := range names {
		i := slices.IndexFunc(all, func(o option) bool { return o.name == name })
		picked = append(picked, all[i])
	}
	return picked
}

// creationChecks come after a command's own.
var creationChecks = []check{
	{text: textNoMinimum, fails: func(a arguments) bool { return a.has("-timeout") && a.number("-min_srv") == 0 }},
	{text: textSharedSession, fails: func(a arguments) bool { return a.has("-sess") && a.has("-u") }},
}

// template is what the options say about a new key.
func template(a arguments) hsm.Template {
	return hsm.Template{
		Label:          a.text("-l"),
		ID:             a.text("-id"),
		Session:        a.has("-sess"),
		NotExtractable: a.has("-nex"),
		Shared:         a.ids("-u"),
		MValue:         uint8(a.number("-m_value")), // at most 8
	}
}

// newKeys are keys that have just been made: what printing, polling and rolling back need to know of them.
type newKeys struct {
	cluster.Created
	function string
	created  string    // the line with the handles, in order of Handles
	parts    []keyPart // in the order in which their status is printed

	report       func(hsm.Code) hsm.Code // prints the result line; nil for the usual one
	handlesFirst bool                    // the handles come before the result line
	bareFailure  bool                    // a failure has no block
}

// keyPart is one of the keys by what the status lines call it.
type keyPart struct {
	name   string
	handle hsm.Handle
}

// secretKey describes a symmetric key.
func secretKey(function, created string, c cluster.Created) newKeys {
	k := newKeys{Created: c, function: function, created: created}
	if c.Kept {
		k.parts = []keyPart{{"key", c.Handles[0]}}
	}
	return k
}

// keyPair describes a key pair. The private key decides whether enough HSMs have it.
func keyPair(c cluster.Created) newKeys {
	k := newKeys{Created: c, function: "Cfm3GenerateKeyPair", created: textPairCreated}
	if c.Kept {
		k.parts = []keyPart{{"private key", c.Handles[1]}, {"public key", c.Handles[0]}}
	}
	return k
}

// finish prints what became of new keys, and waits for their copies where -min_srv asks for it.
func (s *session) finish(ctx context.Context, a arguments, k newKeys) hsm.Code {
	if k.Code == hsm.NotAllowed {
		// Every HSM would have said so, not only the one that was asked to make the key.
		_, k.Outcome = s.cluster(ctx).FindKeys(ctx, hsm.FindRequest{})
	}
	if k.Kept && k.handlesFirst {
		s.printHandles(k)
	}
	if k.report != nil {
		k.report(k.Code)
	} else {
		s.result(k.function, k.Code)
	}
	if k.Kept && !k.handlesFirst {
		s.printHandles(k)
	}
	if k.Kept && a.has("-attest") {
		s.attest(ctx, k.Handles...)
	}
	if !k.bareFailure || k.Kept {
		s.block(k.Nodes)
	}
	minimum := int(a.number("-min_srv"))
	switch {
	case minimum == 0 || !k.Kept:
		return k.Code
	case k.OK() && len(k.Nodes) < minimum:
		s.out.Printf(textFewServers, len(k.Nodes))
	case k.Code == hsm.Incomplete:
		return s.awaitCopies(ctx, a, k)
	}
	return k.Code
}

func (s *session) printHandles(k newKeys) {
	handles := make([]any, len(k.Handles))
	for i, h := range k.Handles {
		handles[i] = h
		s.seen.handle(h)
	}
	s.out.Printf(k.created, handles...)
}
