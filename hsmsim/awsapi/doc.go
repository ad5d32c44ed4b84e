// Package awsapi is the lab's HTTP endpoint: all AWS services of the lab behind one port on loopback, in the
// protocols that their clients speak, with signatures verified.
//
// It knows HTTP, signatures, the protocols and the tables of operations. What an operation does is a method of its
// service, in hsmsim/kms, hsmsim/control and hsmsim/trail.
//
// # Adding a service
//
// A service is a table in a file of its name, such as sts.go, and its line in services.go. Its operations are
// methods that take and return structs, whose fields say in tags how they look outside:
//
//	json:"Name,omitempty"  the member's name in JSON, CBOR and Query, and in XML but EC2's. Answers leave members
//	                       out that are nil, and with omitempty those that are empty
//	query:"SubnetId"       the name in Query requests where it is another, as of EC2's lists (SubnetId.1=…)
//	xml:"subnetSet"        the name in EC2's answers where it is not the json name in lowerCamelCase
//	trail:"name"           the name in CloudTrail where it is not that; "-" leaves the member out
//	trailtime:"Jan 2, …"   how CloudTrail has a time that is written in another way than others
//	secret:"true"          leaves the member out of CloudTrail too, as blobs always are
//
// and the tags of [shape.Validate]. Members that a request may leave out with a meaning of its own are pointers;
// times are [shape.Time]. Lists in XML have entries named member, or item in EC2's.
//
// An operation returns a [shape.Exception] that its row declares, or one that all operations may return; any other
// error is logged, and the client gets the service's internal fault.
package awsapi
