package format

import (
	"bytes"
	"io"
	"slices"
	"strings"

	"github.com/hsmlab/hsmlab/commands/aws/value"
)

// Text writes a value in lines of fields with tabs between them. The scalars of an object are one line, ordered
// by their keys, after the name of the member that holds it; what is nested follows. Objects of one list have
// the same fields.
func Text(w io.Writer, v any) error {
	t := &text{}
	if err := t.put(v, "", nil); err != nil {
		return err
	}
	_, err := w.Write(t.out.Bytes())
	return err
}

type text struct {
	out bytes.Buffer
}

// put writes v below a name; fields are those that every object of its list has, nil outside of lists.
func (t *text) put(v any, name string, fields []string) error {
	switch v := v.(type) {
	case value.Object:
		return t.object(v, name, fields)
	case []any:
		return t.list(v, name)
	}
	t.line("", []string{value.Scalar(v)})
	return nil
}

func (t *text) line(name string, fields []string) {
	if name != "" {
		fields = append([]string{strings.ToUpper(name)}, fields...)
	}
	t.out.WriteString(strings.Join(fields, "\t") + "\n")
}

func (t *text) object(o value.Object, name string, fields []string) error {
	scalars, nested := split(o)
	if fields == nil {
		fields = scalars
	}
	if len(fields) > 0 {
		var row []string
		for _, key := range fields {
			v, ok := o.Get(key)
			if !ok {
				v = ""
			}
			row = append(row, cell(v))
		}
		t.line(name, row)
	}
	for _, key := range nested {
		if slices.Contains(fields, key) {
			continue // it has its place in the line, as other objects of the list have a scalar there
		}
		v, _ := o.Get(key)
		if err := t.put(v, key, nil); err != nil {
			return err
		}
	}
	return nil
}

func (t *text) list(list []any, name string) error {
	objects, arrays := 0, 0
	for _, e := range list {
		switch e.(type) {
		case value.Object:
			objects++
		case []any:
			arrays++
		}
	}
	switch {
	case objects > 0 && objects < len(list):
		return unfit("text", list)
	case objects > 0:
		fields := columns(list)
		for _, e := range list {
			if err := t.object(e.(value.Object), name, fields); err != nil {
				return err
			}
		}
	case arrays > 0:
		return t.arrays(list, name)
	case name != "":
		for _, e := range list {
			t.line(name, []string{value.Scalar(e)})
		}
	case len(list) > 0:
		var row []string
		for _, e := range list {
			row = append(row, value.Scalar(e))
		}
		t.line("", row)
	}
	return nil
}

// arrays writes a list with lists in it: first what is not a list.
func (t *text) arrays(list []any, name string) error {
	var scalars []any
	for _, e := range list {
		if !value.Compound(e) {
			scalars = append(scalars, e)
		}
	}
	if err := t.list(scalars, name); err != nil {
		return err
	}
	for _, e := range list {
		if value.Compound(e) {
			if err := t.put(e, name, nil); err != nil {
				return err
			}
		}
	}
	return nil
}

// cell is a value in a line. What is nested stands there in the notation of errors, as the real one has it.
func cell(v any) string {
	if value.Compound(v) {
		return value.Repr(v)
	}
	return value.Scalar(v)
}

// split gives the keys of an object whose values are scalars, and the others, both in order.
func split(o value.Object) (scalars, nested []string) {
	for _, m := range o {
		if value.Compound(m.Value) {
			nested = append(nested, m.Key)
		} else {
			scalars = append(scalars, m.Key)
		}
	}
	slices.Sort(scalars)
	slices.Sort(nested)
	return scalars, nested
}

// columns are the keys of the scalars of a list's objects, in order; never nil.
func columns(list []any) []string {
	keys := []string{}
	for _, e := range list {
		o, ok := e.(value.Object)
		if !ok {
			continue
		}
		scalars, _ := split(o)
		keys = append(keys, scalars...)
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}
