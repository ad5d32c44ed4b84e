package awsapi

import (
	"context"
	"fmt"
	"strings"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// service is one AWS service as the endpoint knows it: a constant table.
type service struct {
	name       string // for logs: kms
	signing    string // name in the scope of signatures
	source     string // eventSource in CloudTrail; "" leaves no events
	target     string // what stands before the last dot of X-Amz-Target, or its end; "" where it is not spoken
	version    string // of the Query protocol; "" where it is not spoken
	internal   string // exception for faults of our own
	faults     string // exceptions that are 500, blank-separated
	operations []operation
}

// operation is one operation of a service.
type operation struct {
	name    string
	kind    kind
	declare []string // exceptions that the service model declares
	run     func(ctx context.Context, impl any, c *shape.Call, decode func(any) error) (request, response any, err error)
}

// kind is what CloudTrail says of an operation.
type kind uint8

const (
	writes   kind = iota // readOnly false, responseElements null
	responds             // readOnly false, responseElements is the answer
	reads                // readOnly true, responseElements null
)

// op makes the row of an operation: its name, the method of the service, and the exceptions that its model
// declares, blank-separated and without the "Exception" at their end.
func op[S, Req, Resp any](name string, k kind, method func(S, context.Context, *shape.Call, Req) (Resp, error), exceptions string) operation {
	var declared []string
	for _, e := range strings.Fields(exceptions) {
		declared = append(declared, e+"Exception")
	}
	return operation{name, k, declared, func(ctx context.Context, impl any, c *shape.Call, decode func(any) error) (any, any, error) {
		s, ok := impl.(S)
		if !ok {
			return nil, nil, fmt.Errorf("operation %s is not implemented by %T", name, impl)
		}
		var r Req
		if err := decode(&r); err != nil {
			return nil, nil, err
		}
		if err := shape.Validate(r); err != nil {
			return r, nil, err
		}
		answer, err := method(s, ctx, c, r)
		return r, answer, err
	}}
}
