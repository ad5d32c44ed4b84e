package config

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// A view reads the typed fields of one object of a file. The first field that is wrong is kept, with its
// place in the file, in the error that all views of a file share; reading goes on with harmless values.
type view struct {
	fields object
	at     string // the object's place in the file, such as "servers[1]."; empty for the file itself
	err    *error
}

func (v view) fail(name, format string, args ...any) {
	if *v.err == nil {
		*v.err = fmt.Errorf("%s%s %s", v.at, name, fmt.Sprintf(format, args...))
	}
}

// section returns the view of an object inside; of an empty one where it is absent.
func (v view) section(name string) view {
	inside := view{at: v.at + name + ".", err: v.err}
	value, present := v.fields[name]
	if !present {
		return inside
	}
	fields, ok := value.(object)
	if !ok {
		v.fail(name, "must be an object, not %s", describe(value))
	}
	inside.fields = fields
	return inside
}

// list returns the views of the objects in a list, which must be there and hold at most limit.
func (v view) list(name string, limit int) []view {
	value, present := v.fields[name]
	if !present {
		v.fail(name, "is missing")
		return nil
	}
	items, ok := value.([]any)
	if !ok {
		v.fail(name, "must be a list, not %s", describe(value))
		return nil
	}
	if len(items) > limit {
		v.fail(name, "has %d entries, at most %d are allowed", len(items), limit)
		return nil
	}
	views := make([]view, 0, len(items))
	for i, item := range items {
		place := fmt.Sprintf("%s[%d]", name, i)
		fields, ok := item.(object)
		if !ok {
			v.fail(place, "must be an object, not %s", describe(item))
		}
		views = append(views, view{fields: fields, at: v.at + place + ".", err: v.err})
	}
	return views
}

// text returns a text that can be printed on one line of a terminal.
func (v view) text(name, absent string) string {
	value, present := v.fields[name]
	if !present {
		return absent
	}
	s, ok := value.(string)
	switch {
	case !ok:
		v.fail(name, "must be text, not %s", describe(value))
	case strings.ContainsFunc(s, unicode.IsControl):
		v.fail(name, "must not hold control characters")
	}
	return s
}

// address returns an address, which must be there.
func (v view) address(name string) string {
	if _, present := v.fields[name]; !present {
		v.fail(name, "is missing")
		return ""
	}
	address := v.text(name, "")
	if err := CheckAddress(address); err != nil {
		v.fail(name+":", "%v", err)
	}
	return address
}

func (v view) yesNo(name string, absent bool) bool {
	value, present := v.fields[name]
	if !present {
		return absent
	}
	if value != "yes" && value != "no" {
		v.fail(name, `must be "yes" or "no", not %s`, describe(value))
	}
	return value == "yes"
}

func (v view) number(name string, absent int) int {
	value, present := v.fields[name]
	if !present {
		return absent
	}
	literal, ok := value.(json.Number)
	if !ok {
		v.fail(name, "must be a whole number, not %s", describe(value))
		return absent
	}
	n, err := strconv.ParseInt(literal.String(), 10, 32)
	if err != nil {
		v.fail(name, "must be a whole number of at most 32 bits, not %s", describe(value))
	}
	return int(n)
}

// numberIn is number for a field with limits.
func (v view) numberIn(name string, absent, low, high int) int {
	n := v.number(name, absent)
	if n < low || n > high {
		v.fail(name, "must be a whole number from %d to %d, not %d", low, high, n)
	}
	return n
}

// describe names a value of a file in an error: itself where it is short, else what it is.
func describe(value any) string {
	const short = 40
	switch value := value.(type) {
	case string:
		if len(value) > short {
			return fmt.Sprintf("a text of %d bytes", len(value))
		}
		return strconv.Quote(value)
	case json.Number:
		if len(value) > short {
			return fmt.Sprintf("a number of %d digits", len(value))
		}
		return value.String()
	case bool:
		return strconv.FormatBool(value)
	case []any:
		return "a list"
	case object:
		return "an object"
	}
	return "null"
}
