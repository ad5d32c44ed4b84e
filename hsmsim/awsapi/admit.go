package awsapi

import (
	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// authorizer is a service that decides by itself who may do what, since that depends on what it knows.
type authorizer interface {
	Authorize(c *shape.Call) error
}

// prefix is what the actions of a service begin with in policies.
func (s *service) prefix() string {
	if s.signing == "monitoring" {
		return "cloudwatch"
	}
	return s.signing
}

// admit fails unless the caller's own policies allow the call.
func (x *exchange) admit(c *shape.Call) error {
	if a, ok := x.service.impl.(authorizer); ok {
		return a.Authorize(c)
	}
	if !c.Limited || c.Action == "sts:GetCallerIdentity" { // which everybody may
		return nil
	}
	context := c.Context(x.endpoint.options.Clock.Now())
	resources := resourcesOf(c)
	if len(resources) == 0 {
		return c.May(c.Action, "*", context)
	}
	for _, r := range resources {
		if err := c.May(c.Action, r, context); err != nil {
			return err
		}
	}
	return nil
}

// resourcesOf are the ARNs of what a request of CloudHSM names (service authorization reference, AWS CloudHSM).
func resourcesOf(c *shape.Call) []string {
	var list []string
	for member, kind := range map[string]string{"ClusterId": "cluster", "BackupId": "backup"} {
		for _, id := range c.Member(member) {
			list = append(list, "arn:aws:cloudhsm:"+c.Region+":"+c.Account+":"+kind+"/"+id)
		}
	}
	return list
}
