package awsapi

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/fxamacker/cbor/v2"
	"github.com/google/go-cmp/cmp"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// everything has a member of each kind that requests have.
type everything struct {
	Text    string            `json:"Text"`
	Ref     *string           `json:"Ref"`
	Number  int               `json:"Number"`
	Small   *int32            `json:"Small"`
	Real    *float64          `json:"Real"`
	Flag    *bool             `json:"Flag"`
	Blob    []byte            `json:"Blob"`
	When    *shape.Time       `json:"When"`
	Plain   shape.Time        `json:"Plain"`
	List    []string          `json:"List"`
	Structs []dimension       `json:"Structs"`
	Flat    []ec2Filter       `json:"Filters" query:"Filter"`
	Map     map[string]string `json:"Map"`
	Lists   map[string][]int  `json:"Lists"`
	Inner   *inner            `json:"Inner"`
}

type ec2Filter struct {
	Name   string   `json:"Name"`
	Values []string `json:"Values" query:"Value"`
}

type inner struct {
	Inner *inner `json:"Inner"`
	Text  string `json:"Text"`
}

func decoded(p *protocol, body string) (everything, error) {
	var e everything
	x := &exchange{body: []byte(body), form: &form{}}
	if p == queryXML {
		if err := x.form.add(body); err != nil {
			return e, err
		}
	}
	return e, p.decode(x, &e)
}

var when = shape.Time{Time: time.Date(2021, 10, 21, 20, 17, 32, 500e6, time.UTC)}

