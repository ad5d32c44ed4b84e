// Package shorthand reads the AWS CLI's short notation of structures, maps and lists: Key=a,Value=b,
// states=READY,DELETED, Tags=[{Key=a,Value=b}]. What it gives are objects, arrays and strings; which of the
// strings are numbers only the model of the parameter knows.
package shorthand

import (
	"fmt"
	"strings"

	"github.com/hsmlab/hsmlab/commands/aws/value"
)

// maxDepth bounds the nesting of brackets and braces.
const maxDepth = 100

// Parse reads the notation. Error: *Error.
func Parse(text string) (value.Object, error) {
	p := &parser{text: text}
	object := value.Object{}
	for first := true; first || p.at < len(p.text); first = false {
		if !first {
			if err := p.expect(','); err != nil {
				return nil, err
			}
		}
		var err error
		if object, err = p.pair(object, p.values); err != nil {
			return nil, err
		}
	}
	return object, nil
}

// Error is a text that cannot be read, with the place where.
type Error struct {
	Reason string
	Text   string
	At     int    // in bytes
	Hint   string // what may be the cause; often empty
}

func (e *Error) Error() string {
	line := len([]rune(e.Text[strings.LastIndexByte(e.Text[:e.At], '\n')+1 : e.At]))
	before, after := e.Text, ""
	if i := strings.IndexByte(e.Text[e.At:], '\n'); i >= 0 {
		before, after = e.Text[:e.At+i], e.Text[e.At+i:]
	}
	if e.Hint != "" {
		after += "\n" + e.Hint
	}
	return fmt.Sprintf("%s for input:\n%s\n%s^%s", e.Reason, before, strings.Repeat(" ", line), after)
}

type parser struct {
	text  string
	at    int
	depth int
}

func (p *parser) fail(wanted, got string) error {
	return &Error{Reason: fmt.Sprintf("Expected: '%s', received: '%s'", wanted, got), Text: p.text, At: p.at}
}

// current is the character at hand, "EOF" at the end.
func (p *parser) current() string {
	if p.at >= len(p.text) {
		return "EOF"
	}
	for _, r := range p.text[p.at:] {
		return string(r)
	}
	return "EOF"
}

func (p *parser) blanks() {
	for p.at < len(p.text) && strings.IndexByte(" \t\r\n", p.text[p.at]) >= 0 {
		p.at++
	}
}

// expect passes a character with the blanks around it.
func (p *parser) expect(c byte) error {
	p.blanks()
	if p.at >= len(p.text) || p.text[p.at] != c {
		return p.fail(string(c), p.current())
	}
	p.at++
	p.blanks()
	return nil
}

// pair reads key=value into an object.
func (p *parser) pair(o value.Object, read func() (any, error)) (value.Object, error) {
	start := p.at
	for p.at < len(p.text) && keyByte(p.text[p.at]) {
		p.at++
	}
	key := p.text[start:p.at]
	if err := p.expect('='); err != nil {
		return nil, err
	}
	v, err := read()
	if err != nil {
		return nil, err
	}
	if o.Has(key) {
		return nil, &Error{
			Reason: fmt.Sprintf("Second instance of key \"%s\" encountered", key), Text: p.text, At: start,
			Hint: `This is often because there is a preceding "," instead of a space.`,
		}
	}
	return append(o, value.Member{Key: key, Value: v}), nil
}

func keyByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("-_.#/:", c) >= 0
}

// values reads what stands after the = of a pair that is not in braces: a value, or several with commas
// between them up to the next key.
func (p *parser) values() (any, error) {
	if p.at >= len(p.text) {
		return "", nil
	}
	if c := p.text[p.at]; c == '[' || c == '{' {
		return p.explicit()
	}
	first, err := p.word(firstBytes)
	if err != nil {
		return nil, err
	}
	list := []any{first}
	for p.blanks(); p.at < len(p.text) && p.text[p.at] == ','; p.blanks() {
		comma := p.at
		p.at++
		p.blanks()
		start := p.at
		next, err := p.word(furtherBytes)
		if err == nil && p.at == start {
			if p.at >= len(p.text) {
				return nil, p.fail("<second>", "<none>")
			}
			if p.text[p.at] == ',' {
				break // the real one passes over a comma too many
			}
		}
		p.blanks()
		if err != nil || p.at < len(p.text) && p.text[p.at] != ',' {
			// It was the next key.
			p.at = comma
			break
		}
		list = append(list, next)
	}
	if len(list) == 1 {
		return first, nil
	}
	return list, nil
}

