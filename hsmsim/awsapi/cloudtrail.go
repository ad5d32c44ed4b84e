package awsapi

import "github.com/hsmlab/hsmlab/hsmsim/trail"

// cloudTrail is CloudTrail, as far as events are looked up.
var cloudTrail = service{
	name: "cloudtrail", signing: "cloudtrail", source: "cloudtrail.amazonaws.com", target: "CloudTrail_20131101",
	internal: "InternalFailure",
	operations: []operation{
		op("LookupEvents", reads, (*trail.Trail).LookupEvents,
			"InvalidLookupAttributes InvalidTimeRange InvalidMaxResults InvalidNextToken InvalidEventCategory OperationNotPermitted UnsupportedOperation"),
	},
}
