package control_test

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
	"github.com/hsmlab/hsmlab/hsmsim/control"
)

type networkOp[Req, Resp any] = func(*control.Network, context.Context, *shape.Call, Req) (Resp, error)

// ec2 does an operation that must succeed.
func ec2[Req, Resp any](w *world, op networkOp[Req, Resp], r Req) Resp {
	w.Helper()
	if err := shape.Validate(r); err != nil {
		w.Fatal(err)
	}
	answer, err := op(w.lab.Network(), w.Context(), in(region), r)
	if err != nil {
		w.Fatalf("%+v: %v", r, err)
	}
	return answer
}

func ec2Refused[Req, Resp any](w *world, op networkOp[Req, Resp], r Req, code string) {
	w.Helper()
	err := shape.Validate(r)
	if err == nil {
		_, err = op(w.lab.Network(), w.Context(), in(region), r)
	}
	if e, ok := err.(*shape.Exception); !ok || e.Code != code {
		w.Errorf("%+v: %v, want %s", r, err, code)
	}
}

func (w *world) acl() control.NetworkAclInfo {
	w.Helper()
	list := ec2(w, (*control.Network).DescribeNetworkAcls, control.DescribeNetworkAclsRequest{}).NetworkAcls
	if len(list) != 1 {
		w.Fatalf("%+v", list)
	}
	return list[0]
}

func TestADenyOfTheNetworkCutsEverybodyOff(t *testing.T) {
	for _, tt := range []struct {
		name  string
		entry control.CreateNetworkAclEntryRequest
		cut   []bool // HSMs of the zones a, b and c
	}{
		{"everything in", control.CreateNetworkAclEntryRequest{RuleNumber: new(50), Protocol: "-1", RuleAction: "deny", CidrBlock: "0.0.0.0/0"}, []bool{true, true, true}},
		{"everything out", control.CreateNetworkAclEntryRequest{RuleNumber: new(50), Protocol: "-1", RuleAction: "deny", CidrBlock: "0.0.0.0/0", Egress: true}, []bool{true, true, true}},
		{"one subnet", control.CreateNetworkAclEntryRequest{RuleNumber: new(50), Protocol: "-1", RuleAction: "deny", CidrBlock: "10.0.3.0/24"}, []bool{false, true, false}},
		{"the ports of HSMs", control.CreateNetworkAclEntryRequest{RuleNumber: new(50), Protocol: "6", RuleAction: "deny", CidrBlock: "10.0.0.0/16", PortRange: &control.PortRange{From: 2223, To: 2225}}, []bool{true, true, true}},
		{"another port", control.CreateNetworkAclEntryRequest{RuleNumber: new(50), Protocol: "6", RuleAction: "deny", CidrBlock: "10.0.0.0/16", PortRange: &control.PortRange{From: 22, To: 22}}, []bool{false, false, false}},
		{"another protocol", control.CreateNetworkAclEntryRequest{RuleNumber: new(50), Protocol: "17", RuleAction: "deny", CidrBlock: "0.0.0.0/0"}, []bool{false, false, false}},
		{"after it was allowed", control.CreateNetworkAclEntryRequest{RuleNumber: new(150), Protocol: "-1", RuleAction: "deny", CidrBlock: "0.0.0.0/0"}, []bool{false, false, false}},
		{"a part of a subnet", control.CreateNetworkAclEntryRequest{RuleNumber: new(50), Protocol: "-1", RuleAction: "deny", CidrBlock: "10.0.3.0/25"}, []bool{false, false, false}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := run(t, three)
			tt.entry.NetworkAclId = w.acl().NetworkAclId
			check := func(w *world, cut []bool) {
				t.Helper()
				for i, address := range []string{"10.0.2.9", "10.0.3.11", "10.0.1.12"} {
					if w.connects(address) == cut[i] {
						t.Errorf("%s: connects: %v", address, !cut[i])
					}
				}
				if open := !(cut[0] || cut[1] || cut[2]); w.service.Open(region, mainCluster) != open {
					t.Errorf("open for KMS: %v", !open)
				}
			}
			ec2(w, (*control.Network).CreateNetworkAclEntry, tt.entry)
			ec2Refused(w, (*control.Network).CreateNetworkAclEntry, tt.entry, "NetworkAclEntryAlreadyExists")
			check(w, tt.cut)
			check(w.killed(), tt.cut)
			if c, _ := w.service.Cluster(region, mainCluster); !c.GroupIntact || len(c.HSMs) != 3 {
				t.Errorf("%+v", c)
			}
			ec2(w, (*control.Network).DeleteNetworkAclEntry, control.DeleteNetworkAclEntryRequest{NetworkAclId: tt.entry.NetworkAclId, RuleNumber: tt.entry.RuleNumber, Egress: tt.entry.Egress})
			check(w, []bool{false, false, false})
		})
	}
}

