package trail

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

// auditLogs is a source of one region.
type auditLogs []AuditLog

func (a auditLogs) AuditLogs(r string) []AuditLog {
	if r != region {
		return nil
	}
	return a
}

// loginRecord is a login of alice's, some seconds after the moment.
func loginRecord(seconds int, c hsm.Code) hsm.AuditRecord {
	return hsm.AuditRecord{Sequence: uint64(seconds), Time: moment.Add(time.Duration(seconds) * time.Second), Opcode: 0xd,
		Session: 0x1014006, Response: c, UserName: "alice", UserType: hsm.CU}
}

func auditLog(cluster, id string, seconds ...int) AuditLog {
	return AuditLog{Cluster: cluster, HSM: id, ClusterCreated: moment.Add(-time.Hour), Reboots: 0xe8, Records: func() []hsm.AuditRecord {
		var list []hsm.AuditRecord
		for _, s := range seconds {
			list = append(list, loginRecord(s, hsm.Success))
		}
		return list
	}}
}

const (
	cluster   = "cluster-likphkxygsn"
	groupName = "/aws/cloudhsm/" + cluster
	otherName = "/aws/cloudhsm/cluster-aaaaaaaaaaa"
)

func newLogs() *Logs {
	return NewLogs(account, auditLogs{
		auditLog(cluster, "hsm-tk2n5vbz2vq", 1, 3, 5, 7, 9),
		auditLog("cluster-aaaaaaaaaaa", "hsm-cccccccccca", 2),
		auditLog(cluster, "hsm-aaaaaaaaaaa", 0, 4, 8),
		auditLog(cluster, "hsm-bbbbbbbbbbb"),
	})
}

func call() *shape.Call { return &shape.Call{Caller: alice} }

