package control

import (
	"context"
	"errors"
	"strconv"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// DescribeNetworkInterfacesRequest chooses network interfaces.
type DescribeNetworkInterfacesRequest struct {
	NetworkInterfaceIds []string `json:"NetworkInterfaceId"`
	Filters             []Filter `json:"Filter"`
	NextToken           string   `json:"NextToken"`
	MaxResults          *int     `json:"MaxResults" range:"5:1000"`
}

// DescribeNetworkInterfacesResponse are the interfaces that were chosen.
type DescribeNetworkInterfacesResponse struct {
	NetworkInterfaces []NetworkInterfaceInfo `json:"NetworkInterfaces" xml:"networkInterfaceSet"`
	NextToken         string                 `json:"NextToken,omitempty" xml:"nextToken"`
}

// NetworkInterfaceInfo is a network interface as clients see it.
type NetworkInterfaceInfo struct {
	NetworkInterfaceId string            `json:"NetworkInterfaceId" xml:"networkInterfaceId"`
	SubnetId           string            `json:"SubnetId" xml:"subnetId"`
	VpcId              string            `json:"VpcId" xml:"vpcId"`
	AvailabilityZone   string            `json:"AvailabilityZone" xml:"availabilityZone"`
	Description        string            `json:"Description" xml:"description"`
	OwnerId            string            `json:"OwnerId" xml:"ownerId"`
	RequesterId        string            `json:"RequesterId,omitempty" xml:"requesterId"`
	RequesterManaged   bool              `json:"RequesterManaged" xml:"requesterManaged"`
	Status             string            `json:"Status" xml:"status"`
	InterfaceType      string            `json:"InterfaceType" xml:"interfaceType"`
	PrivateIpAddress   string            `json:"PrivateIpAddress" xml:"privateIpAddress"`
	Groups             []GroupIdentifier `json:"Groups" xml:"groupSet"`
}

// GroupIdentifier names a security group.
type GroupIdentifier struct {
	GroupName string `json:"GroupName" xml:"groupName"`
	GroupId   string `json:"GroupId" xml:"groupId"`
}

func (s *Service) describeInterface(r *Region, i *Interface) NetworkInterfaceInfo {
	info := NetworkInterfaceInfo{NetworkInterfaceId: i.ID, SubnetId: i.Subnet, Description: i.Description, OwnerId: s.state.Account,
		Status: "available", InterfaceType: "interface", PrivateIpAddress: i.Address.String(), Groups: []GroupIdentifier{}}
	if i.Requester != "" {
		info.RequesterId, info.RequesterManaged, info.Status = s.state.Account+":"+i.Requester, true, "in-use"
	}
	if subnet := r.Network.subnet(i.Subnet); subnet != nil {
		info.VpcId, info.AvailabilityZone = subnet.VPC, subnet.Zone
	}
	for _, id := range i.Groups {
		if g := r.Network.group(id); g != nil {
			info.Groups = append(info.Groups, GroupIdentifier{g.Name, g.ID})
		}
	}
	return info
}

// DescribeNetworkInterfaces lists network interfaces: those of HSMs, of KMS and the account's own.
func (n *Network) DescribeNetworkInterfaces(_ context.Context, c *shape.Call, r DescribeNetworkInterfacesRequest) (answer DescribeNetworkInterfacesResponse, err error) {
	region := n.enter(c)
	defer n.leave(&err)
	if err := checkFilters(r.Filters, "network-interface-id", "subnet-id", "vpc-id", "availability-zone", "description", "requester-managed",
		"requester-id", "status", "private-ip-address", "addresses.private-ip-address", "group-id", "group-name", "owner-id"); err != nil {
		return answer, err
	}
	for i := range region.Network.Interfaces {
		x := n.s.describeInterface(region, &region.Network.Interfaces[i])
		var ids, names []string
		for _, g := range x.Groups {
			ids, names = append(ids, g.GroupId), append(names, g.GroupName)
		}
		if chosen(r.NetworkInterfaceIds, x.NetworkInterfaceId, r.Filters, properties{"network-interface-id": {x.NetworkInterfaceId},
			"subnet-id": {x.SubnetId}, "vpc-id": {x.VpcId}, "availability-zone": {x.AvailabilityZone}, "description": {x.Description},
			"requester-managed": {strconv.FormatBool(x.RequesterManaged)}, "requester-id": {x.RequesterId}, "status": {x.Status},
			"private-ip-address": {x.PrivateIpAddress}, "addresses.private-ip-address": {x.PrivateIpAddress},
			"group-id": ids, "group-name": names, "owner-id": {x.OwnerId}}) {
			answer.NetworkInterfaces = append(answer.NetworkInterfaces, x)
		}
	}
	id := func(x NetworkInterfaceInfo) string { return x.NetworkInterfaceId }
	err = allFound(r.NetworkInterfaceIds, answer.NetworkInterfaces, id, noInterface, msgInterfaceGone)
	if err != nil && len(r.Filters) == 0 {
		return DescribeNetworkInterfacesResponse{}, err
	}
	answer.NetworkInterfaces, answer.NextToken, err = pageOf(answer.NetworkInterfaces, id, r.NextToken, r.MaxResults)
	return answer, err
}

// CreateNetworkInterfaceRequest describes a new network interface.
type CreateNetworkInterfaceRequest struct {
	SubnetId         string   `json:"SubnetId" required:"true"`
	Description      string   `json:"Description" len:"0:255"`
	PrivateIpAddress string   `json:"PrivateIpAddress"`
	Groups           []string `json:"SecurityGroupId" len:"0:16"`
}

// CreateNetworkInterfaceResponse is the new interface.
type CreateNetworkInterfaceResponse struct {
	NetworkInterface NetworkInterfaceInfo `json:"NetworkInterface" xml:"networkInterface"`
}

// CreateNetworkInterface takes an address of a subnet: the one that is asked for, or the lowest free one.
func (n *Network) CreateNetworkInterface(_ context.Context, c *shape.Call, r CreateNetworkInterfaceRequest) (answer CreateNetworkInterfaceResponse, err error) {
	region := n.enter(c)
	defer n.leave(&err)
	if region.Network.subnet(r.SubnetId) == nil {
		return answer, shape.Errorf(noSubnet, msgSubnetGone, r.SubnetId)
	}
	for _, id := range r.Groups {
		if region.Network.group(id) == nil {
			return answer, shape.Errorf(noGroup, msgGroupGone, id)
		}
	}
	wanted, ok := address(r.PrivateIpAddress)
	if !ok {
		return answer, shape.Errorf(badValue, msgAddressNotInside)
	}
	made, err := n.s.place(region, Interface{Subnet: r.SubnetId, Address: wanted, Description: r.Description, Groups: r.Groups})
	switch {
	case errors.Is(err, errNoAddress):
		return answer, shape.Errorf(subnetFull, msgNoAddress)
	case errors.Is(err, errAddressTaken):
		return answer, shape.Errorf(addressInUse, msgAddressUsed, r.PrivateIpAddress)
	case err != nil:
		return answer, shape.Errorf(badValue, msgAddressNotInside)
	}
	return CreateNetworkInterfaceResponse{n.s.describeInterface(region, made)}, nil
}

// NetworkInterfaceRequest names a network interface.
type NetworkInterfaceRequest struct {
	NetworkInterfaceId string `json:"NetworkInterfaceId" required:"true"`
}

// DeleteNetworkInterface gives an address back. Interfaces of services are the services' to delete.
func (n *Network) DeleteNetworkInterface(_ context.Context, c *shape.Call, r NetworkInterfaceRequest) (answer Done, err error) {
	region := n.enter(c)
	defer n.leave(&err)
	i := region.Network.networkInterface(r.NetworkInterfaceId)
	switch {
	case i == nil:
		return answer, shape.Errorf(noInterface, msgInterfaceGone, r.NetworkInterfaceId)
	case i.Requester != "":
		return answer, shape.Errorf(notAllowed, msgInterfaceOwned, i.ID, i.Requester)
	}
	region.Network.removeInterface(i.ID)
	n.s.dirty = true
	return Done{true}, nil
}
