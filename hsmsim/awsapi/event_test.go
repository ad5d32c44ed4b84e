package awsapi

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
	"github.com/hsmlab/hsmlab/hsmsim/trail"
)

func TestEvents(t *testing.T) {
	w := newWorld(t)
	caller := &shape.Caller{
		Account: testAccount, Region: "us-west-2", AccessKeyID: testKeyID, UserName: "Alice", PrincipalID: "AIDACKCEVSQ6C2EXAMPLE",
		SourceIP: "192.0.2.1", UserAgent: "test/1.0",
	}
	event := trail.Event{Time: labTime, Source: "kms.amazonaws.com", Region: "us-west-2", Account: testAccount, Caller: caller}
	for _, c := range []struct {
		name, operation, body string
		fails                 error
		want                  func(e *trail.Event)
	}{
		{"read", "Encrypt", `{"KeyId":"k","Plaintext":"aGVsbG8=","EncryptionContext":{"Purpose":"\"x\"","A":"b"},"KeyStorePassword":"secret","Hidden":"hidden",` +
			`"ValidTo":1609531200,"DryRun":false,"PendingWindowInDays":7,"Tags":[{"TagKey":"K","TagValue":""}]}`, nil, func(e *trail.Event) {
			e.ReadOnly = true
			e.Request = json.RawMessage(`{"keyId":"k","encryptionContext":{"A":"b","Purpose":"\"x\""},"validTo":"Jan 1, 2021, 8:00:00 PM","dryRun":false,"days":7,"tags":[{"tagKey":"K"}]}`)
			e.Resources = []shape.Resource{{Type: "AWS::KMS::Key", ARN: "k"}}
		}},
		{"with an answer", "ScheduleKeyDeletion", `{"KeyId":"k"}`, nil, func(e *trail.Event) {
			e.Request = json.RawMessage(`{"keyId":"k"}`)
			e.Response = json.RawMessage(`{"keyId":"k","deletionDate":"Nov 2, 2021, 11:25:25 PM"}`)
			e.Additional = map[string]any{"customKeyStoreId": "cks-1234567890abcdef0"}
		}},
		{"write", "EnableKey", `{"KeyId":"k"}`, nil, func(e *trail.Event) {}},
		{"failed", "Encrypt", `{"KeyId":"k","Plaintext":"aGVsbG8="}`, shape.Errorf("NotFoundException", "Invalid keyId 'k'"), func(e *trail.Event) {
			e.ReadOnly = true
			e.Request = json.RawMessage(`{"keyId":"k"}`)
			e.ErrorCode, e.ErrorMessage = "NotFoundException", "Invalid keyId 'k'"
		}},
		{"invalid", "Encrypt", `{"KeyId":"k"}`, nil, func(e *trail.Event) {
			e.ReadOnly = true
			e.Request = json.RawMessage(`{"keyId":"k"}`)
			e.ErrorCode, e.ErrorMessage = "ValidationException", "1 validation error detected: Value null at 'plaintext' failed to satisfy constraint: Member must not be null"
		}},
		{"unreadable", "Encrypt", `{"KeyId":7}`, nil, func(e *trail.Event) {
			e.ReadOnly = true
			e.ErrorCode, e.ErrorMessage = "SerializationException", "NUMBER_VALUE cannot be converted to String"
		}},
		{"no operation", "Decrypt", `{}`, nil, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := len(w.trail.Events())
			w.kms.fails = func(*shape.Call) error { return c.fails }
			answer := w.send(t, request{service: "kms", body: c.body, header: map[string]string{
				"X-Amz-Target": "TrentService." + c.operation, "User-Agent": "test/1.0",
			}})
			got := w.trail.Events()[before:]
			if c.want == nil {
				if len(got) != 0 {
					t.Errorf("got %+v", got)
				}
				return
			}
			if len(got) != 1 {
				t.Fatalf("got %d events", len(got))
			}
			if id := got[0].Caller.RequestID; id != header(answer, "x-amzn-RequestId") {
				t.Errorf("the event is of request %s", id)
			}
			got[0].Caller.RequestID = ""
			want := event
			want.Name = c.operation
			c.want(&want)
			if diff := cmp.Diff(want, got[0], cmp.Transformer("text", func(r json.RawMessage) string { return string(r) })); diff != "" {
				t.Error(diff)
			}
		})
	}
}
