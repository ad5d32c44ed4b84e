package shorthand

import (
	"errors"
	"strings"
	"testing"

	"github.com/hsmlab/hsmlab/commands/aws/value"
)

func TestParse(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"Key=a,Value=b", `{"Key":"a","Value":"b"}`},
		{"clusterIds=a,b,states=READY", `{"clusterIds":["a","b"],"states":"READY"}`},
		{"a=", `{"a":""}`},
		{"a=,b=c", `{"a":"","b":"c"}`},
		{"a=x=y", `{"a":"x=y"}`},
		{`a=b\,c`, `{"a":"b,c"}`},
		{`a="b,c",d='e "f"'`, `{"a":"b,c","d":"e \"f\""}`},
		{`a="b \" \\ c"`, `{"a":"b \" \\ c"}`},
		{"a=[b,c,[d]]", `{"a":["b","c",["d"]]}`},
		{"a=[]", `{"a":[]}`},
		{"a={}", `{"a":{}}`},
		{"T=x,Tags=[{Key=a,Value=b},{Key=c}]", `{"T":"x","Tags":[{"Key":"a","Value":"b"},{"Key":"c"}]}`},
		{"a={b={c=d},e=[f]},g=h", `{"a":{"b":{"c":"d"},"e":["f"]},"g":"h"}`},
		{"a=b, c = d , e=[ f , g ]", `{"a":"b","c":"d","e":["f","g"]}`},
		{"a=arn:aws:kms:x", `{"a":"arn:aws:kms:x"}`},
		{"vpc.id/x:y#z-_=1", `{"vpc.id/x:y#z-_":"1"}`},
		{"=a", `{"":"a"}`},
		{"a=b,,c=]d", `{"a":"b","c":"]d"}`},
	} {
		got, err := Parse(c.text)
		if text := string(value.AppendCompact(nil, got)); err != nil || text != c.want {
			t.Errorf("%s = %s, %v, want %s", c.text, text, err, c.want)
		}
	}
}

func TestErrors(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", "Expected: '=', received: 'EOF' for input:\n\n^"},
		{"a", "Expected: '=', received: 'EOF' for input:\na\n ^"},
		{"a=b,", "Expected: '<second>', received: '<none>' for input:\na=b,\n    ^"},
		{"a={b=c", "Expected: ',', received: 'EOF' for input:\na={b=c\n      ^"},
		{"a=[b", "Expected: ',', received: 'EOF' for input:\na=[b\n    ^"},
		{`a="b`, "Expected: '<double quoted>', received: '<none>' for input:\na=\"b\n  ^"},
		{"a='b", "Expected: '<singled quoted>', received: '<none>' for input:\na='b\n  ^"},
		{"a=b}", "Expected: ',', received: '}' for input:\na=b}\n   ^"},
		{"a=b,a=c", "Second instance of key \"a\" encountered for input:\na=b,a=c\n    ^\nThis is often because there is a preceding \",\" instead of a space."},
		{"a=" + strings.Repeat("[", 200), "Nested deeper than 100"},
	} {
		got, err := Parse(c.text)
		var known *Error
		if !errors.As(err, &known) || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%.20q = %v, %v, want %q", c.text, got, err, c.want)
		}
	}
}

func TestErrorInSecondLine(t *testing.T) {
	e := &Error{Reason: "Bad", Text: "ab\ncd\nef", At: 4}
	if got, want := e.Error(), "Bad for input:\nab\ncd\n ^\nef"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"Key=a,Value=b", "a=[b,{c=d}]", `a="b\"",c='d'`, "a=b,c,d=e", `a=\,`, "a={b=c", "ü=日"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		o, err := Parse(s)
		var known *Error
		if err != nil && !errors.As(err, &known) {
			t.Errorf("%q: %v is no error of the notation", s, err)
		}
		if err == nil && len(o) == 0 {
			t.Errorf("%q gives nothing", s)
		}
		if err != nil {
			_ = err.Error()
		}
	})
}
