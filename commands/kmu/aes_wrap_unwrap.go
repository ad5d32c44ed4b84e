package kmu

import (
	"context"
	"fmt"

	"github.com/hsmlab/hsmlab/hsmsim/cluster"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

var aesWrapUnwrapOptions = []option{
	{name: "-m", value: "<1|0>", kind: kindNumber, about: "1 wraps, 0 unwraps"},
	{name: "-f", value: "<file>", kind: kindFile, about: "the file to wrap or unwrap, less than 4096 bytes"},
	wrappingOption,
	{name: "-i", value: "<IV>", kind: kindBytes, initial: "A6A6A6A6A6A6A6A6", about: "initial value, 16 hex digits"},
	{name: "-out", value: "<file>", kind: kindText, initial: "wrapped_key or unwrapped_key", about: "the file for the result, which is written over"},
}

var aesWrapUnwrapChecks = []check{
	{requires: "-f", text: textNoWrapFile},
	needs("-w", "Handle of wrapping Key"),
	{text: textNoIV + textNoWrapMode, fails: func(a arguments) bool { return !a.has("-i") && !a.has("-m") }},
	{requires: "-m", text: textNoWrapMode},
	{text: textBadWrapMode, fails: func(a arguments) bool { return a.number("-m") > 1 }},
}

const (
	maxAESWrap = 4096 // bytes that aesWrapUnwrap does not take any more
	resultRow  = 8    // bytes on a line of the result
)

// runAESWrapUnwrap wraps or unwraps a file with an AES key.
func runAESWrapUnwrap(ctx context.Context, s *session, a arguments) hsm.Code {
	function, op, file := "Cfm3WrapHostKey", wire.WrapData, "wrapped_key"
	if a.number("-m") == 0 {
		function, op, file = "Cfm3UnWrapHostKey", wire.UnwrapData, "unwrapped_key"
	}
	if a.has("-out") {
		file = a.text("-out")
	}
	switch iv := a.data("-i"); {
	case !a.has("-i"):
		s.out.Print(textNoIV)
	case len(iv) != len(hsm.WrapIV):
		s.out.Printf(textBadIVLength, len(iv))
		return hsm.InvalidArguments
	}
	if len(a.data("-f")) >= maxAESWrap {
		return s.result(function, hsm.MessageLength)
	}
	r := hsm.DataRequest{Wrapping: a.key("-w"), IV: a.data("-i"), Data: a.data("-f")}
	out, code := cluster.OnHome(ctx, s.cluster(ctx), op, r)
	if code != hsm.Success {
		if s.family.emptyResult {
			s.writeFile(file, nil) // nobody misses it where it cannot be written
		}
		return s.result(function, code)
	}
	s.out.Print(textResultData)
	for i, b := range out {
		if i%resultRow == 0 {
			s.out.Print("\n")
		}
		fmt.Fprintf(s.out, "%02X ", b)
	}
	if err := s.writeFile(file, out); err != nil {
		s.out.Print(textResultNotWritten)
		return s.result(function, hsm.InvalidArguments)
	}
	s.out.Printf(textResultWritten, file)
	return s.result(function, code)
}
