package model

// cloudtrail is the part of CloudTrail (2013-11-01) that the lab serves.
var cloudtrail = Service{
	Name: "cloudtrail", Summary: "AWS CloudTrail: what was called, and by whom",
	Endpoint: "CLOUDTRAIL", Signing: "cloudtrail", Target: "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101", Protocol: JSON11,
	shapes: map[string]string{
		"Event": `EventId EventName ReadOnly AccessKeyId EventTime:time EventSource Username Resources:[Resource]
			CloudTrailEvent`,
		"LookupAttribute": `AttributeKey* AttributeValue*:string:1`,
		"Resource":        `ResourceType ResourceName`,
	},
	operations: []operation{
		{
			name: "LookupEvents",
			in: `LookupAttributes:[LookupAttribute] StartTime:time EndTime:time EventCategory MaxResults:int:1
				NextToken`,
			out:   `Events:[Event] NextToken`,
			pages: "NextToken NextToken MaxResults Events",
		},
	},
}
