package awsapi

import (
	"encoding/json"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
	"github.com/hsmlab/hsmlab/hsmsim/trail"
)

// trailTime is how requestParameters and responseElements have times.
const trailTime = "Jan 2, 2006, 3:04:05 PM"

// record leaves the event of a call that the service has answered; ex is nil where it succeeded.
func (x *exchange) record(c *shape.Call, request, response any, ex *shape.Exception) {
	if x.endpoint.options.Trail == nil || x.service.source == "" {
		return
	}
	e := trail.Event{
		Time: x.endpoint.options.Clock.Now(), Source: x.service.source, Name: x.op.name,
		Region: c.Region, Account: c.Account, Caller: &c.Caller,
		ReadOnly: x.op.kind == reads, Resources: c.Resources,
		Request: trailOf(request),
	}
	if len(c.Additional) > 0 {
		e.Additional = c.Additional
	}
	if ex != nil {
		e.ErrorCode, e.ErrorMessage = ex.Code, ex.Message
	} else if x.op.kind == responds {
		e.Response = trailOf(response)
	}
	x.endpoint.options.Trail.Record(e)
}

// trailOf is a request or an answer as events have it, in JSON; nil where there is nothing to say. It is written
// at once: its bytes cannot change any more, and hold nothing secret.
func trailOf(message any) any {
	if message == nil {
		return nil
	}
	b := appendTrail(make([]byte, 0, 256), reflect.ValueOf(message))
	if len(b) <= len("{}") {
		return nil
	}
	return json.RawMessage(b)
}

func appendTrail(b []byte, v reflect.Value) []byte {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return append(b, "null"...)
		}
		return appendTrail(b, v.Elem())
	case reflect.String:
		return appendString(b, v.String())
	case reflect.Bool:
		return strconv.AppendBool(b, v.Bool())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return strconv.AppendInt(b, v.Int(), 10)
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			break
		}
		b = append(b, '[')
		for i := range v.Len() {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendTrail(b, v.Index(i))
		}
		return append(b, ']')
	case reflect.Map:
		return appendTrailMap(b, v)
	case reflect.Struct:
		if t, ok := timeIn(v); ok {
			return appendString(b, t.UTC().Format(trailTime))
		}
		return appendTrailStruct(b, v)
	case reflect.Float32, reflect.Float64:
		if f, err := json.Marshal(v.Float()); err == nil { // which it is not for infinities
			return append(b, f...)
		}
	}
	return append(b, "null"...)
}

func appendTrailStruct(b []byte, v reflect.Value) []byte {
	b = append(b, '{')
	some := false
	l := layoutOf(v.Type())
	for i := range l.members {
		m := &l.members[i]
		field := v.FieldByIndex(m.index)
		if m.trail == "" || m.absent(field) || field.Kind() == reflect.String && field.Len() == 0 {
			continue
		}
		if some {
			b = append(b, ',')
		}
		some = true
		b = append(b, '"')
		b = append(b, m.trail...)
		b = append(b, `":`...)
		if m.clock == "" {
			b = appendTrail(b, field)
		} else {
			b = appendTrailTime(b, field, m.clock)
		}
	}
	return append(b, '}')
}

// appendTrailTime writes a time in a layout of its own.
func appendTrailTime(b []byte, v reflect.Value, layout string) []byte {
	if t, ok := timeIn(reflect.Indirect(v)); ok {
		return appendString(b, t.UTC().Format(layout))
	}
	return appendTrail(b, v)
}

// appendTrailMap writes a map with its own keys. Blobs are left out of it too.
func appendTrailMap(b []byte, v reflect.Value) []byte {
	if v.Type().Key().Kind() != reflect.String || isBlob(v.Type().Elem()) {
		return append(b, "null"...)
	}
	keys := v.MapKeys()
	slices.SortFunc(keys, func(x, y reflect.Value) int { return strings.Compare(x.String(), y.String()) })
	b = append(b, '{')
	for i, k := range keys {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendString(b, k.String())
		b = append(b, ':')
		b = appendTrail(b, v.MapIndex(k))
	}
	return append(b, '}')
}

// appendString writes a text as JSON has it.
func appendString(b []byte, s string) []byte {
	for _, c := range []byte(s) {
		if c < ' ' || c > '~' || c == '"' || c == '\\' {
			quoted, err := json.Marshal(s)
			if err != nil {
				return append(b, `""`...)
			}
			return append(b, quoted...)
		}
	}
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"')
}
