package shape

import (
	"fmt"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"
)

// An Enum is a text that can only have some values.
type Enum interface{ Values() []string }

// Validate checks the limits that the fields of a request struct have in their tags, and answers with AWS's
// ValidationException, which names every member that breaks one. The tags:
//
//	required:"true"    the member must be there
//	len:"1:2048"       length of text in characters, of a blob in bytes, of a list or map in entries
//	range:"1:1024"     value of a number; optional ones are pointers
//	pattern:"regex"    the whole text must match
//	secret:"true"      messages do not repeat the value
//
// Fields of a type with the method Values may have one of these values or be empty. Structs in structs and lists
// are checked too.
func Validate(request any) error {
	v := reflect.ValueOf(request)
	var problems []string
	planOf(v.Type()).check(v, "", &problems)
	switch len(problems) {
	case 0:
		return nil
	case 1:
		return Invalid("1 validation error detected: %s", problems[0])
	}
	return Invalid("%d validation errors detected: %s", len(problems), strings.Join(problems, "; "))
}

// plan is how the values of one struct type are checked.
type plan struct{ members []member }

type member struct {
	index          int
	name           string // as messages have it
	required       bool
	min, max       int // of the length or value; max 0 for no limit
	limited        bool
	number, secret bool
	pattern        *regexp.Regexp
	enum           []string
	nested         *plan // of a struct, or of the entries of a list of structs
	enumList       []string
}

var plans sync.Map // reflect.Type to *plan

func planOf(t reflect.Type) *plan {
	if p, ok := plans.Load(t); ok {
		return p.(*plan)
	}
	p := &plan{}
	for i := range t.NumField() {
		if f := t.Field(i); f.IsExported() {
			p.members = append(p.members, newMember(i, f))
		}
	}
	plans.Store(t, p)
	return p
}

var enumType = reflect.TypeFor[Enum]()

func newMember(i int, f reflect.StructField) member {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	m := member{index: i, name: LowerCamel(name), required: f.Tag.Get("required") == "true", secret: f.Tag.Get("secret") == "true"}
	limit := f.Tag.Get("len")
	if limit == "" {
		limit, m.number = f.Tag.Get("range"), f.Tag.Get("range") != ""
	}
	if limit != "" {
		low, high, _ := strings.Cut(limit, ":")
		m.min, _ = strconv.Atoi(low)
		m.max, _ = strconv.Atoi(high)
		m.limited = true
	}
	if expr := f.Tag.Get("pattern"); expr != "" {
		m.pattern = regexp.MustCompile("^(?:" + expr + ")$")
	}
	t := f.Type
	if t.Implements(enumType) {
		m.enum = reflect.Zero(t).Interface().(Enum).Values()
	}
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice && t.Elem().Kind() != reflect.Uint8 {
		t = t.Elem()
		if t.Implements(enumType) && f.Type.Kind() == reflect.Slice {
			m.enumList = reflect.Zero(t).Interface().(Enum).Values()
		}
	}
	if t.Kind() == reflect.Struct && t != reflect.TypeFor[Time]() {
		m.nested = planOf(t)
	}
	return m
}

func (p *plan) check(v reflect.Value, at string, problems *[]string) {
	for i := range p.members {
		p.members[i].check(v.Field(p.members[i].index), at, problems)
	}
}

func (m *member) check(v reflect.Value, at string, problems *[]string) {
	at += m.name
	fail := func(value, format string, args ...any) {
		if value != "" {
			value = " '" + value + "'"
		}
		*problems = append(*problems, fmt.Sprintf("Value%s at '%s' failed to satisfy constraint: Member must ", value, at)+fmt.Sprintf(format, args...))
	}
	sent := v.Kind() == reflect.Pointer && !v.IsNil()
	if sent {
		v = v.Elem()
	}
	if !sent && absent(v) {
		if m.required {
			*problems = append(*problems, fmt.Sprintf("Value null at '%s' failed to satisfy constraint: Member must not be null", at))
		}
		return
	}
	m.checkLimits(v, fail)
	switch {
	case m.nested != nil && v.Kind() == reflect.Struct:
		m.nested.check(v, at+".", problems)
	case m.nested != nil && v.Kind() == reflect.Slice:
		for i := range v.Len() {
			m.nested.check(v.Index(i), fmt.Sprintf("%s.%d.member.", at, i+1), problems)
		}
	}
}

func (m *member) checkLimits(v reflect.Value, fail func(value, format string, args ...any)) {
	shown := ""
	if !m.secret {
		switch v.Kind() {
		case reflect.String:
			shown = v.String()
		case reflect.Int, reflect.Int64:
			shown = strconv.FormatInt(v.Int(), 10)
		case reflect.Slice:
			if m.enumList != nil {
				shown = fmt.Sprint(v.Interface())
			}
		}
	}
	if m.limited {
		kind, n := "length", 0
		switch {
		case m.number:
			kind, n = "value", int(v.Int())
		case v.Kind() == reflect.String:
			n = utf8.RuneCountInString(v.String())
		default:
			n = v.Len()
		}
		if n < m.min {
			fail(shown, "have %s greater than or equal to %d", kind, m.min)
		}
		if m.max > 0 && n > m.max {
			fail(shown, "have %s less than or equal to %d", kind, m.max)
		}
	}
	if m.pattern != nil && v.Kind() == reflect.String && !m.pattern.MatchString(v.String()) {
		fail(shown, "satisfy regular expression pattern: %s", strings.TrimSuffix(strings.TrimPrefix(m.pattern.String(), "^(?:"), ")$"))
	}
	if m.enum != nil && !contains(m.enum, v.String()) {
		fail(shown, "satisfy enum value set: [%s]", strings.Join(m.enum, ", "))
	}
	if m.enumList != nil && v.Kind() == reflect.Slice {
		for i := range v.Len() {
			if !contains(m.enumList, v.Index(i).String()) {
				fail(shown, "satisfy constraint: [Member must satisfy enum value set: [%s]]", strings.Join(m.enumList, ", "))
				return
			}
		}
	}
}

// absent reports whether a member was not sent. Empty text and empty blobs count as sent where the field is a
// pointer, and clients send no others: those that matter have a minimal length.
func absent(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map:
		return v.IsNil()
	case reflect.String:
		return v.Len() == 0
	case reflect.Struct:
		return v.IsZero()
	}
	return false
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}