func asJSON(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestMessagesOfAuditRecords(t *testing.T) {
	at := time.Date(2017, 12, 19, 21, 1, 17, 140812e3, time.UTC)
	head := func(sequence, opcode, response string) string {
		return "Time: 12/19/17 21:01:17.140812, usecs:1513717277140812\nSequence No : " + sequence + "\nReboot counter : 0xe8\n" +
			"Command Type(hex) : CN_MGMT_CMD (0x0)\nOpcode : " + opcode + "\nSession Handle : 0x1004001\nResponse : " + response + "\n"
	}
	for _, test := range []struct {
		record hsm.AuditRecord
		want   string
	}{
		{hsm.AuditRecord{Opcode: 0xe8, Sequence: 1}, head("0x1", "CN_SET_M_VALUE (0xe8)", "0:HSM Return: SUCCESS") + "Log type : MINIMAL_LOG_ENTRY (0)"},
		{hsm.AuditRecord{Opcode: 0xd, Sequence: 26, Response: hsm.UnknownUser, UserName: "bob", UserType: hsm.CU},
			head("0x1a", "CN_LOGIN (0xd)", "157:HSM Error: user isn't initialized or user with this name doesn't exist") +
				"Log type : MGMT_USER_DETAILS_LOG (2)\nUser Name : bob\nUser Type : CN_CRYPTO_USER (1)"},
		{hsm.AuditRecord{Opcode: 0xd, Response: hsm.LoginFailure, UserName: "a\nb", UserType: hsm.CO},
			head("0x0", "CN_LOGIN (0xd)", "163:HSM Error: RET_USER_LOGIN_FAILURE") +
				"Log type : MGMT_USER_DETAILS_LOG (2)\nUser Name : a?b\nUser Type : CN_CRYPTO_OFFICER (2)"},
		{hsm.AuditRecord{Opcode: 0x9, UserName: "admin", UserType: hsm.PRECO},
			head("0x0", "CN_CHANGE_PSWD (0x9)", "0:HSM Return: SUCCESS") +
				"Log type : MGMT_USER_DETAILS_LOG (2)\nUser Name : admin\nUser Type : CN_CRYPTO_PRE_OFFICER (6)"},
		{hsm.AuditRecord{Opcode: 0xfc, UserName: "app_user", UserType: hsm.AU},
			head("0x0", "CN_CREATE_APPLIANCE_USER (0xfc)", "0:HSM Return: SUCCESS") +
				"Log type : MGMT_USER_DETAILS_LOG (2)\nUser Name : app_user\nUser Type : CN_APPLIANCE_USER (5)"},
		{hsm.AuditRecord{Opcode: 0x17, PrivateHandle: 262152}, head("0x0", "CN_GENERATE_KEY (0x17)", "0:HSM Return: SUCCESS") +
			"Log type : MGMT_KEY_DETAILS_LOG (1)\nPriv/Secret Key Handle : 262152\nPublic Key Handle : 0"},
		{hsm.AuditRecord{Opcode: 0x19, PrivateHandle: 8, PublicHandle: 7}, head("0x0", "CN_GENERATE_KEY_PAIR (0x19)", "0:HSM Return: SUCCESS") +
			"Log type : MGMT_KEY_DETAILS_LOG (1)\nPriv/Secret Key Handle : 8\nPublic Key Handle : 7"},
		{hsm.AuditRecord{Opcode: 0x12, PrivateHandle: 8}, head("0x0", "CN_SHARE_OBJECT (0x12)", "0:HSM Return: SUCCESS") + "Log type : UNKNOWN_LOG_TYPE (5)"},
	} {
		test.record.Time, test.record.Session = at, 0x1004001
		if diff := cmp.Diff(test.want, message(&test.record, 0xe8)); diff != "" {
			t.Error(diff)
		}
	}
}

func TestDescribeLogGroups(t *testing.T) {
	l := newLogs()
	got, err := l.DescribeLogGroups(t.Context(), call(), DescribeLogGroupsRequest{LogGroupNamePrefix: groupName})
	if err != nil {
		t.Fatal(err)
	}
	got.LogGroups[0].StoredBytes -= 8 * int64(26+len(message(new(loginRecord(1, hsm.Success)), 0xe8)))
	want := `{"logGroups":[{"logGroupName":"/aws/cloudhsm/cluster-likphkxygsn","creationTime":1770087906789,"metricFilterCount":0,` +
		`"arn":"arn:aws:logs:us-east-1:111122223333:log-group:/aws/cloudhsm/cluster-likphkxygsn:*","storedBytes":0,"logGroupClass":"STANDARD",` +
		`"logGroupArn":"arn:aws:logs:us-east-1:111122223333:log-group:/aws/cloudhsm/cluster-likphkxygsn"}]}`
	if diff := cmp.Diff(want, asJSON(t, got)); diff != "" {
		t.Error(diff)
	}
	one := 1
	var names []string
	for r := (DescribeLogGroupsRequest{Limit: &one}); ; {
		answer, err := l.DescribeLogGroups(t.Context(), call(), r)
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, answer.LogGroups[0].LogGroupName)
		if r.NextToken = answer.NextToken; r.NextToken == "" {
			break
		}
	}
	if diff := cmp.Diff([]string{otherName, groupName}, names); diff != "" {
		t.Error(diff)
	}
	for pattern, want := range map[string]int{"LIKPH": 1, "cluster-": 2, "none": 0} {
		if got, err := l.DescribeLogGroups(t.Context(), call(), DescribeLogGroupsRequest{LogGroupNamePattern: pattern}); err != nil || len(got.LogGroups) != want {
			t.Errorf("pattern %s: %+v %v", pattern, got, err)
		}
	}
	elsewhere := call()
	elsewhere.Region = "eu-west-1"
	if got, err := l.DescribeLogGroups(t.Context(), elsewhere, DescribeLogGroupsRequest{}); err != nil || asJSON(t, got) != `{"logGroups":[]}` {
		t.Errorf("%+v %v", got, err)
	}
}

