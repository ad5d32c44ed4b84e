package trail

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// StreamOrder is what streams are ordered by.
type StreamOrder string

// The orders of streams.
const (
	byStreamName    StreamOrder = "LogStreamName"
	byLastEventTime StreamOrder = "LastEventTime"
)

// Values are the orders that a request can ask for.
func (StreamOrder) Values() []string {
	return []string{string(byStreamName), string(byLastEventTime)}
}

// DescribeLogStreamsRequest asks for the streams of a group.
type DescribeLogStreamsRequest struct {
	LogGroupName        string      `json:"logGroupName,omitempty" len:"1:512" pattern:"[\\.\\-_/#A-Za-z0-9]+"`
	LogGroupIdentifier  string      `json:"logGroupIdentifier,omitempty" len:"1:2048" pattern:"[\\w#+=/:,.@-]*"`
	LogStreamNamePrefix string      `json:"logStreamNamePrefix,omitempty" len:"1:512" pattern:"[^:*]*"`
	OrderBy             StreamOrder `json:"orderBy,omitempty"`
	Descending          bool        `json:"descending,omitempty"`
	Limit               *int        `json:"limit,omitempty" range:"1:50"`
	NextToken           string      `json:"nextToken,omitempty"`
}

// DescribeLogStreamsResponse lists streams.
type DescribeLogStreamsResponse struct {
	LogStreams []LogStream `json:"logStreams"`
	NextToken  string      `json:"nextToken,omitempty"`
}

// LogStream is the stream of one HSM. Times are milliseconds since the epoch; those of events are left out while
// there are none.
type LogStream struct {
	LogStreamName       string `json:"logStreamName"`
	CreationTime        int64  `json:"creationTime"`
	FirstEventTimestamp int64  `json:"firstEventTimestamp,omitempty"`
	LastEventTimestamp  int64  `json:"lastEventTimestamp,omitempty"`
	LastIngestionTime   int64  `json:"lastIngestionTime,omitempty"`
	ARN                 string `json:"arn"`
	StoredBytes         int64  `json:"storedBytes"` // always 0, as CloudWatch Logs has it since 2019
}

// DescribeLogStreams lists the streams of a cluster's HSMs, also of those that were removed. Exceptions:
// ResourceNotFoundException, InvalidParameterException.
func (l *Logs) DescribeLogStreams(_ context.Context, c *shape.Call, r DescribeLogStreamsRequest) (DescribeLogStreamsResponse, error) {
	var none DescribeLogStreamsResponse
	group, err := l.groupName(c.Region, r.LogGroupName, r.LogGroupIdentifier)
	if err != nil {
		return none, err
	}
	if r.OrderBy == byLastEventTime && r.LogStreamNamePrefix != "" {
		return none, shape.Errorf("InvalidParameterException", textOrderByTime)
	}
	logs, err := l.streams(c.Region, group)
	if err != nil {
		return none, err
	}
	streams := []LogStream{}
	for i := range logs {
		if strings.HasPrefix(logs[i].HSM, r.LogStreamNamePrefix) {
			streams = append(streams, logs[i].stream().describe(l.groupARN(c.Region, group)))
		}
	}
	if r.OrderBy == byLastEventTime {
		slices.SortStableFunc(streams, func(a, b LogStream) int { return cmp.Compare(a.LastEventTimestamp, b.LastEventTimestamp) })
	}
	if r.Descending {
		slices.Reverse(streams)
	}
	t := token{[]any{"streams", c.Region, group, r.LogStreamNamePrefix, r.OrderBy, r.Descending}}
	streams, next, err := page(streams, func(s *LogStream) string { return s.LogStreamName }, orDefault(r.Limit, maxDescribed), t, r.NextToken)
	return DescribeLogStreamsResponse{streams, next}, err
}

func (s *logStream) describe(groupARN string) LogStream {
	d := LogStream{LogStreamName: s.HSM, CreationTime: s.ClusterCreated.UnixMilli(), ARN: groupARN + ":log-stream:" + s.HSM}
	if n := len(s.events); n > 0 { // a stream begins with its first event
		d.CreationTime = s.events[0].at
		d.FirstEventTimestamp, d.LastEventTimestamp = s.events[0].at, s.events[n-1].at
		d.LastIngestionTime = d.LastEventTimestamp
	}
	return d
}
