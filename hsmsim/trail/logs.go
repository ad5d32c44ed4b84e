package trail

import (
	"fmt"
	"hash/fnv"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

// An AuditSource knows the audit logs of the HSMs.
type AuditSource interface {
	// AuditLogs gives the audit log of each HSM of a region, in any order. Those of HSMs that were removed remain
	// for as long as the source keeps them.
	AuditLogs(region string) []AuditLog
}

// An AuditLog is the audit log of one HSM.
type AuditLog struct {
	Cluster        string
	HSM            string // id
	ClusterCreated time.Time
	Reboots        uint32 // the reboot counter, the same in all records

	// Records gives what is in the log now, oldest first. It is called only where it is asked for.
	Records func() []hsm.AuditRecord
}

// Logs is CloudWatch Logs of one lab: the audit streams of its HSMs, /aws/cloudhsm/CLUSTER with one stream for each
// HSM (user guide, HSM audit logs).
type Logs struct {
	account string
	source  AuditSource
}

// NewLogs makes the streams of an account's HSMs.
func NewLogs(account string, source AuditSource) *Logs { return &Logs{account, source} }

// groupPrefix is what the names of groups begin with.
const groupPrefix = "/aws/cloudhsm/"

// logEvent is one audit record as a stream shows it.
type logEvent struct {
	at      int64  // milliseconds since the epoch
	id      string // events are in the order of their ids
	stream  string
	message string
}

func sortEvents(events []logEvent) {
	slices.SortFunc(events, func(a, b logEvent) int { return strings.Compare(a.id, b.id) })
}

// behind is the number of events that are not behind a cut: the id of the event before it, "" for the very first.
func behind(events []logEvent, cut string) int {
	return sort.Search(len(events), func(i int) bool { return events[i].id > cut })
}

// between is the part of the events from a time on and before another, in milliseconds; nil is no bound.
func between(events []logEvent, from, before *int64) []logEvent {
	first := func(t int64) int { return sort.Search(len(events), func(i int) bool { return events[i].at >= t }) }
	if before != nil {
		events = events[:first(*before)]
	}
	if from != nil {
		events = events[first(*from):]
	}
	return events
}

// An answer has at most this many events, and about this many bytes of messages.
const (
	maxLogEvents = 10_000
	maxLogBytes  = 1 << 20
)

// fitting is how many of the events, from the first on or from the last back, fit into an answer.
func fitting(events []logEvent, limit int, back bool) int {
	size := 0
	for n := range min(limit, len(events)) {
		i := n
		if back {
			i = len(events) - 1 - n
		}
		if size += len(events[i].message); n > 0 && size > maxLogBytes {
			return n
		}
	}
	return min(limit, len(events))
}

// logStream is the stream of one HSM with its events, oldest first.
type logStream struct {
	AuditLog
	events []logEvent
}

func (l *AuditLog) stream() *logStream {
	s := &logStream{AuditLog: *l}
	for _, r := range l.Records() {
		s.events = append(s.events, logEvent{r.Time.UnixMilli(), s.eventID(&r), l.HSM, message(&r, l.Reboots)})
	}
	sortEvents(s.events)
	return s
}

// eventID is 56 digits, of which the first are of the time and the last of the stream, and never changes.
func (l *AuditLog) eventID(r *hsm.AuditRecord) string {
	h := fnv.New64a()
	h.Write([]byte(l.HSM))
	return fmt.Sprintf("%020d%016d%020d", r.Time.UnixMilli(), r.Sequence, h.Sum64())
}

// storedBytes counts the streams of a group as CloudWatch Logs does: 26 bytes for an event beside its message.
func (s *logStream) storedBytes() int64 {
	n := 0
	for _, e := range s.events {
		n += len(e.message) + 26
	}
	return int64(n)
}

func (l *Logs) groupARN(region, group string) string {
	return "arn:aws:logs:" + region + ":" + l.account + ":log-group:" + group
}

// streams gives the audit logs of a group, sorted by name.
func (l *Logs) streams(region, group string) ([]AuditLog, error) {
	var logs []AuditLog
	for _, a := range l.source.AuditLogs(region) {
		if groupPrefix+a.Cluster == group {
			logs = append(logs, a)
		}
	}
	if logs == nil {
		return nil, shape.Errorf("ResourceNotFoundException", textNoGroup)
	}
	slices.SortFunc(logs, func(a, b AuditLog) int { return strings.Compare(a.HSM, b.HSM) })
	return logs, nil
}

// groupName is the group that a request names, by name or by identifier, which may be an ARN.
func (l *Logs) groupName(region, name, identifier string) (string, error) {
	switch {
	case name != "" && identifier != "":
		return "", shape.Errorf("InvalidParameterException", textOneGroup)
	case name != "":
		return name, nil
	case identifier == "":
		return "", shape.Errorf("InvalidParameterException", textNoGroupName)
	case !strings.HasPrefix(identifier, "arn:"):
		return identifier, nil
	}
	group, ok := strings.CutPrefix(strings.TrimSuffix(identifier, ":*"), l.groupARN(region, ""))
	if !ok {
		return "", shape.Errorf("ResourceNotFoundException", textNoGroup)
	}
	return group, nil
}

// page gives the part of a sorted list behind the name that a token stands for, and the token of the next part.
func page[T any](list []T, name func(*T) string, limit int, t token, text string) ([]T, string, error) {
	first := 0
	if text != "" {
		var last string
		if !t.open(text, &last) {
			return nil, "", shape.Errorf("InvalidParameterException", textLogsNextToken)
		}
		for i := range list {
			if name(&list[i]) == last {
				first = i + 1
			}
		}
	}
	list = list[first:]
	if len(list) <= limit {
		return list, "", nil
	}
	return list[:limit], t.seal(name(&list[limit-1])), nil
}
