package control

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// DescribeSecurityGroupsRequest chooses security groups.
type DescribeSecurityGroupsRequest struct {
	GroupIds   []string `json:"GroupId"`
	GroupNames []string `json:"GroupName"`
	Filters    []Filter `json:"Filter"`
	NextToken  string   `json:"NextToken"`
	MaxResults *int     `json:"MaxResults" range:"5:1000"`
}

// DescribeSecurityGroupsResponse are the groups that were chosen.
type DescribeSecurityGroupsResponse struct {
	SecurityGroups []SecurityGroupInfo `json:"SecurityGroups" xml:"securityGroupInfo"`
	NextToken      string              `json:"NextToken,omitempty" xml:"nextToken"`
}

// SecurityGroupInfo is a security group as clients see it.
type SecurityGroupInfo struct {
	OwnerId             string         `json:"OwnerId" xml:"ownerId"`
	GroupId             string         `json:"GroupId" xml:"groupId"`
	GroupName           string         `json:"GroupName" xml:"groupName"`
	Description         string         `json:"Description" xml:"groupDescription"`
	VpcId               string         `json:"VpcId" xml:"vpcId"`
	IpPermissions       []IpPermission `json:"IpPermissions" xml:"ipPermissions"`
	IpPermissionsEgress []IpPermission `json:"IpPermissionsEgress" xml:"ipPermissionsEgress"`
}

// IpPermission are rules of a security group that differ in their peers only.
type IpPermission struct {
	IpProtocol string      `json:"IpProtocol" xml:"ipProtocol"`
	FromPort   *int        `json:"FromPort,omitempty" xml:"fromPort"`
	ToPort     *int        `json:"ToPort,omitempty" xml:"toPort"`
	Groups     []GroupPair `json:"Groups" xml:"groups"`
	IpRanges   []IpRange   `json:"IpRanges" xml:"ipRanges"`
}

// GroupPair is a security group as a peer.
type GroupPair struct {
	UserId  string `json:"UserId,omitempty" xml:"userId"`
	GroupId string `json:"GroupId,omitempty" xml:"groupId"`
}

// IpRange is a block of addresses as a peer.
type IpRange struct {
	CidrIp string `json:"CidrIp" xml:"cidrIp"`
}

func (s *Service) describeGroup(g *Group) SecurityGroupInfo {
	return SecurityGroupInfo{OwnerId: s.state.Account, GroupId: g.ID, GroupName: g.Name, Description: g.Description, VpcId: g.VPC,
		IpPermissions: s.permissions(g, false), IpPermissionsEgress: s.permissions(g, true)}
}

func (s *Service) permissions(g *Group, egress bool) []IpPermission {
	list := []IpPermission{}
	for _, r := range g.Rules {
		if r.Egress != egress {
			continue
		}
		p := IpPermission{IpProtocol: r.Protocol, Groups: []GroupPair{}, IpRanges: []IpRange{}}
		if r.Protocol != "-1" {
			p.FromPort, p.ToPort = new(r.From), new(r.To)
		}
		if r.Group != "" {
			p.Groups = append(p.Groups, GroupPair{s.state.Account, r.Group})
		} else {
			p.IpRanges = append(p.IpRanges, IpRange{r.CIDR})
		}
		list = append(list, p)
	}
	return list
}

// DescribeSecurityGroups lists security groups with their rules.
func (n *Network) DescribeSecurityGroups(_ context.Context, c *shape.Call, r DescribeSecurityGroupsRequest) (answer DescribeSecurityGroupsResponse, err error) {
	region := n.enter(c)
	defer n.leave(&err)
	if err := checkFilters(r.Filters, "group-id", "group-name", "vpc-id", "description", "owner-id"); err != nil {
		return answer, err
	}
	for _, g := range region.Network.Groups {
		if (len(r.GroupNames) == 0 || slices.Contains(r.GroupNames, g.Name)) && chosen(r.GroupIds, g.ID, r.Filters, properties{"group-id": {g.ID},
			"group-name": {g.Name}, "vpc-id": {g.VPC}, "description": {g.Description}, "owner-id": {n.s.state.Account}}) {
			answer.SecurityGroups = append(answer.SecurityGroups, n.s.describeGroup(g))
		}
	}
	id := func(g SecurityGroupInfo) string { return g.GroupId }
	if err := allFound(r.GroupIds, answer.SecurityGroups, id, noGroup, msgGroupGone); err != nil && len(r.Filters) == 0 {
		return DescribeSecurityGroupsResponse{}, err
	}
	answer.SecurityGroups, answer.NextToken, err = pageOf(answer.SecurityGroups, id, r.NextToken, r.MaxResults)
	return answer, err
}

// SecurityGroupRulesRequest names rules of a security group: in a list, or one in the form of older clients.
type SecurityGroupRulesRequest struct {
	GroupId       string         `json:"GroupId" required:"true"`
	IpPermissions []IpPermission `json:"IpPermissions"`

	IpProtocol string `json:"IpProtocol"`
	FromPort   *int   `json:"FromPort"`
	ToPort     *int   `json:"ToPort"`
	CidrIp     string `json:"CidrIp"`
}

