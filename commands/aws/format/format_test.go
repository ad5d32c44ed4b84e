package format

import (
	"bytes"
	"strings"
	"testing"

	"github.com/hsmlab/hsmlab/commands/aws/value"
)

func parse(t testing.TB, text string) any {
	v, err := value.ParseJSON([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestJSON(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{`{}`, ""},
		{`[]`, "[]\n"},
		{`null`, "null\n"},
		{`"x"`, "\"x\"\n"},
		{`{"b":1,"a":[1.0,{"c":null}],"e":{},"f":[],"t":true}`, "{\n    \"b\": 1,\n    \"a\": [\n        1.0,\n        {\n            \"c\": null\n        }\n    ],\n    \"e\": {},\n    \"f\": [],\n    \"t\": true\n}\n"},
		{`"ü \u0001 \" \\ \n\r\t\b\f \u2028"`, "\"ü \\u0001 \\\" \\\\ \\n\\r\\t\\b\\f \u2028\"\n"},
		{`[1e20,1e-7,1e15,0.0001,-0.0,12345678901234567890]`, "[\n    1e+20,\n    1e-07,\n    1000000000000000.0,\n    0.0001,\n    -0.0,\n    1.2345678901234567e+19\n]\n"},
	} {
		var b bytes.Buffer
		if err := JSON(&b, parse(t, c.in)); err != nil || b.String() != c.want {
			t.Errorf("JSON of %s = %q, %v, want %q", c.in, b.String(), err, c.want)
		}
	}
}

func TestText(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{`{}`, ""},
		{`[]`, ""},
		{`null`, "None\n"},
		{`"x"`, "x\n"},
		{`[1,"a",null,true]`, "1\ta\tNone\tTrue\n"},
		{`[[1,2],[3]]`, "1\t2\n3\n"},
		{`[1,2,[3,4]]`, "1\t2\n3\t4\n"},
		{`{"b":1,"A":"x","c":{"d":2}}`, "x\t1\nC\t2\n"},
		{`{"a":[]}`, ""},
		{`{"a":[1,2]}`, "A\t1\nA\t2\n"},
		{`{"Keys":[{"KeyId":"1","KeyArn":"a"},{"KeyId":"2"}]}`, "KEYS\ta\t1\nKEYS\t\t2\n"},
		{`[{"a":1,"b":{"c":2}},{"a":2,"d":[1,2]}]`, "1\nB\t2\n2\nD\t1\nD\t2\n"},
		{`[{"a":1},{"a":[1,"x"]}]`, "1\n[1, 'x']\n"},
	} {
		var b bytes.Buffer
		if err := Text(&b, parse(t, c.in)); err != nil || b.String() != c.want {
			t.Errorf("Text of %s = %q, %v, want %q", c.in, b.String(), err, c.want)
		}
	}
	if err := Text(&bytes.Buffer{}, parse(t, `[{"a":1},2]`)); err == nil {
		t.Error("objects and others in one list are shown as text")
	}
}

func TestTable(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"nothing", `{}`, ""},
		{"scalar", `"x"`, "-------\n|Title|\n+-----+\n"},
		{"one member", `{"a":1}`, `
------------
|   Title  |
+----+-----+
|  a |  1  |
+----+-----+
`},
		{"list of objects", `{"Keys":[{"KeyId":"1","KeyArn":"a1"},{"KeyId":"2"}]}`, `
-----------------------
|        Title        |
+---------------------+
||       Keys        ||
|+---------+---------+|
|| KeyArn  |  KeyId  ||
|+---------+---------+|
||  a1     |  1      ||
||         |  2      ||
|+---------+---------+|
`},
		{"wide", `{"a":"` + strings.Repeat("x", 60) + `","b":"` + strings.Repeat("y", 20) + `"}`, `
-----------------------------------------------------------------------
|                                Title                                |
+---+-----------------------------------------------------------------+
|  a|  ` + strings.Repeat("x", 60) + `   |
|  b|  ` + strings.Repeat("y", 20) + strings.Repeat(" ", 43) + `|
+---+-----------------------------------------------------------------+
`},
	} {
		var b bytes.Buffer
		if err := Table(&b, "Title", parse(t, c.in), TerminalWidth); err != nil || b.String() != strings.TrimPrefix(c.want, "\n") {
			t.Errorf("%s (%v): got\n%swant\n%s", c.name, err, b.String(), c.want)
		}
	}
	for _, in := range []string{`[[1,2],[3]]`, `[{"a":1},2]`, `[1,{"a":1}]`, `[[],[1]]`} {
		if err := Table(&bytes.Buffer{}, "Title", parse(t, in), TerminalWidth); err == nil {
			t.Errorf("%s fits a table", in)
		}
	}
}

// No value makes a format panic, and every line of a table is as wide as its first.
func FuzzFormats(f *testing.F) {
	for _, s := range []string{`{"a":[{"b":1},{"c":[1,[2]]}]}`, `[[1],[2]]`, `{"a":{"b":{"c":[]}}}`, `[{"a":{}},{"a":"日本"}]`, `{"x":"a\tb"}`, `[{"":{}}]`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		v, err := value.ParseJSON([]byte(s))
		if err != nil || strings.ContainsAny(s, "\n\r\\") {
			return
		}
		var b bytes.Buffer
		JSON(&b, v)
		Text(&b, v)
		b.Reset()
		if err := Table(&b, "Title", v, TerminalWidth); err != nil {
			return
		}
		lines := strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
		for _, l := range lines {
			if width(l) != width(lines[0]) {
				t.Errorf("%s: the lines of the table are not equally wide:\n%s", s, b.String())
				break
			}
		}
	})
}
