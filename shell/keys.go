package shell

import "unicode/utf8"

// The control characters that readers act upon.
const (
	ctrlC     = 0x03
	ctrlD     = 0x04
	backspace = 0x08
	ctrlU     = 0x15
	ctrlW     = 0x17
	escape    = 0x1b
	del       = 0x7f
)

// maxSequence bounds an escape sequence; the longest that a keyboard sends has
// about ten bytes.
const maxSequence = 32

// split returns the length of the first unit of typed bytes: a run of text, one
// control character, or one escape sequence. It returns 0 if p ends before the
// unit does; what cannot become a unit is one of its own.
func split(p []byte) int {
	switch {
	case len(p) == 0:
		return 0
	case p[0] == escape:
		return splitEscape(p)
	case isControl(p[0]):
		return 1
	}
	n := 0
	for n < len(p) && !isControl(p[n]) && utf8.FullRune(p[n:]) {
		_, size := utf8.DecodeRune(p[n:])
		n += size
	}
	return n
}

// splitEscape is split for p that begins with ESC: CSI and SS3 sequences as in
// ECMA-48, the function keys of the Linux console (ESC [ [ A), or a lone ESC.
func splitEscape(p []byte) int {
	if len(p) == 1 {
		return 0
	}
	switch p[1] {
	case 'O':
		return whole(p, 3)
	case '[':
		if len(p) > 2 && p[2] == '[' {
			return whole(p, 4)
		}
	default:
		return 1
	}
	for n := 2; n < len(p); n++ {
		switch {
		case n == maxSequence:
			return n
		case p[n] >= 0x40 && p[n] <= 0x7e:
			return n + 1
		case p[n] < 0x20 || p[n] > 0x7e:
			return n // not a sequence after all: drop what looked like one
		}
	}
	return 0
}

func whole(p []byte, n int) int {
	if len(p) < n {
		return 0
	}
	return n
}

func isControl(b byte) bool { return b < 0x20 || b == del }
