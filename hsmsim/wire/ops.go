package wire

import (
	"context"
	"slices"

	"github.com/fxamacker/cbor/v2"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

// An Op is one operation of the protocol: its number on the wire and the types of its request and answer.
type Op[Req, Resp any] struct {
	number uint16
}

// handler is an operation on the HSM's side.
type handler struct {
	name string
	run  func(ctx context.Context, s *hsm.Session, body cbor.RawMessage) (any, error)
}

// handlers is filled by define and constant after that.
var handlers = map[uint16]handler{}

// Operations lists the names of all operations in order of the alphabet.
func Operations() []string {
	var names []string
	for _, h := range handlers {
		names = append(names, h.name)
	}
	slices.Sort(names)
	return names
}

// The operations. Numbers are never used again for something else.
var (
	Settle            = define(1, "Settle", (*hsm.Session).Settle)
	Login             = define(2, "Login", (*hsm.Session).Login)
	Logout            = define(3, "Logout", (*hsm.Session).Logout)
	LoginState        = define(4, "LoginState", (*hsm.Session).LoginState)
	Device            = define(5, "Device", (*hsm.Session).Device)
	Partition         = define(6, "Partition", (*hsm.Session).Partition)
	Members           = define(7, "Members", (*hsm.Session).Members)
	ListUsers         = define(10, "ListUsers", (*hsm.Session).ListUsers)
	CreateUser        = define(11, "CreateUser", (*hsm.Session).CreateUser)
	DeleteUser        = define(12, "DeleteUser", (*hsm.Session).DeleteUser)
	ChangePassword    = define(13, "ChangePassword", (*hsm.Session).ChangePassword)
	ExtractMaskedUser = define(14, "ExtractMaskedUser", (*hsm.Session).ExtractMaskedUser)
	InsertMaskedUser  = define(15, "InsertMaskedUser", (*hsm.Session).InsertMaskedUser)
	GenerateSecret    = define(20, "GenerateSecret", (*hsm.Session).GenerateSecret)
	GeneratePair      = define(21, "GeneratePair", (*hsm.Session).GeneratePair)
	DeleteKey         = define(22, "DeleteKey", (*hsm.Session).DeleteKey)
	Tombstone         = define(23, "Tombstone", (*hsm.Session).Tombstone)
	FindKeys          = define(24, "FindKeys", (*hsm.Session).FindKeys)
	FindKey           = define(25, "FindKey", (*hsm.Session).FindKey)
	FindAllKeys       = define(26, "FindAllKeys", (*hsm.Session).FindAllKeys)
	KeyInfo           = define(27, "KeyInfo", (*hsm.Session).KeyInfo)
	GetAttribute      = define(28, "GetAttribute", (*hsm.Session).GetAttribute)
	SetAttribute      = define(29, "SetAttribute", (*hsm.Session).SetAttribute)
	ShareKey          = define(30, "ShareKey", (*hsm.Session).ShareKey)
	ExtractMasked     = define(31, "ExtractMasked", (*hsm.Session).ExtractMasked)
	InsertMasked      = define(32, "InsertMasked", (*hsm.Session).InsertMasked)
	Attest            = define(33, "Attest", (*hsm.Session).Attest)
	WrapKey           = define(40, "WrapKey", (*hsm.Session).WrapKey)
	UnwrapKey         = define(41, "UnwrapKey", (*hsm.Session).UnwrapKey)
	WrapData          = define(42, "WrapData", (*hsm.Session).WrapData)
	UnwrapData        = define(43, "UnwrapData", (*hsm.Session).UnwrapData)
	CreatePublicKey   = define(44, "CreatePublicKey", (*hsm.Session).CreatePublicKey)
	ExportPublicKey   = define(45, "ExportPublicKey", (*hsm.Session).ExportPublicKey)
	InsertNewMasked   = define(46, "InsertNewMasked", (*hsm.Session).InsertNewMasked)
	Sign              = define(47, "Sign", (*hsm.Session).Sign)
	Verify            = define(48, "Verify", (*hsm.Session).Verify)
	GeneratePBE       = define(49, "GeneratePBE", (*hsm.Session).GeneratePBE)
	RegisterQuorumKey = define(60, "RegisterQuorumKey", (*hsm.Session).RegisterQuorumKey)
	SetMValue         = define(61, "SetMValue", (*hsm.Session).SetMValue)
	MValue            = define(62, "MValue", (*hsm.Session).MValue)
	GetToken          = define(63, "GetToken", (*hsm.Session).GetToken)
	ApproveToken      = define(64, "ApproveToken", (*hsm.Session).ApproveToken)
	ListTokens        = define(65, "ListTokens", (*hsm.Session).ListTokens)
	DeleteToken       = define(66, "DeleteToken", (*hsm.Session).DeleteToken)
	Challenge         = define(67, "Challenge", (*hsm.Session).Challenge)
	GetCertificate    = define(68, "GetCertificate", (*hsm.Session).GetCertificate)
	UserState         = define(69, "UserState", (*hsm.Session).UserState)
	Encrypt           = define(70, "Encrypt", (*hsm.Session).Encrypt)
	Decrypt           = define(71, "Decrypt", (*hsm.Session).Decrypt)
	Random            = define(72, "Random", (*hsm.Session).Random)
)

// define ties a number and a name to a method of the session.
func define[Req, Resp any](number uint16, name string, method func(*hsm.Session, context.Context, Req) (Resp, error)) Op[Req, Resp] {
	if handlers[number].run != nil {
		panic("wire: an operation's number is used twice")
	}
	handlers[number] = handler{name, func(ctx context.Context, s *hsm.Session, body cbor.RawMessage) (any, error) {
		var req Req
		if err := decodeFrame(body, &req); err != nil {
			return nil, err
		}
		return method(s, ctx, req)
	}}
	return Op[Req, Resp]{number}
}
