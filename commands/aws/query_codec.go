package aws

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/hsmlab/hsmlab/commands/aws/model"
	"github.com/hsmlab/hsmlab/commands/aws/value"
)

// queryCodec is the Query protocol, and EC2's edition of it: a form in, XML out.
type queryCodec struct {
	form timeForm
}

func (c queryCodec) encode(op *model.Operation, params value.Object) ([]byte, http.Header) {
	f := &formWriter{values: url.Values{}, codec: c, ec2: op.Service.Protocol == model.EC2}
	f.values.Set("Action", op.Name)
	f.values.Set("Version", op.Service.Version)
	f.add(op.In, params, "")
	return []byte(f.values.Encode()), http.Header{"Content-Type": {"application/x-www-form-urlencoded; charset=utf-8"}}
}

type formWriter struct {
	values url.Values
	codec  queryCodec
	ec2    bool
}

// add puts a value into the form: Filter.1.Value.1, and Dimensions.member.1.Name where it is not EC2.
func (f *formWriter) add(s *model.Shape, v any, path string) {
	switch v := v.(type) {
	case value.Object:
		for _, m := range v {
			member := s.Member(m.Key)
			if member == nil {
				continue
			}
			inner := member.Wire
			if path != "" {
				inner = path + "." + inner
			}
			f.add(member.Shape, m.Value, inner)
		}
	case []any:
		if !f.ec2 {
			if len(v) == 0 {
				f.values.Set(path, "")
			}
			path += ".member"
		}
		for i, e := range v {
			f.add(s.Element, e, fmt.Sprintf("%s.%d", path, i+1))
		}
	case bool:
		f.values.Set(path, strconv.FormatBool(v))
	default:
		if s.Kind == model.Time {
			f.values.Set(path, queryTime(timeOf(v, f.codec.form.zone)))
			return
		}
		f.values.Set(path, value.Scalar(v))
	}
}

func queryTime(t time.Time) string {
	if t.Nanosecond()/1000 != 0 {
		return t.UTC().Format("2006-01-02T15:04:05.000000Z")
	}
	return t.UTC().Format("2006-01-02T15:04:05Z")
}

// element is an element of an XML document; its text if it has no others in it.
type element struct {
	name     string
	text     string
	children []*element
}

func (e *element) child(name string) *element {
	if e == nil {
		return nil
	}
	for _, c := range e.children {
		if c.name == name {
			return c
		}
	}
	return nil
}

// maxXMLDepth bounds the nesting of answers.
const maxXMLDepth = 100

// parseXML reads a document and gives its root.
func parseXML(body []byte) (*element, error) {
	d := xml.NewDecoder(strings.NewReader(string(body)))
	root := &element{}
	open := []*element{root}
	for {
		t, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		top := open[len(open)-1]
		switch t := t.(type) {
		case xml.StartElement:
			if len(open) > maxXMLDepth {
				return nil, fmt.Errorf("nested deeper than %d", maxXMLDepth)
			}
			e := &element{name: t.Name.Local}
			top.children = append(top.children, e)
			open = append(open, e)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			top.text += string(t)
		}
	}
	if len(root.children) != 1 {
		return nil, errors.New("no element found")
	}
	return root.children[0], nil
}

func (c queryCodec) decode(op *model.Operation, body []byte) (value.Object, error) {
	root, err := parseXML(body)
	if err != nil {
		return nil, fail(statusOther, "Unable to parse response (%v), invalid XML received. Further retries may succeed:\nb%s", err, value.Repr(string(body)))
	}
	if op.Service.Protocol == model.Query {
		root = root.child(op.Name + "Result")
	}
	answer, _ := c.read(op.Out, root).(value.Object)
	if answer == nil {
		answer = value.Object{}
	}
	return answer, nil
}

// read gives what the model knows of an element. Elements of lists are called item or member.
func (c queryCodec) read(s *model.Shape, e *element) any {
	if e == nil {
		return nil
	}
	switch s.Kind {
	case model.Structure:
		o := value.Object{}
		for _, m := range s.Members {
			if inner := e.child(m.Wire); inner != nil {
				o = append(o, value.Member{Key: m.Name, Value: c.read(m.Shape, inner)})
			}
		}
		return o
	case model.List:
		list := []any{}
		for _, inner := range e.children {
			list = append(list, c.read(s.Element, inner))
		}
		return list
	case model.Map:
		o := value.Object{}
		for _, entry := range e.children {
			if key := entry.child("key"); key != nil {
				o = append(o, value.Member{Key: key.text, Value: c.read(s.Element, entry.child("value"))})
			}
		}
		return o
	case model.Bool:
		return e.text == "true"
	case model.Int:
		if n, err := strconv.ParseInt(e.text, 10, 64); err == nil {
			return n
		}
	case model.Float:
		if f, err := strconv.ParseFloat(e.text, 64); err == nil {
			return f
		}
	case model.Time:
		return c.form.show(e.text)
	}
	return e.text
}

func (c queryCodec) decodeError(status int, body []byte) (code, message string) {
	root, err := parseXML(body)
	if err != nil {
		return unnamedError(status, "")
	}
	found := root.child("Error")
	if found == nil {
		found = root.child("Errors").child("Error")
	}
	if found == nil {
		return unnamedError(status, "")
	}
	if m := found.child("Message"); m != nil {
		message = m.text
	}
	if t := found.child("Code"); t != nil {
		code = t.text
	}
	return code, message
}
