package awsapi

import (
	"bytes"
	"compress/gzip"
	"io"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// read reads the request's body, up to its limit.
func (x *exchange) read() *shape.Exception {
	n := x.r.ContentLength
	if n > maxBody {
		return x.tooLarge()
	}
	if n == 0 {
		return nil
	}
	if n > 0 && n < maxKept {
		x.in.Grow(int(n) + bytes.MinRead) // room to see the end without growing
	}
	x.limited = io.LimitedReader{R: x.r.Body, N: maxBody + 1}
	if _, err := x.in.ReadFrom(&x.limited); err != nil {
		x.w.Header().Set("Connection", "close")
		return &shape.Exception{Code: shape.SerializationException, Message: msgIncomplete}
	}
	if x.in.Len() > maxBody {
		return x.tooLarge()
	}
	x.body = x.in.Bytes()
	return nil
}

// tooLarge ends the connection as well: nobody wants to read the rest.
func (x *exchange) tooLarge() *shape.Exception {
	x.w.Header().Set("Connection", "close")
	return shape.Errorf(shape.RequestEntityTooLarge, msgTooLarge, maxBody)
}

// unpack turns a body that has been signed and sent in packed form into what it was. The SDKs pack PutMetricData.
func (x *exchange) unpack() *shape.Exception {
	encoding := first(x.r.Header["Content-Encoding"])
	if encoding == "" || encoding == "identity" {
		return nil
	}
	if encoding != "gzip" || x.protocol.query {
		return shape.Errorf(shape.UnsupportedMediaTypeContent, msgUnpack, clip(encoding))
	}
	z, err := gzip.NewReader(bytes.NewReader(x.body))
	if err == nil {
		x.body, err = io.ReadAll(io.LimitReader(z, maxBody+1))
	}
	if err != nil {
		return shape.Errorf(shape.SerializationException, msgUnpack, encoding)
	}
	if len(x.body) > maxBody {
		return x.tooLarge()
	}
	return nil
}
