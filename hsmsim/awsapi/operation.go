package awsapi

import (
	"context"
	"strings"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// service is one AWS service as the endpoint knows it: a constant table.
type service struct {
	name       string            // for logs, and in Options.Services: kms
	signing    string            // name in the scope of signatures
	source     string            // eventSource in CloudTrail; "" leaves no events
	target     string            // what stands before the last dot of X-Amz-Target, or its end; "" where it is not spoken
	version    string            // of the Query protocol; "" where it is not spoken
	namespace  string            // of the XML answers; of services with a version
	ec2        bool              // the Query protocol is EC2's dialect of it
	capital    bool              // errors in JSON have their text in Message as well as in message
	internal   string            // exception for faults of our own; "" for InternalFailure
	faults     string            // exceptions that are 500, blank-separated
	codes      map[string]string // what the Query protocol calls exceptions; those that are not here by their names
	operations []operation
}

// operation is one operation of a service.
type operation struct {
	name    string
	kind    kind
	declare []string            // exceptions that the service model declares
	fits    func(impl any) bool // whether an implementation has it
	run     func(ctx context.Context, impl any, c *shape.Call, p passage) (request, response any, err error)
}

// passage is what a request passes on its way to the service.
type passage struct {
	decode func(into any) error
	admit  func(*shape.Call) error // whether the caller may; nil lets everybody
}

// kind is what CloudTrail says of an operation.
type kind uint8

const (
	writes   kind = iota // readOnly false, responseElements null
	responds             // readOnly false, responseElements is the answer
	reads                // readOnly true, responseElements null
)

// op makes the row of an operation: its name, the method of the service, and the exceptions that its model
// declares, blank-separated and without the "Exception" at their end. Names without that end have an equals sign
// before them: =InvalidNextToken.
func op[S, Req, Resp any](name string, k kind, method func(S, context.Context, *shape.Call, Req) (Resp, error), exceptions string) operation {
	var declared []string
	for _, e := range strings.Fields(exceptions) {
		whole, ok := strings.CutPrefix(e, "=")
		if !ok {
			whole = e + "Exception"
		}
		declared = append(declared, whole)
	}
	fits := func(impl any) bool { _, ok := impl.(S); return ok }
	return operation{name, k, declared, fits, func(ctx context.Context, impl any, c *shape.Call, p passage) (any, any, error) {
		s := impl.(S)
		var r Req
		if err := p.decode(&r); err != nil {
			return nil, nil, err
		}
		if err := shape.Validate(r); err != nil {
			return r, nil, err
		}
		c.Request = r
		if p.admit != nil {
			if err := p.admit(c); err != nil {
				return r, nil, err
			}
		}
		answer, err := method(s, ctx, c, r)
		return r, answer, err
	}}
}
