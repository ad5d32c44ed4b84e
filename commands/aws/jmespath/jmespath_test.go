package jmespath

import (
	"errors"
	"strings"
	"testing"

	"github.com/hsmlab/hsmlab/commands/aws/value"
)

const world = `{"b":{"z":1,"a":2.0},"list":[{"n":"x","v":3,"on":true},{"n":"y","v":1,"on":false},{"n":"z","v":2}],
	"nested":[[1,2],[3,[4]],5],"s":"text","zero":0,"none":null,"empty":[],"numbers":[3,1,2.5],"words":["b","a"],"with space":{"k":"v"}}`

func TestSearch(t *testing.T) {
	data, err := value.ParseJSON([]byte(world))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ expression, want string }{
		{"b", `{"z":1,"a":2.0}`},
		{"b.a", `2.0`},
		{"b.nothing.more", `null`},
		{`"with space".k`, `"v"`},
		{"@.s", `"text"`},
		{"list[0].n", `"x"`},
		{"list[-1].n", `"z"`},
		{"list[9]", `null`},
		{"s[0]", `null`},
		{"list[*].n", `["x","y","z"]`},
		{"list[].on", `[true,false]`},
		{"list[:2].n", `["x","y"]`},
		{"list[::-1].n", `["z","y","x"]`},
		{"list[-2:].n", `["y","z"]`},
		{"list[5:1:-1].n", `["z"]`},
		{"list[?on].n", `["x"]`},
		{"list[?!on].n", `["y","z"]`},
		{"list[?v>`1` && v<=`3`].n", `["x","z"]`},
		{"list[?n=='y' || n=='z'].v", `[1,2]`},
		{"list[?n>'x'].n", `["y","z"]`},
		{"list[?v=='3']", `[]`},
		{"list[*].{N:n,V:v} | [0]", `{"N":"x","V":3}`},
		{"list[*].[n,v]", `[["x",3],["y",1],["z",2]]`},
		{"list[?v==`2`] | [0].n", `"z"`},
		{"nested[]", `[1,2,3,[4],5]`},
		{"nested[][]", `[1,2,3,4,5]`},
		{"nested[*][0]", `[1,3]`},
		{"b.*", `[1,2.0]`},
		{"*.k", `["v"]`},
		{"s.*", `null`},
		{"s[*]", `null`},
		{"s[]", `null`},
		{"none || s", `"text"`},
		{"zero || s", `0`},
		{"empty && s", `[]`},
		{"!empty", `true`},
		{"zero == `0.0`", `true`},
		{"s < `3`", `null`},
		{"`true` == `1`", `false`},
		{"b == `{\"a\":2,\"z\":1}`", `true`},
		{"none.{a:b}", `null`},
		{"`[1, 2.0, \"a\\`b\"]`", "[1,2.0,\"a`b\"]"},
		{"'it\\'s'", `"it's"`},
		{"`plain`", `"plain"`},
		{"`{`", `"{"`},
		{"(list[*].n)[0]", `"x"`},
		{"list[*].n | [0]", `"x"`},
		{"abs(`-3`)", `3`},
		{"avg(numbers)", `2.1666666666666665`},
		{"avg(empty)", `null`},
		{"ceil(`1.2`)", `2`},
		{"floor(`-1.2`)", `-2`},
		{"contains(words,'a')", `true`},
		{"contains(s,'ex')", `true`},
		{"starts_with(s,'te')", `true`},
		{"ends_with(s,'te')", `false`},
		{"join('-',words)", `"b-a"`},
		{"keys(b)", `["z","a"]`},
		{"values(b)", `[1,2.0]`},
		{"length(list)", `3`},
		{"length('ünï')", `3`},
		{"map(&v,list)", `[3,1,2]`},
		{"map(&on,list)", `[true,false,null]`},
		{"max(numbers)", `3`},
		{"min(words)", `"a"`},
		{"max(empty)", `null`},
		{"max_by(list,&v).n", `"x"`},
		{"min_by(list,&v).n", `"y"`},
		{"merge(b,`{\"a\":5,\"c\":6}`)", `{"z":1,"a":5,"c":6}`},
		{"not_null(none,zero)", `0`},
		{"reverse(words)", `["a","b"]`},
		{"reverse(s)", `"txet"`},
		{"sort(numbers)", `[1,2.5,3]`},
		{"sort(words)", `["a","b"]`},
		{"sort_by(list,&v)[*].n", `["y","z","x"]`},
		{"sum(numbers)", `6.5`},
		{"sum(empty)", `0`},
		{"to_array(s)", `["text"]`},
		{"to_array(words)", `["b","a"]`},
		{"to_number('12')", `12`},
		{"to_number('1.5')", `1.5`},
		{"to_number(words)", `null`},
		{"to_string(b)", `"{\"z\":1,\"a\":2.0}"`},
		{"to_string(s)", `"text"`},
		{"type(none)", `"null"`},
		{"[type(s),type(zero),type(b),type(words),type(`true`)]", `["string","number","object","array","boolean"]`},
		{"list[?contains(['x','y'],n)].v", `[3,1]`},
	} {
		e, err := Parse(c.expression)
		if err != nil {
			t.Errorf("%s: %v", c.expression, err)
			continue
		}
		got, err := e.Search(data)
		if text := string(value.AppendCompact(nil, got)); err != nil || text != c.want {
			t.Errorf("%s = %s, %v, want %s", c.expression, text, err, c.want)
		}
	}
}

