// Package model is the table that the aws program works by: the services, their operations and the members of
// what is asked and answered, as the API references of AWS list them. It knows no command line and no network.
package model

import "strings"

// A Protocol is how a service wants to be asked.
type Protocol int

// JSON11 is JSON in and out with X-Amz-Target; Query is a form in and XML out; EC2 is Query with EC2's names.
const (
	JSON11 Protocol = iota
	Query
	EC2
)

// Service is one AWS service.
type Service struct {
	Name     string // on the command line: kms
	Summary  string
	Endpoint string // in the variable of its own endpoint: AWS_ENDPOINT_URL_CLOUDHSM_V2
	Signing  string // in the scope of signatures: cloudhsm for cloudhsmv2
	Target   string // what stands before the dot of X-Amz-Target, for JSON11
	Version  string // of the API, for Query and EC2
	Protocol Protocol

	shapes     map[string]string
	operations []operation
}

// operation is a row of the table. Members are written
//
//	Name[=wire][*][:type[:least]]
//
// with * for a required one. A type is string (the default), int, float, bool, blob, time (epoch in JSON, ISO
// 8601 in XML), [type] for a list, <type> for a map with string keys, or the name of one of the service's
// shapes. least is the least length, of numbers the least value; list elements have theirs too: [string:1].
// wire is the name in requests and answers where it is another one.
//
// pages names, for operations that answer in pages: the member that asks for the next page, the one that tells
// it, the one that bounds a page ("-" for none), and then the members that are collected.
type operation struct {
	name, in, out, pages string
}

// Services are all services in the order that help shows them.
func Services() []*Service {
	return []*Service{&kms, &cloudhsmv2, &cloudtrail, &cloudwatch, &logs, &sts, &ec2}
}

// Find gives a service by its name on the command line.
func Find(name string) (*Service, bool) {
	for _, s := range Services() {
		if s.Name == name {
			return s, true
		}
	}
	return nil, false
}

// Operation is an operation of a service.
type Operation struct {
	Service *Service
	Name    string // CreateKey
	Command string // create-key
	In, Out *Shape // structures
	Pages   *Pages // nil where the answer is whole
}

// Pages tells how the answers of an operation are continued.
type Pages struct {
	Ask    string   // member of the request that names the page
	Next   string   // member of the answer that names the next one
	Size   string   // member of the request that bounds a page; "" for none
	Result []string // members of the answer that are collected; the first is counted
	More   string   // member of the answer that says whether there is a next page; "" where Next says it
}

// Commands are the names of a service's operations on the command line.
func (s *Service) Commands() []string {
	var list []string
	for _, o := range s.operations {
		list = append(list, Dashed(o.name))
	}
	return list
}

// Operation finds an operation by its name on the command line; nil without an error if there is none. An
// error is a fault of the table.
func (s *Service) Operation(command string) (*Operation, error) {
	for _, o := range s.operations {
		if Dashed(o.name) != command {
			continue
		}
		in, err := s.structure(o.in, false)
		if err != nil {
			return nil, err
		}
		out, err := s.structure(o.out, true)
		if err != nil {
			return nil, err
		}
		op := &Operation{Service: s, Name: o.name, Command: command, In: in, Out: out}
		if f := strings.Fields(o.pages); len(f) > 0 {
			op.Pages = &Pages{Ask: f[0], Next: f[1], Size: f[2], Result: f[3:]}
			if f[2] == "-" {
				op.Pages.Size = ""
			}
			if out.Member("Truncated") != nil {
				op.Pages.More = "Truncated"
			}
		}
		return op, nil
	}
	return nil, nil
}
