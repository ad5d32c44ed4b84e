package trail

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// LookupEventsRequest asks for events of the caller's region.
type LookupEventsRequest struct {
	LookupAttributes []LookupAttribute `json:"LookupAttributes,omitempty"`
	StartTime        *shape.Time       `json:"StartTime,omitempty"`
	EndTime          *shape.Time       `json:"EndTime,omitempty"`
	EventCategory    string            `json:"EventCategory,omitempty"`
	MaxResults       *int              `json:"MaxResults,omitempty"`
	NextToken        string            `json:"NextToken,omitempty"`
}

// LookupAttribute is what an event must have.
type LookupAttribute struct {
	AttributeKey   string `json:"AttributeKey" required:"true"`
	AttributeValue string `json:"AttributeValue" required:"true" len:"1:2000"`
}

// LookupEventsResponse has the newest events first.
type LookupEventsResponse struct {
	Events    []LookedUpEvent `json:"Events"`
	NextToken string          `json:"NextToken,omitempty"`
}

// LookedUpEvent is an event of LookupEvents: CloudTrailEvent is all of it, the rest what it was found by.
type LookedUpEvent struct {
	EventID         string             `json:"EventId"`
	EventName       string             `json:"EventName"`
	ReadOnly        string             `json:"ReadOnly"` // true or false
	AccessKeyID     string             `json:"AccessKeyId,omitempty"`
	EventTime       shape.Time         `json:"EventTime"`
	EventSource     string             `json:"EventSource"`
	Username        string             `json:"Username,omitempty"`
	Resources       []LookedUpResource `json:"Resources"`
	CloudTrailEvent string             `json:"CloudTrailEvent"`
}

// LookedUpResource is a resource of an event.
type LookedUpResource struct {
	ResourceType string `json:"ResourceType,omitempty"`
	ResourceName string `json:"ResourceName,omitempty"`
}

// kept is how far back events can be looked up, and maxEvents how many at a time (CloudTrail API reference).
const (
	kept      = 90 * 24 * time.Hour
	maxEvents = 50
)

// lookup is a LookupEvents request as it is answered.
type lookup struct {
	wanted   []attribute
	from, to int64 // seconds, both included
	max      int
	token    token
	after    *place // the last event of the page before
}

// place is where a page ends: at an event.
type place struct {
	Time int64  `json:"t"`
	ID   string `json:"id"`
}

// LookupEvents finds events of the last 90 days of lab time in the caller's region, newest first; it finds all that
// were recorded before. Exceptions: InvalidLookupAttributesException, InvalidTimeRangeException,
// InvalidMaxResultsException, InvalidEventCategoryException, InvalidNextTokenException.
func (t *Trail) LookupEvents(ctx context.Context, c *shape.Call, r LookupEventsRequest) (LookupEventsResponse, error) {
	answer := LookupEventsResponse{Events: []LookedUpEvent{}}
	l, err := t.newLookup(c, &r)
	if err != nil {
		return answer, err
	}
	if r.EventCategory != "" {
		return answer, nil // nothing here is unusual enough for Insights
	}
	if err := t.settle(ctx); err != nil {
		return answer, fmt.Errorf("cannot look up events: %w", err)
	}
	t.mu.RLock()
	defer t.mu.RUnlock()
	var last place
	err = t.find(ctx, l, func(s *summary, line []byte) bool {
		if len(answer.Events) == l.max {
			answer.NextToken = l.token.seal(last)
			return false
		}
		last = place{s.EventTime.Unix(), s.EventID}
		answer.Events = append(answer.Events, lookedUp(s, line))
		return true
	})
	if err != nil {
		return answer, fmt.Errorf("cannot look up events: %w", err)
	}
	return answer, nil
}

