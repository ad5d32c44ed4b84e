package aws

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/hsmlab/hsmlab/commands/aws/model"
	"github.com/hsmlab/hsmlab/commands/aws/value"
)

// jsonCodec is the protocol JSON 1.1.
type jsonCodec struct {
	form timeForm
}

// timeForm is how times are shown: ISO 8601 in a zone, or as they came.
type timeForm struct {
	zone *time.Location
	wire bool
}

func (c jsonCodec) encode(op *model.Operation, params value.Object) ([]byte, http.Header) {
	if params == nil {
		params = value.Object{}
	}
	return value.AppendJSON(nil, epochs(op.In, params, c.form.zone)), http.Header{
		"Content-Type": {"application/x-amz-json-1.1"}, "X-Amz-Target": {op.Service.Target + "." + op.Name},
	}
}

// epochs gives a value with its times as seconds since the epoch.
func epochs(s *model.Shape, v any, zone *time.Location) any {
	switch v := v.(type) {
	case value.Object:
		out := value.Object{}
		for _, m := range v {
			inner := s.Element
			if member := s.Member(m.Key); member != nil {
				inner = member.Shape
			}
			out = append(out, value.Member{Key: m.Key, Value: epochs(inner, m.Value, zone)})
		}
		return out
	case []any:
		out := []any{}
		for _, e := range v {
			out = append(out, epochs(s.Element, e, zone))
		}
		return out
	}
	if s.Kind == model.Time {
		return timeOf(v, zone).Unix()
	}
	return v
}

// timeOf is the time that a validated value stands for.
func timeOf(v any, zone *time.Location) time.Time {
	if f, ok := value.Number(v); ok {
		return fromEpoch(f)
	}
	text, _ := v.(string)
	t, _ := parseTime(text, zone)
	return t
}

func (c jsonCodec) decode(op *model.Operation, body []byte) (value.Object, error) {
	v, err := value.ParseJSON(body)
	if err != nil {
		// The real one takes what is no JSON for an answer without members.
		return value.Object{}, nil
	}
	answer, _ := c.read(op.Out, v).(value.Object)
	if answer == nil {
		answer = value.Object{}
	}
	return answer, nil
}

// read gives the members that the model knows, in its order.
func (c jsonCodec) read(s *model.Shape, v any) any {
	switch {
	case v == nil:
		return nil
	case s.Kind == model.Structure:
		o, ok := v.(value.Object)
		if !ok {
			return nil
		}
		out := value.Object{}
		for _, m := range s.Members {
			if inner, _ := o.Get(m.Name); inner != nil {
				out = append(out, value.Member{Key: m.Name, Value: c.read(m.Shape, inner)})
			}
		}
		return out
	case s.Kind == model.Map:
		o, ok := v.(value.Object)
		if !ok {
			return nil
		}
		out := value.Object{}
		for _, m := range o {
			out = append(out, value.Member{Key: m.Key, Value: c.read(s.Element, m.Value)})
		}
		return out
	case s.Kind == model.List:
		list, ok := v.([]any)
		if !ok {
			return nil
		}
		out := []any{}
		for _, e := range list {
			out = append(out, c.read(s.Element, e))
		}
		return out
	case s.Kind == model.Time:
		return c.form.show(v)
	}
	return v
}

// show writes a time of an answer: a number in the zone of the form, a text in its own.
func (f timeForm) show(v any) any {
	if f.wire {
		return v
	}
	if n, ok := value.Number(v); ok {
		return showTime(fromEpoch(n).In(f.zone))
	}
	text, _ := v.(string)
	if n, err := strconv.ParseFloat(text, 64); err == nil {
		return showTime(fromEpoch(n).In(f.zone))
	}
	t, err := parseTime(text, f.zone)
	if err != nil {
		return v
	}
	return showTime(t)
}

func (c jsonCodec) decodeError(status int, body []byte) (code, message string) {
	v, err := value.ParseJSON(body)
	o, _ := v.(value.Object)
	text := func(key string) string {
		v, _ := o.Get(key)
		s, _ := v.(string)
		return s
	}
	if message = text("message"); message == "" {
		message = text("Message")
	}
	code = text("__type")
	if i := strings.LastIndexByte(code, '#'); i >= 0 {
		code = code[i+1:]
	}
	if err != nil && status < 500 {
		message = string(body)
	}
	if err != nil || code == "" {
		return unnamedError(status, message)
	}
	return code, message
}

// unnamedError is what the CLI makes of an answer that is no error of the service: the HTTP status.
func unnamedError(status int, message string) (string, string) {
	return strconv.Itoa(status), firstOf(message, http.StatusText(status))
}
