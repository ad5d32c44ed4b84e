package aws

import (
	"strconv"
	"strings"

	"github.com/hsmlab/hsmlab/commands/aws/model"
	"github.com/hsmlab/hsmlab/commands/aws/value"
)

// The CLI has short options for one rule of a security group, and names of protocols in network ACLs, which the
// API has not.

func isGroupRule(op *model.Operation) bool {
	return strings.Contains(op.Name, "SecurityGroup") && op.In.Member("IpPermissions") != nil
}

// hidden says whether a member has no option because short ones stand for it.
func hidden(op *model.Operation, member string) bool {
	if !isGroupRule(op) {
		return false
	}
	switch member {
	case "CidrIp", "FromPort", "ToPort", "IpProtocol", "SourceSecurityGroupName", "SourceSecurityGroupOwnerId":
		return true
	}
	return false
}

// extraOptions are options of an operation that are no members.
func extraOptions(op *model.Operation) []string {
	if isGroupRule(op) {
		return []string{"--protocol", "--port", "--cidr", "--source-group", "--group-owner"}
	}
	return nil
}

// applyExtra puts what the extra options say into the parameters.
func applyExtra(op *model.Operation, o *given, params value.Object) (value.Object, error) {
	if strings.HasSuffix(op.Name, "NetworkAclEntry") {
		if p, ok := params.Get("Protocol"); ok {
			text, _ := p.(string)
			if number, known := map[string]string{"tcp": "6", "udp": "17", "icmp": "1", "all": "-1"}[text]; known {
				params = params.With("Protocol", number)
			}
		}
		return params, nil
	}
	if !isGroupRule(op) {
		return params, nil
	}
	rule := value.Object{}
	for _, name := range extraOptions(op) {
		if !o.has(name) {
			continue
		}
		if params.Has("IpPermissions") {
			return nil, fail(statusUsage, "The %s option is not compatible with the --ip-permissions option ", name)
		}
		var err error
		if rule, err = addToRule(rule, name, o.last(name)); err != nil {
			return nil, err
		}
	}
	if len(rule) > 0 {
		params = params.With("IpPermissions", []any{rule})
	}
	return params, nil
}

func addToRule(rule value.Object, name, word string) (value.Object, error) {
	group := func(key string) value.Object {
		pair := value.Object{}
		if pairs, ok := rule.Get("UserIdGroupPairs"); ok {
			pair, _ = pairs.([]any)[0].(value.Object)
		}
		return rule.With("UserIdGroupPairs", []any{pair.With(key, word)})
	}
	switch name {
	case "--protocol":
		if word == "all" {
			word = "-1"
		}
		return rule.With("IpProtocol", word), nil
	case "--cidr":
		return rule.With("IpRanges", []any{value.Object{{Key: "CidrIp", Value: word}}}), nil
	case "--source-group":
		if strings.HasPrefix(word, "sg-") {
			return group("GroupId"), nil
		}
		return group("GroupName"), nil
	case "--group-owner":
		return group("UserId"), nil
	}
	from, to := int64(-1), int64(-1)
	if word != "-1" && word != "all" {
		first, last, ranged := strings.Cut(word, "-")
		if !ranged {
			last = first
		}
		var err, err2 error
		from, err = strconv.ParseInt(first, 10, 64)
		to, err2 = strconv.ParseInt(last, 10, 64)
		if err != nil || err2 != nil {
			return nil, fail(statusUsage, "port parameter should be of the form <from[-to]> (e.g. 22 or 22-25)")
		}
	}
	return rule.With("FromPort", from).With("ToPort", to), nil
}
