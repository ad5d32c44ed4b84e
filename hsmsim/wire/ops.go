package wire

import (
	"context"

	"github.com/fxamacker/cbor/v2"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

// An Op is one operation of the protocol: its number on the wire and the types of its request and answer.
type Op[Req, Resp any] struct {
	number uint16
}

// handler runs one operation on the HSM's side.
type handler func(ctx context.Context, s *hsm.Session, body cbor.RawMessage) (any, error)

// handlers is filled by define and constant after that.
var handlers = map[uint16]handler{}

// The operations. Numbers are never used again for something else.
var (
	Settle            = define(1, (*hsm.Session).Settle)
	Login             = define(2, (*hsm.Session).Login)
	Logout            = define(3, (*hsm.Session).Logout)
	LoginState        = define(4, (*hsm.Session).LoginState)
	Device            = define(5, (*hsm.Session).Device)
	Partition         = define(6, (*hsm.Session).Partition)
	Members           = define(7, (*hsm.Session).Members)
	ListUsers         = define(10, (*hsm.Session).ListUsers)
	CreateUser        = define(11, (*hsm.Session).CreateUser)
	DeleteUser        = define(12, (*hsm.Session).DeleteUser)
	ChangePassword    = define(13, (*hsm.Session).ChangePassword)
	ExtractMaskedUser = define(14, (*hsm.Session).ExtractMaskedUser)
	InsertMaskedUser  = define(15, (*hsm.Session).InsertMaskedUser)
	GenerateSecret    = define(20, (*hsm.Session).GenerateSecret)
	GeneratePair      = define(21, (*hsm.Session).GeneratePair)
	DeleteKey         = define(22, (*hsm.Session).DeleteKey)
	Tombstone         = define(23, (*hsm.Session).Tombstone)
	FindKeys          = define(24, (*hsm.Session).FindKeys)
	FindKey           = define(25, (*hsm.Session).FindKey)
	FindAllKeys       = define(26, (*hsm.Session).FindAllKeys)
	KeyInfo           = define(27, (*hsm.Session).KeyInfo)
	GetAttribute      = define(28, (*hsm.Session).GetAttribute)
	SetAttribute      = define(29, (*hsm.Session).SetAttribute)
	ShareKey          = define(30, (*hsm.Session).ShareKey)
	ExtractMasked     = define(31, (*hsm.Session).ExtractMasked)
	InsertMasked      = define(32, (*hsm.Session).InsertMasked)
	Attest            = define(33, (*hsm.Session).Attest)
	WrapKey           = define(40, (*hsm.Session).WrapKey)
	UnwrapKey         = define(41, (*hsm.Session).UnwrapKey)
	WrapData          = define(42, (*hsm.Session).WrapData)
	UnwrapData        = define(43, (*hsm.Session).UnwrapData)
	CreatePublicKey   = define(44, (*hsm.Session).CreatePublicKey)
	ExportPublicKey   = define(45, (*hsm.Session).ExportPublicKey)
	InsertNewMasked   = define(46, (*hsm.Session).InsertNewMasked)
	Sign              = define(47, (*hsm.Session).Sign)
	Verify            = define(48, (*hsm.Session).Verify)
	GeneratePBE       = define(49, (*hsm.Session).GeneratePBE)
	RegisterQuorumKey = define(60, (*hsm.Session).RegisterQuorumKey)
	SetMValue         = define(61, (*hsm.Session).SetMValue)
	MValue            = define(62, (*hsm.Session).MValue)
	GetToken          = define(63, (*hsm.Session).GetToken)
	ApproveToken      = define(64, (*hsm.Session).ApproveToken)
	ListTokens        = define(65, (*hsm.Session).ListTokens)
	DeleteToken       = define(66, (*hsm.Session).DeleteToken)
	Challenge         = define(67, (*hsm.Session).Challenge)
	GetCertificate    = define(68, (*hsm.Session).GetCertificate)
	UserState         = define(69, (*hsm.Session).UserState)
	Encrypt           = define(70, (*hsm.Session).Encrypt)
	Decrypt           = define(71, (*hsm.Session).Decrypt)
	Random            = define(72, (*hsm.Session).Random)
)

// define ties a number to a method of the session.
func define[Req, Resp any](number uint16, method func(*hsm.Session, context.Context, Req) (Resp, error)) Op[Req, Resp] {
	if handlers[number] != nil {
		panic("wire: an operation's number is used twice")
	}
	handlers[number] = func(ctx context.Context, s *hsm.Session, body cbor.RawMessage) (any, error) {
		var req Req
		if err := decodeFrame(body, &req); err != nil {
			return nil, err
		}
		return method(s, ctx, req)
	}
	return Op[Req, Resp]{number}
}
