package awsapi

import "github.com/hsmlab/hsmlab/hsmsim/trail"

// cloudWatchLogs is CloudWatch Logs, as far as the audit streams of HSMs are read. Reading events is a data event,
// which leaves nothing in CloudTrail.
var cloudWatchLogs = service{
	name: "logs", signing: "logs", target: "Logs_20140328", internal: "InternalFailure",
	faults: "ServiceUnavailableException",
	operations: []operation{
		op("DescribeLogGroups", reads, (*trail.Logs).DescribeLogGroups, "InvalidParameter ServiceUnavailable"),
		op("DescribeLogStreams", reads, (*trail.Logs).DescribeLogStreams, "InvalidParameter ResourceNotFound ServiceUnavailable"),
		op("FilterLogEvents", reads, (*trail.Logs).FilterLogEvents, "InvalidParameter ResourceNotFound ServiceUnavailable"),
		op("GetLogEvents", reads, (*trail.Logs).GetLogEvents, "InvalidParameter ResourceNotFound ServiceUnavailable"),
	},
}
