package awsapi

import "github.com/hsmlab/hsmlab/hsmsim/trail"

// cloudWatch is CloudWatch, as far as metrics are read, which leaves nothing in CloudTrail.
var cloudWatch = service{
	name: "monitoring", signing: "monitoring", target: "GraniteServiceVersion20100801", version: "2010-08-01",
	internal: "InternalServiceFault", faults: "InternalServiceFault", codes: cloudWatchCodes,
	namespace: "http://monitoring.amazonaws.com/doc/2010-08-01/",
	operations: []operation{
		op("GetMetricData", reads, (*trail.Metrics).GetMetricData, "=InvalidNextToken"),
		op("GetMetricStatistics", reads, (*trail.Metrics).GetMetricStatistics,
			"InvalidParameterValue MissingRequiredParameter InvalidParameterCombination =InternalServiceFault"),
		op("ListMetrics", reads, (*trail.Metrics).ListMetrics, "InvalidParameterValue =InternalServiceFault"),
	},
}

// cloudWatchCodes is what the Query protocol calls CloudWatch's exceptions.
var cloudWatchCodes = map[string]string{
	"InternalServiceFault":                 "InternalServiceError",
	"InvalidParameterCombinationException": "InvalidParameterCombination",
	"InvalidParameterValueException":       "InvalidParameterValue",
	"MissingRequiredParameterException":    "MissingParameter",
}
