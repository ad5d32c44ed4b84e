package scenario

import (
	"fmt"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"
)

// documented are the rows of the tables of fields in docs/writing-a-scenario.md: their last cells by field.
func documented(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile("../../../docs/writing-a-scenario.md")
	if err != nil {
		t.Fatal(err)
	}
	_, tables, _ := strings.Cut(string(text), "\n## All fields\n")
	rows := map[string]string{}
	for _, m := range regexp.MustCompile("(?m)^\\| `([^`]+)` \\| .* \\| (.*) \\|$").FindAllStringSubmatch(tables, -1) {
		if _, twice := rows[m[1]]; twice {
			t.Errorf("%s is documented twice", m[1])
		}
		rows[m[1]] = m[2]
	}
	return rows
}

// TestTheDocumentHasEveryField compares the tables of fields with the types: every field is there and no other, those
// that are required say so, and defaults that stand there as a value are those of a file without the field.
func TestTheDocumentHasEveryField(t *testing.T) {
	w, err := Parse("plain", []byte(`
clusters:
  - hsms: [{node: 0, address: 10.0.0.1}]
    backups: [{}]
    users: [{id: 1, type: CO, name: admin, password: adminpw1}, {id: 2, type: CU, name: kmsuser, password: kmsPswd1}]
    keys: [{handle: 6, class: private, owner: 2}]
kms:
  key_stores: [{id: cks-1234567890abcdef0, name: x}]
  keys: [{id: 1234abcd-12ab-34cd-56ef-1234567890ab}]
`))
	if err != nil {
		t.Fatal(err)
	}
	rows := documented(t)
	value := regexp.MustCompile("^`([^`]*)`$")
	var visit func(path string, v reflect.Value)
	visit = func(path string, v reflect.Value) {
		for i, s := range fieldsOf(v.Type()) {
			at := join(path, s.name)
			cell, ok := rows[at]
			delete(rows, at)
			switch {
			case !ok:
				t.Errorf("no table has the field %s", at)
			case s.required != (cell == "*required*"):
				t.Errorf("%s: the default is %q, and required is %t", at, cell, s.required)
			}
			f := v.Field(i)
			if m := value.FindStringSubmatch(cell); m != nil && m[1] != written(f) && at != "clusters[].keys[].curve" && at != "clusters[].keys[].label" {
				t.Errorf("%s: the default is %s, not %s", at, written(f), m[1])
			}
			switch {
			case at == "clusters[].hsms[].users": // with the fields of the cluster's
			case f.Kind() == reflect.Struct && f.Type() != reflect.TypeFor[time.Time]():
				visit(at, f)
			case f.Kind() == reflect.Slice && f.Type().Elem().Kind() == reflect.Struct && f.Len() > 0:
				visit(at+"[]", f.Index(0))
			case f.Kind() == reflect.Slice && f.Type().Elem().Kind() == reflect.Struct:
				visit(at+"[]", reflect.New(f.Type().Elem()).Elem())
			}
		}
	}
	visit("", reflect.ValueOf(w).Elem())
	for name := range rows {
		t.Errorf("a table has the field %s, which there is not", name)
	}
}

// written is a value as the document writes it.
func written(v reflect.Value) string {
	if d, ok := v.Interface().(time.Duration); ok && d == time.Minute {
		return "60s"
	}
	return fmt.Sprint(v.Interface())
}
