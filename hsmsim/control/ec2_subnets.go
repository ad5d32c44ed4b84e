package control

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// DescribeSubnetsRequest chooses subnets.
type DescribeSubnetsRequest struct {
	SubnetIds  []string `json:"SubnetId"`
	Filters    []Filter `json:"Filter"`
	NextToken  string   `json:"NextToken"`
	MaxResults *int     `json:"MaxResults" range:"5:1000"`
}

// DescribeSubnetsResponse are the subnets that were chosen.
type DescribeSubnetsResponse struct {
	Subnets   []SubnetInfo `json:"Subnets" xml:"subnetSet"`
	NextToken string       `json:"NextToken,omitempty" xml:"nextToken"`
}

// SubnetInfo is a subnet as clients see it.
type SubnetInfo struct {
	SubnetId                string `json:"SubnetId" xml:"subnetId"`
	SubnetArn               string `json:"SubnetArn" xml:"subnetArn"`
	VpcId                   string `json:"VpcId" xml:"vpcId"`
	OwnerId                 string `json:"OwnerId" xml:"ownerId"`
	State                   string `json:"State" xml:"state"`
	CidrBlock               string `json:"CidrBlock" xml:"cidrBlock"`
	AvailabilityZone        string `json:"AvailabilityZone" xml:"availabilityZone"`
	AvailableIpAddressCount int    `json:"AvailableIpAddressCount" xml:"availableIpAddressCount"`
	DefaultForAz            bool   `json:"DefaultForAz" xml:"defaultForAz"`
	MapPublicIpOnLaunch     bool   `json:"MapPublicIpOnLaunch" xml:"mapPublicIpOnLaunch"`
}

func (s *Service) describeSubnet(r *Region, x *Subnet) SubnetInfo {
	arn := "arn:" + partitionOf(r.Name) + ":ec2:" + r.Name + ":" + s.state.Account + ":subnet/" + x.ID
	v := r.Network.vpc(x.VPC)
	return SubnetInfo{x.ID, arn, x.VPC, s.state.Account, "available", x.CIDR.String(), x.Zone, r.Network.free(x), v.Default, false}
}

// DescribeSubnets lists subnets with the number of their free addresses.
func (n *Network) DescribeSubnets(_ context.Context, c *shape.Call, r DescribeSubnetsRequest) (answer DescribeSubnetsResponse, err error) {
	region := n.enter(c)
	defer n.leave(&err)
	if err := checkFilters(r.Filters, "subnet-id", "vpc-id", "availability-zone", "availabilityZone", "cidr-block", "cidrBlock", "cidr", "state",
		"available-ip-address-count", "default-for-az"); err != nil {
		return answer, err
	}
	for i := range region.Network.Subnets {
		s := n.s.describeSubnet(region, &region.Network.Subnets[i])
		if chosen(r.SubnetIds, s.SubnetId, r.Filters, properties{"subnet-id": {s.SubnetId}, "vpc-id": {s.VpcId},
			"availability-zone": {s.AvailabilityZone}, "availabilityZone": {s.AvailabilityZone},
			"cidr-block": {s.CidrBlock}, "cidrBlock": {s.CidrBlock}, "cidr": {s.CidrBlock}, "state": {s.State},
			"available-ip-address-count": {strconv.Itoa(s.AvailableIpAddressCount)}, "default-for-az": {strconv.FormatBool(s.DefaultForAz)}}) {
			answer.Subnets = append(answer.Subnets, s)
		}
	}
	id := func(s SubnetInfo) string { return s.SubnetId }
	if err := allFound(r.SubnetIds, answer.Subnets, id, noSubnet, msgSubnetGone); err != nil && len(r.Filters) == 0 {
		return DescribeSubnetsResponse{}, err
	}
	answer.Subnets, answer.NextToken, err = pageOf(answer.Subnets, id, r.NextToken, r.MaxResults)
	return answer, err
}

// CreateSubnetRequest describes a new subnet.
type CreateSubnetRequest struct {
	VpcId            string `json:"VpcId" required:"true"`
	CidrBlock        string `json:"CidrBlock" required:"true"`
	AvailabilityZone string `json:"AvailabilityZone"`
}

// CreateSubnetResponse is the new subnet.
type CreateSubnetResponse struct {
	Subnet SubnetInfo `json:"Subnet" xml:"subnet"`
}

// CreateSubnet makes a subnet of 16 to 65536 addresses that no other has. Without a zone it is in the first.
func (n *Network) CreateSubnet(_ context.Context, c *shape.Call, r CreateSubnetRequest) (answer CreateSubnetResponse, err error) {
	region := n.enter(c)
	defer n.leave(&err)
	v := region.Network.vpc(r.VpcId)
	if v == nil {
		return answer, shape.Errorf(noVPC, msgVPCGone, r.VpcId)
	}
	block, err := parseBlock(r.CidrBlock)
	if err != nil {
		return answer, err
	}
	zone := cmp.Or(r.AvailabilityZone, region.Name+"a")
	letter, ok := strings.CutPrefix(zone, region.Name)
	switch {
	case !ok || len(letter) != 1 || letter[0] < 'a' || letter[0] > 'z':
		return answer, shape.Errorf(badValue, msgZoneOfOther, zone, region.Name)
	case block.Bits() < 16 || block.Bits() > 28 || block.Bits() < v.CIDR.Bits() || !v.CIDR.Contains(block.Addr()):
		return answer, shape.Errorf(badRange, msgSubnetOutside, r.CidrBlock)
	case slices.ContainsFunc(region.Network.Subnets, func(s Subnet) bool { return s.CIDR.Overlaps(block) }):
		return answer, shape.Errorf(subnetOverlap, msgSubnetConflict, r.CidrBlock)
	}
	made := Subnet{n.s.newHexID("subnet-", ""), v.ID, zone, block}
	region.Network.Subnets = append(region.Network.Subnets, made)
	n.s.dirty = true
	return CreateSubnetResponse{n.s.describeSubnet(region, &made)}, nil
}

// SubnetRequest names a subnet.
type SubnetRequest struct {
	SubnetId string `json:"SubnetId" required:"true"`
}

// DeleteSubnet deletes a subnet in which there is no network interface.
func (n *Network) DeleteSubnet(_ context.Context, c *shape.Call, r SubnetRequest) (answer Done, err error) {
	region := n.enter(c)
	defer n.leave(&err)
	if region.Network.subnet(r.SubnetId) == nil {
		return answer, shape.Errorf(noSubnet, msgSubnetGone, r.SubnetId)
	}
	if slices.ContainsFunc(region.Network.Interfaces, func(i Interface) bool { return i.Subnet == r.SubnetId }) {
		return answer, shape.Errorf(dependency, msgSubnetHasUsers, r.SubnetId)
	}
	region.Network.Subnets = slices.DeleteFunc(region.Network.Subnets, func(s Subnet) bool { return s.ID == r.SubnetId })
	n.s.dirty = true
	return Done{true}, nil
}
