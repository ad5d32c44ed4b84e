package trail

import "strconv"

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

// Texts of CloudWatch.
const (
	textMissing           = "The parameter %s is required."
	textNoStatistics      = "At least one of the parameters Statistics and ExtendedStatistics must be specified."
	textStatistic         = "The parameter Statistics.member.%d must be one of Average, Maximum, Minimum, SampleCount or Sum."
	textNoPercentiles     = "The extended statistic %q is not simulated: use Statistics."
	textPeriod            = "The parameter Period must be 1, 5, 10, 20, 30 or a multiple of 60."
	textStartBeforeEnd    = "The parameter StartTime must be less than the parameter EndTime."
	textTooManyDatapoints = "You have requested up to %s datapoints, which exceeds the limit of %s. " +
		"You may reduce the datapoints requested by increasing Period, or decreasing the time range."
	textMetricsNextToken = "The parameter NextToken is not valid for this request."
	textRecentlyActive   = "The parameter RecentlyActive must be PT3H."
	textRowID            = "The value %s for parameter MetricDataQueries.member.%d.Id is not matching the expected pattern ^[a-z][a-zA-Z0-9_]*$."
	textRowIDTwice       = "The values for parameter id in MetricDataQueries are not unique."
	textRowKind          = "The parameter MetricDataQueries.member.%d must have either MetricStat or Expression."
	textRowMissing       = "The parameter MetricDataQueries.member.%d.MetricStat.Metric.%s is required."
	textRowStat          = "The value %s for parameter MetricDataQueries.member.%d.MetricStat.Stat is not supported."
	textNoMath           = "Error in expression '%s': metric math is not simulated."
)

// grouped writes a number with a comma before each three digits.
func grouped(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