// TestWithoutItsRulesOnlyKMSIsCutOff is about the rules of the security group, which clients of the lab do not need.
func TestWithoutItsRulesOnlyKMSIsCutOff(t *testing.T) {
	w := run(t, three)
	id := w.cluster(mainCluster).SecurityGroup
	group := func() control.SecurityGroupInfo {
		return ec2(w, (*control.Network).DescribeSecurityGroups, control.DescribeSecurityGroupsRequest{GroupIds: []string{id}}).SecurityGroups[0]
	}
	g := group()
	self := control.IpPermission{IpProtocol: "tcp", FromPort: new(2223), ToPort: new(2225), Groups: []control.GroupPair{{UserId: "111122223333", GroupId: id}}, IpRanges: []control.IpRange{}}
	if diff := cmp.Diff([]control.IpPermission{self}, g.IpPermissions); diff != "" || !cmp.Equal(g.IpPermissions, g.IpPermissionsEgress) ||
		g.GroupName != "cloudhsm-"+mainCluster+"-sg" {
		t.Errorf("%+v\n%s", g, diff)
	}
	rules := control.SecurityGroupRulesRequest{GroupId: id, IpPermissions: []control.IpPermission{self}}
	for name, op := range map[string]struct {
		revoke, authorize networkOp[control.SecurityGroupRulesRequest, control.Done]
	}{
		"ingress": {(*control.Network).RevokeSecurityGroupIngress, (*control.Network).AuthorizeSecurityGroupIngress},
		"egress":  {(*control.Network).RevokeSecurityGroupEgress, (*control.Network).AuthorizeSecurityGroupEgress},
	} {
		ec2Refused(w, op.authorize, rules, "InvalidPermission.Duplicate")
		ec2(w, op.revoke, rules)
		ec2Refused(w, op.revoke, rules, "InvalidPermission.NotFound")
		if c, _ := w.service.Cluster(region, mainCluster); c.GroupIntact || w.service.Open(region, mainCluster) {
			t.Errorf("%s: KMS is not cut off", name)
		}
		if !w.connects("10.0.2.9") {
			t.Errorf("%s: an HSM does not answer", name)
		}
		narrow := rules
		narrow.IpPermissions = []control.IpPermission{{IpProtocol: "tcp", FromPort: new(2223), ToPort: new(2224), Groups: self.Groups}}
		ec2(w, op.authorize, narrow)
		if w.service.Open(region, mainCluster) {
			t.Errorf("%s: two of three ports are enough", name)
		}
		ec2(w, op.authorize, rules)
		if c, _ := w.killed().service.Cluster(region, mainCluster); !c.GroupIntact || !w.service.Open(region, mainCluster) {
			t.Errorf("%s: KMS stays cut off", name)
		}
	}
}

func (w *world) free(subnet string) int {
	w.Helper()
	return ec2(w, (*control.Network).DescribeSubnets, control.DescribeSubnetsRequest{SubnetIds: []string{subnet}}).Subnets[0].AvailableIpAddressCount
}

