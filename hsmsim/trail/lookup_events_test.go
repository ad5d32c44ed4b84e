package trail

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

func TestEventsHaveTheFrameOfCloudTrail(t *testing.T) {
	const tail = `"eventType":"AwsApiCall","managementEvent":true,"recipientAccountId":"111122223333","eventCategory":"Management"}`
	const who = `{"eventVersion":"1.08","userIdentity":{"type":"IAMUser","principalId":"AIDAALICE","arn":"arn:aws:iam::111122223333:user/Alice",` +
		`"accountId":"111122223333","accessKeyId":"AKIAALICE","userName":"Alice"},"eventTime":"2026-02-03T04:05:06Z","eventSource":"kms.amazonaws.com",`
	const from = `"awsRegion":"us-east-1","sourceIPAddress":"127.0.0.1","userAgent":"aws-cli/2.9",`
	for _, test := range []struct {
		name, want string
		event      func(*Event)
	}{
		{"a call", who + `"eventName":"ConnectCustomKeyStore",` + from +
			`"requestParameters":{"customKeyStoreId":"cks-1234567890abcdef0"},"responseElements":null,` +
			`"additionalEventData":{"clusterId":"cluster-1a23b4cdefg","customKeyStoreName":"<Example>"},` +
			`"requestID":"77a5b8c4-0000-4000-8000-000000000001","eventID":"ID","readOnly":false,` + tail,
			func(e *Event) {
				e.Request = map[string]any{"customKeyStoreId": "cks-1234567890abcdef0"}
				e.Additional = map[string]any{"customKeyStoreName": "<Example>", "clusterId": "cluster-1a23b4cdefg"}
			}},
		{"a call that failed, about a key of another account", who + `"eventName":"ConnectCustomKeyStore",` + from +
			`"errorCode":"KMSInvalidStateException","errorMessage":"no","requestParameters":null,"responseElements":null,` +
			`"requestID":"77a5b8c4-0000-4000-8000-000000000001","eventID":"ID","readOnly":true,` +
			`"resources":[{"accountId":"999","type":"AWS::KMS::Key","ARN":"arn:aws:kms:us-east-1:999:key/1"}],` + tail,
			func(e *Event) {
				e.ErrorCode, e.ErrorMessage, e.ReadOnly = "KMSInvalidStateException", "no", true
				e.Resources = []shape.Resource{{Type: "AWS::KMS::Key", ARN: "arn:aws:kms:us-east-1:999:key/1"}}
			}},
		{"a call of the root user", `{"eventVersion":"1.08","userIdentity":{"type":"Root","principalId":"111122223333","arn":"arn:aws:iam::111122223333:root",` +
			`"accountId":"111122223333","accessKeyId":"AKIAROOT"},"eventTime":"2026-02-03T04:05:06Z","eventSource":"kms.amazonaws.com",` +
			`"eventName":"ConnectCustomKeyStore",` + from + `"requestParameters":null,"responseElements":{"keyMetadata":{"keyId":"1"}},` +
			`"requestID":"77a5b8c4-0000-4000-8000-000000000001","eventID":"ID","readOnly":false,` + tail,
			func(e *Event) {
				e.Caller.UserName, e.Caller.PrincipalID, e.Caller.AccessKeyID = "", account, "AKIAROOT"
				e.Response = json.RawMessage(`{"keyMetadata":{"keyId":"1"}}`)
			}},
		{"an event of the service", `{"eventVersion":"1.08","userIdentity":{"accountId":"111122223333","invokedBy":"AWS Internal"},` +
			`"eventTime":"2026-02-03T04:05:06Z","eventSource":"kms.amazonaws.com","eventName":"ConnectCustomKeyStore","awsRegion":"us-east-1",` +
			`"sourceIPAddress":"AWS Internal","userAgent":"AWS Internal","requestParameters":null,"responseElements":null,"eventID":"ID",` +
			`"readOnly":false,"eventType":"AwsServiceEvent","managementEvent":true,"recipientAccountId":"111122223333",` +
			`"serviceEventDetails":{"keyId":"1"},"eventCategory":"Management"}`,
			func(e *Event) { e.Caller, e.Details = nil, map[string]any{"keyId": "1"} }},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := start(t)
			f.Record(f.call("ConnectCustomKeyStore", test.event))
			answer, err := f.lookup(LookupEventsRequest{})
			if err != nil || len(answer.Events) != 1 {
				t.Fatal(answer, err)
			}
			e := answer.Events[0]
			if !regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`).MatchString(e.EventID) {
				t.Errorf("event id %q", e.EventID)
			}
			if diff := cmp.Diff(test.want, strings.Replace(e.CloudTrailEvent, e.EventID, "ID", 1)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestMembersOfLookedUpEvents(t *testing.T) {
	f := start(t)
	f.Record(f.service("DeleteKey"))
	f.Record(f.call("DescribeKey", func(e *Event) {
		e.ReadOnly, e.Resources = true, []shape.Resource{{Type: "AWS::KMS::Key", ARN: keyARN}}
	}))
	f.Record(f.call("ListKeys", func(e *Event) { e.Caller.UserName = "" }))
	answer, err := f.lookup(LookupEventsRequest{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range answer.Events {
		answer.Events[i].EventID, answer.Events[i].CloudTrailEvent = "ID", "{}"
	}
	got, err := json.Marshal(answer)
	if err != nil {
		t.Fatal(err)
	}
	const rest = `"EventTime":1770091506.0,"EventSource":"kms.amazonaws.com",`
	want := `{"Events":[` +
		`{"EventId":"ID","EventName":"ListKeys","ReadOnly":"false","AccessKeyId":"AKIAALICE",` + rest + `"Username":"root","Resources":[],"CloudTrailEvent":"{}"},` +
		`{"EventId":"ID","EventName":"DescribeKey","ReadOnly":"true","AccessKeyId":"AKIAALICE",` + rest + `"Username":"Alice",` +
		`"Resources":[{"ResourceType":"AWS::KMS::Key","ResourceName":"` + keyARN + `"}],"CloudTrailEvent":"{}"},` +
		`{"EventId":"ID","EventName":"DeleteKey","ReadOnly":"false",` + rest + `"Resources":[],"CloudTrailEvent":"{}"}]}`
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Error(diff)
	}
}

func TestEventsAreFoundByEachAttribute(t *testing.T) {
	f := start(t)
	f.Record(f.call("CreateKey"))
	f.Record(f.call("DescribeKey", func(e *Event) {
		e.ReadOnly = true
		e.Resources = []shape.Resource{{Type: "AWS::KMS::Key", ARN: keyARN}, {Type: "AWS::KMS::Alias", ARN: "arn:aws:kms:us-east-1:111122223333:alias/a"}}
	}))
	f.Record(f.call("CreateHsm", func(e *Event) { e.Source = "cloudhsm.amazonaws.com"; e.Caller.AccessKeyID = "AKIAOTHER" }))
	f.Record(f.call("Decrypt", func(e *Event) { e.Caller.UserName = "Bob" }))
	f.Record(f.call("ListKeys", func(e *Event) { e.Caller.UserName = "" }))
	f.Record(f.call("ElsewhereKey", func(e *Event) { e.Region = "eu-west-1" }))
	f.Record(f.service("DeleteKey"))
	all, err := f.lookup(LookupEventsRequest{})
	if err != nil {
		t.Fatal(err)
	}
	check := func(when string) {
		t.Helper()
		for _, test := range []struct{ key, value, want string }{
			{"EventId", all.Events[2].EventID, "Decrypt"},
			{"EventId", "00000000-0000-4000-8000-000000000000", ""},
			{"EventName", "CreateKey", "CreateKey"},
			{"EventName", "createkey", ""},
			{"EventName", "ElsewhereKey", ""},
			{"ReadOnly", "true", "DescribeKey"},
			{"ReadOnly", "false", "DeleteKey ListKeys Decrypt CreateHsm CreateKey"},
			{"Username", "Alice", "CreateHsm DescribeKey CreateKey"},
			{"Username", "root", "ListKeys"},
			{"ResourceType", "AWS::KMS::Key", "DescribeKey"},
			{"ResourceType", "AWS::KMS::Alias", "DescribeKey"},
			{"ResourceName", keyARN, "DescribeKey"},
			{"EventSource", "cloudhsm.amazonaws.com", "CreateHsm"},
			{"AccessKeyId", "AKIAOTHER", "CreateHsm"},
		} {
			if got := strings.Join(f.find(test.key, test.value), " "); got != test.want {
				t.Errorf("%s: by %s %s: got %q, want %q", when, test.key, test.value, got, test.want)
			}
		}
	}
	check("at first")
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	f.open()
	check("after a restart")
}

func TestEventsAreFoundByTime(t *testing.T) {
	f := start(t)
	for day := range 100 {
		f.Record(f.call(fmt.Sprint("Day", day)))
		f.advance(24 * time.Hour)
	}
	day := func(n int) *shape.Time { return shape.Ref(moment.Add(time.Duration(n) * 24 * time.Hour)) }
	for _, test := range []struct {
		name     string
		from, to *shape.Time
		want     []string
	}{
		{"from and to", day(97), day(98), []string{"Day98", "Day97"}},
		{"from", day(98), nil, []string{"Day99", "Day98"}},
		{"to, and no more than 90 days back", nil, day(11), []string{"Day11", "Day10"}},
		{"nothing", day(0), day(9), []string{}},
		{"in the future", day(1000), nil, []string{}},
	} {
		if diff := cmp.Diff(test.want, f.pages(LookupEventsRequest{StartTime: test.from, EndTime: test.to})); diff != "" {
			t.Errorf("%s: %s", test.name, diff)
		}
	}
}

func TestPagesOfEvents(t *testing.T) {
	f := start(t)
	want := []string{}
	for n := range 120 {
		f.Record(f.call(fmt.Sprint("Event", n)))
		want = append([]string{fmt.Sprint("Event", n)}, want...)
		if n%7 == 0 {
			f.advance(time.Second)
		}
	}
	for _, size := range []int{1, 7, 50} {
		if diff := cmp.Diff(want, f.pages(LookupEventsRequest{MaxResults: &size})); diff != "" {
			t.Errorf("pages of %d: %s", size, diff)
		}
	}
	first, err := f.lookup(LookupEventsRequest{})
	if err != nil || len(first.Events) != 50 {
		t.Fatal(len(first.Events), err)
	}
	f.Record(f.call("Newer"))
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	f.open()
	if diff := cmp.Diff(want[50:], f.pages(LookupEventsRequest{NextToken: first.NextToken})); diff != "" {
		t.Errorf("after a newer event and a restart: %s", diff)
	}
}

func TestWrongLookups(t *testing.T) {
	f := start(t)
	for range 3 {
		f.Record(f.call("CreateKey"))
	}
	one := 1
	page, err := f.lookup(LookupEventsRequest{MaxResults: &one})
	if err != nil || page.NextToken == "" {
		t.Fatal(page, err)
	}
	by := func(key, value string) []LookupAttribute { return []LookupAttribute{{key, value}} }
	max := func(n int) *int { return &n }
	for _, test := range []struct {
		request LookupEventsRequest
		want    string
	}{
		{LookupEventsRequest{LookupAttributes: append(by("EventName", "A"), by("EventName", "B")...)}, "InvalidLookupAttributesException: You can specify only one lookup attribute, not 2."},
		{LookupEventsRequest{LookupAttributes: by("EventNames", "A")}, `InvalidLookupAttributesException: "EventNames" is not a lookup attribute: use one of EventId, EventName, ReadOnly, Username, ResourceType, ResourceName, EventSource, AccessKeyId.`},
		{LookupEventsRequest{LookupAttributes: by("ReadOnly", "True")}, `InvalidLookupAttributesException: The value "True" of lookup attribute ReadOnly must be true or false.`},
		{LookupEventsRequest{StartTime: shape.Ref(moment), EndTime: shape.Ref(moment.Add(-time.Second))}, "InvalidTimeRangeException: The start time 2026-02-03T04:05:06Z is after the end time 2026-02-03T04:05:05Z."},
		{LookupEventsRequest{MaxResults: max(0)}, "InvalidMaxResultsException: MaxResults must be from 1 to 50, not 0."},
		{LookupEventsRequest{MaxResults: max(51)}, "InvalidMaxResultsException: MaxResults must be from 1 to 50, not 51."},
		{LookupEventsRequest{EventCategory: "other"}, `InvalidEventCategoryException: The event category "other" is not valid: use insight.`},
		{LookupEventsRequest{NextToken: "x"}, "InvalidNextTokenException: " + textLookupNextToken},
		{LookupEventsRequest{NextToken: page.NextToken + "A"}, "InvalidNextTokenException: " + textLookupNextToken},
		{LookupEventsRequest{NextToken: page.NextToken, LookupAttributes: by("EventName", "CreateKey")}, "InvalidNextTokenException: " + textLookupNextToken},
		{LookupEventsRequest{NextToken: page.NextToken, EndTime: shape.Ref(moment)}, "InvalidNextTokenException: " + textLookupNextToken},
	} {
		_, err := f.lookup(test.request)
		var e *shape.Exception
		if !errors.As(err, &e) || e.Error() != test.want {
			t.Errorf("got  %v\nwant %s", err, test.want)
		}
	}
	call := &shape.Call{Caller: alice}
	call.Region = "eu-west-1"
	if _, err := f.LookupEvents(t.Context(), call, LookupEventsRequest{NextToken: page.NextToken}); err == nil {
		t.Error("a token is good in another region")
	}
	if answer, err := f.lookup(LookupEventsRequest{EventCategory: "insight"}); err != nil || len(answer.Events) > 0 {
		t.Error(answer, err)
	}
}
