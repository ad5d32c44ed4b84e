package format

import (
	"fmt"
	"io"
	"slices"

	"github.com/hsmlab/hsmlab/commands/aws/value"
)

// TerminalWidth is the width that tables try to keep to where there is no terminal, in characters.
const TerminalWidth = 80

// Table writes a value as boxes within boxes under a title. Where a table is wider than width, objects that
// stand alone are turned: a line for each member. A scalar has no table of its own.
func Table(w io.Writer, title string, v any, width int) error {
	t := &table{}
	if !full(v) {
		return nil
	}
	if err := t.build(title, v, 0, true); err != nil {
		return err
	}
	t.turn(width)
	_, err := w.Write(t.render())
	return err
}

// full says whether there is something in a value to be shown.
func full(v any) bool {
	switch v := v.(type) {
	case nil:
		return false
	case bool:
		return v
	case int64:
		return v != 0
	case float64:
		return v != 0
	case string:
		return v != ""
	case []any:
		return len(v) > 0
	case value.Object:
		return len(v) > 0
	}
	return true
}

// section is one box of a table.
type section struct {
	title   string
	titled  bool
	depth   int
	columns []string
	rows    [][]string
}

type table struct {
	sections []*section
}

func (t *table) begin(title string, depth int) {
	t.sections = append(t.sections, &section{title: title, titled: true, depth: depth})
}

// row adds a row to the box that is being filled. All rows of a box have as many fields.
func (t *table) row(values ...any) error {
	s := t.sections[len(t.sections)-1]
	want := len(values)
	if len(s.columns) > 0 {
		want = len(s.columns)
	} else if len(s.rows) > 0 {
		want = len(s.rows[0])
	}
	if want != len(values) {
		//lint:ignore ST1005 it is the real one's text
		return fmt.Errorf("Row should have %d elements, instead it has %d", want, len(values))
	}
	var row []string
	for _, v := range values {
		row = append(row, cell(v))
	}
	s.rows = append(s.rows, row)
	return nil
}

func (t *table) build(title string, v any, depth int, titled bool) error {
	if !full(v) {
		return nil
	}
	if titled {
		t.begin(title, depth)
	}
	switch v := v.(type) {
	case value.Object:
		return t.object(v, depth)
	case []any:
		if _, ok := v[0].(value.Object); ok {
			return t.objects(title, v, depth)
		}
		return t.scalars(v, depth)
	}
	return nil
}

func (t *table) object(o value.Object, depth int) error {
	scalars, nested := split(o)
	var row []any
	for _, key := range scalars {
		v, _ := o.Get(key)
		row = append(row, v)
	}
	var err error
	if len(scalars) == 1 {
		err = t.row(scalars[0], row[0])
	} else if len(scalars) > 1 {
		t.sections[len(t.sections)-1].columns = scalars
		err = t.row(row...)
	}
	for _, key := range nested {
		if err != nil {
			return err
		}
		v, _ := o.Get(key)
		err = t.build(key, v, depth+1, true)
	}
	return err
}

// objects writes a list of objects: one box, or one for each where something is nested in them.
func (t *table) objects(title string, list []any, depth int) error {
	var nested []string
	for _, e := range list {
		o, ok := e.(value.Object)
		if !ok {
			return unfit("a table", list)
		}
		_, n := split(o)
		nested = append(nested, n...)
	}
	slices.Sort(nested)
	nested = slices.Compact(nested)
	head := columns(list)
	for i, e := range list {
		o := e.(value.Object)
		if i > 0 && len(nested) > 0 {
			t.begin(title, depth)
		}
		var row []any
		for _, key := range head {
			v, ok := o.Get(key)
			if !ok {
				v = ""
			}
			row = append(row, v)
		}
		t.sections[len(t.sections)-1].columns = head
		if err := t.row(row...); err != nil {
			return err
		}
		for _, key := range nested {
			if v, ok := o.Get(key); ok {
				if err := t.build(key, v, depth+1, true); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// scalars writes a list that does not begin with an object.
func (t *table) scalars(list []any, depth int) error {
	for _, e := range list {
		var err error
		inner, isList := e.([]any)
		switch {
		case !value.Compound(e):
			err = t.row(e)
		case isList && !slices.ContainsFunc(inner, value.Compound):
			err = t.row(inner...)
		case isList:
			err = t.build("", inner, depth, false)
		default:
			err = unfit("a table", list)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
