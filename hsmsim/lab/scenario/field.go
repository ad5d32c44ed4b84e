package scenario

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// field is a field of a struct as files name it, at the same index as in the struct.
type field struct {
	name     string
	required bool
}

func fieldsOf(t reflect.Type) []field {
	fields := make([]field, t.NumField())
	for i := range fields {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("yaml"), ",")
		fields[i] = field{name, t.Field(i).Tag.Get("required") == "true"}
	}
	return fields
}

// entry is one "key: value" of a mapping.
type entry struct {
	key   string
	line  int
	value *yaml.Node
}

// entries lists a mapping, without the keys that it had to refuse.
func (f *file) entries(path string, n *yaml.Node) []entry {
	var list []entry
	first := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		reason := plain(key)
		switch {
		case reason != "":
		case key.Kind != yaml.ScalarNode:
			reason = "the name of a field must be one word"
		case key.ShortTag() == "!!merge":
			reason = "merging (<<) is not supported: write the fields out"
		case first[key.Value] > 0:
			reason = fmt.Sprintf("field %s is given twice, first on line %d", quote(key.Value), first[key.Value])
		}
		if reason != "" {
			f.failLine(key.Line, path, "%s", reason)
			continue
		}
		first[key.Value] = key.Line
		list = append(list, entry{key.Value, key.Line, n.Content[i+1]})
	}
	return list
}

// join is the path of a field in what stands at path.
func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// joinKey is join for a name that the file has chosen.
func joinKey(path, key string) string {
	quoted := quote(key)
	return join(path, quoted[1:len(quoted)-1])
}

// quote is a text from a file in quotes, fit to be shown in an error: on one line and not long.
func quote(s string) string {
	const most = 40
	if r := []rune(s); len(r) > most {
		s = string(r[:most]) + "..."
	}
	return strconv.Quote(s)
}

// suggestion is " (did you mean ...?)" when a field has a name like the unknown one.
func suggestion(unknown string, fields []field) string {
	best, least := "", 3
	for _, s := range fields {
		if d := distance(unknown, s.name, least); d < least && d < len(s.name) {
			best, least = s.name, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf(" (did you mean %q?)", best)
}

// distance is the number of letters to insert, delete or replace to make a into b, or enough once it is
// known to be that or more.
func distance(a, b string, enough int) int {
	switch {
	case a == b:
		return 0
	case enough <= 0:
		return 0
	case a == "" || b == "":
		return min(enough, len(a)+len(b))
	case a[0] == b[0]:
		return distance(a[1:], b[1:], enough)
	}
	d := min(distance(a[1:], b[1:], enough-1), distance(a[1:], b, enough-1), distance(a, b[1:], enough-1))
	return min(enough, 1+d)
}
