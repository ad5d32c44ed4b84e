package scenario

import (
	"encoding"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/hsmlab/hsmlab/hsmsim/ids"
)

// A defaulter is a struct with defaults that do not depend on other fields.
type defaulter interface{ setDefaults() }

// decode reads a node into v and notes the line of every field. It descends only as deep as the types do
// and follows no alias, so a small file cannot unfold into a large world.
func (f *file) decode(path string, line int, n *yaml.Node, v reflect.Value) {
	f.lines[path] = line
	if reason := plain(n); reason != "" {
		f.fail(path, "%s", reason)
		return
	}
	if n.ShortTag() == "!!null" {
		f.fail(path, "is empty: give a value, or leave the field out")
		return
	}
	switch p := v.Addr().Interface().(type) {
	case *time.Time:
		f.decodeTime(path, n, p)
		return
	case *time.Duration:
		f.decodeDuration(path, n, p)
		return
	case encoding.TextUnmarshaler:
		if f.wants(path, n, "text", "!!str") {
			if err := p.UnmarshalText([]byte(n.Value)); err != nil {
				f.fail(path, "%v", err)
			}
		}
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		f.decodeStruct(path, n, v)
	case reflect.Map:
		f.decodeMap(path, n, v)
	case reflect.Slice:
		f.decodeList(path, n, v)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		f.decode(path, line, n, v.Elem())
	case reflect.String:
		if f.wants(path, n, "text", "!!str") {
			v.SetString(n.Value)
		}
	case reflect.Bool:
		if f.wants(path, n, "true or false", "!!bool") {
			v.SetBool(strings.EqualFold(n.Value, "true"))
		}
	case reflect.Float64:
		f.decodeFloat(path, n, v)
	case reflect.Int, reflect.Int64, reflect.Uint32:
		f.decodeInt(path, n, v)
	default:
		panic("scenario: a field has the type " + v.Type().String()) // the tests decode every field
	}
}

func (f *file) decodeStruct(path string, n *yaml.Node, v reflect.Value) {
	if !f.wants(path, n, "a mapping of fields", "!!map") {
		return
	}
	fields := fieldsOf(v.Type())
	given := map[string]bool{}
	for _, e := range f.entries(path, n) {
		given[e.key] = true
		i := slices.IndexFunc(fields, func(s field) bool { return s.name == e.key })
		if i < 0 {
			f.failLine(e.line, path, "unknown field %s%s", quote(e.key), suggestion(e.key, fields))
			continue
		}
		f.decode(join(path, e.key), e.line, e.value, v.Field(i))
	}
	for _, s := range fields {
		if s.required && !given[s.name] {
			f.fail(join(path, s.name), "is missing")
		}
	}
}

func (f *file) decodeMap(path string, n *yaml.Node, v reflect.Value) {
	if !f.wants(path, n, "a mapping", "!!map") || len(n.Content) == 0 {
		return
	}
	v.Set(reflect.MakeMap(v.Type()))
	for _, e := range f.entries(path, n) {
		at := joinKey(path, e.key)
		key := reflect.New(v.Type().Key()).Elem()
		if key.Kind() == reflect.String {
			key.SetString(e.key)
		} else if number, ok := wholeNumber(e.key); ok && !key.OverflowInt(number) {
			key.SetInt(number)
		} else {
			f.failLine(e.line, at, "the name of this field must be a whole number")
			continue
		}
		value := reflect.New(v.Type().Elem()).Elem()
		f.decode(at, e.line, e.value, value)
		v.SetMapIndex(key, value)
	}
}

func (f *file) decodeList(path string, n *yaml.Node, v reflect.Value) {
	if !f.wants(path, n, "a list", "!!seq") || len(n.Content) == 0 {
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content)))
	for i, item := range n.Content {
		if f.more {
			return
		}
		if d, ok := v.Index(i).Addr().Interface().(defaulter); ok {
			d.setDefaults()
		}
		f.decode(fmt.Sprintf("%s[%d]", path, i), item.Line, item, v.Index(i))
	}
}

func (f *file) decodeInt(path string, n *yaml.Node, v reflect.Value) {
	if !f.wants(path, n, "a whole number", "!!int") {
		return
	}
	number, ok := wholeNumber(n.Value)
	if v.Kind() == reflect.Uint32 {
		if !ok || number < 0 || number > math.MaxUint32 {
			f.fail(path, "must be a whole number from 0 to %d", uint32(math.MaxUint32))
			return
		}
		v.SetUint(uint64(number))
		return
	}
	// 32 bits on every machine, so that a file means the same everywhere.
	least, most := int64(math.MinInt32), int64(math.MaxInt32)
	if v.Kind() == reflect.Int64 {
		least, most = -ids.MaxSeed, ids.MaxSeed
	}
	if !ok || number < least || number > most {
		f.fail(path, "must be a whole number, at most %d", most)
		return
	}
	v.SetInt(number)
}

func (f *file) decodeFloat(path string, n *yaml.Node, v reflect.Value) {
	if !f.wants(path, n, "a number", "!!int", "!!float") {
		return
	}
	number, err := strconv.ParseFloat(n.Value, 64)
	if err != nil || math.IsNaN(number) || math.IsInf(number, 0) {
		f.fail(path, "must be a number in decimal digits")
		return
	}
	v.SetFloat(number)
}

func (f *file) decodeTime(path string, n *yaml.Node, p *time.Time) {
	t, err := time.Parse(time.RFC3339, n.Value)
	if err != nil {
		f.fail(path, "must be a time such as 2026-01-01T00:00:00Z")
		return
	}
	*p = t.UTC()
}

func (f *file) decodeDuration(path string, n *yaml.Node, p *time.Duration) {
	d, err := time.ParseDuration(n.Value)
	if err != nil {
		f.fail(path, "must be a duration such as 500ms, 60s or 2m")
		return
	}
	*p = d
}

// wants reports whether a node has one of the tags that the resolution of YAML gives, and complains if not.
func (f *file) wants(path string, n *yaml.Node, what string, tags ...string) bool {
	tag := n.ShortTag()
	if slices.Contains(tags, tag) {
		return true
	}
	hint := ""
	if what == "text" && n.Kind == yaml.ScalarNode {
		hint = ": put it in quotes"
	}
	f.fail(path, "must be %s, not %s%s", what, kinds[tag], hint)
	return false
}

// kinds is how a node of each tag is called in errors.
var kinds = map[string]string{
	"!!map": "a mapping", "!!seq": "a list", "!!str": "text", "!!bool": "true or false",
	"!!int": "a number", "!!float": "a decimal number", "!!timestamp": "a date", "!!merge": "a merge (<<)",
}

// plain says why a node uses something of YAML that scenario files do without, "" when it does not.
func plain(n *yaml.Node) string {
	switch {
	case n.Kind == yaml.AliasNode || n.Anchor != "":
		return "anchors (&) and aliases (*) are not supported: write the value out"
	case n.Style&yaml.TaggedStyle != 0:
		return "tags (!) are not supported"
	}
	return ""
}

var decimal = pattern(`^-?(0|[1-9][0-9]*)$`)

// wholeNumber reads decimal digits, without the leading zeros that mean octal to some readers of YAML.
func wholeNumber(s string) (int64, bool) {
	if !decimal().MatchString(s) {
		return 0, false
	}
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil
}