func (t *Trail) newLookup(c *shape.Call, r *LookupEventsRequest) (*lookup, error) {
	l := &lookup{from: math.MinInt64, to: math.MaxInt64, max: maxEvents, wanted: []attribute{{byRegion, c.Region}}}
	if n := len(r.LookupAttributes); n > 1 {
		return nil, shape.Errorf("InvalidLookupAttributesException", textOneAttribute, n)
	}
	for _, a := range r.LookupAttributes {
		if err := a.check(); err != nil {
			return nil, err
		}
		l.wanted = append(l.wanted, attribute{a.AttributeKey, a.AttributeValue})
	}
	if r.EventCategory != "" && r.EventCategory != "insight" {
		return nil, shape.Errorf("InvalidEventCategoryException", textEventCategory, r.EventCategory)
	}
	if r.StartTime != nil {
		l.from = r.StartTime.Unix() // events have whole seconds
	}
	if r.EndTime != nil {
		l.to = r.EndTime.Unix()
	}
	if r.StartTime != nil && r.EndTime != nil && r.StartTime.After(r.EndTime.Time) {
		return nil, shape.Errorf("InvalidTimeRangeException", textTimeRange, r.StartTime.Format(time.RFC3339), r.EndTime.Format(time.RFC3339))
	}
	l.token.query = []any{c.Region, r.LookupAttributes, l.from, l.to, r.EventCategory}
	l.from = max(l.from, t.options.Clock.Now().Add(-kept).Unix())
	if r.MaxResults != nil {
		if l.max = *r.MaxResults; l.max < 1 || l.max > maxEvents {
			return nil, shape.Errorf("InvalidMaxResultsException", textMaxResults, l.max)
		}
	}
	if r.NextToken != "" {
		l.after = &place{}
		if !l.token.open(r.NextToken, l.after) {
			return nil, shape.Errorf("InvalidNextTokenException", textLookupNextToken)
		}
	}
	return l, nil
}

var attributeKeys = []string{byEventID, byEventName, byReadOnly, byUsername, byResourceType, byResourceName, byEventSource, byAccessKeyID}

func (a LookupAttribute) check() error {
	if !slices.Contains(attributeKeys, a.AttributeKey) {
		return shape.Errorf("InvalidLookupAttributesException", textAttributeKey, a.AttributeKey, strings.Join(attributeKeys, ", "))
	}
	if a.AttributeKey == byReadOnly && a.AttributeValue != "true" && a.AttributeValue != "false" {
		return shape.Errorf("InvalidLookupAttributesException", textAttributeValue, a.AttributeValue)
	}
	return nil
}

// find gives the events of a lookup with their lines, newest first, until f returns false. A line that can no longer
// be read is left out. t.mu is held for reading.
func (t *Trail) find(ctx context.Context, l *lookup, f func(*summary, []byte) bool) error {
	marks := marksOf(l.wanted...)
	first, end := t.seek(l.after)
	for n, file := range t.files {
		if n < first || file == nil {
			continue
		}
		i := until(file.index, l.to)
		if n == first {
			i = min(i, end)
		}
		for i--; i >= 0 && file.index[i].time >= l.from; i-- {
			if !file.index[i].marks.may(marks) {
				continue
			}
			if err := ctx.Err(); err != nil {
				return err
			}
			if s, line, ok := file.read(&file.index[i]); ok && s.has(l.wanted...) && !f(&s, line) {
				return nil
			}
		}
	}
	return nil
}

// seek gives the file and the end of the part of its index that a page begins with: before the event that the page
// before ended with. Where that event is gone by now, with the old file, nothing is left behind it either.
func (t *Trail) seek(after *place) (number, end int) {
	if after == nil {
		return 0, math.MaxInt
	}
	marks := marksOf(attribute{byEventID, after.ID})
	for n, f := range t.files {
		if f == nil {
			continue
		}
		for i := until(f.index, after.Time) - 1; i >= 0 && f.index[i].time == after.Time; i-- {
			if !f.index[i].marks.may(marks) {
				continue
			}
			if s, _, ok := f.read(&f.index[i]); ok && s.EventID == after.ID {
				return n, i
			}
		}
	}
	return len(t.files), 0
}

// read gives the event of an entry and its line without the newline.
func (f *file) read(e *entry) (summary, []byte, bool) {
	line := make([]byte, e.length)
	if _, err := f.ReadAt(line, e.offset); err != nil {
		return summary{}, nil, false
	}
	s, err := parseLine(line)
	return s, bytes.TrimSuffix(line, []byte("\n")), err == nil
}

func lookedUp(s *summary, line []byte) LookedUpEvent {
	e := LookedUpEvent{
		EventID: s.EventID, EventName: s.EventName, ReadOnly: strconv.FormatBool(s.ReadOnly), AccessKeyID: s.UserIdentity.AccessKeyID,
		EventTime: shape.At(s.EventTime), EventSource: s.EventSource, Username: s.user(), Resources: []LookedUpResource{},
		CloudTrailEvent: string(line),
	}
	for _, r := range s.Resources {
		e.Resources = append(e.Resources, LookedUpResource{r.Type, r.ARN})
	}
	return e
}
