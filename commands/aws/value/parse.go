package value

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// maxDepth bounds the nesting of JSON that is read.
const maxDepth = 200

// ParseJSON reads one JSON value. A key that comes twice has its last value. Error: *SyntaxError.
func ParseJSON(data []byte) (any, error) {
	p := &parser{text: string(data)}
	p.blanks()
	v, err := p.value(0)
	if err != nil {
		return nil, err
	}
	if p.blanks(); p.at < len(p.text) {
		return nil, p.fail("Extra data", p.at)
	}
	return v, nil
}

// SyntaxError is a text that is no JSON, in the words that the AWS CLI has for it.
type SyntaxError struct {
	Reason             string
	Line, Column, Char int // Char counts characters from 0, the others from 1
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("%s: line %d column %d (char %d)", e.Reason, e.Line, e.Column, e.Char)
}

type parser struct {
	text string
	at   int
}

func (p *parser) fail(reason string, at int) error {
	before := p.text[:min(at, len(p.text))]
	return &SyntaxError{
		Reason: reason, Line: strings.Count(before, "\n") + 1,
		Column: utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:]) + 1,
		Char:   utf8.RuneCountInString(before),
	}
}

func (p *parser) blanks() {
	for p.at < len(p.text) && strings.IndexByte(" \t\r\n", p.text[p.at]) >= 0 {
		p.at++
	}
}

// next passes a character if it is the one at hand.
func (p *parser) next(c byte) bool {
	if p.at < len(p.text) && p.text[p.at] == c {
		p.at++
		return true
	}
	return false
}

func (p *parser) value(depth int) (any, error) {
	if depth > maxDepth {
		return nil, p.fail(fmt.Sprintf("Nested deeper than %d", maxDepth), p.at)
	}
	for word, v := range map[string]any{"null": nil, "true": true, "false": false} {
		if strings.HasPrefix(p.text[p.at:], word) {
			p.at += len(word)
			return v, nil
		}
	}
	switch {
	case p.next('"'):
		return p.string()
	case p.next('['):
		return p.array(depth)
	case p.next('{'):
		return p.object(depth)
	}
	return p.number()
}

func (p *parser) array(depth int) (any, error) {
	list := []any{}
	if p.blanks(); p.next(']') {
		return list, nil
	}
	for {
		v, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
		if p.blanks(); p.next(']') {
			return list, nil
		}
		if !p.next(',') {
			return nil, p.fail("Expecting ',' delimiter", p.at)
		}
		p.blanks()
	}
}

func (p *parser) object(depth int) (any, error) {
	o := Object{}
	places := map[string]int{}
	if p.blanks(); p.next('}') {
		return o, nil
	}
	for {
		if !p.next('"') {
			return nil, p.fail("Expecting property name enclosed in double quotes", p.at)
		}
		key, err := p.string()
		if err != nil {
			return nil, err
		}
		if p.blanks(); !p.next(':') {
			return nil, p.fail("Expecting ':' delimiter", p.at)
		}
		p.blanks()
		v, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		if i, ok := places[key]; ok {
			o[i].Value = v
		} else {
			places[key] = len(o)
			o = append(o, Member{key, v})
		}
		if p.blanks(); p.next('}') {
			return o, nil
		}
		if !p.next(',') {
			return nil, p.fail("Expecting ',' delimiter", p.at)
		}
		p.blanks()
	}
}

// string reads what follows an opening quote.
func (p *parser) string() (string, error) {
	start := p.at - 1
	var b strings.Builder
	for p.at < len(p.text) {
		c := p.text[p.at]
		switch {
		case c == '"':
			p.at++
			return strings.ToValidUTF8(b.String(), "\ufffd"), nil
		case c < ' ':
			return "", p.fail("Invalid control character at", p.at)
		case c != '\\':
			b.WriteByte(c)
			p.at++
		default:
			r, err := p.escape(start)
			if err != nil {
				return "", err
			}
			b.WriteRune(r)
		}
	}
	return "", p.fail("Unterminated string starting at", start)
}

// escape reads a character that is written with a backslash.
func (p *parser) escape(start int) (rune, error) {
	if p.at+1 >= len(p.text) {
		return 0, p.fail("Unterminated string starting at", start)
	}
	c := p.text[p.at+1]
	if i := strings.IndexByte(`"\/bfnrt`, c); i >= 0 {
		p.at += 2
		return rune("\"\\/\b\f\n\r\t"[i]), nil
	}
	if c != 'u' {
		return 0, p.fail("Invalid \\escape", p.at)
	}
	first, ok := p.hex(p.at + 2)
	if !ok {
		return 0, p.fail("Invalid \\uXXXX escape", p.at+1)
	}
	p.at += 6
	if utf16.IsSurrogate(first) && strings.HasPrefix(p.text[p.at:], `\u`) {
		if second, ok := p.hex(p.at + 2); ok && utf16.DecodeRune(first, second) != utf8.RuneError {
			p.at += 6
			return utf16.DecodeRune(first, second), nil
		}
	}
	return first, nil
}

func (p *parser) hex(at int) (rune, bool) {
	if at+4 > len(p.text) {
		return 0, false
	}
	n, err := strconv.ParseUint(p.text[at:at+4], 16, 32)
	return rune(n), err == nil
}

// number keeps an integer an integer; one that is too long becomes a fraction.
func (p *parser) number() (any, error) {
	start := p.at
	p.next('-')
	if !p.next('0') && p.digits() == 0 {
		p.at = start
		return nil, p.fail("Expecting value", start)
	}
	whole := p.at
	if p.next('.') && p.digits() == 0 {
		p.at = whole
	}
	fraction := p.at
	if p.next('e') || p.next('E') {
		if !p.next('+') {
			p.next('-')
		}
		if p.digits() == 0 {
			p.at = fraction
		}
	}
	text := p.text[start:p.at]
	if p.at == whole {
		if i, err := strconv.ParseInt(text, 10, 64); err == nil {
			return i, nil
		}
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return nil, p.fail("Number out of range", start)
	}
	return f, nil
}

func (p *parser) digits() int {
	start := p.at
	for p.at < len(p.text) && p.text[p.at] >= '0' && p.text[p.at] <= '9' {
		p.at++
	}
	return p.at - start
}