// explicit reads a value in brackets or braces, or one that is in such.
func (p *parser) explicit() (any, error) {
	if p.depth++; p.depth > maxDepth {
		return nil, &Error{Reason: fmt.Sprintf("Nested deeper than %d", maxDepth), Text: p.text, At: p.at}
	}
	defer func() { p.depth-- }()
	switch {
	case p.at < len(p.text) && p.text[p.at] == '[':
		p.at++
		p.blanks()
		list := []any{}
		err := p.until(']', func() error {
			v, err := p.explicit()
			list = append(list, v)
			return err
		})
		return list, err
	case p.at < len(p.text) && p.text[p.at] == '{':
		p.at++
		p.blanks()
		object := value.Object{}
		err := p.until('}', func() (err error) {
			object, err = p.pair(object, p.explicit)
			return err
		})
		return object, err
	}
	return p.word(firstBytes)
}

// until reads elements with commas between them up to a closing bracket.
func (p *parser) until(end byte, element func() error) error {
	for p.at >= len(p.text) || p.text[p.at] != end {
		if err := element(); err != nil {
			return err
		}
		p.blanks()
		if p.at >= len(p.text) || p.text[p.at] != end {
			if err := p.expect(','); err != nil {
				return err
			}
		}
	}
	p.at++
	return nil
}

// wordBytes says which bytes a word may begin with and go on with.
type wordBytes struct {
	start, follow func(c byte) bool
}

// A value may hold equals signs, but not a closing bracket; the further values of a list may not hold equals
// signs, for they would be keys.
var (
	firstBytes = wordBytes{
		func(c byte) bool { return strings.IndexByte("\"',=[{ \t\r\n", c) < 0 },
		func(c byte) bool { return strings.IndexByte("\"',]}", c) < 0 },
	}
	furtherBytes = wordBytes{
		func(c byte) bool { return strings.IndexByte("\"',=[{ \t\r\n", c) < 0 },
		func(c byte) bool { return strings.IndexByte("\"',=", c) < 0 },
	}
)

// word reads a value: in quotes, where a backslash takes the next character as it is, or up to a comma, where
// \, is a comma in it.
func (p *parser) word(allowed wordBytes) (string, error) {
	if p.at < len(p.text) && (p.text[p.at] == '"' || p.text[p.at] == '\'') {
		return p.quoted(p.text[p.at])
	}
	var b strings.Builder
	start := p.at
	for p.at < len(p.text) {
		if strings.HasPrefix(p.text[p.at:], `\,`) {
			b.WriteByte(',')
			p.at += 2
			continue
		}
		c := p.text[p.at]
		may := allowed.follow
		if p.at == start {
			may = allowed.start
		}
		if !may(c) {
			break
		}
		b.WriteByte(c)
		p.at++
	}
	return strings.TrimRight(b.String(), " \t\r\n"), nil
}

func (p *parser) quoted(quote byte) (string, error) {
	var b strings.Builder
	for i := p.at + 1; i < len(p.text); i++ {
		switch c := p.text[i]; {
		case c == quote:
			p.at = i + 1
			return b.String(), nil
		case c == '\\' && i+1 < len(p.text) && (p.text[i+1] == quote || p.text[i+1] == '\\'):
			i++
			b.WriteByte(p.text[i])
		default:
			b.WriteByte(c)
		}
	}
	name := "<singled quoted>" // as the real one writes it
	if quote == '"' {
		name = "<double quoted>"
	}
	return "", p.fail(name, "<none>")
}
