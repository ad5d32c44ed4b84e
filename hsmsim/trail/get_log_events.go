package trail

import (
	"context"
	"slices"
	"strings"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// GetLogEventsRequest asks for events of one stream.
type GetLogEventsRequest struct {
	LogGroupName       string `json:"logGroupName,omitempty" len:"1:512" pattern:"[\\.\\-_/#A-Za-z0-9]+"`
	LogGroupIdentifier string `json:"logGroupIdentifier,omitempty" len:"1:2048" pattern:"[\\w#+=/:,.@-]*"`
	LogStreamName      string `json:"logStreamName" required:"true" len:"1:512" pattern:"[^:*]*"`
	StartTime          *int64 `json:"startTime,omitempty"` // milliseconds since the epoch
	EndTime            *int64 `json:"endTime,omitempty"`   // not included
	NextToken          string `json:"nextToken,omitempty"`
	Limit              *int   `json:"limit,omitempty" range:"1:10000"`
	StartFromHead      bool   `json:"startFromHead,omitempty"` // where there is no token: the first events, not the last
	Unmask             bool   `json:"unmask,omitempty"`
}

// GetLogEventsResponse has the oldest events first. At the end of the stream the token in the direction of the
// request is the one that was sent.
type GetLogEventsResponse struct {
	Events            []OutputLogEvent `json:"events"`
	NextForwardToken  string           `json:"nextForwardToken"`
	NextBackwardToken string           `json:"nextBackwardToken"`
}

// OutputLogEvent is an event of a stream; its times are in milliseconds since the epoch.
type OutputLogEvent struct {
	Timestamp     int64  `json:"timestamp"`
	Message       string `json:"message"`
	IngestionTime int64  `json:"ingestionTime"`
}

// The directions that tokens of GetLogEvents lead in are what they begin with.
const (
	forwards  = "f/"
	backwards = "b/"
)

// GetLogEvents gives the audit records of one HSM. Exceptions: ResourceNotFoundException, InvalidParameterException.
func (l *Logs) GetLogEvents(_ context.Context, c *shape.Call, r GetLogEventsRequest) (GetLogEventsResponse, error) {
	var none GetLogEventsResponse
	group, err := l.groupName(c.Region, r.LogGroupName, r.LogGroupIdentifier)
	if err != nil {
		return none, err
	}
	logs, err := l.streams(c.Region, group)
	if err != nil {
		return none, err
	}
	i := slices.IndexFunc(logs, func(a AuditLog) bool { return a.HSM == r.LogStreamName })
	if i < 0 {
		return none, shape.Errorf("ResourceNotFoundException", textNoStream)
	}
	if r.StartTime != nil && r.EndTime != nil && *r.EndTime < *r.StartTime {
		return none, shape.Errorf("InvalidParameterException", textLogTimes)
	}
	t := token{[]string{"events", c.Region, group, r.LogStreamName}}
	events := between(logs[i].stream().events, r.StartTime, r.EndTime)
	first, end, cut, err := r.page(events, t)
	if err != nil {
		return none, err
	}
	answer := GetLogEventsResponse{Events: []OutputLogEvent{}}
	for _, e := range events[first:end] {
		answer.Events = append(answer.Events, OutputLogEvent{e.at, e.message, e.at})
	}
	before, after := cut, cut
	if first < end {
		before, after = "", events[end-1].id
		if first > 0 {
			before = events[first-1].id
		}
	}
	answer.NextForwardToken, answer.NextBackwardToken = forwards+t.seal(after), backwards+t.seal(before)
	return answer, nil
}

// page is the part of the events that is asked for, and the cut that it begins or ends at.
func (r *GetLogEventsRequest) page(events []logEvent, t token) (first, end int, cut string, err error) {
	limit := orDefault(r.Limit, maxLogEvents)
	back := !r.StartFromHead
	if r.NextToken != "" {
		text, ok := strings.CutPrefix(r.NextToken, forwards)
		if back = !ok; back {
			text, ok = strings.CutPrefix(r.NextToken, backwards)
		}
		if !ok || !t.open(text, &cut) {
			return 0, 0, "", shape.Errorf("InvalidParameterException", textLogsNextToken)
		}
	}
	at := behind(events, cut)
	if r.NextToken == "" && back {
		at = len(events)
	}
	if back {
		return at - fitting(events[:at], limit, true), at, cut, nil
	}
	return at, at + fitting(events[at:], limit, false), cut, nil
}
