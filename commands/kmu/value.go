package kmu

import (
	"encoding/hex"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

// A verdict is what becomes of the value of an option.
type verdict int

const (
	given    verdict = iota
	notGiven         // as if the option were not there
	refuse           // the help screen
	alone            // the note and no help screen
)

// reading is a value that was read; note is printed before anything else.
type reading struct {
	value   value
	verdict verdict
	note    string
}

// read reads the option's value from a word.
func (o *option) read(word string, readFile func(string) ([]byte, error)) reading {
	switch o.kind {
	case kindText:
		return reading{value: value{text: word}}
	case kindHandle:
		return o.limit(readNumber(word, 64))
	case kindNumber:
		return o.limit(readNumber(word, 32))
	case kindCode:
		return reading{value: value{number: uint64(cNumber(word))}}
	case kindExponent:
		return readExponent(word)
	case kindUserIDs:
		return readIDs(word)
	case kindBytes:
		data, ok := unhex(word)
		if !ok {
			return reading{verdict: refuse}
		}
		return reading{value: value{data: data}}
	case kindFile, kindBytesFile:
		return o.readNamed(word, readFile)
	}
	return reading{verdict: refuse}
}

// readNumber takes digits only; anything else counts as not given.
func readNumber(word string, bits int) reading {
	if strings.Trim(word, "0123456789") != "" {
		return reading{verdict: notGiven}
	}
	n, err := strconv.ParseUint(word, 10, bits)
	if err != nil {
		return reading{verdict: notGiven}
	}
	return reading{value: value{number: n}}
}

// limit holds a number against the option's bounds.
func (o *option) limit(r reading) reading {
	if r.verdict != given || o.max == 0 || r.value.number >= o.min && r.value.number <= o.max {
		return r
	}
	if o.outsideAlone {
		return reading{verdict: alone, note: o.outside}
	}
	return reading{verdict: refuse, note: o.outside}
}

// cNumber reads a number as C's strtoul does: 0x for hex, 0 for octal, else decimal, as far as the digits go;
// without digits it is 0.
func cNumber(word string) uint32 {
	base, digits := 10, "0123456789"
	switch {
	case len(word) > 1 && (word[:2] == "0x" || word[:2] == "0X"):
		base, digits, word = 16, "0123456789abcdefABCDEF", word[2:]
	case strings.HasPrefix(word, "0"):
		base, digits = 8, "01234567"
	}
	end := 0
	for end < len(word) && strings.IndexByte(digits, word[end]) >= 0 {
		end++
	}
	n, _ := strconv.ParseUint(word[:end], base, 64) // the largest number where it does not fit, as in C
	return uint32(n)
}

// readExponent reads an RSA public exponent. What is wrong with it is said at once; that it is missing follows.
func readExponent(word string) reading {
	for _, r := range word {
		if r < '0' || r > '9' {
			return reading{verdict: notGiven, note: fmt.Sprintf(textExponentDigit, r)}
		}
	}
	switch {
	case word == "":
		return reading{verdict: notGiven}
	case len(word) > 10:
		return reading{verdict: notGiven, note: fmt.Sprintf(textExponentLong, len(word), word)}
	}
	n, _ := strconv.ParseUint(word, 10, 64) // at most ten digits
	if n > math.MaxInt32 {
		return reading{verdict: notGiven, note: fmt.Sprintf(textExponentLarge, word)}
	}
	return reading{value: value{number: n}}
}

// maxSharers is how many users a list of ids may name.
const maxSharers = 8

// readIDs reads user ids with commas between. Of a part that is no number its leading digits count, or 0.
func readIDs(word string) reading {
	var v value
	for _, part := range strings.FieldsFunc(word, func(r rune) bool { return r == ',' }) {
		v.ids = append(v.ids, readID(part))
	}
	switch {
	case len(v.ids) == 0:
		return reading{verdict: notGiven}
	case len(v.ids) > maxSharers:
		return reading{verdict: refuse}
	}
	return reading{value: v}
}

func readID(part string) hsm.UserID {
	digits := strings.TrimLeft(part, "0123456789")
	n, _ := strconv.ParseUint(part[:len(part)-len(digits)], 10, 32) // the largest id, nobody's, where it does not fit
	return hsm.UserID(n)
}

// unhex reads bytes in hex. White space is passed over.
func unhex(s string) ([]byte, bool) {
	s = strings.Join(strings.Fields(s), "")
	s = strings.TrimPrefix(strings.TrimPrefix(s, "0x"), "0X")
	data, err := hex.DecodeString(s)
	return data, err == nil && len(data) > 0
}

// readNamed reads the file that the word names. One that cannot be read counts as not given.
func (o *option) readNamed(path string, readFile func(string) ([]byte, error)) reading {
	data, err := readFile(path)
	unreadable := reading{verdict: notGiven, note: fmt.Sprintf(textUnreadable, path)}
	switch {
	case err != nil:
		return unreadable
	case len(data) == 0:
		unreadable.note = fmt.Sprintf(textEmptyFile, path) + unreadable.note
		return unreadable
	case o.kind == kindBytesFile:
		var ok bool
		if data, ok = unhex(string(data)); !ok {
			return unreadable
		}
	}
	return reading{value: value{text: path, data: data}}
}
