package trail

import (
	"encoding/json"
	"strconv"
	"time"
)

// summary is what events are found by.
type summary struct {
	UserIdentity struct {
		Type        string `json:"type"`
		UserName    string `json:"userName"`
		AccessKeyID string `json:"accessKeyId"`
	} `json:"userIdentity"`
	EventTime   time.Time  `json:"eventTime"`
	EventSource string     `json:"eventSource"`
	EventName   string     `json:"eventName"`
	AWSRegion   string     `json:"awsRegion"`
	EventID     string     `json:"eventID"`
	ReadOnly    bool       `json:"readOnly"`
	Resources   []resource `json:"resources"`
}

// parseLine reads a line of events.
func parseLine(line []byte) (summary, error) {
	var s summary
	err := json.Unmarshal(line, &s)
	return s, err
}

// summary is what parseLine would find in the frame's line.
func (f *frame) summary(at time.Time) summary {
	s := summary{EventTime: at.Truncate(time.Second), EventSource: f.EventSource, EventName: f.EventName, AWSRegion: f.AWSRegion,
		EventID: f.EventID, ReadOnly: f.ReadOnly, Resources: f.Resources}
	s.UserIdentity.Type, s.UserIdentity.UserName, s.UserIdentity.AccessKeyID = f.UserIdentity.Type, f.UserIdentity.UserName, f.UserIdentity.AccessKeyID
	return s
}

// user is the name that CloudTrail shows for who called: empty for the service itself.
func (s *summary) user() string {
	if s.UserIdentity.Type == "Root" {
		return "root"
	}
	return s.UserIdentity.UserName
}

// The attributes that events can be looked up by (CloudTrail API reference, LookupAttribute).
const (
	byEventID      = "EventId"
	byEventName    = "EventName"
	byReadOnly     = "ReadOnly"
	byUsername     = "Username"
	byResourceType = "ResourceType"
	byResourceName = "ResourceName"
	byEventSource  = "EventSource"
	byAccessKeyID  = "AccessKeyId"
	byRegion       = "" // not asked for by name: every lookup has one
)

// attribute is one thing that a lookup asks for.
type attribute struct{ key, value string }

// attributes calls f with everything that the event can be found by.
func (s *summary) attributes(f func(attribute)) {
	f(attribute{byRegion, s.AWSRegion})
	f(attribute{byEventID, s.EventID})
	f(attribute{byEventName, s.EventName})
	f(attribute{byReadOnly, strconv.FormatBool(s.ReadOnly)})
	f(attribute{byEventSource, s.EventSource})
	if name := s.user(); name != "" {
		f(attribute{byUsername, name})
	}
	if id := s.UserIdentity.AccessKeyID; id != "" {
		f(attribute{byAccessKeyID, id})
	}
	for _, r := range s.Resources {
		f(attribute{byResourceType, r.Type})
		f(attribute{byResourceName, r.ARN})
	}
}

// has reports whether the event can be found by all of the attributes.
func (s *summary) has(wanted ...attribute) bool {
	found := 0
	for _, w := range wanted {
		hit := false
		s.attributes(func(a attribute) { hit = hit || a == w })
		if hit {
			found++
		}
	}
	return found == len(wanted)
}
