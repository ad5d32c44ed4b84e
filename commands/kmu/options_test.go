package kmu

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

// files stands for the files that options name.
func files(path string) ([]byte, error) {
	content, ok := map[string]string{"hex": "0x01 02\n", "text": "words", "empty": ""}[path]
	if !ok {
		return nil, errors.New("no such file")
	}
	return []byte(content), nil
}

func TestParse(t *testing.T) {
	c := &command{
		name: "test",
		options: []option{
			{name: "-s", value: "<text>", kind: kindText},
			{name: "-n", value: "<number>", kind: kindNumber, max: 10, outside: "outside\n"},
			{name: "-k", value: "<handle>", kind: kindHandle},
			{name: "-r", value: "<code>", kind: kindCode},
			{name: "-u", value: "<ids>", kind: kindUserIDs},
			{name: "-x", value: "<hex>", kind: kindBytes},
			{name: "-f", value: "<file>", kind: kindFile},
			{name: "-fx", value: "<file>", kind: kindBytesFile},
			{name: "-one", value: "<1..2>", kind: kindNumber, min: 1, max: 2, outside: "not 1 or 2\n", outsideAlone: true},
			{name: "-flag"},
		},
	}
	tests := []struct {
		name    string
		line    string
		want    arguments
		refused *refusal
	}{
		{name: "no options are no options", line: "", want: arguments{}},
		{name: "pairs and flags come in any order", line: "-flag -s a -n 3",
			want: arguments{"-flag": {}, "-s": {text: "a"}, "-n": {number: 3}}},
		{name: "a value may look like an option", line: "-s -flag", want: arguments{"-s": {text: "-flag"}}},
		{name: "a tab is part of a word", line: "-s a\tb", want: arguments{"-s": {text: "a\tb"}}},
		{name: "quotes are part of a word", line: `-s "a"`, want: arguments{"-s": {text: `"a"`}}},
		{name: "an unknown word shows the screen", line: "-s a what", refused: &refusal{}},
		{name: "-h is an unknown word", line: "-h", refused: &refusal{}},
		{name: "an option is case-sensitive", line: "-S a", refused: &refusal{}},
		{name: "an option without its value shows the screen", line: "-flag -s", refused: &refusal{}},
		{name: "a repeated option shows the screen", line: "-s a -s a", refused: &refusal{}},
		{name: "a repeated flag shows the screen", line: "-flag -flag", refused: &refusal{}},
		{name: "a repeated option whose first value did not count shows the screen", line: "-n x -n 1", refused: &refusal{}},
		{name: "a number with other characters counts as not given", line: "-n 1x", want: arguments{}},
		{name: "a signed number counts as not given", line: "-n -1", want: arguments{}},
		{name: "a number beyond 32 bits counts as not given", line: "-n 4294967296", want: arguments{}},
		{name: "a handle has 64 bits", line: "-k 18446744073709551615", want: arguments{"-k": {number: 1<<64 - 1}}},
		{name: "a handle beyond 64 bits counts as not given", line: "-k 18446744073709551616", want: arguments{}},
		{name: "a number beyond its limit shows the screen after its text", line: "-n 11", refused: &refusal{text: "outside\n"}},
		{name: "a number below its limit too", line: "-one 0", refused: &refusal{text: "not 1 or 2\n", alone: true}},
		{name: "user ids may be odd", line: "-u ,4,,x,5y,99999999999",
			want: arguments{"-u": {ids: []hsm.UserID{4, 0, 5, 1<<32 - 1}}}},
		{name: "a list without ids counts as not given", line: "-u ,", want: arguments{}},
		{name: "eight ids are possible", line: "-u 1,2,3,4,5,6,7,8", want: arguments{"-u": {ids: []hsm.UserID{1, 2, 3, 4, 5, 6, 7, 8}}}},
		{name: "nine are not", line: "-u 1,2,3,4,5,6,7,8,9", refused: &refusal{}},
		{name: "hex goes without 0x", line: "-x 0aFF", want: arguments{"-x": {data: []byte{0x0a, 0xff}}}},
		{name: "hex goes with 0x", line: "-x 0x0aff", want: arguments{"-x": {data: []byte{0x0a, 0xff}}}},
		{name: "half a byte shows the screen", line: "-x abc", refused: &refusal{}},
		{name: "a file is read", line: "-f text", want: arguments{"-f": {text: "text", data: []byte("words")}}},
		{name: "a missing file is a warning", line: "-f none", refused: &refusal{text: "\n\tWARNING: Failed to read from the file \"none\".\n"}},
		{name: "an empty file is two", line: "-f empty",
			refused: &refusal{text: "\n\t empty is an empty file.\n\n\tWARNING: Failed to read from the file \"empty\".\n"}},
		{name: "a hex file is decoded", line: "-fx hex", want: arguments{"-fx": {text: "hex", data: []byte{1, 2}}}},
		{name: "a hex file must be hex", line: "-fx text", refused: &refusal{text: "\n\tWARNING: Failed to read from the file \"text\".\n"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, refused := c.parse(split(test.line), files)
			if diff := cmp.Diff(test.want, got, cmp.AllowUnexported(value{})); diff != "" {
				t.Errorf("arguments (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.refused, refused, cmp.AllowUnexported(refusal{})); diff != "" {
				t.Errorf("refusal (-want +got):\n%s", diff)
			}
		})
	}
}

func TestChecksComeInOrder(t *testing.T) {
	tests := []struct{ name, line, text string }{
		{"the first required option", "importer", "\n\tError: File (-f) is missing.\n"},
		{"the second", "importer -f text", "\n\tError: Label (-l) is missing.\n"},
		{"a condition comes at its place", "importer -f text -l bad", "bad label\n"},
		{"a file that cannot be read is missing", "importer -f none -l x",
			"\n\tWARNING: Failed to read from the file \"none\".\n\n\tError: File (-f) is missing.\n"},
		{"an unknown word goes before", "importer -x", ""},
	}
	c := &command{
		options: []option{{name: "-l", kind: kindText, value: "<label>"}, {name: "-f", kind: kindFile, value: "<file>"}},
		checks: []check{
			needs("-f", "File"), needs("-l", "Label"),
			{text: "bad label\n", fails: func(a arguments) bool { return a.text("-l") == "bad" }},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, refused := c.parse(split(test.line)[1:], files)
			if refused == nil || refused.text != test.text {
				t.Errorf("refused with %+v, want %q", refused, test.text)
			}
		})
	}
}

