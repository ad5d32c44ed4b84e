package awsapi

import (
	"net/http"
	"strings"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

var smithyProtocol = []string{"rpc-v2-cbor"}

// recognise finds a request's protocol and, where headers and path tell them, its service and operation. All
// services share one port, because a client has one --endpoint-url for all.
func (x *exchange) recognise() *shape.Exception {
	r := x.r
	if r.URL.RawQuery != "" {
		x.query = &form{}
		if err := x.query.add(r.URL.RawQuery); err != nil {
			return shape.Errorf(shape.SerializationException, "%s", err)
		}
	}
	target := first(r.Header["X-Amz-Target"])
	media, _, _ := strings.Cut(first(r.Header["Content-Type"]), ";")
	media = strings.TrimSpace(media)
	rpc := strings.HasPrefix(r.URL.Path, "/service/")
	switch {
	case r.Method != http.MethodPost && (r.Method != http.MethodGet || x.query == nil):
		x.w.Header().Set("Allow", http.MethodPost)
		x.status = http.StatusMethodNotAllowed
		return unknownOperation()
	case !rpc && r.URL.Path != "/" && r.URL.Path != "":
		x.status = http.StatusNotFound
		return unknownOperation()
	case rpc:
		x.protocol = cborRPC
		return x.recogniseRPC()
	case target != "":
		if media == json10.content[0] {
			x.protocol = json10
		}
		return x.recogniseTarget(target)
	case media == "application/x-www-form-urlencoded", r.Method == http.MethodGet:
		x.protocol = queryXML
		return nil
	}
	return unknownOperation()
}

func unknownOperation() *shape.Exception { return &shape.Exception{Code: shape.UnknownOperation} }

// recogniseTarget reads X-Amz-Target. Clients do not agree on how much of a service's name stands in it: the Go SDK
// sends CloudTrail_20131101.LookupEvents, botocore the same with com.amazonaws.cloudtrail.v20131101 before it.
func (x *exchange) recogniseTarget(target string) *shape.Exception {
	dot := strings.LastIndexByte(target, '.')
	if dot < 0 {
		return unknownOperation()
	}
	name := target[:dot]
	name = name[strings.LastIndexByte(name, '.')+1:]
	return x.find(x.endpoint.targets[name], target[dot+1:])
}

// recogniseRPC reads the path of rpc-v2-cbor: /service/NAME/operation/OPERATION.
func (x *exchange) recogniseRPC() *shape.Exception {
	parts := strings.Split(x.r.URL.Path, "/")
	if len(parts) != 5 || parts[3] != "operation" || first(x.r.Header["Smithy-Protocol"]) != smithyProtocol[0] {
		x.status = http.StatusNotFound
		return unknownOperation()
	}
	return x.find(x.endpoint.targets[parts[2]], parts[4])
}

func (x *exchange) find(m *mounted, operation string) *shape.Exception {
	if m == nil {
		return unknownOperation()
	}
	x.service = m
	if x.op = m.named[operation]; x.op == nil {
		return unknownOperation()
	}
	return nil
}

// recogniseAction reads Version and Action of a Query request, whose body has been read. Parameters are in the
// body or, of presigned requests, in the query string.
func (x *exchange) recogniseAction() *shape.Exception {
	x.form = &form{}
	if x.query != nil {
		x.form.pairs = append(x.form.pairs, x.query.pairs...)
	}
	if err := x.form.add(x.in.String()); err != nil {
		return shape.Errorf(shape.SerializationException, "%s", err)
	}
	version, action := x.form.first("Version"), x.form.first("Action")
	m := x.endpoint.versions[version]
	if m != nil {
		x.service = m
		if m.ec2 {
			x.protocol = queryEC2
		}
	}
	if action == "" {
		return &shape.Exception{Code: shape.UnknownOperation, Message: msgNoAction}
	}
	if ex := x.find(m, action); ex != nil {
		return shape.Errorf(ex.Code, msgUnknownAction, clip(action), clip(version))
	}
	return nil
}