func TestDescribeLogStreams(t *testing.T) {
	l := newLogs()
	for _, test := range []struct {
		name    string
		request DescribeLogStreamsRequest
		want    string
	}{
		{"by name", DescribeLogStreamsRequest{LogGroupName: groupName}, "hsm-aaaaaaaaaaa hsm-bbbbbbbbbbb hsm-tk2n5vbz2vq"},
		{"downwards", DescribeLogStreamsRequest{LogGroupName: groupName, Descending: true}, "hsm-tk2n5vbz2vq hsm-bbbbbbbbbbb hsm-aaaaaaaaaaa"},
		{"by last event", DescribeLogStreamsRequest{LogGroupName: groupName, OrderBy: byLastEventTime}, "hsm-bbbbbbbbbbb hsm-aaaaaaaaaaa hsm-tk2n5vbz2vq"},
		{"by prefix", DescribeLogStreamsRequest{LogGroupName: groupName, LogStreamNamePrefix: "hsm-t"}, "hsm-tk2n5vbz2vq"},
		{"by identifier", DescribeLogStreamsRequest{LogGroupIdentifier: otherName}, "hsm-cccccccccca"},
		{"by ARN", DescribeLogStreamsRequest{LogGroupIdentifier: "arn:aws:logs:us-east-1:111122223333:log-group:" + otherName}, "hsm-cccccccccca"},
	} {
		for _, limit := range []int{1, 2, 50} {
			test.request.Limit, test.request.NextToken = &limit, ""
			var names []string
			for {
				answer, err := l.DescribeLogStreams(t.Context(), call(), test.request)
				if err != nil {
					t.Fatal(test.name, err)
				}
				for _, s := range answer.LogStreams {
					names = append(names, s.LogStreamName)
				}
				if test.request.NextToken = answer.NextToken; answer.NextToken == "" {
					break
				}
			}
			if got := strings.Join(names, " "); got != test.want {
				t.Errorf("%s, %d at a time: got %s, want %s", test.name, limit, got, test.want)
			}
		}
	}
	got, err := l.DescribeLogStreams(t.Context(), call(), DescribeLogStreamsRequest{LogGroupName: groupName, LogStreamNamePrefix: "hsm-t"})
	if err != nil {
		t.Fatal(err)
	}
	want := `{"logStreams":[{"logStreamName":"hsm-tk2n5vbz2vq","creationTime":1770091507789,"firstEventTimestamp":1770091507789,` +
		`"lastEventTimestamp":1770091515789,"lastIngestionTime":1770091515789,` +
		`"arn":"arn:aws:logs:us-east-1:111122223333:log-group:/aws/cloudhsm/cluster-likphkxygsn:log-stream:hsm-tk2n5vbz2vq","storedBytes":0}]}`
	if diff := cmp.Diff(want, asJSON(t, got)); diff != "" {
		t.Error(diff)
	}
}

// seconds are those after the moment that events are from.
func seconds(events []OutputLogEvent) string {
	var list []string
	for _, e := range events {
		list = append(list, fmt.Sprint((e.Timestamp-moment.UnixMilli())/1000))
	}
	return strings.Join(list, " ")
}

func ms(second int) *int64 { return new(moment.UnixMilli() + int64(second)*1000) }