func TestNumbersAsCWritesThem(t *testing.T) {
	for word, want := range map[string]uint32{
		"0xdb": 0xdb, "0XDB": 0xdb, "219": 219, "0333": 219, "0": 0, "": 0, "none": 0, "0x": 0, "0xzz": 0, "12three": 12,
		"089": 0, "-5": 0, "0x40000040": 0x40000040, "0x1000000db": 0xdb, "99999999999999999999999": 1<<32 - 1,
	} {
		if got := cNumber(word); got != want {
			t.Errorf("%q is read as %#x, want %#x", word, got, want)
		}
	}
}

func TestLinesAreCutIntoWords(t *testing.T) {
	long := strings.Repeat("x", maxLine)
	for _, test := range []struct {
		name, line string
		want       []string
	}{
		{"an empty line has no words", "", []string{}},
		{"blanks are no words", "   ", []string{}},
		{"blanks separate words", "  a  b ", []string{"a", "b"}},
		{"tabs do not", "a\tb", []string{"a\tb"}},
		{"carriage returns are ignored", "a\r b\r", []string{"a", "b"}},
		{"what follows 1,399 characters is dropped", long + "y z", []string{long}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, split(test.line)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func FuzzOptions(f *testing.F) {
	for _, line := range []string{"genSymKey -t 31 -s 32 -l k -u 4,5 -min_srv 2 -timeout 1", "loginHSM -u CU -s a -p b",
		"genRSAKeyPair -m 2048 -e 1x -l k", "findKey -kcv 0x -idx zz -m empty", "genECCKeyPair -i 99 -l k", "Error2String -r 0x"} {
		f.Add(line)
	}
	table := commands()
	f.Fuzz(func(t *testing.T, line string) {
		words := split(line)
		if len(words) == 0 {
			return
		}
		for i := range table {
			c := &table[i]
			if !c.called(words[0]) {
				continue
			}
			a, refused := c.parse(words[1:], files)
			if (a == nil) == (refused == nil) {
				t.Fatalf("%q is neither accepted nor refused, or both", line)
			}
			for name, v := range a {
				o := c.option(name)
				if o == nil || len(v.ids) > maxSharers || o.max > 0 && (v.number < o.min || v.number > o.max) {
					t.Errorf("%q gives %s the value %+v", line, name, v)
				}
			}
			for _, check := range c.checks {
				if refused == nil && check.refuses(a) {
					t.Errorf("%q passes although %q fails", line, check.text)
				}
			}
		}
	})
}
