package cmu

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAuthDataHasTheFormOfTheGuide(t *testing.T) {
	a := authData{Version: authVersion, Data: []authEntry{{HsmID: "hsm-lgavqitns2a", Digest: "k5O1p3f6foQRVQH7S8Rrjcau6h3TYqsSdr16A54+qG8="}}}
	want := `{
    "Version": "1.0",
    "PublicKey": "",
    "Data": [
        {
            "HsmId": "hsm-lgavqitns2a",
            "Digest": "k5O1p3f6foQRVQH7S8Rrjcau6h3TYqsSdr16A54+qG8=",
            "Signature": ""
        }
    ]
}
`
	if diff := cmp.Diff(want, string(a.encode())); diff != "" {
		t.Errorf("file (-want +got):\n%s", diff)
	}
}

func filledIn() string {
	a := authData{Version: authVersion, PublicKey: string(publicPEM("dave")), Data: []authEntry{
		{"hsm-aaaaaaaaaa0", base64.StdEncoding.EncodeToString([]byte("one")), base64.StdEncoding.EncodeToString([]byte("signed one"))},
		{"hsm-aaaaaaaaaa0", base64.StdEncoding.EncodeToString([]byte("two")), ""}}}
	return string(a.encode())
}

func TestParseAuthData(t *testing.T) {
	got, err := parseAuthData([]byte(filledIn()))
	if err != nil {
		t.Fatal(err)
	}
	want := &answers{publicDER("dave"), map[string][]byte{"one": []byte("signed one"), "two": {}}}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(answers{})); diff != "" {
		t.Errorf("answers (-want +got):\n%s", diff)
	}
	entry := filledIn()[strings.Index(filledIn(), "        {"):strings.LastIndex(filledIn(), "\n    ]")] + ","
	for _, test := range []struct {
		about, old, new, want string
	}{
		{"another version", `"1.0"`, `"2.0"`, `Version is "2.0", not 1.0`},
		{"a field that nobody knows", `"Version"`, `"Kind": 1, "Version"`, "Kind"},
		{"a field of another type", `"1.0"`, `1`, "Version"},
		{"a second value", "\n}\n", "\n}\n{}", "something follows its end"},
		{"a file that is cut off", "]\n}\n", "", "unexpected EOF"},
		{"a key that is none", "BEGIN PUBLIC", "BEGIN PRIVATE", "PublicKey is not a public key in PEM form"},
		{"a digest that is not base64", `"b25l"`, `"?"`, "Data[0].Digest is not base64"},
		{"a signature that is not base64", `"Signature": ""`, `"Signature": "?"`, "Data[1].Signature is not base64"},
		{"too many entries", "        {", strings.Repeat(entry, 40) + "        {", "Data has 82 entries, at most 64 are allowed"},
	} {
		if !strings.Contains(filledIn(), test.old) {
			t.Fatalf("%s: %q is not in the file", test.about, test.old)
		}
		_, err := parseAuthData([]byte(strings.Replace(filledIn(), test.old, test.new, 1)))
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: error %v, want %q", test.about, err, test.want)
		}
	}
}

// FuzzAuthData reads any file: what is taken is bounded, what is not has an error.
func FuzzAuthData(f *testing.F) {
	f.Add([]byte(filledIn()))
	f.Add([]byte(`{"Version":"1.0","PublicKey":"","Data":[{"HsmId":"","Digest":"","Signature":""}]}`))
	f.Add([]byte(`{}`))
	f.Add([]byte(`[[[[[[`))
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := parseAuthData(data)
		switch {
		case (got == nil) == (err == nil):
			t.Errorf("%v with error %v", got, err)
		case err == nil && len(got.signatures) > maxAuthEntries:
			t.Errorf("%d signatures are taken", len(got.signatures))
		}
	})
}
