package wire

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/fxamacker/cbor/v2"
)

// MaxFrame bounds a frame, bytes. The longest answer lists a million handles.
const MaxFrame = 8 << 20

// Version is the version of the protocol. Both ends must have the same one.
const Version = 1

const magic = "hsmlab"

// ErrFrame is why a connection ends whose frames cannot be read.
var ErrFrame = errors.New("malformed frame")

// hello opens a connection.
type hello struct {
	Magic   string
	Version int
}

// Welcome is the HSM's first answer: who it is, or why it will not talk.
type Welcome struct {
	Magic       string
	Version     int
	Refused     string // not empty: the connection is at its end
	Code        uint32 // of the HSM's refusal, if it is one
	HSM         string // HSM id
	Node        int
	Cluster     string
	Salt        [16]byte
	Certificate []byte // cluster certificate, X.509 in DER
	Session     uint32
}

// request and answer are the frames after the welcome.
type request struct {
	_     struct{} `cbor:",toarray"`
	ID    uint64
	Op    uint16
	Early bool // answer before the changes are durable
	Body  cbor.RawMessage
}

type answer struct {
	_    struct{} `cbor:",toarray"`
	ID   uint64
	Code uint32
	Body cbor.RawMessage
}

// Decoding is bounded: nothing nests deeply, nothing is longer than a frame can hold, no duplicate keys. Text
// need not be UTF-8 here; the HSM itself refuses what is not.
var decoding = func() cbor.DecMode {
	m, err := cbor.DecOptions{
		DupMapKey: cbor.DupMapKeyEnforcedAPF, IndefLength: cbor.IndefLengthForbidden, TagsMd: cbor.TagsForbidden,
		UTF8:            cbor.UTF8DecodeInvalid,
		MaxNestedLevels: 8, MaxArrayElements: 1 << 20, MaxMapPairs: 1 << 10,
	}.DecMode()
	if err != nil {
		panic(err) // constant options
	}
	return m
}()

// readFrame reads one frame. Errors: io.EOF between two frames, ErrFrame for one that is empty or too large.
func readFrame(r *bufio.Reader) ([]byte, error) {
	var head [4]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return nil, err
	}
	n := binary.BigEndian.Uint32(head[:])
	if n == 0 || n > MaxFrame {
		return nil, fmt.Errorf("%w: length %d is not in 1 to %d", ErrFrame, n, MaxFrame)
	}
	return readBody(r, int(n))
}

// readBody does not trust the length: memory grows with what has really come.
func readBody(r io.Reader, n int) ([]byte, error) {
	const step = 64 << 10
	b := make([]byte, 0, min(n, step))
	for len(b) < n {
		chunk := min(n-len(b), step)
		at := len(b)
		b = append(b, make([]byte, chunk)...)
		if _, err := io.ReadFull(r, b[at:]); err != nil {
			if errors.Is(err, io.EOF) {
				err = io.ErrUnexpectedEOF
			}
			return nil, fmt.Errorf("cannot read a frame of %d bytes: %w", n, err)
		}
	}
	return b, nil
}

func decodeFrame(b []byte, v any) error {
	if err := decoding.Unmarshal(b, v); err != nil {
		return fmt.Errorf("%w: %v", ErrFrame, err)
	}
	return nil
}

// appendFrame adds one frame to b.
func appendFrame(b []byte, v any) ([]byte, error) {
	body, err := cbor.Marshal(v)
	if err != nil {
		return b, fmt.Errorf("cannot encode a frame: %w", err)
	}
	if len(body) > MaxFrame {
		return b, fmt.Errorf("cannot send a frame of %d bytes: more than %d", len(body), MaxFrame)
	}
	b = binary.BigEndian.AppendUint32(b, uint32(len(body)))
	return append(b, body...), nil
}
