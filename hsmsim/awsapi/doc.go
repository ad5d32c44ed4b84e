// Package awsapi is the lab's HTTP endpoint: all AWS services of the lab behind one port on loopback, in the
// protocols that their clients speak, with signatures verified.
//
// It knows HTTP, signatures, the protocols and the tables of operations. What an operation does is a method of its
// service, in hsmsim/kms, hsmsim/control and hsmsim/trail.
package awsapi
