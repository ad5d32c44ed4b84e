package model

// logs is the part of CloudWatch Logs (2014-03-28) that the lab serves.
var logs = Service{
	Name: "logs", Summary: "Amazon CloudWatch Logs: the audit logs of the HSMs",
	Endpoint: "CLOUDWATCH_LOGS", Signing: "logs", Target: "Logs_20140328", Protocol: JSON11,
	shapes: map[string]string{
		"Event": `timestamp:int message ingestionTime:int`,
		"LogGroup": `logGroupName creationTime:int retentionInDays:int metricFilterCount:int arn storedBytes:int kmsKeyId
			dataProtectionStatus inheritedProperties:[string] logGroupClass logGroupArn
			deletionProtectionEnabled:bool bearerTokenAuthenticationEnabled:bool`,
		"LogStream": `logStreamName creationTime:int firstEventTimestamp:int lastEventTimestamp:int lastIngestionTime:int
			uploadSequenceToken arn storedBytes:int`,
		"FilteredEvent":     `logStreamName timestamp:int message ingestionTime:int eventId`,
		"SearchedLogStream": `logStreamName searchedCompletely:bool`,
	},
	operations: []operation{
		{
			name: "DescribeLogGroups",
			in: `accountIdentifiers:[string:12] logGroupNamePrefix:string:1 logGroupNamePattern nextToken:string:1
				limit:int:1 includeLinkedAccounts:bool logGroupClass logGroupIdentifiers:[string:1]:1`,
			out:   `logGroups:[LogGroup] nextToken`,
			pages: "nextToken nextToken limit logGroups",
		},
		{
			name: "DescribeLogStreams",
			in: `logGroupName:string:1 logGroupIdentifier:string:1 logStreamNamePrefix:string:1 orderBy
				descending:bool nextToken:string:1 limit:int:1`,
			out:   `logStreams:[LogStream] nextToken`,
			pages: "nextToken nextToken limit logStreams",
		},
		{
			name: "FilterLogEvents",
			in: `logGroupName:string:1 logGroupIdentifier:string:1 logStreamNames:[string:1]:1
				logStreamNamePrefix:string:1 startTime:int:0 endTime:int:0 filterPattern nextToken:string:1
				limit:int:1 interleaved:bool unmask:bool`,
			out:   `events:[FilteredEvent] searchedLogStreams:[SearchedLogStream] nextToken`,
			pages: "nextToken nextToken limit events searchedLogStreams",
		},
		{
			name: "GetLogEvents",
			in: `logGroupName:string:1 logGroupIdentifier:string:1 logStreamName*:string:1 startTime:int:0
				endTime:int:0 nextToken:string:1 limit:int:1 startFromHead:bool unmask:bool`,
			out: `events:[Event] nextForwardToken nextBackwardToken`,
		},
	},
}