// AuthorizeSecurityGroupIngress lets traffic in.
func (n *Network) AuthorizeSecurityGroupIngress(_ context.Context, c *shape.Call, r SecurityGroupRulesRequest) (Done, error) {
	return n.changeRules(c, r, false, n.authorize)
}

// AuthorizeSecurityGroupEgress lets traffic out.
func (n *Network) AuthorizeSecurityGroupEgress(_ context.Context, c *shape.Call, r SecurityGroupRulesRequest) (Done, error) {
	return n.changeRules(c, r, true, n.authorize)
}

// RevokeSecurityGroupIngress lets traffic in no more.
func (n *Network) RevokeSecurityGroupIngress(_ context.Context, c *shape.Call, r SecurityGroupRulesRequest) (Done, error) {
	return n.changeRules(c, r, false, (*Group).revoke)
}

// RevokeSecurityGroupEgress lets traffic out no more.
func (n *Network) RevokeSecurityGroupEgress(_ context.Context, c *shape.Call, r SecurityGroupRulesRequest) (Done, error) {
	return n.changeRules(c, r, true, (*Group).revoke)
}

// changeRules does something with the rules of a request: with all of them or with none.
func (n *Network) changeRules(c *shape.Call, r SecurityGroupRulesRequest, egress bool, change func(*Group, Rule) error) (answer Done, err error) {
	region := n.enter(c)
	defer n.leave(&err)
	g := region.Network.group(r.GroupId)
	if g == nil {
		return answer, shape.Errorf(noGroup, msgGroupGone, r.GroupId)
	}
	rules, err := r.rules(&region.Network, egress)
	if err != nil {
		return answer, err
	}
	before := slices.Clone(g.Rules)
	for _, rule := range rules {
		if err := change(g, rule); err != nil {
			g.Rules = before
			return answer, err
		}
	}
	n.s.dirty = true
	return Done{true}, nil
}

func (g *Group) find(r Rule) int {
	return slices.IndexFunc(g.Rules, func(x Rule) bool {
		x.ID = r.ID
		return x == r
	})
}

func (n *Network) authorize(g *Group, r Rule) error {
	if g.find(r) >= 0 {
		return shape.Errorf(ruleExists, msgRuleThere, cmp.Or(r.Group, r.CIDR), strings.ToUpper(r.Protocol), r.From, r.To)
	}
	r.ID = n.s.newHexID("sgr-", "")
	g.Rules = append(g.Rules, r)
	return nil
}

func (g *Group) revoke(r Rule) error {
	i := g.find(r)
	if i < 0 {
		return shape.Errorf(noRule, msgRuleGone)
	}
	g.Rules = slices.Delete(g.Rules, i, i+1)
	return nil
}

// rules are those that a request names, one for each peer.
func (r SecurityGroupRulesRequest) rules(n *Net, egress bool) ([]Rule, error) {
	permissions := r.IpPermissions
	if r.IpProtocol != "" {
		permissions = append(permissions, IpPermission{IpProtocol: r.IpProtocol, FromPort: r.FromPort, ToPort: r.ToPort, IpRanges: []IpRange{{r.CidrIp}}})
	}
	var list []Rule
	for _, p := range permissions {
		rule, err := p.rule(egress)
		if err != nil {
			return nil, err
		}
		for _, peer := range p.Groups {
			if n.group(peer.GroupId) == nil {
				return nil, shape.Errorf(noGroup, msgGroupGone, peer.GroupId)
			}
			rule.Group, rule.CIDR = peer.GroupId, ""
			list = append(list, rule)
		}
		for _, peer := range p.IpRanges {
			block, err := parseBlock(peer.CidrIp)
			if err != nil {
				return nil, err
			}
			rule.Group, rule.CIDR = "", block.String()
			list = append(list, rule)
		}
	}
	if len(list) == 0 {
		return nil, shape.Errorf(missing, msgNoPermissions)
	}
	return list, nil
}

// ruleProtocols are protocols by the number that they can also be given by.
var ruleProtocols = map[string]string{"6": "tcp", "17": "udp", "1": "icmp", "tcp": "tcp", "udp": "udp", "icmp": "icmp", "-1": "-1", "all": "-1"}

// rule is a rule without a peer.
func (p IpPermission) rule(egress bool) (Rule, error) {
	protocol, ok := ruleProtocols[strings.ToLower(p.IpProtocol)]
	rule := Rule{Egress: egress, Protocol: protocol, From: -1, To: -1}
	switch {
	case !ok:
		return rule, shape.Errorf(badValue, msgBadProtocol, p.IpProtocol)
	case protocol == "-1":
		return rule, nil
	case p.FromPort == nil || p.ToPort == nil:
		return rule, shape.Errorf(badCombined, msgBadPorts, -1, -1)
	case protocol != "icmp" && (*p.FromPort < 0 || *p.ToPort > 65535 || *p.FromPort > *p.ToPort):
		return rule, shape.Errorf(badValue, msgBadPorts, *p.FromPort, *p.ToPort)
	}
	rule.From, rule.To = *p.FromPort, *p.ToPort
	return rule, nil
}
