package awsapi

import "github.com/hsmlab/hsmlab/hsmsim/control"

// ec2Service is the part of Amazon EC2 that CloudHSM clusters depend on, API version 2016-11-15. Its operations declare no
// exceptions: every error is a code in the answer.
var ec2Service = service{
	name: "ec2", signing: "ec2", source: "ec2.amazonaws.com", version: "2016-11-15", internal: "InternalError", faults: "InternalError",
	ec2: true, namespace: "http://ec2.amazonaws.com/doc/2016-11-15/",
	operations: []operation{
		op("DescribeVpcs", reads, (*control.Network).DescribeVpcs, ""),
		op("DescribeSubnets", reads, (*control.Network).DescribeSubnets, ""),
		op("CreateSubnet", responds, (*control.Network).CreateSubnet, ""),
		op("DeleteSubnet", responds, (*control.Network).DeleteSubnet, ""),
		op("DescribeNetworkInterfaces", reads, (*control.Network).DescribeNetworkInterfaces, ""),
		op("CreateNetworkInterface", responds, (*control.Network).CreateNetworkInterface, ""),
		op("DeleteNetworkInterface", responds, (*control.Network).DeleteNetworkInterface, ""),
		op("DescribeSecurityGroups", reads, (*control.Network).DescribeSecurityGroups, ""),
		op("AuthorizeSecurityGroupIngress", responds, (*control.Network).AuthorizeSecurityGroupIngress, ""),
		op("AuthorizeSecurityGroupEgress", responds, (*control.Network).AuthorizeSecurityGroupEgress, ""),
		op("RevokeSecurityGroupIngress", responds, (*control.Network).RevokeSecurityGroupIngress, ""),
		op("RevokeSecurityGroupEgress", responds, (*control.Network).RevokeSecurityGroupEgress, ""),
		op("DescribeNetworkAcls", reads, (*control.Network).DescribeNetworkAcls, ""),
		op("CreateNetworkAclEntry", responds, (*control.Network).CreateNetworkAclEntry, ""),
		op("DeleteNetworkAclEntry", responds, (*control.Network).DeleteNetworkAclEntry, ""),
	},
}
