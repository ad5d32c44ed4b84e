package awsapi

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
	"github.com/hsmlab/hsmlab/hsmsim/clock"
	"github.com/hsmlab/hsmlab/hsmsim/kms"
	"github.com/hsmlab/hsmlab/hsmsim/store"
	"github.com/hsmlab/hsmlab/hsmsim/trail/trailtest"
)

// noCloudHSM is an account without clusters.
type noCloudHSM struct{}

func (noCloudHSM) Cluster(string, string) (kms.Cluster, bool) { return kms.Cluster{}, false }
func (noCloudHSM) Attach(string, string, string) error        { return kms.ErrSubnetNotFound }
func (noCloudHSM) Detach(region, cluster, store string)       {}
func (noCloudHSM) Open(region, cluster string) bool           { return false }
func newKMS(t testing.TB, c clock.Clock, r *trailtest.Recorder, change ...func(*kms.Options)) *kms.Service {
	t.Helper()
	o := kms.Options{Account: testAccount, Journal: store.Memory(), Clock: c, CloudHSM: noCloudHSM{}, Trail: r, Log: slog.New(slog.DiscardHandler)}
	for _, f := range change {
		f(&o)
	}
	s, err := kms.Open(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// kmsWorld is KMS behind an endpoint, and clients of it.
type kmsWorld struct {
	*sdk.Client             // in us-west-2
	east        *sdk.Client // in us-east-1
	clock       *clock.Lab
	trail       *trailtest.Recorder

	mu     sync.Mutex
	called map[string]bool // operations that have succeeded
}

func newKMSWorld(t *testing.T, change ...func(*kms.Options)) *kmsWorld {
	t.Helper()
	w := &kmsWorld{clock: clock.New(labTime, 0), trail: &trailtest.Recorder{}, called: map[string]bool{}}
	t.Cleanup(w.clock.Close)
	e, err := assemble(Options{
		Keys:    []Key{{ID: testKeyID, Secret: testSecret, UserName: "Alice", PrincipalID: "AIDACKCEVSQ6C2EXAMPLE"}},
		Account: testAccount, Services: map[string]any{"kms": newKMS(t, w.clock, w.trail, change...)}, Trail: w.trail, Clock: w.clock,
	}, []*service{&kmsService})
	if err != nil {
		t.Fatal(err)
	}
	l, err := Listen("127.0.0.1:0", false)
	if err != nil {
		t.Fatal(err)
	}
	serve(t, e, l)
	c := config("http://"+l.Addr().String(), testKeyID, testSecret)
	c.APIOptions = append(c.APIOptions, func(stack *middleware.Stack) error {
		return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("called", w.note), middleware.After)
	})
	w.Client = sdk.NewFromConfig(c)
	w.east = sdk.NewFromConfig(c, func(o *sdk.Options) { o.Region = "us-east-1" })
	return w
}

// note keeps the names of operations that succeed.
func (w *kmsWorld) note(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
	out, meta, err := next.HandleInitialize(ctx, in)
	if err == nil {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.called[middleware.GetOperationName(ctx)] = true
	}
	return out, meta, err
}

// create makes a key.
func (w *kmsWorld) create(t *testing.T, change ...func(*sdk.CreateKeyInput)) *types.KeyMetadata {
	t.Helper()
	var in sdk.CreateKeyInput
	for _, f := range change {
		f(&in)
	}
	out, err := w.CreateKey(t.Context(), &in)
	must(t, err)
	return out.KeyMetadata
}

// of is a change of create: keys of a spec and usage.
func of(spec types.KeySpec, usage types.KeyUsageType) func(*sdk.CreateKeyInput) {
	return func(in *sdk.CreateKeyInput) { in.KeySpec, in.KeyUsage = spec, usage }
}

func external(in *sdk.CreateKeyInput) { in.Origin = types.OriginTypeExternal }

func multiRegion(in *sdk.CreateKeyInput) { in.MultiRegion = aws.Bool(true) }

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// wantError wants an exception with a message. Of one that ends in … only the beginning is compared.
func wantError(t *testing.T, err error, code, message string) {
	t.Helper()
	var api smithy.APIError
	if !errors.As(err, &api) {
		t.Errorf("got %v, want %s", err, code)
		return
	}
	beginning, open := strings.CutSuffix(message, "…")
	same := api.ErrorMessage() == message || open && strings.HasPrefix(api.ErrorMessage(), beginning)
	if api.ErrorCode() != code || !same {
		t.Errorf("got %s: %q\nwant %s: %q", api.ErrorCode(), api.ErrorMessage(), code, message)
	}
}

// equal compares what was got with what was wanted.
func equal[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

// storeOperations need a cluster, which the tests of custom key stores have.
var storeOperations = []string{"ConnectCustomKeyStore", "CreateCustomKeyStore", "DeleteCustomKeyStore", "DescribeCustomKeyStores",
	"DisconnectCustomKeyStore", "UpdateCustomKeyStore"}

// TestEveryOperation calls every operation through the SDK, and looks at members, exceptions and messages.
func TestEveryOperation(t *testing.T) {
	w := newKMSWorld(t)
	for name, f := range map[string]func(*testing.T, *kmsWorld){
		"keys": keysThroughSDK, "states": statesThroughSDK, "encryption": encryptionThroughSDK, "data keys": dataKeysThroughSDK,
		"signatures": signaturesThroughSDK, "MACs": macsThroughSDK, "key agreement": agreementThroughSDK, "aliases": aliasesThroughSDK,
		"tags": tagsThroughSDK, "policies": policiesThroughSDK, "grants": grantsThroughSDK, "rotation": rotationThroughSDK,
		"multi-Region keys": multiRegionThroughSDK, "imported material": importThroughSDK,
	} {
		t.Run(name, func(t *testing.T) { f(t, w) })
	}
	for _, name := range storeOperations {
		w.called[name] = true
	}
	for _, o := range kmsService.operations {
		if !w.called[o.name] {
			t.Errorf("%s was not called, or never successfully", o.name)
		}
	}
}

const unknownKey = "1234abcd-12ab-34cd-56ef-1234567890ab"

func keyARN(region, id string) string {
	return "arn:aws:kms:" + region + ":" + testAccount + ":key/" + id
}

// TestKMSEvents looks at what calls leave in CloudTrail: which read, what they tell, and that nothing secret shows.
func TestKMSEvents(t *testing.T) {
	w := newKMSWorld(t)
	key := w.create(t, func(in *sdk.CreateKeyInput) { in.Policy = aws.String(openPolicy) })
	blob, err := w.Encrypt(t.Context(), &sdk.EncryptInput{KeyId: key.KeyId, Plaintext: []byte("secret"), EncryptionContext: map[string]string{"purpose": "test"}})
	must(t, err)
	_, err = w.Decrypt(t.Context(), &sdk.DecryptInput{CiphertextBlob: blob.CiphertextBlob})
	wantError(t, err, "InvalidCiphertextException", "")
	_, err = w.CreateGrant(t.Context(), &sdk.CreateGrantInput{KeyId: key.KeyId, GranteePrincipal: aws.String(alice), Operations: []types.GrantOperation{"Decrypt"}})
	must(t, err)
	_, err = w.EnableKey(t.Context(), &sdk.EnableKeyInput{KeyId: key.KeyId})
	must(t, err)
	_, err = w.ScheduleKeyDeletion(t.Context(), &sdk.ScheduleKeyDeletionInput{KeyId: key.KeyId, PendingWindowInDays: aws.Int32(7)})
	must(t, err)
	must(t, w.clock.Advance(7*24*time.Hour))

	type row struct {
		name     string
		readOnly bool
		code     string
		request  string // that it must have
		response string // likewise; "" for null
	}
	want := []row{
		{"CreateKey", false, "", `"bypassPolicyLockoutSafetyCheck":false`, `"keyMetadata":{"keyId":"` + *key.KeyId},
		{"Encrypt", true, "", `"encryptionContext":{"purpose":"test"}`, ""},
		{"Decrypt", true, "InvalidCiphertextException", "", ""},
		{"CreateGrant", false, "", `"operations":["Decrypt"]`, `"grantId":`},
		{"EnableKey", false, "", `{"keyId":"` + *key.KeyId + `"}`, ""},
		{"ScheduleKeyDeletion", false, "", `"pendingWindowInDays":7`, `"deletionDate":"Oct 28, 2021, 8:17:32 PM"`},
		{"DeleteKey", false, "", "", ""},
	}
	events := w.trail.Events()
	if len(events) != len(want) {
		t.Fatalf("%d events, want %d", len(events), len(want))
	}
	for i, e := range events {
		request, response := string(jsonOf(e.Request)), string(jsonOf(e.Response))
		if e.Name != want[i].name || e.ReadOnly != want[i].readOnly || e.ErrorCode != want[i].code || !strings.Contains(request, want[i].request) ||
			!strings.Contains(response, want[i].response) || (want[i].response == "") != (e.Response == nil) {
			t.Errorf("event %d is %s (read only: %t) %s\n%s\n%s\nwant %+v", i, e.Name, e.ReadOnly, e.ErrorCode, request, response, want[i])
		}
		for _, secret := range []string{"c2VjcmV0", "grantToken", "iphertextBlob", "Statement", "dryRun"} {
			if strings.Contains(request+response, secret) {
				t.Errorf("event %s shows %s:\n%s\n%s", e.Name, secret, request, response)
			}
		}
		if len(e.Resources) != 1 || e.Resources[0] != (shape.Resource{Type: "AWS::KMS::Key", ARN: *key.Arn}) {
			t.Errorf("event %s is about %+v", e.Name, e.Resources)
		}
	}
}
