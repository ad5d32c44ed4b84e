package trail

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

func TestEventsAreWrittenSoonThoughNobodyLooks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := start(t)
		for n := range 3 {
			f.Record(f.call("Call"))
			f.Record(f.service("Service"))
			<-time.After(250 * time.Millisecond) // of the bubble, where nobody waits for it
			synctest.Wait()
			if got, want := bytes.Count(f.content(currentName), []byte("\n")), 2*(n+1); got != want {
				t.Errorf("%d lines after a quarter of a second, want %d", got, want)
			}
		}
	})
}

func TestManyCallersRecordAndLookUp(t *testing.T) {
	f := start(t, func(o *Options) { o.MaxFile = 1 << 20 })
	const callers, each = 8, 300
	var wg sync.WaitGroup
	for n := range callers {
		wg.Go(func() {
			for i := range each {
				name := fmt.Sprintf("Event%d.%d", n, i)
				f.Record(f.call(name))
				if i%20 > 0 {
					continue
				}
				answer, err := f.lookup(LookupEventsRequest{LookupAttributes: []LookupAttribute{{byEventName, name}}})
				if err != nil || len(answer.Events) != 1 {
					t.Errorf("%s is found %d times: %v", name, len(answer.Events), err)
				}
			}
		})
	}
	wg.Wait()
	if got := len(f.find()); got != callers*each {
		t.Errorf("%d events of %d", got, callers*each)
	}
}

// What LookupEvents finds is what a look at every event would find.
func TestLookupsFindWhatIsThere(t *testing.T) {
	f := start(t, func(o *Options) { o.MaxFile = 200_000 })
	r := rand.New(rand.NewPCG(1, 2))
	pick := func(prefix string) string { return fmt.Sprint(prefix, r.IntN(12)) }
	type recorded struct {
		name  string
		event Event
	}
	var all []recorded // newest first
	for n := range 400 {
		e := f.call(fmt.Sprintf("Event%d", n), func(e *Event) {
			e.Source, e.ReadOnly = pick("service"), r.IntN(2) == 0
			e.Caller.UserName, e.Caller.AccessKeyID = pick("user"), pick("key")
			if r.IntN(5) == 0 {
				e.Region = "eu-west-1"
			}
			for range r.IntN(3) {
				e.Resources = append(e.Resources, shape.Resource{Type: pick("type"), ARN: pick("arn")})
			}
		})
		f.Record(e)
		all = append([]recorded{{e.Name, e}}, all...)
		if r.IntN(10) == 0 {
			f.advance(time.Second)
			f.find(byEventName, "None") // so that files are rotated now and then
		}
	}
	about := func(value func(shape.Resource) string, want string) func(*Event) bool {
		return func(e *Event) bool {
			for _, x := range e.Resources {
				if value(x) == want {
					return true
				}
			}
			return false
		}
	}
	for n := range 13 { // the last of each is not there
		user, key, source := fmt.Sprint("user", n), fmt.Sprint("key", n), fmt.Sprint("service", n)
		kind, arn := fmt.Sprint("type", n), fmt.Sprint("arn", n)
		for _, test := range []struct {
			key, value string
			has        func(*Event) bool
		}{
			{byUsername, user, func(e *Event) bool { return e.Caller.UserName == user }},
			{byAccessKeyID, key, func(e *Event) bool { return e.Caller.AccessKeyID == key }},
			{byEventSource, source, func(e *Event) bool { return e.Source == source }},
			{byReadOnly, "true", func(e *Event) bool { return e.ReadOnly }},
			{byResourceType, kind, about(func(x shape.Resource) string { return x.Type }, kind)},
			{byResourceName, arn, about(func(x shape.Resource) string { return x.ARN }, arn)},
		} {
			want := []string{}
			for i := range all {
				if all[i].event.Region == region && test.has(&all[i].event) {
					want = append(want, all[i].name)
				}
			}
			if diff := cmp.Diff(want, f.find(test.key, test.value)); diff != "" {
				t.Errorf("by %s %s: %s", test.key, test.value, diff)
			}
		}
	}
}
