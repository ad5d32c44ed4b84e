package awsapi

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

const xmlHead = `<?xml version="1.0" encoding="UTF-8"?>` + "\n"

func answerXML(x *exchange, response any) error {
	b, name := &x.out, x.op.name
	fmt.Fprintf(b, `<%sResponse xmlns="%s">`, name, x.service.namespace)
	if v := reflect.ValueOf(response); len(layoutOf(v.Type()).members) > 0 {
		if err := writeElement(b, name+"Result", v, false); err != nil {
			return err
		}
	}
	fmt.Fprintf(b, "<ResponseMetadata><RequestId>%s</RequestId></ResponseMetadata></%sResponse>\n", x.id, name)
	return nil
}

func failXML(x *exchange, f failure) {
	kind, namespace := "Sender", ""
	if f.status >= 500 {
		kind = "Receiver"
	}
	if x.service != nil {
		namespace = fmt.Sprintf(` xmlns="%s"`, x.service.namespace)
	}
	b := &x.out
	fmt.Fprintf(b, "<ErrorResponse%s><Error><Type>%s</Type>", namespace, kind)
	writeText(b, "Code", f.code)
	writeText(b, "Message", f.message)
	fmt.Fprintf(b, "</Error><RequestId>%s</RequestId></ErrorResponse>\n", x.id)
}

func answerEC2(x *exchange, response any) error {
	b, name := &x.out, x.op.name
	fmt.Fprintf(b, xmlHead+`<%sResponse xmlns="%s"><requestId>%s</requestId>`, name, x.service.namespace, x.id)
	v := reflect.ValueOf(response)
	if len(layoutOf(v.Type()).members) == 0 {
		b.WriteString("<return>true</return>")
	} else if err := writeMembers(b, v, true); err != nil {
		return err
	}
	fmt.Fprintf(b, "</%sResponse>\n", name)
	return nil
}

func failEC2(x *exchange, f failure) {
	b := &x.out
	b.WriteString(xmlHead + "<Response><Errors><Error>")
	writeText(b, "Code", f.code)
	writeText(b, "Message", f.message)
	fmt.Fprintf(b, "</Error></Errors><RequestID>%s</RequestID></Response>\n", x.id)
}

// writeElement writes a value as an element.
func writeElement(b *bytes.Buffer, name string, v reflect.Value, ec2 bool) error {
	for v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface {
		v = v.Elem()
	}
	if t, ok := timeIn(v); ok {
		writeText(b, name, t.UTC().Format(xmlTime(ec2, t)))
		return nil
	}
	switch v.Kind() {
	case reflect.String:
		writeText(b, name, v.String())
		return nil
	case reflect.Bool:
		writeText(b, name, strconv.FormatBool(v.Bool()))
		return nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		writeText(b, name, strconv.FormatInt(v.Int(), 10))
		return nil
	case reflect.Float32, reflect.Float64:
		writeText(b, name, strconv.FormatFloat(v.Float(), 'f', -1, v.Type().Bits()))
		return nil
	}
	if v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Uint8 {
		writeText(b, name, base64.StdEncoding.EncodeToString(v.Bytes()))
		return nil
	}
	b.WriteString("<" + name + ">")
	defer b.WriteString("</" + name + ">")
	return writeContent(b, v, ec2)
}

// writeContent writes what is in the element of a value that has parts.
func writeContent(b *bytes.Buffer, v reflect.Value, ec2 bool) error {
	switch v.Kind() {
	case reflect.Struct:
		return writeMembers(b, v, ec2)
	case reflect.Slice:
		entry := "member"
		if ec2 {
			entry = "item"
		}
		for i := range v.Len() {
			if err := writeElement(b, entry, v.Index(i), ec2); err != nil {
				return err
			}
		}
		return nil
	case reflect.Map:
		keys := v.MapKeys()
		slices.SortFunc(keys, func(x, y reflect.Value) int { return strings.Compare(x.String(), y.String()) })
		for _, k := range keys {
			b.WriteString("<entry>")
			writeText(b, "key", k.String())
			if err := writeElement(b, "value", v.MapIndex(k), ec2); err != nil {
				return err
			}
			b.WriteString("</entry>")
		}
		return nil
	}
	return fmt.Errorf("cannot write a %s in XML", v.Type())
}

func writeMembers(b *bytes.Buffer, v reflect.Value, ec2 bool) error {
	l := layoutOf(v.Type())
	for i := range l.members {
		m := &l.members[i]
		field := v.FieldByIndex(m.index)
		// An empty list is there: clients make null of one that is not.
		if m.absent(field) && (m.omit || field.Kind() != reflect.Slice || field.Type().Elem().Kind() == reflect.Uint8) {
			continue
		}
		name := m.name
		if ec2 {
			name = m.xml
		}
		if err := writeElement(b, name, field, ec2); err != nil {
			return err
		}
	}
	return nil
}

// xmlTime is the format of times: EC2 always has milliseconds, the others where there are any.
func xmlTime(ec2 bool, t time.Time) string {
	if ec2 || t.Nanosecond() >= int(time.Millisecond) {
		return "2006-01-02T15:04:05.000Z"
	}
	return "2006-01-02T15:04:05Z"
}

func writeText(b *bytes.Buffer, name, text string) {
	b.WriteString("<" + name + ">")
	xml.EscapeText(b, []byte(text)) // a buffer takes everything
	b.WriteString("</" + name + ">")
}
