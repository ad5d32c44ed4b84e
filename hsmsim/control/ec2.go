package control

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// A Network is the part of EC2 that decides who reaches HSMs: a subset of its operations, in the form that package
// shape describes. Requests have the names of the Query protocol in their json tags; answers have those of its XML in
// their xml tags.
type Network struct{ s *Service }

// Network is the network of the service's account.
func (s *Service) Network() *Network { return &Network{s} }

// Filter chooses by the values of a property. A * stands for any text.
type Filter struct {
	Name   string   `json:"Name" required:"true"`
	Values []string `json:"Value" len:"0:200"`
}

// Done is the answer of operations that have nothing to tell.
type Done struct {
	Return bool `json:"Return" xml:"return"`
}

// properties are the values that something has for each filter of its kind.
type properties map[string][]string

// chosen reports whether something is among the ids, if there are any, and fits all filters.
func chosen(ids []string, id string, filters []Filter, p properties) bool {
	if len(ids) > 0 && !slices.Contains(ids, id) {
		return false
	}
	for _, f := range filters {
		if !slices.ContainsFunc(p[f.Name], func(value string) bool {
			return slices.ContainsFunc(f.Values, func(wanted string) bool { return like(value, wanted) })
		}) {
			return false
		}
	}
	return true
}

// like compares a value with one that may have * in it.
func like(value, wanted string) bool {
	head, rest, any := strings.Cut(wanted, "*")
	if !any {
		return value == wanted
	}
	if !strings.HasPrefix(value, head) {
		return false
	}
	value = value[len(head):]
	for i := 0; i <= len(value); i++ {
		if like(value[i:], rest) {
			return true
		}
	}
	return false
}

// checkFilters complains about a filter that there is not.
func checkFilters(filters []Filter, known ...string) error {
	for _, f := range filters {
		if !slices.Contains(known, f.Name) {
			return shape.Errorf(badValue, msgBadFilter, f.Name)
		}
	}
	return nil
}

// allFound complains about ids that were asked for and are not there.
func allFound[T any](ids []string, list []T, id func(T) string, code, text string) error {
	for _, wanted := range ids {
		if !slices.ContainsFunc(list, func(x T) bool { return id(x) == wanted }) {
			return shape.Errorf(code, text, wanted)
		}
	}
	return nil
}

// parseBlock reads an IPv4 block.
func parseBlock(text string) (netip.Prefix, error) {
	p, err := netip.ParsePrefix(text)
	if err != nil || !p.Addr().Is4() {
		return p, shape.Errorf(badValue, msgBadBlock, text)
	}
	return p.Masked(), nil
}

// The codes of EC2's errors.
const (
	badValue      = "InvalidParameterValue"
	badCombined   = "InvalidParameterCombination"
	missing       = "MissingParameter"
	dependency    = "DependencyViolation"
	noSubnet      = "InvalidSubnetID.NotFound"
	noVPC         = "InvalidVpcID.NotFound"
	noInterface   = "InvalidNetworkInterfaceID.NotFound"
	noGroup       = "InvalidGroup.NotFound"
	noACL         = "InvalidNetworkAclID.NotFound"
	noEntry       = "InvalidNetworkAclEntry.NotFound"
	entryExists   = "NetworkAclEntryAlreadyExists"
	noRule        = "InvalidPermission.NotFound"
	ruleExists    = "InvalidPermission.Duplicate"
	badRange      = "InvalidSubnet.Range"
	subnetOverlap = "InvalidSubnet.Conflict"
	subnetFull    = "InsufficientFreeAddressesInSubnet"
	addressInUse  = "InvalidIPAddress.InUse"
	notAllowed    = "OperationNotPermitted"
	internalError = "InternalError"
)

// EC2's texts.
const (
	msgBadFilter        = "The filter '%s' is invalid"
	msgBadBlock         = "Value (%s) for parameter cidrBlock is invalid. This is not a valid CIDR block."
	msgSubnetGone       = "The subnet ID '%s' does not exist"
	msgVPCGone          = "The vpc ID '%s' does not exist"
	msgInterfaceGone    = "The networkInterface ID '%s' does not exist"
	msgGroupGone        = "The security group '%s' does not exist"
	msgACLGone          = "The network ACL ID '%s' does not exist"
	msgEntryGone        = "No network ACL entry of %s with rule number %d exists"
	msgEntryThere       = "The network acl entry identified by %d already exists."
	msgBadEntryNumber   = "The rule number %d is not between 1 and 32766"
	msgBadAction        = "The rule action '%s' is invalid: allow or deny"
	msgBadProtocol      = "The protocol '%s' is invalid"
	msgBadPorts         = "The port range %d-%d is invalid"
	msgRuleGone         = "The specified rule does not exist in this security group."
	msgRuleThere        = "the specified rule \"peer: %s, %s, from port: %d, to port: %d, ALLOW\" already exists"
	msgNoPermissions    = "The request must contain the parameter ipPermissions"
	msgSubnetOutside    = "The CIDR '%s' is invalid."
	msgSubnetConflict   = "The CIDR '%s' conflicts with another subnet"
	msgSubnetHasUsers   = "The subnet '%s' has dependencies and cannot be deleted."
	msgZoneOfOther      = "Value (%s) for parameter availabilityZone is invalid. Subnets can only be created in the Region %s."
	msgNoAddress        = "The specified subnet does not have enough free addresses to satisfy the request."
	msgAddressUsed      = "Address %s is in use."
	msgAddressNotInside = "Address does not fall within the subnet's address range"
	msgInterfaceOwned   = "The network interface '%s' is managed by %s"
)

// pageOf is page for EC2, whose answers have up to 1000 entries.
func pageOf[T any](list []T, id func(T) string, token string, asked *int) ([]T, string, error) {
	list, next, err := page(list, id, token, limitOf(asked, 1000))
	if err != nil {
		return nil, "", shape.Errorf(badValue, msgBadToken)
	}
	return slices.Concat([]T{}, list), next, nil
}

// enter begins an operation in a region.
func (n *Network) enter(c *shape.Call) *Region {
	n.s.enter()
	return n.s.region(c.Region)
}

// leave ends one.
func (n *Network) leave(err *error) {
	if *err == nil {
		if failed := n.s.lab.Cut(n.s.cut()); failed != nil {
			*err = internal(failed)
		}
	}
	n.s.leave(err)
	if e, ok := (*err).(*shape.Exception); ok && e.Code == internalFault {
		*err = shape.Errorf(internalError, "%s", e.Message)
	}
}
