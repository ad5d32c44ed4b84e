package shape

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
	"time"
)

// A Time is a timestamp on the wire of the JSON protocols: a number of seconds since the epoch with milliseconds.
type Time struct{ time.Time }

// At is a time as services show it, to the millisecond.
func At(t time.Time) Time { return Time{t.UTC().Truncate(time.Millisecond)} }

// Ref is At for members that may be absent: nil for the zero time.
func Ref(t time.Time) *Time {
	if t.IsZero() {
		return nil
	}
	return new(At(t))
}

// MarshalJSON writes the number with a fraction always: older clients print it as they read it, and the original's
// numbers have one.
func (t Time) MarshalJSON() ([]byte, error) {
	ms := t.UnixMilli()
	b := strconv.AppendInt(nil, ms/1000, 10)
	frac := ms % 1000
	if frac < 0 {
		return nil, fmt.Errorf("time %s is before 1970", t)
	}
	b = fmt.Appendf(b, ".%03d", frac)
	b = bytes.TrimRight(b, "0")
	if b[len(b)-1] == '.' {
		b = append(b, '0')
	}
	return b, nil
}

// UnmarshalJSON reads a number of seconds; clients also send exponents, and dates in text.
func (t *Time) UnmarshalJSON(b []byte) error {
	if len(b) > 1 && b[0] == '"' {
		parsed, err := time.Parse(time.RFC3339, string(b[1:len(b)-1]))
		if err != nil {
			return fmt.Errorf("a time must be a number of seconds, not %.40s", b)
		}
		*t = At(parsed)
		return nil
	}
	s, err := strconv.ParseFloat(string(b), 64)
	if err != nil || math.Abs(s) > 1e12 {
		return fmt.Errorf("a time must be a number of seconds, not %.40s", b)
	}
	*t = Time{time.UnixMilli(int64(math.Round(s * 1000))).UTC()}
	return nil
}
