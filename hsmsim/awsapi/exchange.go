package awsapi

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime/debug"
	"strconv"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// exchange is one request and its answer.
type exchange struct {
	endpoint *Endpoint
	w        http.ResponseWriter
	r        *http.Request
	id       string // of the request

	protocol *protocol
	service  *mounted   // nil where none has been recognised
	op       *operation // likewise
	status   int        // of a refusal that no exception stands for; 0 for the exception's own
	query    *form      // the query string; nil where there is none
	form     *form      // all parameters of a Query request
	body     []byte     // of the request

	*buffers
}

// buffers serve one exchange after the other.
type buffers struct {
	in      bytes.Buffer // the request's body, as it was sent
	limited io.LimitedReader
	scratch []byte
	out     bytes.Buffer // the answer's body
	encoder *json.Encoder
}

// maxKept is how large buffers may be that wait for the next exchange.
const maxKept = 64 << 10

func newBuffers() *buffers {
	b := &buffers{}
	b.encoder = json.NewEncoder(&b.out)
	b.encoder.SetEscapeHTML(false)
	return b
}

// ServeHTTP answers one request.
func (e *Endpoint) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b := e.pool.Get().(*buffers)
	x := exchange{endpoint: e, w: w, r: r, id: newID(), protocol: json11, buffers: b}
	defer x.rescue()
	x.serve()
	if b.in.Cap() > maxKept || b.out.Cap() > maxKept || cap(b.scratch) > maxKept {
		return
	}
	b.in.Reset()
	b.out.Reset()
	b.limited.R = nil
	e.pool.Put(b)
}

func (x *exchange) serve() {
	c, ex := x.prepare()
	if ex != nil {
		x.refuse(ex)
		return
	}
	if x.endpoint.options.Called != nil {
		x.endpoint.options.Called(x.service.name, x.op.name)
	}
	request, response, err := x.call(c)
	if err == nil {
		x.record(c, request, response, nil)
		x.write(http.StatusOK)
		return
	}
	ex, unexpected := exceptionOf(x.service.service, x.op, err)
	if unexpected {
		x.endpoint.log.Error("call failed", "service", x.service.name, "operation", x.op.name, "request", x.id, "error", err)
	}
	x.record(c, request, nil, ex)
	x.refuse(ex)
}

// prepare recognises a request, reads it and makes sure of who sent it.
func (x *exchange) prepare() (*shape.Call, *shape.Exception) {
	if ex := x.recognise(); ex != nil {
		return nil, ex
	}
	if x.protocol.query {
		// A form says in its body what it is for.
		if ex := x.read(); ex != nil {
			return nil, ex
		}
		if ex := x.recogniseAction(); ex != nil {
			return nil, ex
		}
	}
	if x.r.ContentLength > maxBody {
		return nil, x.tooLarge()
	}
	a, ex := authorizationOf(x.r, x.query)
	if ex != nil {
		return nil, ex
	}
	key, ex := x.endpoint.identify(&a)
	if ex != nil {
		return nil, ex
	}
	if !x.protocol.query {
		if ex := x.read(); ex != nil {
			return nil, ex
		}
	}
	x.scratch, ex = x.endpoint.verify(x.r, x.query, &a, key, x.service.signing, x.in.Bytes(), x.scratch)
	if ex != nil {
		return nil, ex
	}
	if ex := x.unpack(); ex != nil {
		return nil, ex
	}
	source, _, err := net.SplitHostPort(x.r.RemoteAddr)
	if err != nil {
		source = x.r.RemoteAddr
	}
	c := &shape.Call{Action: x.service.prefix() + ":" + x.op.name, Caller: shape.Caller{
		Account: x.endpoint.options.Account, Region: a.region,
		AccessKeyID: key.ID, UserName: key.UserName, PrincipalID: key.PrincipalID,
		SourceIP: source, UserAgent: first(x.r.Header["User-Agent"]), RequestID: x.id,
	}}
	c.Policies, c.Limited = x.endpoint.options.Policies[key.UserName]
	return c, nil
}

// call runs the operation and writes its answer to out. A panic in it is an error like others to the client.
func (x *exchange) call(c *shape.Call) (request, response any, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	request, response, err = x.op.run(x.r.Context(), x.service.impl, c,
		passage{func(into any) error { return x.protocol.decode(x, into) }, x.admit})
	if err == nil {
		err = x.protocol.answer(x, response)
	}
	return request, response, err
}

// rescue answers where something else than the operation has panicked.
func (x *exchange) rescue() {
	if p := recover(); p != nil {
		x.endpoint.log.Error("request failed", "request", x.id, "error", fmt.Errorf("panic: %v\n%s", p, debug.Stack()))
		x.refuse(&shape.Exception{Code: shape.InternalFailure, Message: msgInternal})
	}
}

// refuse answers with an exception.
func (x *exchange) refuse(ex *shape.Exception) {
	x.out.Reset()
	var s *service
	if x.service != nil {
		s = x.service.service
	}
	f := failureOf(s, ex, x.protocol.query)
	if x.status != 0 {
		f.status = x.status
	}
	x.protocol.fail(x, f)
	x.write(f.status)
}

// write sends what is in out, in one piece with the headers.
func (x *exchange) write(status int) {
	h := x.w.Header()
	h["x-amzn-RequestId"] = []string{x.id}
	h["Content-Type"] = x.protocol.content
	h["Content-Length"] = []string{strconv.Itoa(x.out.Len())}
	if x.protocol == cborRPC {
		h["Smithy-Protocol"] = smithyProtocol
	}
	x.w.WriteHeader(status)
	x.w.Write(x.out.Bytes()) // a client that has gone away misses its answer
}

// newID makes a request id, a random UUID.
func newID() string {
	var raw [16]byte
	rand.Read(raw[:]) // cannot fail
	raw[6], raw[8] = raw[6]&0x0f|0x40, raw[8]&0x3f|0x80
	var text [36]byte
	hex.Encode(text[0:8], raw[0:4])
	hex.Encode(text[9:13], raw[4:6])
	hex.Encode(text[14:18], raw[6:8])
	hex.Encode(text[19:23], raw[8:10])
	hex.Encode(text[24:36], raw[10:16])
	text[8], text[13], text[18], text[23] = '-', '-', '-', '-'
	return string(text[:])
}