func TestErrors(t *testing.T) {
	data, _ := value.ParseJSON([]byte(world))
	for _, c := range []struct{ expression, want string }{
		{"", "Invalid JMESPath expression: cannot be empty."},
		{"a.", "Expecting: ['quoted_identifier', 'unquoted_identifier', 'lbracket', 'lbrace'], got: eof"},
		{"list[", "Incomplete expression"},
		{"(a", "Incomplete expression"},
		{"a ~ b", "Unknown token ~"},
		{"99999999999999999999", "Unknown token '99999999999999999999'"},
		{"`\"a`", "Bad token \"a:"},
		{strings.Repeat("(", 600), "nested deeper than 500"},
		{"list[::0]", "slice step cannot be zero"},
		{"nope(s)", "Unknown function: nope()"},
		{"length(s,s)", "Expected 1 argument for function length(), received 2"},
		{"join(s)", "Expected 2 arguments for function join(), received 1"},
		{"length(zero)", `In function length(), invalid type for value: 0, expected one of: ['string', 'array', 'object'], received: "number"`},
		{"sort_by(list,&on)", `received: "boolean"`},
		{"sort_by(list,'v')", `invalid type for value: v, expected one of: ['expref'], received: "string"`},
		{"max_by(list,&n || v) | abs(@)", `received: "object"`},
		{"length(&s)", `<expression>`},
	} {
		e, err := Parse(c.expression)
		if err == nil {
			_, err = e.Search(data)
		}
		var known *Error
		if !errors.As(err, &known) || !strings.Contains(known.Text, c.want) {
			t.Errorf("%.20s: %v, want %q", c.expression, err, c.want)
		}
	}
}

func FuzzSearch(f *testing.F) {
	for _, s := range []string{"a.b[0]", "list[?v>`1`].{a:n}", "sort_by(list,&v)[::-1]", "[`1`,'x',\"s\"]", "a||b&&!c|d", "nested[][0:2:1]"} {
		f.Add(s)
	}
	data, err := value.ParseJSON([]byte(world))
	if err != nil {
		f.Fatal(err)
	}
	before := string(value.AppendCompact(nil, data))
	f.Fuzz(func(t *testing.T, s string) {
		e, err := Parse(s)
		if err != nil {
			return
		}
		e.Search(data)
		if after := string(value.AppendCompact(nil, data)); after != before {
			t.Errorf("%q changed the data to %s", s, after)
		}
	})
}
