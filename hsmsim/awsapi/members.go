package awsapi

import (
	"reflect"
	"strings"
	"sync"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// member is a field of a request or an answer, by its names outside of Go.
type member struct {
	index []int
	name  string // in JSON and CBOR
	query string // in Query requests
	xml   string // in answers of EC2; those of other services have name
	trail string // in CloudTrail; "" leaves it out
	clock string // how CloudTrail has it, of times that are not written as others
	omit  bool   // where it is zero
}

// layout is the members of a struct type.
type layout struct{ members []member }

var layouts sync.Map // reflect.Type to *layout

func layoutOf(t reflect.Type) *layout {
	if l, ok := layouts.Load(t); ok {
		return l.(*layout)
	}
	l := &layout{}
	for _, f := range reflect.VisibleFields(t) {
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if !f.IsExported() || f.Anonymous || name == "-" {
			continue
		}
		if name == "" {
			name = f.Name
		}
		m := member{index: f.Index, name: name, query: f.Tag.Get("query"), xml: f.Tag.Get("xml"), trail: f.Tag.Get("trail"), clock: f.Tag.Get("trailtime")}
		m.omit = strings.Contains(","+options+",", ",omitempty,") || strings.Contains(","+options+",", ",omitzero,")
		if m.query == "" {
			m.query = name
		}
		if m.xml == "" {
			m.xml = shape.LowerCamel(name)
		}
		switch {
		case m.trail == "-" || f.Tag.Get("secret") == "true" || isBlob(f.Type):
			m.trail = ""
		case m.trail == "":
			m.trail = shape.LowerCamel(name)
		}
		l.members = append(l.members, m)
	}
	stored, _ := layouts.LoadOrStore(t, l)
	return stored.(*layout)
}

// isBlob reports whether values of a type are bytes, or lists of them.
func isBlob(t reflect.Type) bool {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		if t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Uint8 {
			return true
		}
		t = t.Elem()
	}
	return false
}

// absent reports whether an answer leaves a member out.
func (m *member) absent(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		return v.IsNil()
	case reflect.Slice, reflect.Map:
		return v.IsNil() || m.omit && v.Len() == 0
	}
	return m.omit && v.IsZero()
}

// timeIn returns the time that a value is, if it is one.
func timeIn(v reflect.Value) (time.Time, bool) {
	switch t := v.Interface().(type) {
	case shape.Time:
		return t.Time, true
	case time.Time:
		return t, true
	}
	return time.Time{}, false
}
