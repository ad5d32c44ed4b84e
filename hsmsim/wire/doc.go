// Package wire is the protocol between a client and one HSM, and both ends of it.
//
// A connection is a session of the HSM. It carries frames: a length of four bytes, big-endian, and so many
// bytes of CBOR. The client begins with a hello, the HSM answers with a welcome; then come requests, each with
// a number, and the answers in the same order. A client may send requests before it has read earlier answers;
// the HSM makes what they change durable together. A frame that is malformed or too large ends its connection.
//
// The table of operations in ops.go ties each request to one method of hsm.Session. The package knows sockets
// and frames; what an operation means is hsm's.
package wire
