package trail

import (
	"log/slog"
	"testing"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
	"github.com/hsmlab/hsmlab/hsmsim/clock"
)

var moment = time.Date(2026, 2, 3, 4, 5, 6, 789e6, time.UTC)

const (
	account = "111122223333"
	region  = "us-east-1"
	keyARN  = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
)

var alice = shape.Caller{Account: account, Region: region, AccessKeyID: "AKIAALICE", UserName: "Alice", PrincipalID: "AIDAALICE",
	SourceIP: "127.0.0.1", UserAgent: "aws-cli/2.9", RequestID: "77a5b8c4-0000-4000-8000-000000000001"}

// fixture is a trail with a clock that stands.
type fixture struct {
	*Trail
	t     testing.TB
	dir   string
	clock *clock.Lab
}

func start(t testing.TB, change ...func(*Options)) *fixture {
	t.Helper()
	f := &fixture{t: t, dir: t.TempDir(), clock: clock.New(moment, 0)}
	t.Cleanup(f.clock.Close)
	f.open(change...)
	return f
}

func (f *fixture) open(change ...func(*Options)) {
	f.t.Helper()
	o := Options{Dir: f.dir, Account: account, Clock: f.clock, Log: slog.New(slog.DiscardHandler)}
	for _, c := range change {
		c(&o)
	}
	tr, err := Open(o)
	if err != nil {
		f.t.Fatal(err)
	}
	f.t.Cleanup(func() { tr.Close() })
	f.Trail = tr
}

// call is an event of Alice's now.
func (f *fixture) call(name string, change ...func(*Event)) Event {
	caller := alice
	e := Event{Time: f.clock.Now(), Source: "kms.amazonaws.com", Name: name, Region: region, Caller: &caller}
	for _, c := range change {
		c(&e)
	}
	return e
}

// service is an event of KMS itself.
func (f *fixture) service(name string) Event {
	return f.call(name, func(e *Event) { e.Caller = nil })
}

func (f *fixture) lookup(r LookupEventsRequest) (LookupEventsResponse, error) {
	return f.LookupEvents(f.t.Context(), &shape.Call{Caller: alice}, r)
}

// find looks events up by an attribute, or all for none, and gives their names page by page.
func (f *fixture) find(attribute ...string) []string {
	f.t.Helper()
	var r LookupEventsRequest
	if len(attribute) > 0 {
		r.LookupAttributes = []LookupAttribute{{attribute[0], attribute[1]}}
	}
	return f.pages(r)
}

func (f *fixture) pages(r LookupEventsRequest) []string {
	f.t.Helper()
	names := []string{}
	for {
		answer, err := f.lookup(r)
		if err != nil {
			f.t.Fatal(err)
		}
		for _, e := range answer.Events {
			names = append(names, e.EventName)
		}
		if r.NextToken = answer.NextToken; r.NextToken == "" {
			return names
		}
	}
}

func (f *fixture) advance(d time.Duration) {
	f.t.Helper()
	if err := f.clock.Advance(d); err != nil {
		f.t.Fatal(err)
	}
}
