package awsapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
)

func decodeJSON(x *exchange, into any) error {
	body := bytes.TrimLeft(x.body, " \t\r\n")
	if len(body) == 0 {
		return nil // clients send nothing where there is nothing to say
	}
	if body[0] != '{' {
		return serialization("")
	}
	err := json.Unmarshal(body, into)
	var wrong *json.UnmarshalTypeError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &wrong):
		return serialization("%s", mismatch(wrong))
	}
	return serialization("")
}

// mismatch is what AWS says of a member of the wrong type.
func mismatch(wrong *json.UnmarshalTypeError) string {
	switch wrong.Type.Kind() {
	case reflect.Struct, reflect.Map:
		return "Unexpected value where a structure or map was expected"
	case reflect.Slice:
		if wrong.Type.Elem().Kind() != reflect.Uint8 {
			return "Unexpected value where a list was expected"
		}
	}
	switch wrong.Value {
	case "object", "array":
		return "Start of structure or map found where not expected."
	case "string":
		return "STRING_VALUE cannot be converted to " + javaName(wrong.Type)
	case "bool":
		return "TRUE_VALUE cannot be converted to " + javaName(wrong.Type)
	}
	return "NUMBER_VALUE cannot be converted to " + javaName(wrong.Type)
}

// javaName is what AWS's messages call a type of Go.
func javaName(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Bool:
		return "Boolean"
	case reflect.Int, reflect.Int32:
		return "Integer"
	case reflect.Int64:
		return "Long"
	case reflect.Float32, reflect.Float64:
		return "Double"
	case reflect.Slice:
		return "Blob"
	}
	return "String"
}

func answerJSON(x *exchange, response any) error {
	if err := x.encoder.Encode(response); err != nil {
		return err
	}
	x.out.Truncate(x.out.Len() - 1) // the encoder's newline
	return nil
}

// jsonFailure is the body of an error.
type jsonFailure struct {
	Type    string `json:"__type"`
	Capital string `json:"Message,omitempty"`
	Message string `json:"message,omitempty"`
}

func failJSON(x *exchange, f failure) {
	body := jsonFailure{Type: f.code, Message: f.message}
	if x.service != nil && x.service.capital {
		body.Capital = f.message
	}
	x.noteQueryError(f)
	if err := answerJSON(x, body); err != nil { // texts can always be written
		x.endpoint.log.Error("cannot write an error", "error", err)
	}
}

// noteQueryError adds the header that tells clients of a service that once spoke Query what it called an error
// then.
func (x *exchange) noteQueryError(f failure) {
	if x.service == nil || x.service.version == "" {
		return
	}
	fault := ";Sender"
	if f.status >= 500 {
		fault = ";Receiver"
	}
	x.w.Header()["x-amzn-query-error"] = []string{f.queryCode + fault}
}
