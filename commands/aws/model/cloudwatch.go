package model

// cloudwatch is the part of CloudWatch (2010-08-01) that the lab serves, in the Query protocol.
var cloudwatch = Service{
	Name: "cloudwatch", Summary: "Amazon CloudWatch: metrics",
	Endpoint: "CLOUDWATCH", Signing: "monitoring", Version: "2010-08-01", Protocol: Query,
	shapes: map[string]string{
		"Datapoint": `Timestamp:time SampleCount:float Average:float Sum:float Minimum:float Maximum:float Unit
			ExtendedStatistics:<float>`,
		"DimensionFilter": `Name*:string:1 Value:string:1`,
		"LabelOptions":    `Timezone`,
		"Message":         `Code Value`,
		"Metric":          `Namespace MetricName Dimensions:[Dimension]`,
		"MetricDataQuery": `Id*:string:1 MetricStat:MetricStat Expression:string:1 Label ReturnData:bool Period:int:1
			AccountId:string:1`,
		"MetricDataResult": `Id Label Timestamps:[time] Values:[float] StatusCode Messages:[Message]`,
		"MetricStat":       `Metric*:RequestMetric Period*:int:1 Stat* Unit`,
		"Dimension":        `Name*:string:1 Value*:string:1`,
		"RequestMetric":    `Namespace:string:1 MetricName:string:1 Dimensions:[Dimension]`,
	},
	operations: []operation{
		{
			name: "GetMetricData",
			in: `MetricDataQueries*:[MetricDataQuery] StartTime*:time EndTime*:time NextToken ScanBy
				MaxDatapoints:int LabelOptions:LabelOptions`,
			out:   `MetricDataResults:[MetricDataResult] NextToken Messages:[Message]`,
			pages: "NextToken NextToken MaxDatapoints MetricDataResults Messages",
		},
		{
			name: "GetMetricStatistics",
			in: `Namespace*:string:1 MetricName*:string:1 Dimensions:[Dimension] StartTime*:time EndTime*:time
				Period*:int:1 Statistics:[string]:1 ExtendedStatistics:[string]:1 Unit`,
			out: `Label Datapoints:[Datapoint]`,
		},
		{
			name: "ListMetrics",
			in: `Namespace:string:1 MetricName:string:1 Dimensions:[DimensionFilter] NextToken RecentlyActive
				IncludeLinkedAccounts:bool OwningAccount:string:1`,
			out:   `Metrics:[Metric] NextToken OwningAccounts:[string]`,
			pages: "NextToken NextToken - Metrics OwningAccounts",
		},
	},
}
