package control

import (
	"context"
	"strconv"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// DescribeVpcsRequest chooses VPCs.
type DescribeVpcsRequest struct {
	VpcIds     []string `json:"VpcId"`
	Filters    []Filter `json:"Filter"`
	NextToken  string   `json:"NextToken"`
	MaxResults *int     `json:"MaxResults" range:"5:1000"`
}

// DescribeVpcsResponse are the VPCs that were chosen.
type DescribeVpcsResponse struct {
	Vpcs      []VpcInfo `json:"Vpcs" xml:"vpcSet"`
	NextToken string    `json:"NextToken,omitempty" xml:"nextToken"`
}

// VpcInfo is a VPC as clients see it.
type VpcInfo struct {
	VpcId           string `json:"VpcId" xml:"vpcId"`
	OwnerId         string `json:"OwnerId" xml:"ownerId"`
	State           string `json:"State" xml:"state"`
	CidrBlock       string `json:"CidrBlock" xml:"cidrBlock"`
	InstanceTenancy string `json:"InstanceTenancy" xml:"instanceTenancy"`
	IsDefault       bool   `json:"IsDefault" xml:"isDefault"`
}

// DescribeVpcs lists VPCs.
func (n *Network) DescribeVpcs(_ context.Context, c *shape.Call, r DescribeVpcsRequest) (answer DescribeVpcsResponse, err error) {
	region := n.enter(c)
	defer n.leave(&err)
	if err := checkFilters(r.Filters, "vpc-id", "cidr", "cidr-block", "is-default", "isDefault", "state", "owner-id"); err != nil {
		return answer, err
	}
	for _, v := range region.Network.VPCs {
		isDefault := strconv.FormatBool(v.Default)
		if chosen(r.VpcIds, v.ID, r.Filters, properties{"vpc-id": {v.ID}, "cidr": {v.CIDR.String()}, "cidr-block": {v.CIDR.String()},
			"is-default": {isDefault}, "isDefault": {isDefault}, "state": {"available"}, "owner-id": {c.Account}}) {
			answer.Vpcs = append(answer.Vpcs, VpcInfo{v.ID, c.Account, "available", v.CIDR.String(), "default", v.Default})
		}
	}
	id := func(v VpcInfo) string { return v.VpcId }
	if err := allFound(r.VpcIds, answer.Vpcs, id, noVPC, msgVPCGone); err != nil && len(r.Filters) == 0 {
		return DescribeVpcsResponse{}, err
	}
	answer.Vpcs, answer.NextToken, err = pageOf(answer.Vpcs, id, r.NextToken, r.MaxResults)
	return answer, err
}