func TestASubnetFillsUp(t *testing.T) {
	w := run(t, three)
	vpc := ec2(w, (*control.Network).DescribeVpcs, control.DescribeVpcsRequest{}).Vpcs[0]
	if vpc.CidrBlock != "10.0.0.0/16" {
		t.Errorf("%+v", vpc)
	}
	subnet := ec2(w, (*control.Network).CreateSubnet, control.CreateSubnetRequest{VpcId: vpc.VpcId, CidrBlock: "10.0.77.16/28", AvailabilityZone: region + "b"}).Subnet
	if subnet.AvailableIpAddressCount != 11 {
		t.Errorf("%+v", subnet)
	}
	other := w.subnets(region)[0]
	id := call(w, (*control.Service).CreateCluster, control.CreateClusterRequest{HsmType: "hsm1.medium", SubnetIds: []string{other, subnet.SubnetId}, SourceBackupId: seedBackup}).Cluster.ClusterId
	w.settle()
	h := w.createHSM(id, region+"b")
	if h.EniIp != "10.0.77.20" || w.free(subnet.SubnetId) != 10 {
		t.Errorf("%+v, %d free", h, w.free(subnet.SubnetId))
	}
	var made []control.NetworkInterfaceInfo
	for range 9 {
		made = append(made, ec2(w, (*control.Network).CreateNetworkInterface, control.CreateNetworkInterfaceRequest{SubnetId: subnet.SubnetId, Description: "mine"}).NetworkInterface)
	}
	if err := w.service.Attach(region, id, "cks-1"); err != nil {
		t.Error(err)
	}
	ec2Refused(w, (*control.Network).CreateNetworkInterface, control.CreateNetworkInterfaceRequest{SubnetId: subnet.SubnetId}, "InsufficientFreeAddressesInSubnet")
	refused(w, (*control.Service).CreateHsm, control.CreateHsmRequest{ClusterId: id, AvailabilityZone: region + "b"}, invalidRequest, "no free addresses")
	ec2Refused(w, (*control.Network).DeleteSubnet, control.SubnetRequest{SubnetId: subnet.SubnetId}, "DependencyViolation")
	kms := ec2(w, (*control.Network).DescribeNetworkInterfaces, control.DescribeNetworkInterfacesRequest{Filters: []control.Filter{{Name: "description", Values: []string{"KMS managed ENI for cluster " + id}}}}).NetworkInterfaces
	if len(kms) != 2 || kms[0].Groups[0].GroupName != "kms-cks-1" {
		t.Fatalf("%+v", kms)
	}
	ec2Refused(w, (*control.Network).DeleteNetworkInterface, control.NetworkInterfaceRequest{NetworkInterfaceId: kms[0].NetworkInterfaceId}, "OperationNotPermitted")
	ec2(w, (*control.Network).DeleteNetworkInterface, control.NetworkInterfaceRequest{NetworkInterfaceId: made[3].NetworkInterfaceId})
	again := ec2(w, (*control.Network).CreateNetworkInterface, control.CreateNetworkInterfaceRequest{SubnetId: subnet.SubnetId}).NetworkInterface
	if again.PrivateIpAddress != made[3].PrivateIpAddress {
		t.Errorf("%s, want %s", again.PrivateIpAddress, made[3].PrivateIpAddress)
	}
	for _, i := range append(made[:3:3], append(made[4:], again)...) {
		ec2(w, (*control.Network).DeleteNetworkInterface, control.NetworkInterfaceRequest{NetworkInterfaceId: i.NetworkInterfaceId})
	}
	w.service.Detach(region, id, "cks-1")
	w.settle()
	call(w, (*control.Service).DeleteHsm, control.DeleteHsmRequest{ClusterId: id, HsmId: h.HsmId})
	w.settle()
	if n := w.free(subnet.SubnetId); n != 11 {
		t.Errorf("%d addresses are free", n)
	}
	ec2(w, (*control.Network).DeleteSubnet, control.SubnetRequest{SubnetId: subnet.SubnetId})
	if err := w.service.Attach(region, id, "cks-1"); err == nil || !strings.Contains(err.Error(), "does not exist") {
		t.Errorf("%v", err)
	}
	if c, _ := w.service.Cluster(region, id); len(c.Subnets) != 2 || c.Zones != 2 {
		t.Errorf("%+v", c)
	}
	refused(w, (*control.Service).CreateHsm, control.CreateHsmRequest{ClusterId: id, AvailabilityZone: region + "b"}, invalidRequest, "does not exist")
}

