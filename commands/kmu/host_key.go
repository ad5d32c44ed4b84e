package kmu

import (
	"context"

	"github.com/hsmlab/hsmlab/hsmsim/cluster"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

// Import and export have a host's side: data is wrapped or unwrapped either by the HSM, which encrypts for the
// host, or by the tool itself with a copy of the wrapping key from a file (-wk).

// wrappingOptions are those of import and export; export has -m too.
var (
	wrappingOption     = option{name: "-w", value: "<AES key handle>", kind: kindHandle, about: "the wrapping key"}
	wrappingFileOption = option{name: "-wk", value: "<AES key file>", kind: kindFile, initial: "the HSM does it",
		about: "the same key, 16, 24 or 32 bytes, to do the host's part without the HSM"}
	exportOption = option{name: "-m", value: "<4>", kind: kindNumber, min: 4, max: 4, initial: "4", about: "wrapping mechanism, which cannot be chosen"}
)

// wrappingFileOK reports, and says otherwise, whether the file of -wk can hold an AES key.
func (s *session) wrappingFileOK(a arguments) bool {
	n := len(a.data("-wk"))
	if a.has("-wk") && n != 16 && n != 24 && n != 32 {
		s.out.Print(textNoAESKey)
		return false
	}
	return true
}

// wrapHostKey wraps a key of the host for the import and prints how that went.
func (s *session) wrapHostKey(ctx context.Context, a arguments, key []byte) ([]byte, hsm.Code) {
	if a.has("-wk") {
		wrapped, err := hsm.WrapPadded(a.data("-wk"), hsm.WrapIV, key)
		if err != nil {
			s.out.Print(textWrapKeyFailed)
			return nil, hsm.InvalidArguments
		}
		return wrapped, hsm.Success
	}
	wrapped, code := cluster.OnHome(ctx, s.cluster(ctx), wire.WrapData, hsm.DataRequest{Wrapping: a.key("-w"), Data: key})
	return wrapped, s.result(s.family.importWrap, code)
}

// imported unwraps a key inside the HSM, after its host's part, and prints how that went.
func (s *session) imported(ctx context.Context, a arguments, c hsm.Class, t hsm.KeyType, key []byte) hsm.Code {
	if !s.wrappingFileOK(a) {
		return hsm.InvalidArguments
	}
	wrapped, code := s.wrapHostKey(ctx, a, key)
	if code != hsm.Success {
		return code
	}
	s.result(s.family.importTemplate, hsm.Success) // the tool's own doing
	r := hsm.UnwrapKeyRequest{Wrapping: a.key("-w"), Wrapped: wrapped, Class: c, Type: t, Template: template(a),
		Parameters: hsm.WrapParameters{Mechanism: hsm.WrapPKCS5}}
	made := secretKey(s.family.importUnwrap, s.family.secretImported, s.cluster(ctx).UnwrapKey(ctx, r, int(a.number("-min_srv"))))
	made.bareFailure = true
	if c == hsm.PrivateKey {
		made.created = s.family.privateImported
		if s.family.privateUnwrap != "" {
			made.report = s.reportPrivate
		}
	}
	return s.finish(ctx, a, made)
}

// reportPrivate prints the result line of importPrivateKey where it differs from all others.
func (s *session) reportPrivate(code hsm.Code) hsm.Code {
	s.out.Printf(s.family.privateUnwrap, s.indent, uint32(code), resultText(code))
	return code
}

// exported gets a key of the class out of the HSM and prints how that went; wrong is said of one of another class.
func (s *session) exported(ctx context.Context, a arguments, c hsm.Class, wrong string) ([]byte, hsm.Code) {
	if !s.wrappingFileOK(a) {
		return nil, hsm.InvalidArguments
	}
	key, wrapping := a.key("-k"), a.key("-w")
	r := hsm.AttributeRequest{Handle: key, ID: hsm.AttrClass}
	class, code := cluster.OnHome(ctx, s.cluster(ctx), wire.GetAttribute, r)
	if code == hsm.Success && hsm.Class(class[0].Number) != c {
		s.out.Printf(wrong, key)
		return nil, hsm.InvalidArguments
	}
	wrapped, code := cluster.OnHome(ctx, s.cluster(ctx), wire.WrapKey, hsm.WrapKeyRequest{Key: key, Wrapping: wrapping,
		Parameters: hsm.WrapParameters{Mechanism: hsm.WrapPKCS5}})
	if s.result(s.family.exportWrap, code) != hsm.Success {
		return nil, code
	}
	if a.has("-wk") {
		plain, err := hsm.UnwrapPadded(a.data("-wk"), hsm.WrapIV, wrapped.Data)
		if err != nil {
			s.out.Print(textUnwrapKeyFailed)
			return nil, hsm.InvalidArguments
		}
		return plain, hsm.Success
	}
	plain, code := cluster.OnHome(ctx, s.cluster(ctx), wire.UnwrapData, hsm.DataRequest{Wrapping: wrapping, Data: wrapped.Data})
	return plain, s.result(s.family.exportUnwrap, code)
}
