package control

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// DescribeNetworkAclsRequest chooses network access control lists.
type DescribeNetworkAclsRequest struct {
	NetworkAclIds []string `json:"NetworkAclId"`
	Filters       []Filter `json:"Filter"`
	NextToken     string   `json:"NextToken"`
	MaxResults    *int     `json:"MaxResults" range:"5:1000"`
}

// DescribeNetworkAclsResponse are the lists that were chosen.
type DescribeNetworkAclsResponse struct {
	NetworkAcls []NetworkAclInfo `json:"NetworkAcls" xml:"networkAclSet"`
	NextToken   string           `json:"NextToken,omitempty" xml:"nextToken"`
}

// NetworkAclInfo is a network access control list as clients see it.
type NetworkAclInfo struct {
	NetworkAclId string                  `json:"NetworkAclId" xml:"networkAclId"`
	VpcId        string                  `json:"VpcId" xml:"vpcId"`
	OwnerId      string                  `json:"OwnerId" xml:"ownerId"`
	IsDefault    bool                    `json:"IsDefault" xml:"default"`
	Entries      []NetworkAclEntry       `json:"Entries" xml:"entrySet"`
	Associations []NetworkAclAssociation `json:"Associations" xml:"associationSet"`
}

// NetworkAclEntry is an entry of a list.
type NetworkAclEntry struct {
	RuleNumber int        `json:"RuleNumber" xml:"ruleNumber"`
	Protocol   string     `json:"Protocol" xml:"protocol"`
	RuleAction string     `json:"RuleAction" xml:"ruleAction"`
	Egress     bool       `json:"Egress" xml:"egress"`
	CidrBlock  string     `json:"CidrBlock" xml:"cidrBlock"`
	PortRange  *PortRange `json:"PortRange,omitempty" xml:"portRange"`
}

// PortRange are ports.
type PortRange struct {
	From int `json:"From" xml:"from"`
	To   int `json:"To" xml:"to"`
}

// NetworkAclAssociation says which list a subnet has.
type NetworkAclAssociation struct {
	NetworkAclAssociationId string `json:"NetworkAclAssociationId" xml:"networkAclAssociationId"`
	NetworkAclId            string `json:"NetworkAclId" xml:"networkAclId"`
	SubnetId                string `json:"SubnetId" xml:"subnetId"`
}

func (s *Service) describeACL(r *Region, a *ACL) NetworkAclInfo {
	info := NetworkAclInfo{NetworkAclId: a.ID, VpcId: a.VPC, OwnerId: s.state.Account, IsDefault: true, Entries: []NetworkAclEntry{},
		Associations: []NetworkAclAssociation{}}
	for _, e := range a.Entries {
		entry := NetworkAclEntry{RuleNumber: e.Number, Protocol: e.Protocol, RuleAction: "deny", Egress: e.Egress, CidrBlock: e.CIDR.String()}
		if e.Allow {
			entry.RuleAction = "allow"
		}
		if e.From != 0 || e.To != 0 {
			entry.PortRange = &PortRange{e.From, e.To}
		}
		info.Entries = append(info.Entries, entry)
	}
	for _, subnet := range r.Network.Subnets {
		if subnet.VPC == a.VPC {
			info.Associations = append(info.Associations, NetworkAclAssociation{"aclassoc-" + subnet.ID[len("subnet-"):], a.ID, subnet.ID})
		}
	}
	return info
}

// DescribeNetworkAcls lists network access control lists. Each VPC has one, that of all its subnets.
func (n *Network) DescribeNetworkAcls(_ context.Context, c *shape.Call, r DescribeNetworkAclsRequest) (answer DescribeNetworkAclsResponse, err error) {
	region := n.enter(c)
	defer n.leave(&err)
	if err := checkFilters(r.Filters, "network-acl-id", "vpc-id", "association.subnet-id", "default", "owner-id"); err != nil {
		return answer, err
	}
	for _, a := range region.Network.ACLs {
		info := n.s.describeACL(region, a)
		var subnets []string
		for _, x := range info.Associations {
			subnets = append(subnets, x.SubnetId)
		}
		if chosen(r.NetworkAclIds, a.ID, r.Filters, properties{"network-acl-id": {a.ID}, "vpc-id": {a.VPC}, "association.subnet-id": subnets,
			"default": {strconv.FormatBool(info.IsDefault)}, "owner-id": {info.OwnerId}}) {
			answer.NetworkAcls = append(answer.NetworkAcls, info)
		}
	}
	id := func(a NetworkAclInfo) string { return a.NetworkAclId }
	if err := allFound(r.NetworkAclIds, answer.NetworkAcls, id, noACL, msgACLGone); err != nil && len(r.Filters) == 0 {
		return DescribeNetworkAclsResponse{}, err
	}
	answer.NetworkAcls, answer.NextToken, err = pageOf(answer.NetworkAcls, id, r.NextToken, r.MaxResults)
	return answer, err
}

