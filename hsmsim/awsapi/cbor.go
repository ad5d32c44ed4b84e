package awsapi

import (
	"github.com/fxamacker/cbor/v2"
)

// cborIn reads requests of rpc-v2-cbor. It takes their members' names from the json tags, as cborOut does.
var cborIn = func() cbor.DecMode {
	m, err := cbor.DecOptions{
		MaxNestedLevels:   32,
		FieldNameMatching: cbor.FieldNameMatchingCaseSensitive,
	}.DecMode()
	if err != nil {
		panic(err) // the options above contradict each other
	}
	return m
}()

func decodeCBOR(x *exchange, into any) error {
	if len(x.body) == 0 {
		return nil
	}
	if x.body[0]>>5 != 5 { // no map
		return serialization("")
	}
	if err := cborIn.Unmarshal(x.body, into); err != nil {
		return serialization("")
	}
	return nil
}

func answerCBOR(x *exchange, response any) error {
	b, err := cbor.Marshal(response)
	if err != nil {
		return err
	}
	x.out.Write(b)
	return nil
}

func failCBOR(x *exchange, f failure) {
	x.noteQueryError(f)
	if err := answerCBOR(x, jsonFailure{Type: f.code, Message: f.message}); err != nil {
		x.endpoint.log.Error("cannot write an error", "error", err)
	}
}
