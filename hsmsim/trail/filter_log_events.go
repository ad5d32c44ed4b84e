package trail

import (
	"context"
	"math"
	"slices"
	"strings"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// FilterLogEventsRequest asks for events of a group, or of some of its streams.
type FilterLogEventsRequest struct {
	LogGroupName        string   `json:"logGroupName,omitempty" len:"1:512" pattern:"[\\.\\-_/#A-Za-z0-9]+"`
	LogGroupIdentifier  string   `json:"logGroupIdentifier,omitempty" len:"1:2048" pattern:"[\\w#+=/:,.@-]*"`
	LogStreamNames      []string `json:"logStreamNames,omitempty" len:"1:100"`
	LogStreamNamePrefix string   `json:"logStreamNamePrefix,omitempty" len:"1:512" pattern:"[^:*]*"`
	StartTime           *int64   `json:"startTime,omitempty"` // milliseconds since the epoch
	EndTime             *int64   `json:"endTime,omitempty"`   // included
	FilterPattern       string   `json:"filterPattern,omitempty" len:"0:1024"`
	NextToken           string   `json:"nextToken,omitempty"`
	Limit               *int     `json:"limit,omitempty" range:"1:10000"`
	Interleaved         bool     `json:"interleaved,omitempty"` // streams always are
	Unmask              bool     `json:"unmask,omitempty"`
}

// FilterLogEventsResponse has the oldest events of all streams first.
type FilterLogEventsResponse struct {
	Events             []FilteredLogEvent  `json:"events"`
	SearchedLogStreams []SearchedLogStream `json:"searchedLogStreams"` // always empty, as CloudWatch Logs has it since 2020
	NextToken          string              `json:"nextToken,omitempty"`
}

// FilteredLogEvent is an event of a group; its times are in milliseconds since the epoch.
type FilteredLogEvent struct {
	LogStreamName string `json:"logStreamName"`
	Timestamp     int64  `json:"timestamp"`
	Message       string `json:"message"`
	IngestionTime int64  `json:"ingestionTime"`
	EventID       string `json:"eventId"`
}

// SearchedLogStream is a stream that was searched.
type SearchedLogStream struct {
	LogStreamName      string `json:"logStreamName"`
	SearchedCompletely bool   `json:"searchedCompletely"`
}

// FilterLogEvents finds audit records in the streams of a cluster. Exceptions: ResourceNotFoundException,
// InvalidParameterException.
func (l *Logs) FilterLogEvents(_ context.Context, c *shape.Call, r FilterLogEventsRequest) (FilterLogEventsResponse, error) {
	answer := FilterLogEventsResponse{Events: []FilteredLogEvent{}, SearchedLogStreams: []SearchedLogStream{}}
	group, err := l.groupName(c.Region, r.LogGroupName, r.LogGroupIdentifier)
	if err != nil {
		return answer, err
	}
	pattern, err := parsePattern(r.FilterPattern)
	if err != nil {
		return answer, err
	}
	if r.StartTime != nil && r.EndTime != nil && *r.EndTime < *r.StartTime {
		return answer, shape.Errorf("InvalidParameterException", textLogTimes)
	}
	t := token{[]any{"filter", c.Region, group, r.LogStreamNames, r.LogStreamNamePrefix, r.StartTime, r.EndTime, r.FilterPattern}}
	cut := ""
	if r.NextToken != "" && !t.open(r.NextToken, &cut) {
		return answer, shape.Errorf("InvalidParameterException", textLogsNextToken)
	}
	logs, err := l.streams(c.Region, group)
	if err != nil {
		return answer, err
	}
	if logs, err = r.choose(logs); err != nil {
		return answer, err
	}
	events := r.search(logs, pattern)
	events = events[behind(events, cut):]
	n := fitting(events, orDefault(r.Limit, maxLogEvents), false)
	if n < len(events) {
		answer.NextToken = t.seal(events[n-1].id)
	}
	for _, e := range events[:n] {
		answer.Events = append(answer.Events, FilteredLogEvent{e.stream, e.at, e.message, e.at, e.id})
	}
	return answer, nil
}

// choose gives the streams that are asked for.
func (r *FilterLogEventsRequest) choose(logs []AuditLog) ([]AuditLog, error) {
	if r.LogStreamNames != nil && r.LogStreamNamePrefix != "" {
		return nil, shape.Errorf("InvalidParameterException", textOneFilter)
	}
	for _, name := range r.LogStreamNames {
		if !slices.ContainsFunc(logs, func(a AuditLog) bool { return a.HSM == name }) {
			return nil, shape.Errorf("ResourceNotFoundException", textNoStream)
		}
	}
	return slices.DeleteFunc(logs, func(a AuditLog) bool {
		return r.LogStreamNames != nil && !slices.Contains(r.LogStreamNames, a.HSM) || !strings.HasPrefix(a.HSM, r.LogStreamNamePrefix)
	}), nil
}

// search gives the events of the streams that match, in order.
func (r *FilterLogEventsRequest) search(logs []AuditLog, p pattern) []logEvent {
	var found []logEvent
	var before *int64
	if r.EndTime != nil && *r.EndTime < math.MaxInt64 {
		before = new(*r.EndTime + 1)
	}
	for i := range logs {
		for _, e := range between(logs[i].stream().events, r.StartTime, before) {
			if p.matches(e.message) {
				found = append(found, e)
			}
		}
	}
	sortEvents(found)
	return found
}
