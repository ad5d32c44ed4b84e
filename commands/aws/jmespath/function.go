package jmespath

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/hsmlab/hsmlab/commands/aws/value"
)

// function is one of the language's functions. Each parameter lists the types it takes, blank-separated; none
// is any type. The last may come again where many is set.
type function struct {
	parameters []string
	many       bool
	run        func(args []any) (any, error)
}

const (
	numbers = "array-number"
	texts   = "array-string"
)

// functions are those of the specification. It is a function, as the functions refer to it again.
func functions(name string) (function, bool) {
	f, ok := map[string]function{
		"abs":         {[]string{"number"}, false, absolute},
		"avg":         {[]string{numbers}, false, average},
		"ceil":        {[]string{"number"}, false, func(a []any) (any, error) { return whole(a[0], math.Ceil), nil }},
		"contains":    {[]string{"array string", ""}, false, contains},
		"ends_with":   {[]string{"string", "string"}, false, func(a []any) (any, error) { return strings.HasSuffix(a[0].(string), a[1].(string)), nil }},
		"floor":       {[]string{"number"}, false, func(a []any) (any, error) { return whole(a[0], math.Floor), nil }},
		"join":        {[]string{"string", texts}, false, join},
		"keys":        {[]string{"object"}, false, keys},
		"length":      {[]string{"string array object"}, false, length},
		"map":         {[]string{"expref", "array"}, false, mapEach},
		"max":         {[]string{numbers + " " + texts}, false, func(a []any) (any, error) { return extreme(a[0].([]any), 1) }},
		"max_by":      {[]string{"array", "expref"}, false, func(a []any) (any, error) { return extremeBy("max_by", a, 1) }},
		"merge":       {[]string{"object"}, true, merge},
		"min":         {[]string{numbers + " " + texts}, false, func(a []any) (any, error) { return extreme(a[0].([]any), -1) }},
		"min_by":      {[]string{"array", "expref"}, false, func(a []any) (any, error) { return extremeBy("min_by", a, -1) }},
		"not_null":    {[]string{""}, true, notNull},
		"reverse":     {[]string{"array string"}, false, reverse},
		"sort":        {[]string{texts + " " + numbers}, false, sortArray},
		"sort_by":     {[]string{"array", "expref"}, false, sortBy},
		"starts_with": {[]string{"string", "string"}, false, func(a []any) (any, error) { return strings.HasPrefix(a[0].(string), a[1].(string)), nil }},
		"sum":         {[]string{numbers}, false, sum},
		"to_array":    {[]string{""}, false, toArray},
		"to_number":   {[]string{""}, false, toNumber},
		"to_string":   {[]string{""}, false, toString},
		"type":        {[]string{""}, false, func(a []any) (any, error) { return typeOf(a[0]), nil }},
		"values":      {[]string{"object"}, false, values},
	}[name]
	return f, ok
}

func (n *node) call(v any) (any, error) {
	var args []any
	for _, c := range n.children {
		a, err := c.eval(v)
		if err != nil {
			return nil, err
		}
		args = append(args, a)
	}
	f, ok := functions(n.name)
	if !ok {
		return nil, &Error{fmt.Sprintf("Unknown function: %s()", n.name)}
	}
	if want := len(f.parameters); len(args) != want && (!f.many || len(args) < want) {
		plural, least := "s", ""
		if want == 1 {
			plural = ""
		}
		if f.many {
			least = "at least "
		}
		return nil, &Error{fmt.Sprintf("Expected %s%d argument%s for function %s(), received %d", least, want, plural, n.name, len(args))}
	}
	for i, a := range args {
		if err := check(n.name, f.parameters[min(i, len(f.parameters)-1)], a); err != nil {
			return nil, err
		}
	}
	return f.run(args)
}

func typeOf(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case string:
		return "string"
	case []any:
		return "array"
	case value.Object:
		return "object"
	case reference:
		return "expref"
	}
	return "number"
}

// check finds out whether a value has one of the types that a parameter takes.
func check(function, types string, v any) error {
	if types == "" {
		return nil
	}
	got := typeOf(v)
	allowed := strings.Fields(types)
	odd := -1 // an element of an array that has another type than the first that is allowed
	for _, t := range allowed {
		if t == got {
			return nil
		}
		element, isArray := strings.CutPrefix(t, "array-")
		if !isArray || got != "array" {
			continue
		}
		i := slices.IndexFunc(v.([]any), func(e any) bool { return typeOf(e) != element })
		if i < 0 {
			return nil
		}
		odd = max(odd, i)
	}
	if odd >= 0 {
		e := v.([]any)[odd]
		return mistypedAs(function, allowed, e, value.TypeName(e))
	}
	return mistyped(function, allowed, v)
}

