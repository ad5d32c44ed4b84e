package lines

import (
	"slices"
	"strings"
)

// Masked is what stands in the place of a password.
const Masked = "***"

// A Span is a part of a line, bytes.
type Span struct{ From, To int }

// Mask replaces parts of a line by Masked. They may be in any order and overlap.
func Mask(line string, secret []Span) string {
	secret = slices.SortedFunc(slices.Values(secret), func(a, b Span) int { return a.From - b.From })
	var b strings.Builder
	at := 0
	for _, s := range secret {
		if s.From >= at {
			b.WriteString(line[at:s.From] + Masked)
		}
		at = max(at, s.To)
	}
	return b.String() + line[at:]
}

// MaskFrom is Mask of the rest of a line.
func MaskFrom(line string, from int, secret []Span) string {
	var inside []Span
	for _, s := range secret {
		if s.To > from {
			inside = append(inside, Span{max(s.From-from, 0), s.To - from})
		}
	}
	return Mask(line[from:], inside)
}
