package kms

import (
	"context"
	"errors"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// DecryptRequest is a ciphertext to decrypt.
type DecryptRequest struct {
	CiphertextBlob []byte              `json:"CiphertextBlob" required:"true" len:"1:6144"`
	Context        map[string]string   `json:"EncryptionContext"`
	GrantTokens    []string            `json:"GrantTokens" len:"0:10" trail:"-"`
	KeyID          string              `json:"KeyId" len:"1:2048"`
	Algorithm      EncryptionAlgorithm `json:"EncryptionAlgorithm"`
	Recipient      *Recipient          `json:"Recipient" trail:"-"`
	DryRun         bool                `json:"DryRun,omitempty"`
}

// Recipient would be a Nitro enclave, which the lab does not have.
type Recipient struct {
	Algorithm string `json:"KeyEncryptionAlgorithm"`
	Document  []byte `json:"AttestationDocument"`
}

// DecryptResponse is the plaintext.
type DecryptResponse struct {
	KeyID         string              `json:"KeyId"`
	Plaintext     []byte              `json:"Plaintext"`
	Algorithm     EncryptionAlgorithm `json:"EncryptionAlgorithm"`
	KeyMaterialID string              `json:"KeyMaterialId,omitempty"`
}

// Decrypt decrypts what Encrypt or GenerateDataKey encrypted. A ciphertext of a symmetric key tells its key itself.
func (s *Service) Decrypt(ctx context.Context, c *shape.Call, r DecryptRequest) (DecryptResponse, error) {
	if err := noRecipient(r.Recipient); err != nil {
		return DecryptResponse{}, err
	}
	algorithm := r.Algorithm.orSymmetric()
	u, err := s.decryptionKey(c, r.KeyID, algorithm, r.CiphertextBlob, "Decrypt")
	if err == nil {
		err = s.checkTokens(c, r.GrantTokens, r.DryRun)
	}
	if err != nil {
		return DecryptResponse{}, err
	}
	plain, u, err := s.decrypt(ctx, u, algorithm, r.CiphertextBlob, r.Context)
	if err != nil {
		return DecryptResponse{}, err
	}
	return DecryptResponse{u.arn, plain, algorithm, u.materialID()}, nil
}

// decryptionKey takes the key that a ciphertext is to be decrypted with: that of its head, which must be the one
// that the request names, if it does.
func (s *Service) decryptionKey(c *shape.Call, keyID string, algorithm EncryptionAlgorithm, blob []byte, operation string) (*use, error) {
	if algorithm != AlgorithmSymmetric {
		if keyID == "" {
			return nil, shape.Invalid("KeyId is required when the ciphertext was encrypted with an asymmetric KMS key.")
		}
		u, err := s.use(c, keyID, EncryptDecrypt, operation)
		if err == nil {
			err = u.wantAlgorithm(algorithm)
		}
		return u, err
	}
	if keyID != "" { // unknown keys and wrong ones are told before the ciphertext is looked at
		u, err := s.use(c, keyID, EncryptDecrypt, operation)
		if err == nil {
			err = u.wantAlgorithm(algorithm)
		}
		if err != nil {
			return nil, err
		}
		id, _, err := readHead(blob)
		if err == nil && id != u.id {
			err = shape.Errorf(incorrectKey, textIncorrectKey)
		}
		return u, err
	}
	id, _, err := readHead(blob)
	if err != nil {
		return nil, err
	}
	return s.use(c, id, EncryptDecrypt, operation)
}

func (s *Service) decrypt(ctx context.Context, u *use, algorithm EncryptionAlgorithm, blob []byte, context map[string]string) ([]byte, *use, error) {
	if algorithm == AlgorithmSymmetric {
		return s.open(ctx, u, blob, context)
	}
	plain, err := u.decryptRSA(algorithm, blob)
	return plain, u, err
}

func noRecipient(r *Recipient) error {
	if r != nil {
		return shape.Invalid("Recipient is not supported: there are no enclaves here.")
	}
	return nil
}

// isException reports whether an error is an exception of a code.
func isException(err error, code string) bool {
	var e *shape.Exception
	return errors.As(err, &e) && e.Code == code
}
