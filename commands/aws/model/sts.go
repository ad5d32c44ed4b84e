package model

// sts is the part of STS (2011-06-15) that the lab serves.
var sts = Service{
	Name: "sts", Summary: "AWS Security Token Service: who you are",
	Endpoint: "STS", Signing: "sts", Version: "2011-06-15", Protocol: Query,
	operations: []operation{
		{name: "GetCallerIdentity", out: `UserId Account Arn`},
	},
}
