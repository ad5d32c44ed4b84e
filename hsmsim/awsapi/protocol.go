package awsapi

import (
	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// protocol is how requests, answers and errors of one kind of client look. Its functions write to the exchange's
// out.
type protocol struct {
	query   bool // errors have the codes of Query
	content []string
	decode  func(x *exchange, into any) error
	answer  func(x *exchange, response any) error
	fail    func(x *exchange, f failure)
}

var (
	json11   = &protocol{content: []string{"application/x-amz-json-1.1"}, decode: decodeJSON, answer: answerJSON, fail: failJSON}
	json10   = &protocol{content: []string{"application/x-amz-json-1.0"}, decode: decodeJSON, answer: answerJSON, fail: failJSON}
	cborRPC  = &protocol{content: []string{"application/cbor"}, decode: decodeCBOR, answer: answerCBOR, fail: failCBOR}
	queryXML = &protocol{query: true, content: []string{"text/xml"}, decode: decodeQuery, answer: answerXML, fail: failXML}
	queryEC2 = &protocol{query: true, content: []string{"text/xml;charset=UTF-8"}, decode: decodeQuery, answer: answerEC2, fail: failEC2}
)

// serialization is the exception for requests that are not of the operation's form. AWS says little about them or
// nothing.
func serialization(format string, args ...any) error {
	return shape.Errorf(shape.SerializationException, format, args...)
}