func mistyped(function string, allowed []string, v any) error {
	return mistypedAs(function, allowed, v, typeOf(v))
}

func mistypedAs(function string, allowed []string, v any, got string) error {
	shown := "<expression>"
	if s, ok := v.(string); ok {
		shown = s
	} else if _, ok := v.(reference); !ok {
		shown = value.Repr(v)
	}
	return &Error{fmt.Sprintf("In function %s(), invalid type for value: %s, expected one of: ['%s'], received: \"%s\"",
		function, shown, strings.Join(allowed, "', '"), got)}
}

func absolute(a []any) (any, error) {
	if i, ok := a[0].(int64); ok {
		return max(i, -i), nil
	}
	return math.Abs(a[0].(float64)), nil
}

func whole(v any, round func(float64) float64) any {
	if f, ok := v.(float64); ok {
		return int64(round(f))
	}
	return v
}

func sum(a []any) (any, error) {
	var i int64
	var f float64
	fractional := false
	for _, e := range a[0].([]any) {
		switch e := e.(type) {
		case int64:
			i += e
		case float64:
			f += e
			fractional = true
		}
	}
	if fractional {
		return f + float64(i), nil
	}
	return i, nil
}

func average(a []any) (any, error) {
	list := a[0].([]any)
	if len(list) == 0 {
		return nil, nil
	}
	total, err := sum(a)
	f, _ := value.Number(total)
	return f / float64(len(list)), err
}

func contains(a []any) (any, error) {
	if s, ok := a[0].(string); ok {
		part, ok := a[1].(string)
		return ok && strings.Contains(s, part), nil
	}
	return slices.ContainsFunc(a[0].([]any), func(e any) bool { return value.Equal(e, a[1]) }), nil
}

func join(a []any) (any, error) {
	var parts []string
	for _, e := range a[1].([]any) {
		parts = append(parts, e.(string))
	}
	return strings.Join(parts, a[0].(string)), nil
}

func keys(a []any) (any, error) {
	list := []any{}
	for _, m := range a[0].(value.Object) {
		list = append(list, m.Key)
	}
	return list, nil
}

func values(a []any) (any, error) {
	list := []any{}
	for _, m := range a[0].(value.Object) {
		list = append(list, m.Value)
	}
	return list, nil
}

func length(a []any) (any, error) {
	switch v := a[0].(type) {
	case string:
		return int64(len([]rune(v))), nil
	case []any:
		return int64(len(v)), nil
	}
	return int64(len(a[0].(value.Object))), nil
}

func mapEach(a []any) (any, error) {
	out := []any{}
	for _, e := range a[1].([]any) {
		r, err := a[0].(reference).to.eval(e)
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, nil
}

func merge(a []any) (any, error) {
	out := value.Object{}
	for _, o := range a {
		for _, m := range o.(value.Object) {
			out = out.With(m.Key, m.Value)
		}
	}
	return out, nil
}

func notNull(a []any) (any, error) {
	for _, v := range a {
		if v != nil {
			return v, nil
		}
	}
	return nil, nil
}

func reverse(a []any) (any, error) {
	if s, ok := a[0].(string); ok {
		r := []rune(s)
		slices.Reverse(r)
		return string(r), nil
	}
	list := slices.Clone(a[0].([]any))
	slices.Reverse(list)
	return list, nil
}

func toArray(a []any) (any, error) {
	if list, ok := a[0].([]any); ok {
		return list, nil
	}
	return []any{a[0]}, nil
}

func toNumber(a []any) (any, error) {
	switch v := a[0].(type) {
	case int64, float64:
		return v, nil
	case string:
		if i, err := strconv.ParseInt(v, 10, 64); err == nil {
			return i, nil
		}
		if f, err := strconv.ParseFloat(v, 64); err == nil {
			return f, nil
		}
	}
	return nil, nil
}

func toString(a []any) (any, error) {
	if s, ok := a[0].(string); ok {
		return s, nil
	}
	return string(value.AppendCompact(nil, a[0])), nil
}
