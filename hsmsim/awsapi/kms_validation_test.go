package awsapi

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
	"github.com/hsmlab/hsmlab/hsmsim/clock"
	"github.com/hsmlab/hsmlab/hsmsim/trail/trailtest"
)

// TestKMSValidation sends what the SDKs do not let pass.
func TestKMSValidation(t *testing.T) {
	lab := clock.New(labTime, 0)
	defer lab.Close()
	impl := newKMS(t, lab, &trailtest.Recorder{})
	long := strings.Repeat("k", 2049)
	const one = "1 validation error detected: "
	for _, c := range []struct{ operation, request, message string }{
		{"EnableKey", `{}`, one + "Value null at 'keyId' failed to satisfy constraint: Member must not be null"},
		{"EnableKey", `{"KeyId":"` + long + `"}`, one + "Value '" + long + "' at 'keyId' failed to satisfy constraint: Member must have length less than or equal to 2048"},
		{"Encrypt", `{}`, "2 validation errors detected: Value null at 'keyId' failed to satisfy constraint: Member must not be null; " +
			"Value null at 'plaintext' failed to satisfy constraint: Member must not be null"},
		{"UpdateKeyDescription", `{"KeyId":"k"}`, one + "Value null at 'description' failed to satisfy constraint: Member must not be null"},
		{"Sign", `{"KeyId":"k","Message":"eA==","SigningAlgorithm":"X"}`, one + "Value 'X' at 'signingAlgorithm' failed to satisfy constraint: Member must satisfy enum value set: [RSASSA_PSS_SHA_256, …"},
		{"GenerateDataKey", `{"KeyId":"k","NumberOfBytes":0}`, one + "Value '0' at 'numberOfBytes' failed to satisfy constraint: Member must have value greater than or equal to 1"},
		{"ListKeys", `{"Limit":1001}`, one + "Value '1001' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 1000"},
		{"ListResourceTags", `{"KeyId":"k","Limit":51}`, one + "Value '51' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 50"},
		{"TagResource", `{"KeyId":"k","Tags":[{"TagKey":"a","TagValue":"b"},{"TagValue":"b"}]}`, one + "Value null at 'tags.2.member.tagKey' failed to satisfy constraint: Member must not be null"},
		{"CreateGrant", `{"KeyId":"k","GranteePrincipal":"p","Operations":["Decrypt"],"Name":"a b"}`, one + "Value 'a b' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[a-zA-Z0-9:/_-]+$"},
		{"ReplicateKey", `{"KeyId":"k","ReplicaRegion":"here"}`, one + "Value 'here' at 'replicaRegion' failed to satisfy constraint: Member must satisfy regular expression pattern: ^([a-z]+-){2,3}\\d+$"},
		{"ScheduleKeyDeletion", `{"KeyId":"k","PendingWindowInDays":366}`, one + "Value '366' at 'pendingWindowInDays' failed to satisfy constraint: Member must have value less than or equal to 365"},
	} {
		i := slices.IndexFunc(kmsService.operations, func(o operation) bool { return o.name == c.operation })
		call := &shape.Call{Caller: shape.Caller{Account: testAccount, Region: "us-west-2"}}
		_, _, err := kmsService.operations[i].run(t.Context(), impl, call, passage{decode: func(into any) error { return json.Unmarshal([]byte(c.request), into) }})
		want, open := strings.CutSuffix("ValidationException: "+c.message, "…")
		if err == nil || err.Error() != want && !(open && strings.HasPrefix(err.Error(), want)) {
			t.Errorf("%s of %.60s: %v\nwant %s", c.operation, c.request, err, want)
		}
	}
}
