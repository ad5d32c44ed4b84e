package awsapi

import (
	"context"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// STS, as its API reference has it. The lab has no roles and no sessions: it answers only who one is.
var stsService = service{
	name:      "sts",
	signing:   "sts",
	source:    "sts.amazonaws.com",
	version:   "2011-06-15",
	namespace: "https://sts.amazonaws.com/doc/2011-06-15/",
	operations: []operation{
		op("GetCallerIdentity", reads, identity.getCallerIdentity, ""),
	},
}

// identity is STS; what it knows is in the calls.
type identity struct{}

// getCallerIdentityResponse is the answer of GetCallerIdentity.
type getCallerIdentityResponse struct {
	Arn     string `json:"Arn"`
	UserID  string `json:"UserId"`
	Account string `json:"Account"`
}

func (identity) getCallerIdentity(_ context.Context, c *shape.Call, _ shape.Empty) (getCallerIdentityResponse, error) {
	return getCallerIdentityResponse{c.ARN(), c.PrincipalID, c.Account}, nil
}
