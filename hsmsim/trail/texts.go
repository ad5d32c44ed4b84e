package trail

// The texts of exceptions, none of which AWS publishes but those of CloudWatch Logs and the number of datapoints.
const (
	textOneAttribute    = "You can specify only one lookup attribute, not %d."
	textAttributeKey    = "%q is not a lookup attribute: use one of %s."
	textAttributeValue  = "The value %q of lookup attribute ReadOnly must be true or false."
	textEventCategory   = "The event category %q is not valid: use insight."
	textTimeRange       = "The start time %s is after the end time %s."
	textMaxResults      = "MaxResults must be from 1 to 50, not %d."
	textLookupNextToken = "The token is not valid, or was used in a request with different parameters."
)

// Texts of CloudWatch Logs.
const (
	textNoGroup       = "The specified log group does not exist."
	textNoStream      = "The specified log stream does not exist."
	textOneGroup      = "LogGroup name and LogGroup identifier cannot both be specified."
	textNoGroupName   = "Either logGroupName or logGroupIdentifier must be specified."
	textLogsNextToken = "The specified nextToken is invalid."
	textOrderByTime   = "Cannot order by LastEventTime with a logStreamNamePrefix."
	textOneFilter     = "Log stream names and a log stream name prefix cannot both be specified."
	textOnePattern    = "Log group name prefix and log group name pattern cannot both be specified."
	textBadPattern    = "Invalid filter pattern"
	textNoJSONPattern = "Invalid filter pattern: only terms and quoted phrases match HSM audit logs, which are neither JSON nor separated by spaces"
	textLogTimes      = "endTime must not be before startTime"
)
