package scenario

import (
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// everyNode calls f for every value of a YAML tree but the root.
func everyNode(path string, n *yaml.Node, f func(path string, n *yaml.Node)) {
	for i, child := range n.Content {
		at := fmt.Sprintf("%s[%d]", path, i)
		if n.Kind == yaml.MappingNode {
			if i%2 == 0 {
				continue
			}
			at = join(path, n.Content[i-1].Value)
		}
		f(at, child)
		everyNode(at, child, f)
	}
}

func TestEveryFieldRefusesValuesOfAnotherType(t *testing.T) {
	var doc yaml.Node
	if err := yaml.Unmarshal(full(t), &doc); err != nil {
		t.Fatal(err)
	}
	wrong := []yaml.Node{
		{Kind: yaml.ScalarNode, Tag: "!!str", Value: "wrong"},
		{Kind: yaml.ScalarNode, Tag: "!!int", Value: "7"},
		{Kind: yaml.ScalarNode, Tag: "!!float", Value: "0.25"},
		{Kind: yaml.ScalarNode, Tag: "!!bool", Value: "true"},
		{Kind: yaml.ScalarNode, Tag: "!!null", Value: "null"},
		{Kind: yaml.SequenceNode, Tag: "!!seq"},
		{Kind: yaml.MappingNode, Tag: "!!map"},
	}
	everyNode("", doc.Content[0], func(path string, n *yaml.Node) {
		right := *n
		defer func() { *n = right }()
		for _, bad := range wrong {
			if bad.Tag == right.ShortTag() && !plainText(path) || (path == "clock.rate" || path == "speed") && bad.Tag == "!!int" {
				continue
			}
			*n = bad
			file := &file{name: "w", lines: map[string]int{}}
			file.decode("", 1, doc.Content[0], reflect.ValueOf(newWorld()).Elem())
			if err := file.err(); err == nil || !regexp.MustCompile(`w:\d+: `+regexp.QuoteMeta(path)+`: (must|is empty)`).MatchString(err.Error()) {
				t.Errorf("%s with the value %s%s: %v", path, bad.Tag, bad.Value, err)
			}
		}
	})
}

// plainText reports whether the field is written as text, but of a form that "wrong" has not.
func plainText(path string) bool {
	return strings.HasSuffix(path, "_timeout") || strings.HasSuffix(path, ".age") || path == "sync_interval" ||
		strings.HasSuffix(path, ".quorum_key") || strings.HasSuffix(path, ".material")
}

func TestTheFullFileHasEveryField(t *testing.T) {
	var doc yaml.Node
	if err := yaml.Unmarshal(full(t), &doc); err != nil {
		t.Fatal(err)
	}
	given := map[string]bool{}
	everyNode("", doc.Content[0], func(path string, _ *yaml.Node) {
		given[regexp.MustCompile(`\[\d+\]`).ReplaceAllString(path, "")] = true
	})
	var visit func(path string, typ reflect.Type)
	visit = func(path string, typ reflect.Type) {
		if typ.Kind() == reflect.Slice {
			typ = typ.Elem()
		}
		if path == "clusters.hsms.users" || typ.Kind() != reflect.Struct || typ.PkgPath() == "time" {
			return // the fields of a user are looked for among the cluster's users
		}
		for i, s := range fieldsOf(typ) {
			at := join(path, s.name)
			if !given[at] {
				t.Errorf("testdata/full.yaml has no %s", at)
			}
			visit(at, typ.Field(i).Type)
		}
	}
	visit("", reflect.TypeFor[World]())
}
