package value

import (
	"fmt"
	"strconv"
)

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
