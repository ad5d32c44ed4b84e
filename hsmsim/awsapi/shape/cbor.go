package shape

import (
	"encoding/binary"
	"errors"
	"math"
	"time"
)

// MarshalCBOR writes the form of rpc-v2-cbor: tag 1 and the seconds as a double.
func (t Time) MarshalCBOR() ([]byte, error) {
	return binary.BigEndian.AppendUint64([]byte{0xc1, 0xfb}, math.Float64bits(float64(t.UnixMilli())/1000)), nil
}

// UnmarshalCBOR reads tag 1 and a number of seconds, whole or not.
func (t *Time) UnmarshalCBOR(b []byte) error {
	wrong := errors.New("a time must be a number of seconds with tag 1")
	if len(b) < 2 || b[0] != 0xc1 {
		return wrong
	}
	head, rest := b[1], b[2:]
	var n uint64
	switch info := head & 0x1f; {
	case info < 24 && len(rest) == 0:
		n = uint64(info)
	case info <= 27 && info >= 24 && len(rest) == 1<<(info-24):
		for _, c := range rest {
			n = n<<8 | uint64(c)
		}
	default:
		return wrong
	}
	var s float64
	switch {
	case head>>5 == 0:
		s = float64(n)
	case head>>5 == 1:
		s = -1 - float64(n)
	case head == 0xfa:
		s = float64(math.Float32frombits(uint32(n)))
	case head == 0xfb:
		s = math.Float64frombits(n)
	default:
		return wrong
	}
	if !(math.Abs(s) <= 1e12) { // also refuses NaN
		return wrong
	}
	*t = Time{time.UnixMilli(int64(math.Round(s * 1000))).UTC()}
	return nil
}