func TestPagesOfGetLogEvents(t *testing.T) {
	source := auditLogs{auditLog(cluster, "hsm-aaaaaaaaaaa", 0, 1, 2, 3, 4, 5, 6)}
	l := NewLogs(account, source)
	get := func(r GetLogEventsRequest) (string, GetLogEventsResponse) {
		t.Helper()
		r.LogGroupName, r.LogStreamName = groupName, "hsm-aaaaaaaaaaa"
		answer, err := l.GetLogEvents(t.Context(), call(), r)
		if err != nil {
			t.Fatal(err)
		}
		return seconds(answer.Events), answer
	}
	three := 3
	expect := func(what, got, want string) {
		t.Helper()
		if got != want {
			t.Errorf("%s: got %q, want %q", what, got, want)
		}
	}
	got, _ := get(GetLogEventsRequest{})
	expect("everything", got, "0 1 2 3 4 5 6")
	got, _ = get(GetLogEventsRequest{StartTime: ms(2), EndTime: ms(5)})
	expect("a time", got, "2 3 4")
	got, first := get(GetLogEventsRequest{Limit: &three, StartFromHead: true})
	expect("the first", got, "0 1 2")
	got, second := get(GetLogEventsRequest{Limit: &three, NextToken: first.NextForwardToken})
	expect("the next", got, "3 4 5")
	got, third := get(GetLogEventsRequest{Limit: &three, NextToken: second.NextForwardToken})
	expect("the last", got, "6")
	got, end := get(GetLogEventsRequest{Limit: &three, NextToken: third.NextForwardToken})
	expect("behind the last", got, "")
	expect("token at the end", end.NextForwardToken, third.NextForwardToken)
	got, _ = get(GetLogEventsRequest{Limit: &three, NextToken: end.NextBackwardToken})
	expect("back from the end", got, "4 5 6")
	got, _ = get(GetLogEventsRequest{Limit: &three, NextToken: third.NextBackwardToken})
	expect("back from the last", got, "3 4 5")
	got, tail := get(GetLogEventsRequest{Limit: &three})
	expect("the tail", got, "4 5 6")
	got, tail = get(GetLogEventsRequest{Limit: &three, NextToken: tail.NextBackwardToken})
	expect("before the tail", got, "1 2 3")
	got, tail = get(GetLogEventsRequest{Limit: &three, NextToken: tail.NextBackwardToken})
	expect("the head", got, "0")
	got, head := get(GetLogEventsRequest{Limit: &three, NextToken: tail.NextBackwardToken})
	expect("before the head", got, "")
	expect("token at the head", head.NextBackwardToken, tail.NextBackwardToken)
	got, _ = get(GetLogEventsRequest{Limit: &three, NextToken: head.NextForwardToken})
	expect("forth from the head", got, "0 1 2")

	l.source = auditLogs{auditLog(cluster, "hsm-aaaaaaaaaaa", 5, 6, 7, 8)} // the oldest are dropped, new ones come
	got, _ = get(GetLogEventsRequest{NextToken: end.NextForwardToken})
	expect("new ones", got, "7 8")
	got, _ = get(GetLogEventsRequest{NextToken: second.NextForwardToken})
	expect("what is left behind a page", got, "6 7 8")
	l.source = auditLogs{auditLog(cluster, "hsm-aaaaaaaaaaa")}
	got, empty := get(GetLogEventsRequest{})
	expect("nothing", got, "")
	l.source = source
	got, _ = get(GetLogEventsRequest{NextToken: empty.NextForwardToken})
	expect("the first events of a stream", got, "0 1 2 3 4 5 6")
}

func TestAnswersOfLogsAreBounded(t *testing.T) {
	many := make([]int, 9000)
	for i := range many {
		many[i] = i
	}
	l := NewLogs(account, auditLogs{auditLog(cluster, "hsm-aaaaaaaaaaa", many...)})
	r := GetLogEventsRequest{LogGroupName: groupName, LogStreamName: "hsm-aaaaaaaaaaa", StartFromHead: true}
	total := 0
	for pages := 0; ; pages++ {
		answer, err := l.GetLogEvents(t.Context(), call(), r)
		if err != nil {
			t.Fatal(err)
		}
		if n := len(asJSON(t, answer)); n > 2<<20 {
			t.Fatalf("an answer of %d bytes", n)
		}
		total += len(answer.Events)
		if r.NextToken == answer.NextForwardToken {
			if pages < 2 {
				t.Errorf("only %d pages", pages)
			}
			break
		}
		r.NextToken = answer.NextForwardToken
	}
	if total != 9000 {
		t.Errorf("%d events", total)
	}
}

