package kms

import (
	"crypto/rsa"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

// wrapping is one of the algorithms that key material comes encrypted with (KMS Developer Guide, selecting a wrapping
// algorithm).
type wrapping struct {
	hsm.WrapParameters
	guide, current bool // the editions that take it
}

// The numbers of the hashes are those of the HSMs' tools.
const (
	wrapSHA1   hsm.HashType = 2
	wrapSHA256 hsm.HashType = 3
)

var wrappings = map[WrappingAlgorithm]wrapping{
	WrapPKCS1:      {hsm.WrapParameters{Mechanism: hsm.WrapRSAPKCS}, true, false},
	WrapOAEPSHA1:   {hsm.WrapParameters{Mechanism: hsm.WrapRSAOAEP, Hash: wrapSHA1}, true, true},
	WrapOAEPSHA256: {hsm.WrapParameters{Mechanism: hsm.WrapRSAOAEP, Hash: wrapSHA256}, true, true},
	WrapAESSHA1:    {hsm.WrapParameters{Mechanism: hsm.WrapRSAAES, Hash: wrapSHA1}, false, true},
	WrapAESSHA256:  {hsm.WrapParameters{Mechanism: hsm.WrapRSAAES, Hash: wrapSHA256}, false, true},
}

var wrappingBits = map[WrappingKeySpec]int{"RSA_2048": 2048, "RSA_3072": 3072, "RSA_4096": 4096}

// wantWrapping fails unless the service takes material for keys of a spec that is encrypted with an algorithm and a key
// of a wrapping spec.
func (s *Service) wantWrapping(spec KeySpec, a WrappingAlgorithm, by WrappingKeySpec) error {
	row := wrappings[a]
	switch {
	case !row.guide && !s.Current || !row.current && s.Current:
		return shape.Errorf(unsupported, textWrapping, a)
	case wrappingBits[by] == 0:
		return shape.Invalid(textWrappingSpec, by, a)
	case specifications[spec].rsa > 0 && row.Mechanism != hsm.WrapRSAAES: // RSA encrypts no private key of its own size
		return shape.Errorf(unsupported, textWrappingFor, a, spec)
	}
	return nil
}

// unwrap decrypts key material. Errors: ValidationException where nothing could have that size;
// InvalidCiphertextException.
func unwrap(a WrappingAlgorithm, private *rsa.PrivateKey, wrapped []byte) ([]byte, error) {
	row := wrappings[a]
	rest := len(wrapped) - private.Size()
	if row.Mechanism == hsm.WrapRSAAES {
		if rest < 16 || rest%8 != 0 {
			return nil, shape.Invalid(textWrappedSize)
		}
	} else if rest != 0 {
		return nil, shape.Invalid(textWrappedSize)
	}
	plain, err := row.UnwrapRSA(private, wrapped)
	if err != nil {
		return nil, shape.Errorf(invalidCiphertext, "")
	}
	return plain, nil
}
