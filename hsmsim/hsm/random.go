package hsm

import (
	"context"
	"crypto/rand"
)

// MaxRandom bounds the random bytes of one request.
const MaxRandom = 4096

// RandomRequest asks for so many random bytes.
type RandomRequest struct{ Size int }

// Random gives random bytes of the HSM's generator. CUs only. Errors: NotAllowed, DataLength.
func (s *Session) Random(_ context.Context, r RandomRequest) ([]byte, error) {
	err := s.read(func(*HSM) error {
		if r.Size < 1 || r.Size > MaxRandom {
			return DataLength
		}
		return s.require(CU)
	})
	if err != nil {
		return nil, err
	}
	b := make([]byte, r.Size)
	rand.Read(b)
	return b, nil
}