func TestFilterLogEvents(t *testing.T) {
	l := newLogs()
	for _, test := range []struct {
		name    string
		request FilterLogEventsRequest
		want    string
	}{
		{"everything", FilterLogEventsRequest{}, "a0 t1 t3 a4 t5 t7 a8 t9"},
		{"a time, its end too", FilterLogEventsRequest{StartTime: ms(3), EndTime: ms(7)}, "t3 a4 t5 t7"},
		{"the end of time", FilterLogEventsRequest{StartTime: ms(9), EndTime: new(int64(math.MaxInt64))}, "t9"},
		{"a stream", FilterLogEventsRequest{LogStreamNames: []string{"hsm-aaaaaaaaaaa"}}, "a0 a4 a8"},
		{"a prefix", FilterLogEventsRequest{LogStreamNamePrefix: "hsm-t"}, "t1 t3 t5 t7 t9"},
		{"a pattern", FilterLogEventsRequest{FilterPattern: `"Sequence No : 0x4" CN_LOGIN`}, "a4"},
		{"no match", FilterLogEventsRequest{FilterPattern: "CN_LOGOUT"}, ""},
	} {
		for _, limit := range []int{1, 3, 100} {
			r := test.request
			r.LogGroupName, r.Limit = groupName, &limit
			var got []string
			for {
				answer, err := l.FilterLogEvents(t.Context(), call(), r)
				if err != nil {
					t.Fatal(test.name, err)
				}
				for _, e := range answer.Events {
					got = append(got, fmt.Sprintf("%c%d", e.LogStreamName[4], (e.Timestamp-moment.UnixMilli())/1000))
				}
				if r.NextToken = answer.NextToken; r.NextToken == "" {
					break
				}
			}
			if strings.Join(got, " ") != test.want {
				t.Errorf("%s, %d at a time: got %s, want %s", test.name, limit, got, test.want)
			}
		}
	}
	got, err := l.FilterLogEvents(t.Context(), call(), FilterLogEventsRequest{LogGroupName: groupName, StartTime: ms(9)})
	if err != nil || len(got.Events) != 1 || len(got.Events[0].EventID) != 56 {
		t.Fatal(got, err)
	}
	want := `{"events":[{"logStreamName":"hsm-tk2n5vbz2vq","timestamp":1770091515789,"message":"` + strings.ReplaceAll(got.Events[0].Message, "\n", `\n`) +
		`","ingestionTime":1770091515789,"eventId":"` + got.Events[0].EventID + `"}],"searchedLogStreams":[]}`
	if diff := cmp.Diff(want, asJSON(t, got)); diff != "" {
		t.Error(diff)
	}
}

func TestWrongRequestsOfLogs(t *testing.T) {
	l := newLogs()
	const missing = "ResourceNotFoundException: The specified log group does not exist."
	events := func(r GetLogEventsRequest) error { _, err := l.GetLogEvents(t.Context(), call(), r); return err }
	filter := func(r FilterLogEventsRequest) error { _, err := l.FilterLogEvents(t.Context(), call(), r); return err }
	streams := func(r DescribeLogStreamsRequest) error {
		_, err := l.DescribeLogStreams(t.Context(), call(), r)
		return err
	}
	groups := func(r DescribeLogGroupsRequest) error {
		_, err := l.DescribeLogGroups(t.Context(), call(), r)
		return err
	}
	page, err := l.GetLogEvents(t.Context(), call(), GetLogEventsRequest{LogGroupName: groupName, LogStreamName: "hsm-aaaaaaaaaaa"})
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		err  error
		want string
	}{
		{events(GetLogEventsRequest{LogGroupName: "/aws/cloudhsm/none", LogStreamName: "x"}), missing},
		{events(GetLogEventsRequest{LogGroupName: groupName, LogStreamName: "x"}), "ResourceNotFoundException: The specified log stream does not exist."},
		{events(GetLogEventsRequest{LogStreamName: "x"}), "InvalidParameterException: " + textNoGroupName},
		{events(GetLogEventsRequest{LogGroupName: groupName, LogStreamName: "hsm-aaaaaaaaaaa", NextToken: "x"}), "InvalidParameterException: The specified nextToken is invalid."},
		{events(GetLogEventsRequest{LogGroupName: groupName, LogStreamName: "hsm-bbbbbbbbbbb", NextToken: page.NextForwardToken}), "InvalidParameterException: The specified nextToken is invalid."},
		{events(GetLogEventsRequest{LogGroupName: groupName, LogStreamName: "hsm-aaaaaaaaaaa", StartTime: ms(2), EndTime: ms(1)}), "InvalidParameterException: " + textLogTimes},
		{filter(FilterLogEventsRequest{LogGroupName: groupName, StartTime: ms(2), EndTime: ms(1)}), "InvalidParameterException: " + textLogTimes},
		{filter(FilterLogEventsRequest{LogGroupName: groupName, LogStreamNames: []string{"hsm-aaaaaaaaaaa", "x"}}), "ResourceNotFoundException: The specified log stream does not exist."},
		{filter(FilterLogEventsRequest{LogGroupName: groupName, LogStreamNames: []string{"x"}, LogStreamNamePrefix: "x"}), "InvalidParameterException: " + textOneFilter},
		{filter(FilterLogEventsRequest{LogGroupName: groupName, NextToken: "x"}), "InvalidParameterException: The specified nextToken is invalid."},
		{filter(FilterLogEventsRequest{LogGroupName: groupName, FilterPattern: "a:b"}), "InvalidParameterException: " + textBadPattern},
		{filter(FilterLogEventsRequest{LogGroupName: "none"}), missing},
		{streams(DescribeLogStreamsRequest{LogGroupName: groupName, LogGroupIdentifier: groupName}), "InvalidParameterException: " + textOneGroup},
		{streams(DescribeLogStreamsRequest{LogGroupIdentifier: "arn:aws:logs:eu-west-1:111122223333:log-group:" + groupName}), missing},
		{streams(DescribeLogStreamsRequest{LogGroupName: groupName, OrderBy: byLastEventTime, LogStreamNamePrefix: "x"}), "InvalidParameterException: Cannot order by LastEventTime with a logStreamNamePrefix."},
		{streams(DescribeLogStreamsRequest{LogGroupName: groupName, NextToken: "x"}), "InvalidParameterException: The specified nextToken is invalid."},
		{groups(DescribeLogGroupsRequest{LogGroupNamePrefix: "a", LogGroupNamePattern: "a"}), "InvalidParameterException: " + textOnePattern},
		{groups(DescribeLogGroupsRequest{NextToken: "x"}), "InvalidParameterException: The specified nextToken is invalid."},
	} {
		var e *shape.Exception
		if !errors.As(test.err, &e) || e.Error() != test.want {
			t.Errorf("got  %v\nwant %s", test.err, test.want)
		}
	}
}