func TestDecode(t *testing.T) {
	for _, c := range []struct {
		name string
		p    *protocol
		in   string
		want everything
	}{
		{"JSON: nothing", json11, " \n", everything{}},
		{"JSON: text", json11, `{"Text":"é","Ref":"","Unknown":{"x":[1]},"Flag":null}`, everything{Text: "é", Ref: new("")}},
		{"JSON: numbers", json11, `{"Number":-7,"Small":2147483647,"Real":1e3,"Flag":false}`, everything{Number: -7, Small: new(int32(2147483647)), Real: new(1000.0), Flag: new(false)}},
		{"JSON: times and blobs", json11, `{"Blob":"AP8=","When":1634847452.5,"Plain":1.6348474525E9}`, everything{Blob: []byte{0, 255}, When: &when, Plain: when}},
		{"JSON: lists", json11, `{"List":[],"Structs":[{"Name":"n"}],"Map":{"a.b":"c"},"Lists":{"x":[1]}}`, everything{List: []string{}, Structs: []dimension{{Name: "n"}}, Map: map[string]string{"a.b": "c"}, Lists: map[string][]int{"x": {1}}}},
		{"Query: nothing", queryXML, "", everything{}},
		{"Query: text", queryXML, "Text=%C3%A9+x&Ref=&Unknown.member.1=x&&Action=A", everything{Text: "é x", Ref: new("")}},
		{"Query: numbers", queryXML, "Number=-7&Small=2147483647&Real=1e3&Flag=False", everything{Number: -7, Small: new(int32(2147483647)), Real: new(1000.0), Flag: new(false)}},
		{"Query: times and blobs", queryXML, "Blob=AP8%3D&When=2021-10-21T20%3A17%3A32.5Z&Plain=1634847452.5", everything{Blob: []byte{0, 255}, When: &when, Plain: when}},
		{"Query: lists", queryXML, "List.member.10=c&List.member.2=b&List.member.1=a&Structs.member.1.Value=v&Structs.member.1.Name=n&Structs.member.2.Name=m",
			everything{List: []string{"a", "b", "c"}, Structs: []dimension{{"n", "v"}, {"m", ""}}}},
		{"Query: flat lists", queryXML, "List.1=a&List.2=b&Filter.1.Name=n&Filter.1.Value.1=v&Filter.1.Value.2=w", everything{List: []string{"a", "b"}, Flat: []ec2Filter{{"n", []string{"v", "w"}}}}},
		{"Query: empty list", queryXML, "List=", everything{List: []string{}}},
		{"Query: maps", queryXML, "Map.entry.1.key=k&Map.entry.1.value=v&Lists.1.key=l&Lists.1.value.member.1=3", everything{Map: map[string]string{"k": "v"}, Lists: map[string][]int{"l": {3}}}},
		{"Query: structs", queryXML, "Inner.Inner.Text=t", everything{Inner: &inner{Inner: &inner{Text: "t"}}}},
		{"CBOR: nothing", cborRPC, "\xa0", everything{}},
		{"CBOR: text and numbers", cborRPC, "\xa6dText\x62é\x66Number\x26\x64Real\x01\x64Flag\xf4\x64Blob\x42\x00\xff\x67Unknown\x81\x80", everything{Text: "é", Number: -7, Real: new(1.0), Flag: new(false), Blob: []byte{0, 255}}},
		{"CBOR: times", cborRPC, "\xa2dWhen\xc1\xfb\x41\xd8\x5c\x72\xb7\x20\x00\x00ePlain\xc1\x1a\x61\x71\xca\xdc", everything{When: &when, Plain: shape.Time{Time: when.Truncate(time.Second)}}},
		{"CBOR: lists of unknown length", cborRPC, "\xbfdList\x9faa\xff\xff", everything{List: []string{"a"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := decoded(c.p, c.in)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestDecodeRefused(t *testing.T) {
	const list, number = "Unexpected value where a list was expected", "NUMBER_VALUE cannot be converted to String"
	for _, c := range []struct {
		p       *protocol
		in      string
		message string
	}{
		{json11, `[]`, ""},
		{json11, `null`, ""},
		{json11, `{"Text":"x"`, ""},
		{json11, `{"Text":"x"} {}`, ""},
		{json11, `{"Text":` + strings.Repeat("[", 100000) + `}`, ""},
		{json11, `{"Text":1}`, number},
		{json11, `{"Text":true}`, "TRUE_VALUE cannot be converted to String"},
		{json11, `{"Text":[]}`, "Start of structure or map found where not expected."},
		{json11, `{"Number":"1"}`, "STRING_VALUE cannot be converted to Integer"},
		{json11, `{"Number":1.5}`, "NUMBER_VALUE cannot be converted to Integer"},
		{json11, `{"Small":2147483648}`, "NUMBER_VALUE cannot be converted to Integer"},
		{json11, `{"List":"x"}`, list},
		{json11, `{"List":[1]}`, number},
		{json11, `{"Map":{"k":1}}`, number},
		{json11, `{"Inner":"x"}`, "Unexpected value where a structure or map was expected"},
		{json11, `{"Blob":"*"}`, ""},
		{json11, `{"When":"yesterday"}`, ""},
		{queryXML, "Number=x", "Value (x) for parameter Number is invalid. It must be an integer"},
		{queryXML, "Structs.member.x.Name=n", "x is not an entry of the list Structs.member"},
		{queryXML, "List.member.01=n", "01 is not an entry of the list List.member"},
		{queryXML, "Blob=*", "Value (*) for parameter Blob is invalid. It must be a Base64 text"},
		{queryXML, "When=yesterday", "Value (yesterday) for parameter When is invalid. It must be a time"},
		{queryXML, "Flag=2", "Value (2) for parameter Flag is invalid. It must be a boolean"},
		{queryXML, "Lists.entry.1.key=k&Lists.entry.1.value.member.1=x", "Value (x) for parameter Lists.entry.1.value.member.1 is invalid. It must be an integer"},
		{queryXML, "Map.entry.1.key=k", "Map.entry.1 has no value"},
		{queryXML, strings.Repeat("a.", 16) + "b=", "parameter a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.b has more than 16 parts"},
		{cborRPC, "\xa1dText\x01", ""},
		{cborRPC, "\xa1dText", ""},
		{cborRPC, "\xa1dWhen\x01", ""},
		{cborRPC, "\xa1dWhen\xc1aa", ""},
		{cborRPC, "\xa1dList\x9b\xff\xff\xff\xff\xff\xff\xff\xff", ""},
		{cborRPC, "\xa1ax" + strings.Repeat("\x81", 100000), ""},
	} {
		_, err := decoded(c.p, c.in)
		want := &shape.Exception{Code: shape.SerializationException, Message: c.message}
		if !reflect.DeepEqual(err, error(want)) {
			t.Errorf("%.100q: got %v, want %v", c.in, err, want)
		}
	}
	f := &form{}
	if err := f.add(strings.Repeat("a=b&", maxPairs+1)); err == nil {
		t.Error("a form has no limit")
	}
	if err := f.add("%zz=x"); err == nil {
		t.Error("a form may be encoded badly")
	}
}

// Answers in CBOR come back as they were.
func TestCBORTimes(t *testing.T) {
	for _, ms := range []int64{0, 1, 999, 1634847452500, 253402300799999} {
		in := shape.Time{Time: time.UnixMilli(ms).UTC()}
		b, err := cbor.Marshal(in)
		if err != nil {
			t.Fatal(err)
		}
		var out shape.Time
		if err := cbor.Unmarshal(b, &out); err != nil || !out.Equal(in.Time) {
			t.Errorf("%v became %v, %v", in, out, err)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(uint8(0), []byte(`{"Text":"é","Structs":[{"Name":"n"}],"When":1e9,"Map":{"a":"b"}}`))
	f.Add(uint8(1), []byte("List.member.10=c&Structs.member.1.Value=v&Map.entry.1.key=k&Map.entry.1.value=v&Inner.Inner.Text=t&When=1e9"))
	f.Add(uint8(2), []byte("\xa2dWhen\xc1\xfb\x41\xd8\x5c\x72\xb7\x20\x00\x00ePlain\xc1\x1a\x61\x71\xca\xdc"))
	f.Fuzz(func(t *testing.T, kind uint8, body []byte) {
		p := []*protocol{json11, queryXML, cborRPC}[kind%3]
		e, err := decoded(p, string(body))
		if err != nil {
			return
		}
		// What could be read can be told, in whatever way.
		x := &exchange{id: "id", op: &operation{name: "Op"}, service: &mounted{service: &testWatch}, buffers: newBuffers()}
		for _, answer := range []func(*exchange, any) error{answerXML, answerEC2} {
			if err := answer(x, e); err != nil {
				t.Error(err)
			}
		}
		if trailed := trailOf(e); trailed != nil {
			if err := answerJSON(x, trailed); err != nil {
				t.Errorf("%s: %v", trailed, err)
			}
		}
	})
}
