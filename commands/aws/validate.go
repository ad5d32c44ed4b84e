package aws

import (
	"fmt"
	"strings"

	"github.com/hsmlab/hsmlab/commands/aws/model"
	"github.com/hsmlab/hsmlab/commands/aws/value"
)

// validate checks parameters as the AWS CLI does before it sends them: required members, types, least lengths
// and values. The rest, as patterns and greatest lengths, is the service's business.
func validate(shape *model.Shape, params value.Object) error {
	r := &report{}
	r.check(shape, params, "")
	if len(r.lines) == 0 {
		return nil
	}
	return fail(statusUsage, "Parameter validation failed:\n%s", strings.Join(r.lines, "\n"))
}

type report struct {
	lines []string
}

func (r *report) add(format string, args ...any) {
	r.lines = append(r.lines, fmt.Sprintf(format, args...))
}

// pythonTypes are the types that a member may have, in the CLI's words.
var pythonTypes = map[model.Kind]string{
	model.String: "<class 'str'>", model.Int: "<class 'int'>", model.Bool: "<class 'bool'>",
	model.Float: "<class 'float'>, <class 'decimal.Decimal'>, <class 'int'>",
	model.Blob:  "<class 'bytes'>, <class 'bytearray'>, file-like object",
	model.Time:  "<class 'datetime.datetime'>, timestamp-string",
	model.List:  "<class 'list'>, <class 'tuple'>", model.Map: "<class 'dict'>", model.Structure: "<class 'dict'>",
}

func pythonType(v any) string { return "<class '" + value.TypeName(v) + "'>" }

func (r *report) check(shape *model.Shape, v any, path string) {
	if !fits(shape, v) {
		r.add("Invalid type for parameter %s, value: %s, type: %s, valid types: %s", path, shown(v), pythonType(v), pythonTypes[shape.Kind])
		return
	}
	switch v := v.(type) {
	case string:
		if shape.Kind == model.String {
			r.length(shape, len([]rune(v)), path)
		}
	case int64:
		if shape.Least != nil && v < *shape.Least {
			r.add("Invalid value for parameter %s, value: %d, valid min value: %d", path, v, *shape.Least)
		}
	case []any:
		r.length(shape, len(v), path)
		for i, e := range v {
			r.check(shape.Element, e, fmt.Sprintf("%s[%d]", path, i))
		}
	case value.Object:
		if shape.Kind == model.Map {
			for _, m := range v {
				r.check(shape.Element, m.Value, path+"."+m.Key)
			}
			return
		}
		r.structure(shape, v, path)
	}
}

func shown(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	return value.Repr(v)
}

// fits says whether a value has the type of a member.
func fits(shape *model.Shape, v any) bool {
	switch v := v.(type) {
	case bool:
		return shape.Kind == model.Bool
	case int64:
		return shape.Kind == model.Int || shape.Kind == model.Float || shape.Kind == model.Time
	case float64:
		return shape.Kind == model.Float || shape.Kind == model.Time
	case string:
		if shape.Kind == model.Time {
			_, err := parseTime(v, nil)
			return err == nil
		}
		return shape.Kind == model.String || shape.Kind == model.Blob
	case []any:
		return shape.Kind == model.List
	case value.Object:
		return shape.Kind == model.Map || shape.Kind == model.Structure
	}
	return false
}

func (r *report) length(shape *model.Shape, n int, path string) {
	if shape.Least != nil && int64(n) < *shape.Least {
		r.add("Invalid length for parameter %s, value: %d, valid min length: %d", path, n, *shape.Least)
	}
}

func (r *report) structure(shape *model.Shape, o value.Object, path string) {
	where := path
	if where == "" {
		where = "input"
	}
	var names []string
	for _, m := range shape.Members {
		names = append(names, m.Name)
		if m.Required && !o.Has(m.Name) {
			r.add("Missing required parameter in %s: \"%s\"", where, m.Name)
		}
	}
	for _, m := range o {
		if shape.Member(m.Key) == nil {
			r.add("Unknown parameter in %s: \"%s\", must be one of: %s", where, m.Key, strings.Join(names, ", "))
		}
	}
	for _, m := range o {
		member := shape.Member(m.Key)
		if member == nil {
			continue
		}
		inner := m.Key
		if path != "" {
			inner = path + "." + m.Key
		}
		r.check(member.Shape, m.Value, inner)
	}
}
