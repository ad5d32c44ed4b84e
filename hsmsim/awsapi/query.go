package awsapi

import (
	"encoding/base64"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// decodeQuery reads the parameters of a request into a struct: Period=60, Dimensions.member.1.Name=x, and the flat
// lists of EC2, SubnetId.1=x.
func decodeQuery(x *exchange, into any) error {
	tree, err := x.form.tree()
	if err != nil {
		return serialization("%s", err)
	}
	return tree.decode(reflect.ValueOf(into).Elem(), "")
}

// decode sets a value from a branch of a form; at is the branch's name.
func (n *node) decode(v reflect.Value, at string) error {
	if v.Kind() == reflect.Pointer {
		v.Set(reflect.New(v.Type().Elem()))
		return n.decode(v.Elem(), at)
	}
	if _, ok := timeIn(v); ok {
		return n.decodeTime(v, at)
	}
	switch v.Kind() {
	case reflect.Struct:
		l := layoutOf(v.Type())
		for i := range l.members {
			m := &l.members[i]
			kid := n.kids[m.query]
			if kid == nil {
				continue
			}
			if err := kid.decode(v.FieldByIndex(m.index), join(at, m.query)); err != nil {
				return err
			}
		}
		return nil
	case reflect.Map:
		return n.decodeMap(v, at)
	case reflect.Slice:
		if v.Type().Elem().Kind() != reflect.Uint8 {
			return n.decodeList(v, at)
		}
	}
	return n.decodeText(v, at)
}

func join(at, name string) string {
	if at == "" {
		return name
	}
	return at + "." + name
}

// entries are the numbered branches of a list or a map, in the order of their numbers. They are below a branch that
// lists of most services have, or, in flat ones, right here.
func (n *node) entries(below string, at string) (list []*node, path string, err error) {
	if kid := n.kids[below]; kid != nil {
		n, at = kid, join(at, below)
	}
	var numbers []int
	for name := range n.kids {
		i, err := strconv.Atoi(name)
		if err != nil || i < 0 || strconv.Itoa(i) != name {
			return nil, at, serialization("%s is not an entry of the list %s", clip(name), at)
		}
		numbers = append(numbers, i)
	}
	slices.Sort(numbers)
	for _, i := range numbers {
		list = append(list, n.kids[strconv.Itoa(i)])
	}
	return list, at, nil
}

func (n *node) decodeList(v reflect.Value, at string) error {
	list, at, err := n.entries("member", at)
	if err != nil {
		return err
	}
	// An empty list is sent as a name without a value.
	v.Set(reflect.MakeSlice(v.Type(), len(list), len(list)))
	for i, entry := range list {
		if err := entry.decode(v.Index(i), join(at, strconv.Itoa(i+1))); err != nil {
			return err
		}
	}
	return nil
}

func (n *node) decodeMap(v reflect.Value, at string) error {
	list, at, err := n.entries("entry", at)
	if err != nil {
		return err
	}
	v.Set(reflect.MakeMapWithSize(v.Type(), len(list)))
	for i, entry := range list {
		at := join(at, strconv.Itoa(i+1))
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		for name, to := range map[string]reflect.Value{"key": key, "value": value} {
			kid := entry.kids[name]
			if kid == nil {
				return serialization("%s has no %s", at, name)
			}
			if err := kid.decode(to, join(at, name)); err != nil {
				return err
			}
		}
		v.SetMapIndex(key, value)
	}
	return nil
}

func (n *node) decodeTime(v reflect.Value, at string) error {
	t, err := time.Parse(time.RFC3339, n.value)
	if err != nil {
		s, ferr := strconv.ParseFloat(n.value, 64)
		if ferr != nil || s < 0 || s > 1e12 {
			return n.wrong(at, "a time")
		}
		t = time.UnixMilli(int64(s * 1000))
	}
	if v.Type() == reflect.TypeFor[shape.Time]() {
		v.Set(reflect.ValueOf(shape.At(t)))
	} else {
		v.Set(reflect.ValueOf(t.UTC()))
	}
	return nil
}

// decodeText sets a value that is a single parameter.
func (n *node) decodeText(v reflect.Value, at string) error {
	text := n.value
	switch v.Kind() {
	case reflect.String:
		v.SetString(text)
	case reflect.Bool:
		b, err := strconv.ParseBool(strings.ToLower(text))
		if err != nil {
			return n.wrong(at, "a boolean")
		}
		v.SetBool(b)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		i, err := strconv.ParseInt(text, 10, v.Type().Bits())
		if err != nil {
			return n.wrong(at, "an integer")
		}
		v.SetInt(i)
	case reflect.Float32, reflect.Float64:
		f, err := strconv.ParseFloat(text, v.Type().Bits())
		if err != nil {
			return n.wrong(at, "a number")
		}
		v.SetFloat(f)
	case reflect.Slice:
		b, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			return n.wrong(at, "a Base64 text")
		}
		v.SetBytes(b)
	default:
		return serialization("%s cannot be given", at)
	}
	return nil
}

// wrong is the error for a value that is not of its type.
func (n *node) wrong(at, kind string) error {
	return serialization("Value (%s) for parameter %s is invalid. It must be %s", clip(n.value), at, kind)
}
