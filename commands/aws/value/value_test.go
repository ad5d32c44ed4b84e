package value

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"
)

func TestParseJSONKeepsOrderAndKindsOfNumbers(t *testing.T) {
	for in, want := range map[string]string{
		`{"z":1,"a":2.0,"z":3}`:        `{"z": 3, "a": 2.0}`,
		`[9223372036854775807,1e3,-0]`: `[9223372036854775807, 1000.0, 0]`,
		` "é\u00e9\ud83d\ude00\n" `:    `"éé😀\n"`,
	} {
		v, err := ParseJSON([]byte(in))
		if got := string(AppendJSON(nil, v)); err != nil || got != want {
			t.Errorf("%s is read as %s, %v, want %s", in, got, err, want)
		}
	}
	for _, in := range []string{"", "{", `{"a"`, `{"a":1`, "[1", "[1,]", "{1:2}", "1 2", "nul", "1e999", strings.Repeat("[", 300), `{"a":1]`} {
		if v, err := ParseJSON([]byte(in)); err == nil {
			t.Errorf("%.20q is read as %v", in, v)
		}
	}
}

func TestErrorsTellWhere(t *testing.T) {
	for in, want := range map[string]string{
		"":          "Expecting value: line 1 column 1 (char 0)",
		"[1,]":      "Expecting value: line 1 column 4 (char 3)",
		"{\n  a":    "Expecting property name enclosed in double quotes: line 2 column 3 (char 4)",
		`{"é" 1}`:   "Expecting ':' delimiter: line 1 column 6 (char 5)",
		`{"a":1 2}`: "Expecting ',' delimiter: line 1 column 8 (char 7)",
		`["x`:       "Unterminated string starting at: line 1 column 2 (char 1)",
		`["\`:       "Unterminated string starting at: line 1 column 2 (char 1)",
		`"\q"`:      `Invalid \escape: line 1 column 2 (char 1)`,
		`"\u12"`:    `Invalid \uXXXX escape: line 1 column 3 (char 2)`,
		"\"a\nb\"":  "Invalid control character at: line 1 column 3 (char 2)",
		"1 2":       "Extra data: line 1 column 3 (char 2)",
		"-":         "Expecting value: line 1 column 1 (char 0)",
		"01":        "Extra data: line 1 column 2 (char 1)",
		"1.":        "Extra data: line 1 column 2 (char 1)",
	} {
		if v, err := ParseJSON([]byte(in)); err == nil || err.Error() != want {
			t.Errorf("%q: %v, %v, want %s", in, v, err, want)
		}
	}
}

func TestEqual(t *testing.T) {
	object := Object{{"a", int64(1)}, {"b", []any{"x", nil}}}
	for _, c := range []struct {
		a, b any
		want bool
	}{
		{int64(1), 1.0, true}, {int64(1), "1", false}, {nil, nil, true}, {nil, false, false}, {true, int64(1), false},
		{object, Object{{"b", []any{"x", nil}}, {"a", 1.0}}, true}, {object, Object{{"a", int64(1)}}, false},
		{object, []any{}, false}, {[]any{int64(1)}, []any{int64(2)}, false}, {"x", []any{"x"}, false},
	} {
		if Equal(c.a, c.b) != c.want || Equal(c.b, c.a) != c.want {
			t.Errorf("%s = %s is not %v", Repr(c.a), Repr(c.b), c.want)
		}
	}
}

func TestWithLeavesTheOriginal(t *testing.T) {
	o := Object{{"a", int64(1)}}
	changed := o.With("a", int64(2)).With("b", int64(3))
	if Repr(o) != "{'a': 1}" || Repr(changed) != "{'a': 2, 'b': 3}" {
		t.Errorf("got %s and %s", Repr(o), Repr(changed))
	}
}

func TestRepr(t *testing.T) {
	for want, v := range map[string]any{
		`'a\'"\n\\'`: "a'\"\n\\", `"it's"`: "it's", "None": nil, "True": true, "1.0": 1.0, "[1, 'x']": []any{int64(1), "x"}, "inf": math.Inf(1),
	} {
		if got := Repr(v); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func FuzzParseJSON(f *testing.F) {
	f.Add([]byte(`{"a":[1,2.5e3,"x\u00e9",null,true,{}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := ParseJSON(data)
		if valid := json.Valid(data) && bytes.Count(data, []byte("[")) < 100 && bytes.Count(data, []byte("{")) < 100; valid && err != nil {
			var known *SyntaxError
			if !errors.As(err, &known) || known.Reason != "Number out of range" {
				t.Errorf("%q is JSON: %v", data, err)
			}
		}
		if err != nil {
			return
		}
		if !json.Valid(data) {
			t.Errorf("%q is no JSON", data)
		}
		text := AppendIndented(nil, v)
		again, err := ParseJSON(text)
		if err != nil || !Equal(v, again) {
			t.Errorf("%q is written as %q: %v", data, text, err)
		}
	})
}