func TestWhatEC2Refuses(t *testing.T) {
	w := run(t, three)
	vpc := ec2(w, (*control.Network).DescribeVpcs, control.DescribeVpcsRequest{Filters: []control.Filter{{Name: "cidr", Values: []string{"10.*/16"}}}}).Vpcs[0].VpcId
	acl, group := w.acl().NetworkAclId, w.cluster(mainCluster).SecurityGroup
	before := w.everything()
	create := (*control.Network).CreateSubnet
	ec2Refused(w, create, control.CreateSubnetRequest{VpcId: "vpc-12345678", CidrBlock: "10.0.50.0/24"}, "InvalidVpcID.NotFound")
	ec2Refused(w, create, control.CreateSubnetRequest{VpcId: vpc, CidrBlock: "ten"}, "InvalidParameterValue")
	ec2Refused(w, create, control.CreateSubnetRequest{VpcId: vpc, CidrBlock: "10.0.50.0/29"}, "InvalidSubnet.Range")
	ec2Refused(w, create, control.CreateSubnetRequest{VpcId: vpc, CidrBlock: "10.1.0.0/24"}, "InvalidSubnet.Range")
	ec2Refused(w, create, control.CreateSubnetRequest{VpcId: vpc, CidrBlock: "10.0.2.128/25"}, "InvalidSubnet.Conflict")
	ec2Refused(w, create, control.CreateSubnetRequest{VpcId: vpc, CidrBlock: "10.0.50.0/24", AvailabilityZone: "us-east-1a"}, "InvalidParameterValue")
	ec2Refused(w, (*control.Network).DeleteSubnet, control.SubnetRequest{SubnetId: "subnet-12345678"}, "InvalidSubnetID.NotFound")
	ec2Refused(w, (*control.Network).DescribeSubnets, control.DescribeSubnetsRequest{SubnetIds: []string{"subnet-12345678"}}, "InvalidSubnetID.NotFound")
	ec2Refused(w, (*control.Network).DescribeSubnets, control.DescribeSubnetsRequest{Filters: []control.Filter{{Name: "colour", Values: []string{"red"}}}}, "InvalidParameterValue")
	ec2Refused(w, (*control.Network).DescribeVpcs, control.DescribeVpcsRequest{VpcIds: []string{"vpc-12345678"}}, "InvalidVpcID.NotFound")
	ec2Refused(w, (*control.Network).DescribeSecurityGroups, control.DescribeSecurityGroupsRequest{GroupIds: []string{"sg-12345678"}}, "InvalidGroup.NotFound")
	ec2Refused(w, (*control.Network).DescribeNetworkAcls, control.DescribeNetworkAclsRequest{NetworkAclIds: []string{"acl-12345678"}}, "InvalidNetworkAclID.NotFound")
	ec2Refused(w, (*control.Network).DescribeNetworkInterfaces, control.DescribeNetworkInterfacesRequest{NetworkInterfaceIds: []string{"eni-12345678"}}, "InvalidNetworkInterfaceID.NotFound")
	subnet := w.subnets(region)[0]
	face := (*control.Network).CreateNetworkInterface
	ec2Refused(w, face, control.CreateNetworkInterfaceRequest{SubnetId: "subnet-12345678"}, "InvalidSubnetID.NotFound")
	ec2Refused(w, face, control.CreateNetworkInterfaceRequest{SubnetId: subnet, Groups: []string{"sg-12345678"}}, "InvalidGroup.NotFound")
	ec2Refused(w, face, control.CreateNetworkInterfaceRequest{SubnetId: subnet, PrivateIpAddress: "10.0.2.200"}, "InvalidParameterValue")
	ec2Refused(w, face, control.CreateNetworkInterfaceRequest{SubnetId: w.cluster(mainCluster).SubnetMapping[region+"a"], PrivateIpAddress: "10.0.2.9"}, "InvalidIPAddress.InUse")
	ec2Refused(w, (*control.Network).DeleteNetworkInterface, control.NetworkInterfaceRequest{NetworkInterfaceId: "eni-12345678"}, "InvalidNetworkInterfaceID.NotFound")
	rules := (*control.Network).AuthorizeSecurityGroupIngress
	ec2Refused(w, rules, control.SecurityGroupRulesRequest{GroupId: "sg-12345678"}, "InvalidGroup.NotFound")
	ec2Refused(w, rules, control.SecurityGroupRulesRequest{GroupId: group}, "MissingParameter")
	ec2Refused(w, rules, control.SecurityGroupRulesRequest{GroupId: group, IpProtocol: "tcp", FromPort: new(9), ToPort: new(8), CidrIp: "0.0.0.0/0"}, "InvalidParameterValue")
	ec2Refused(w, rules, control.SecurityGroupRulesRequest{GroupId: group, IpProtocol: "carrier-pigeon", CidrIp: "0.0.0.0/0"}, "InvalidParameterValue")
	ec2Refused(w, rules, control.SecurityGroupRulesRequest{GroupId: group, IpProtocol: "tcp", CidrIp: "0.0.0.0/0"}, "InvalidParameterCombination")
	ec2Refused(w, rules, control.SecurityGroupRulesRequest{GroupId: group, IpPermissions: []control.IpPermission{
		{IpProtocol: "-1", IpRanges: []control.IpRange{{CidrIp: "10.0.0.0/8"}}}, {IpProtocol: "-1", Groups: []control.GroupPair{{GroupId: "sg-12345678"}}}}}, "InvalidGroup.NotFound")
	entry := (*control.Network).CreateNetworkAclEntry
	good := control.CreateNetworkAclEntryRequest{NetworkAclId: acl, RuleNumber: new(1), Protocol: "-1", RuleAction: "deny", CidrBlock: "0.0.0.0/0"}
	for code, change := range map[string]func(*control.CreateNetworkAclEntryRequest){
		"InvalidNetworkAclID.NotFound": func(r *control.CreateNetworkAclEntryRequest) { r.NetworkAclId = "acl-12345678" },
		"NetworkAclEntryAlreadyExists": func(r *control.CreateNetworkAclEntryRequest) { r.RuleNumber = new(100) },
		"InvalidParameterValue":        func(r *control.CreateNetworkAclEntryRequest) { r.RuleNumber = new(32767) },
		"InvalidParameterValue ":       func(r *control.CreateNetworkAclEntryRequest) { r.RuleAction = "perhaps" },
		"InvalidParameterValue  ":      func(r *control.CreateNetworkAclEntryRequest) { r.Protocol = "x25" },
		"InvalidParameterValue   ":     func(r *control.CreateNetworkAclEntryRequest) { r.CidrBlock = "" + "everywhere" },
		"ValidationException":          func(r *control.CreateNetworkAclEntryRequest) { r.RuleNumber = nil },
	} {
		bad := good
		change(&bad)
		ec2Refused(w, entry, bad, strings.TrimSpace(code))
	}
	ec2Refused(w, (*control.Network).DeleteNetworkAclEntry, control.DeleteNetworkAclEntryRequest{NetworkAclId: acl, RuleNumber: new(7)}, "InvalidNetworkAclEntry.NotFound")
	ec2Refused(w, (*control.Network).DeleteNetworkAclEntry, control.DeleteNetworkAclEntryRequest{NetworkAclId: acl, RuleNumber: new(32767)}, "InvalidNetworkAclEntry.NotFound")
	if diff := cmp.Diff(before, w.everything()); diff != "" || len(w.acl().Entries) != 4 || !w.service.Open(region, mainCluster) {
		t.Errorf("something has changed:\n%s", diff)
	}
}

// TestClustersOfDifferentRegionsHaveDifferentAddresses matters since an address is a socket of the lab.
func TestClustersOfDifferentRegionsHaveDifferentAddresses(t *testing.T) {
	w := run(t, three)
	seen := map[string]string{}
	for _, r := range []string{region, "us-east-1", "us-west-2", "ap-south-1"} {
		answer, err := w.lab.Network().DescribeVpcs(t.Context(), in(r), control.DescribeVpcsRequest{})
		if err != nil {
			t.Fatal(err)
		}
		block := answer.Vpcs[0].CidrBlock
		if seen[block] != "" {
			t.Errorf("%s and %s have both %s", r, seen[block], block)
		}
		seen[block] = r
		if len(w.subnets(r)) != 3 {
			t.Errorf("%s has subnets %v", r, w.subnets(r))
		}
	}
	first := w.subnets("us-east-1")
	if diff := cmp.Diff(first, w.killed().subnets("us-east-1")); diff != "" {
		t.Error(diff)
	}
}