// CreateNetworkAclEntryRequest describes an entry of a list.
type CreateNetworkAclEntryRequest struct {
	NetworkAclId string     `json:"NetworkAclId" required:"true"`
	RuleNumber   *int       `json:"RuleNumber" required:"true"`
	Protocol     string     `json:"Protocol" required:"true"`
	RuleAction   string     `json:"RuleAction" required:"true"`
	Egress       bool       `json:"Egress"`
	CidrBlock    string     `json:"CidrBlock" required:"true"`
	PortRange    *PortRange `json:"PortRange"`
}

// CreateNetworkAclEntry adds an entry to a list. Those of lower numbers go first. While the list keeps clients from a
// subnet, the HSMs in it answer nobody; an entry is about a subnet if its block has the whole of it.
func (n *Network) CreateNetworkAclEntry(_ context.Context, c *shape.Call, r CreateNetworkAclEntryRequest) (answer Done, err error) {
	region := n.enter(c)
	defer n.leave(&err)
	a, err := region.Network.aclByID(r.NetworkAclId)
	if err != nil {
		return answer, err
	}
	e, err := r.entry()
	if err != nil {
		return answer, err
	}
	if a.entry(e.Number, e.Egress) >= 0 {
		return answer, shape.Errorf(entryExists, msgEntryThere, e.Number)
	}
	a.Entries = append(a.Entries, e)
	slices.SortStableFunc(a.Entries, func(x, y Entry) int {
		if x.Egress != y.Egress {
			if x.Egress {
				return -1
			}
			return 1
		}
		return cmp.Compare(x.Number, y.Number)
	})
	n.s.dirty = true
	return Done{true}, nil
}

// aclProtocols are protocols by the numbers that lists show.
var aclProtocols = map[string]string{"tcp": "6", "udp": "17", "icmp": "1", "all": "-1", "-1": "-1", "6": "6", "17": "17", "1": "1"}

func (r CreateNetworkAclEntryRequest) entry() (Entry, error) {
	e := Entry{Number: *r.RuleNumber, Allow: r.RuleAction == "allow", Egress: r.Egress}
	var ok bool
	if e.Protocol, ok = aclProtocols[r.Protocol]; !ok {
		return e, shape.Errorf(badValue, msgBadProtocol, r.Protocol)
	}
	var err error
	if e.CIDR, err = parseBlock(r.CidrBlock); err != nil {
		return e, err
	}
	if r.PortRange != nil && (e.Protocol == "6" || e.Protocol == "17") {
		e.From, e.To = r.PortRange.From, r.PortRange.To
	}
	switch {
	case e.Number < 1 || e.Number >= lastEntry:
		return e, shape.Errorf(badValue, msgBadEntryNumber, e.Number)
	case r.RuleAction != "allow" && r.RuleAction != "deny":
		return e, shape.Errorf(badValue, msgBadAction, r.RuleAction)
	case e.From < 0 || e.To > 65535 || e.From > e.To:
		return e, shape.Errorf(badValue, msgBadPorts, e.From, e.To)
	}
	return e, nil
}

// DeleteNetworkAclEntryRequest names an entry of a list.
type DeleteNetworkAclEntryRequest struct {
	NetworkAclId string `json:"NetworkAclId" required:"true"`
	RuleNumber   *int   `json:"RuleNumber" required:"true"`
	Egress       bool   `json:"Egress"`
}

// DeleteNetworkAclEntry removes an entry from a list.
func (n *Network) DeleteNetworkAclEntry(_ context.Context, c *shape.Call, r DeleteNetworkAclEntryRequest) (answer Done, err error) {
	region := n.enter(c)
	defer n.leave(&err)
	a, err := region.Network.aclByID(r.NetworkAclId)
	if err != nil {
		return answer, err
	}
	i := a.entry(*r.RuleNumber, r.Egress)
	if i < 0 || *r.RuleNumber >= lastEntry {
		return answer, shape.Errorf(noEntry, msgEntryGone, a.ID, *r.RuleNumber)
	}
	a.Entries = slices.Delete(a.Entries, i, i+1)
	n.s.dirty = true
	return Done{true}, nil
}

func (n *Net) aclByID(id string) (*ACL, error) {
	for _, a := range n.ACLs {
		if a.ID == id {
			return a, nil
		}
	}
	return nil, shape.Errorf(noACL, msgACLGone, id)
}

func (a *ACL) entry(number int, egress bool) int {
	return slices.IndexFunc(a.Entries, func(e Entry) bool { return e.Number == number && e.Egress == egress })
}
