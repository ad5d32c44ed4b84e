package value

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// MaxDepth bounds the nesting of JSON that is read.
const MaxDepth = 200

// ParseJSON reads one JSON value. A key that comes twice has its last value.
func ParseJSON(data []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	v, err := parse(d, 0)
	if err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("cannot read JSON: there is more after the value at byte %d", d.InputOffset())
	}
	return v, nil
}

func parse(d *json.Decoder, depth int) (any, error) {
	t, err := d.Token()
	if err != nil {
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		return nil, fmt.Errorf("cannot read JSON: %w", err)
	}
	if depth > MaxDepth {
		return nil, fmt.Errorf("cannot read JSON: nested deeper than %d", MaxDepth)
	}
	switch t := t.(type) {
	case json.Number:
		return number(t)
	case json.Delim:
		if t == '[' {
			return parseArray(d, depth)
		}
		return parseObject(d, depth)
	}
	return t, nil
}

func parseArray(d *json.Decoder, depth int) (any, error) {
	list := []any{}
	for d.More() {
		v, err := parse(d, depth+1)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	_, err := d.Token()
	return list, err
}

func parseObject(d *json.Decoder, depth int) (any, error) {
	o := Object{}
	places := map[string]int{}
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return nil, fmt.Errorf("cannot read JSON: %w", err)
		}
		key, ok := t.(string)
		if !ok {
			return nil, fmt.Errorf("cannot read JSON: %v is no key", t)
		}
		v, err := parse(d, depth+1)
		if err != nil {
			return nil, err
		}
		if i, ok := places[key]; ok {
			o[i].Value = v
			continue
		}
		places[key] = len(o)
		o = append(o, Member{key, v})
	}
	_, err := d.Token()
	return o, err
}

// number keeps an integer an integer; one that is too long becomes a fraction.
func number(n json.Number) (any, error) {
	if !strings.ContainsAny(n.String(), ".eE") {
		if i, err := n.Int64(); err == nil {
			return i, nil
		}
	}
	f, err := n.Float64()
	if err != nil {
		return nil, fmt.Errorf("cannot read JSON: number %s is out of range", n)
	}
	return f, nil
}

// AppendJSON writes a value as JSON in one line: `{"a": 1, "b": [2]}`.
func AppendJSON(b []byte, v any) []byte {
	return layout{comma: ", ", colon: ": "}.append(b, v, "")
}

// AppendCompact writes a value as JSON without blanks: `{"a":1,"b":[2]}`.
func AppendCompact(b []byte, v any) []byte {
	return layout{comma: ",", colon: ":"}.append(b, v, "")
}

// AppendIndented writes a value as JSON over several lines, each level four blanks deeper.
func AppendIndented(b []byte, v any) []byte {
	return layout{comma: ",", colon: ": ", indent: "    "}.append(b, v, "\n")
}

// layout is how JSON is spaced.
type layout struct {
	comma, colon, indent string
}

// append writes v; newline begins a line at v's own depth, and is empty for JSON in one line.
func (l layout) append(b []byte, v any, newline string) []byte {
	inner := newline + l.indent
	switch v := v.(type) {
	case []any:
		if len(v) == 0 {
			return append(b, "[]"...)
		}
		b = append(b, '[')
		for i, e := range v {
			if i > 0 {
				b = append(b, l.comma...)
			}
			b = l.append(append(b, inner...), e, inner)
		}
		return append(append(b, newline...), ']')
	case Object:
		if len(v) == 0 {
			return append(b, "{}"...)
		}
		b = append(b, '{')
		for i, m := range v {
			if i > 0 {
				b = append(b, l.comma...)
			}
			b = append(appendString(append(b, inner...), m.Key), l.colon...)
			b = l.append(b, m.Value, inner)
		}
		return append(append(b, newline...), '}')
	case string:
		return appendString(b, v)
	case nil:
		return append(b, "null"...)
	case bool:
		return strconv.AppendBool(b, v)
	}
	return append(b, Scalar(v)...)
}

// appendString writes a JSON string. Only what JSON forbids is escaped.
func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r == '\n':
			b = append(b, `\n`...)
		case r == '\r':
			b = append(b, `\r`...)
		case r == '\t':
			b = append(b, `\t`...)
		case r == '\b':
			b = append(b, `\b`...)
		case r == '\f':
			b = append(b, `\f`...)
		case r < ' ':
			b = fmt.Appendf(b, `\u%04x`, r)
		default:
			b = append(b, string(r)...)
		}
	}
	return append(b, '"')
}
