// Package value holds what the aws program reads, asks and prints: JSON values whose objects keep the order of
// their keys and whose numbers stay integers or fractions as they were written. A value is nil, bool, int64,
// float64, string, []any or Object.
package value

import "slices"

// Member is one key of an object with its value.
type Member struct {
	Key   string
	Value any
}

// Object is a JSON object in the order of its keys.
type Object []Member

// Get gives the value of a key.
func (o Object) Get(key string) (any, bool) {
	for _, m := range o {
		if m.Key == key {
			return m.Value, true
		}
	}
	return nil, false
}

// Has says whether a key is there.
func (o Object) Has(key string) bool {
	_, ok := o.Get(key)
	return ok
}

// With gives the object with a key set: in its place if it is there, else at the end. The original stays.
func (o Object) With(key string, v any) Object {
	o = slices.Clone(o)
	for i := range o {
		if o[i].Key == key {
			o[i].Value = v
			return o
		}
	}
	return append(o, Member{key, v})
}

// Keys are the keys in order.
func (o Object) Keys() []string {
	keys := make([]string, len(o))
	for i, m := range o {
		keys[i] = m.Key
	}
	return keys
}

// Compound says whether a value is an array or an object.
func Compound(v any) bool {
	switch v.(type) {
	case []any, Object:
		return true
	}
	return false
}

// Equal compares two values. Numbers are equal by their size, objects without regard to order.
func Equal(a, b any) bool {
	switch a := a.(type) {
	case []any:
		b, ok := b.([]any)
		return ok && slices.EqualFunc(a, b, Equal)
	case Object:
		b, ok := b.(Object)
		if !ok || len(a) != len(b) {
			return false
		}
		for _, m := range a {
			if v, ok := b.Get(m.Key); !ok || !Equal(m.Value, v) {
				return false
			}
		}
		return true
	case int64, float64:
		x, _ := Number(a)
		y, ok := Number(b)
		return ok && x == y
	}
	if Compound(b) {
		return false
	}
	return a == b
}

// Number gives the size of a number.
func Number(v any) (float64, bool) {
	switch v := v.(type) {
	case int64:
		return float64(v), true
	case float64:
		return v, true
	}
	return 0, false
}