func TestFilterPatterns(t *testing.T) {
	const text = `Opcode : CN_LOGIN (0xd) "quoted" back\slash`
	for _, test := range []struct {
		pattern     string
		ok, matches bool
	}{
		{"", true, true},
		{"  ", true, true},
		{"CN_LOGIN", true, true},
		{"LOGIN", true, true},
		{"login", true, false},
		{"CN_LOGIN Opcode", true, true},
		{"CN_LOGIN CN_LOGOUT", true, false},
		{`"CN_LOGIN (0xd)"`, true, true},
		{`"CN_LOGIN  (0xd)"`, true, false},
		{`"\"quoted\""`, true, true},
		{`"back\\slash"`, true, true},
		{"CN_LOGIN -Opcode", true, false},
		{"CN_LOGIN -CN_LOGOUT", true, true},
		{`-"(0xd)"`, true, false},
		{"-CN_LOGOUT", true, true},
		{"?CN_LOGIN ?CN_LOGOUT", true, true},
		{"?CN_CREATE_USER ?CN_LOGOUT", true, false},
		{"CN_LOGIN ?CN_LOGOUT", true, true},
		{"{ $.a = 1 }", false, false},
		{"[a, b]", false, false},
		{"%re%", false, false},
		{`"open`, false, false},
		{`""`, false, false},
		{`"a"b`, false, false},
		{"-", false, false},
		{"? a", false, false},
		{"(0xd)", false, false},
	} {
		p, err := parsePattern(test.pattern)
		if (err == nil) != test.ok || err == nil && p.matches(text) != test.matches {
			t.Errorf("%s: got %+v, %v; matches: %t", test.pattern, p, err, p.matches(text))
		}
	}
}

func FuzzFilterPattern(f *testing.F) {
	for _, s := range []string{`a -b ?c "d e" -"f\"g"`, `"`, `-"`, "?", "\\", "ü"} {
		f.Add(s, "a b")
	}
	f.Fuzz(func(t *testing.T, text, message string) {
		p, err := parsePattern(text)
		if err != nil {
			return
		}
		all := strings.Join(append(append(p.all, p.any...), message), " ")
		for _, term := range p.none {
			if strings.Contains(all, term) {
				return
			}
		}
		if !p.matches(all) {
			t.Errorf("%q does not match %q, which has all its terms", text, all)
		}
	})
}
