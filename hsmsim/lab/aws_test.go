package lab_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudhsmv2"
	hsmtypes "github.com/aws/aws-sdk-go-v2/service/cloudhsmv2/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	trailtypes "github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	kmstypes "github.com/aws/aws-sdk-go-v2/service/kms/types"
	"github.com/aws/smithy-go"

	"github.com/hsmlab/hsmlab/hsmsim/lab"
	"github.com/hsmlab/hsmlab/hsmsim/lab/labtest"
)

const (
	guideStore   = "cks-1234567890abcdef0"
	guideCluster = "cluster-1a23b4cdefg"
	guideKey     = "1234abcd-12ab-34cd-56ef-1234567890ab"
	guideBackup  = "backup-9g87f6edcba"
)

// account is the default world with clients of the AWS SDK.
type account struct {
	t     *testing.T
	ctx   context.Context
	lab   *lab.Client
	kms   *kms.Client
	hsm   *cloudhsmv2.Client
	trail *cloudtrail.Client
}

func newAccount(t *testing.T) *account {
	t.Helper()
	l := labtest.Run(t, "")
	c, err := lab.Connect(t.Context(), l.Home())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	s := c.Settings().AWS
	cfg := aws.Config{Region: s.Region, BaseEndpoint: &s.Endpoint, RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider(s.AccessKeyID, s.SecretAccessKey, "")}
	return &account{t, t.Context(), c, kms.NewFromConfig(cfg), cloudhsmv2.NewFromConfig(cfg), trailClient(cfg)}
}

// trailClient is a client that tries again: the SDK loses a long answer now and then that comes before it has looked for the
// end of its request.
func trailClient(cfg aws.Config) *cloudtrail.Client {
	return cloudtrail.NewFromConfig(cfg, func(o *cloudtrail.Options) { o.RetryMaxAttempts = 5 })
}

// later lets as much lab time pass as anything takes.
func (a *account) later() {
	a.t.Helper()
	if err := a.lab.AdvanceClock(a.ctx, time.Hour); err != nil {
		a.t.Fatal(err)
	}
}

// good gives the answer of a call that must succeed.
func good[Out any](a *account) func(out Out, err error) Out {
	return func(out Out, err error) Out {
		a.t.Helper()
		if err != nil {
			a.t.Fatal(err)
		}
		return out
	}
}

// fails checks the exception of a call, and its message where one is wanted.
func (a *account) fails(what, code, message string, err error) {
	a.t.Helper()
	var e smithy.APIError
	if !errors.As(err, &e) || e.ErrorCode() != code || message != "" && e.ErrorMessage() != message {
		a.t.Errorf("%s: %v, want %s %s", what, err, code, message)
	}
}

func (a *account) store() kmstypes.CustomKeyStoresListEntry {
	a.t.Helper()
	r := good[*kms.DescribeCustomKeyStoresOutput](a)(a.kms.DescribeCustomKeyStores(a.ctx, &kms.DescribeCustomKeyStoresInput{CustomKeyStoreName: aws.String("ExampleKeyStore")}))
	return r.CustomKeyStores[0]
}

func (a *account) wantStore(state kmstypes.ConnectionStateType, code kmstypes.ConnectionErrorCodeType) {
	a.t.Helper()
	if s := a.store(); s.ConnectionState != state || s.ConnectionErrorCode != code {
		a.t.Errorf("the key store is %s %s, want %s %s", s.ConnectionState, s.ConnectionErrorCode, state, code)
	}
}

// TestCustomKeyStores calls every operation of custom key stores through the SDK, with what it answers and its errors.
func TestCustomKeyStores(t *testing.T) {
	a := newAccount(t)
	id := aws.String(guideStore)
	s := a.store()
	if *s.CustomKeyStoreId != guideStore || *s.CloudHsmClusterId != guideCluster || s.ConnectionState != kmstypes.ConnectionStateTypeConnected ||
		!s.CreationDate.Equal(time.Date(2017, 7, 5, 21, 4, 55, 918e6, time.UTC)) || !strings.HasPrefix(*s.TrustAnchorCertificate, "-----BEGIN CERTIFICATE-----\n") {
		t.Errorf("%+v", s)
	}
	key := good[*kms.CreateKeyOutput](a)(a.kms.CreateKey(a.ctx, &kms.CreateKeyInput{Origin: kmstypes.OriginTypeAwsCloudhsm, CustomKeyStoreId: id})).KeyMetadata
	if *key.CustomKeyStoreId != guideStore || *key.CloudHsmClusterId != guideCluster || key.Origin != kmstypes.OriginTypeAwsCloudhsm || key.CurrentKeyMaterialId != nil {
		t.Errorf("%+v", key)
	}
	random := good[*kms.GenerateRandomOutput](a)(a.kms.GenerateRandom(a.ctx, &kms.GenerateRandomInput{NumberOfBytes: aws.Int32(24), CustomKeyStoreId: id}))
	if len(random.Plaintext) != 24 {
		t.Errorf("%d random bytes", len(random.Plaintext))
	}
	connect := func() error {
		_, err := a.kms.ConnectCustomKeyStore(a.ctx, &kms.ConnectCustomKeyStoreInput{CustomKeyStoreId: id})
		return err
	}
	disconnect := func() error {
		_, err := a.kms.DisconnectCustomKeyStore(a.ctx, &kms.DisconnectCustomKeyStoreInput{CustomKeyStoreId: id})
		return err
	}
	update := func(in kms.UpdateCustomKeyStoreInput) error {
		in.CustomKeyStoreId = id
		_, err := a.kms.UpdateCustomKeyStore(a.ctx, &in)
		return err
	}
	remove := func() error {
		_, err := a.kms.DeleteCustomKeyStore(a.ctx, &kms.DeleteCustomKeyStoreInput{CustomKeyStoreId: id})
		return err
	}
	create := func(in kms.CreateCustomKeyStoreInput) error {
		whole := kms.CreateCustomKeyStoreInput{CustomKeyStoreName: aws.String("Second"), CloudHsmClusterId: aws.String(guideCluster),
			KeyStorePassword: aws.String("kmsPswd1"), TrustAnchorCertificate: s.TrustAnchorCertificate}
		if in.CustomKeyStoreName != nil {
			whole.CustomKeyStoreName = in.CustomKeyStoreName
		}
		if in.CloudHsmClusterId != nil {
			whole.CloudHsmClusterId = in.CloudHsmClusterId
		}
		if in.KeyStorePassword != nil {
			whole.KeyStorePassword = in.KeyStorePassword
		}
		whole.CustomKeyStoreType = in.CustomKeyStoreType
		_, err := a.kms.CreateCustomKeyStore(a.ctx, &whole)
		return err
	}
	const wrongState = "CustomKeyStoreInvalidStateException"

	// CONNECTED
	a.fails("a password while it is connected", wrongState, "", update(kms.UpdateCustomKeyStoreInput{KeyStorePassword: aws.String("tempPassword")}))
	a.fails("deleting it with its keys", "CustomKeyStoreHasCMKsException", "", remove())
	a.fails("its cluster for another store", "CloudHsmClusterInUseException", "", create(kms.CreateCustomKeyStoreInput{}))
	a.fails("its name for another store", "CustomKeyStoreNameInUseException", "", create(kms.CreateCustomKeyStoreInput{CustomKeyStoreName: aws.String("ExampleKeyStore")}))
	a.fails("no such cluster", "CloudHsmClusterNotFoundException", "", create(kms.CreateCustomKeyStoreInput{CloudHsmClusterId: aws.String("cluster-aaaaaaaaaaa")}))
	a.fails("a short password", "ValidationException",
		"1 validation error detected: Value at 'keyStorePassword' failed to satisfy constraint: Member must have length greater than or equal to 7",
		create(kms.CreateCustomKeyStoreInput{KeyStorePassword: aws.String("short")}))
	a.fails("a store that is external", "ValidationException", "", create(kms.CreateCustomKeyStoreInput{CustomKeyStoreType: kmstypes.CustomKeyStoreTypeExternalKeyStore}))
	must(t, connect()) // nothing happens
	a.wantStore(kmstypes.ConnectionStateTypeConnected, "")

	must(t, disconnect())
	a.wantStore(kmstypes.ConnectionStateTypeDisconnecting, "")
	a.fails("disconnecting twice", wrongState, "", disconnect())
	a.fails("connecting meanwhile", wrongState, "", connect())
	a.later()
	a.wantStore(kmstypes.ConnectionStateTypeDisconnected, "")
	a.fails("disconnecting what is disconnected", wrongState, "", disconnect())
	arn := "arn:aws:kms:eu-west-1:111122223333:key/" + guideKey
	_, err := a.kms.Encrypt(a.ctx, &kms.EncryptInput{KeyId: aws.String(guideKey), Plaintext: []byte("hello")})
	a.fails("encrypting", "KMSInvalidStateException", arn+" is unavailable.", err)
	_, err = a.kms.CreateKey(a.ctx, &kms.CreateKeyInput{Origin: kmstypes.OriginTypeAwsCloudhsm, CustomKeyStoreId: id})
	a.fails("creating a key", wrongState, "", err)
	_, err = a.kms.GenerateRandom(a.ctx, &kms.GenerateRandomInput{NumberOfBytes: aws.Int32(8), CustomKeyStoreId: id})
	a.fails("random bytes", wrongState, "", err)

	must(t, update(kms.UpdateCustomKeyStoreInput{KeyStorePassword: aws.String("notThePassword"), NewCustomKeyStoreName: aws.String("DevelopmentKeys")}))
	must(t, update(kms.UpdateCustomKeyStoreInput{NewCustomKeyStoreName: aws.String("ExampleKeyStore")}))
	a.fails("another cluster", "CloudHsmClusterNotFoundException", "", update(kms.UpdateCustomKeyStoreInput{CloudHsmClusterId: aws.String("cluster-aaaaaaaaaaa")}))
	must(t, connect())
	a.wantStore(kmstypes.ConnectionStateTypeConnecting, "")
	a.later()
	a.wantStore(kmstypes.ConnectionStateTypeFailed, kmstypes.ConnectionErrorCodeTypeInvalidCredentials)
	a.fails("connecting after a failure", wrongState, "", connect())

	unknown := aws.String("cks-00000000000000000")
	_, err = a.kms.ConnectCustomKeyStore(a.ctx, &kms.ConnectCustomKeyStoreInput{CustomKeyStoreId: unknown})
	a.fails("no such store", "CustomKeyStoreNotFoundException", "", err)
	_, err = a.kms.DescribeCustomKeyStores(a.ctx, &kms.DescribeCustomKeyStoresInput{CustomKeyStoreId: unknown})
	a.fails("no such store", "CustomKeyStoreNotFoundException", "", err)
	_, err = a.kms.DescribeCustomKeyStores(a.ctx, &kms.DescribeCustomKeyStoresInput{CustomKeyStoreId: id, CustomKeyStoreName: aws.String("ExampleKeyStore")})
	a.fails("a name and an id", "ValidationException", "", err)
	_, err = a.kms.DescribeCustomKeyStores(a.ctx, &kms.DescribeCustomKeyStoresInput{Marker: aws.String("nothing")})
	a.fails("a marker of nobody's", "InvalidMarkerException", "", err)

	events := good[*cloudtrail.LookupEventsOutput](a)(a.trail.LookupEvents(a.ctx, &cloudtrail.LookupEventsInput{
		LookupAttributes: []trailtypes.LookupAttribute{{AttributeKey: trailtypes.LookupAttributeKeyEventName, AttributeValue: aws.String("UpdateCustomKeyStore")}}}))
	if n := len(events.Events); n != 4 {
		t.Errorf("%d events of UpdateCustomKeyStore, want 4", n)
	}
	for _, e := range events.Events {
		if strings.Contains(*e.CloudTrailEvent, "notThePassword") {
			t.Errorf("a password is in CloudTrail: %s", *e.CloudTrailEvent)
		}
	}
}

// A store of one's own, from its beginning to its end, and then another one for the same cluster.
func TestAStoreOfOnesOwn(t *testing.T) {
	a := newAccount(t)
	anchor := a.store().TrustAnchorCertificate
	id := aws.String(guideStore)
	for _, key := range []string{guideKey} {
		good[*kms.ScheduleKeyDeletionOutput](a)(a.kms.ScheduleKeyDeletion(a.ctx, &kms.ScheduleKeyDeletionInput{KeyId: aws.String(key), PendingWindowInDays: aws.Int32(7)}))
	}
	must(t, a.lab.AdvanceClock(a.ctx, 8*24*time.Hour))
	good[*kms.DisconnectCustomKeyStoreOutput](a)(a.kms.DisconnectCustomKeyStore(a.ctx, &kms.DisconnectCustomKeyStoreInput{CustomKeyStoreId: id}))
	a.later()
	good[*kms.DeleteCustomKeyStoreOutput](a)(a.kms.DeleteCustomKeyStore(a.ctx, &kms.DeleteCustomKeyStoreInput{CustomKeyStoreId: id}))
	in := &kms.CreateCustomKeyStoreInput{CustomKeyStoreName: aws.String("Second"), CloudHsmClusterId: aws.String(guideCluster),
		KeyStorePassword: aws.String("kmsPswd1"), TrustAnchorCertificate: anchor}
	made := good[*kms.CreateCustomKeyStoreOutput](a)(a.kms.CreateCustomKeyStore(a.ctx, in))
	if len(*made.CustomKeyStoreId) != len(guideStore) || *made.CustomKeyStoreId == guideStore {
		t.Errorf("the new store is %s", *made.CustomKeyStoreId)
	}
	again := good[*kms.CreateCustomKeyStoreOutput](a)(a.kms.CreateCustomKeyStore(a.ctx, in))
	if *again.CustomKeyStoreId != *made.CustomKeyStoreId {
		t.Errorf("the same again is %s, want %s", *again.CustomKeyStoreId, *made.CustomKeyStoreId)
	}
	in.CustomKeyStoreName, in.TrustAnchorCertificate = aws.String("Third"), aws.String(strings.Replace(*anchor, "A", "B", 1))
	_, err := a.kms.CreateCustomKeyStore(a.ctx, in)
	a.fails("the cluster of another store", "CloudHsmClusterInUseException", "", err)
	good[*kms.DeleteCustomKeyStoreOutput](a)(a.kms.DeleteCustomKeyStore(a.ctx, &kms.DeleteCustomKeyStoreInput{CustomKeyStoreId: made.CustomKeyStoreId}))
	_, err = a.kms.CreateCustomKeyStore(a.ctx, in)
	a.fails("another trust anchor", "IncorrectTrustAnchorException", "", err)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestCloudHSM calls the operations of CloudHSM v2 through the SDK. What they do is tested with the service.
func TestCloudHSM(t *testing.T) {
	a := newAccount(t)
	ctx := a.ctx
	all := good[*cloudhsmv2.DescribeClustersOutput](a)(a.hsm.DescribeClusters(ctx, &cloudhsmv2.DescribeClustersInput{Filters: map[string][]string{"clusterIds": {guideCluster}}}))
	c := all.Clusters[0]
	if *c.ClusterId != guideCluster || c.State != hsmtypes.ClusterStateActive || len(c.Hsms) != 3 || *c.HsmType != "hsm1.medium" || *c.BackupRetentionPolicy.Value != "90" ||
		!strings.Contains(*c.Certificates.ClusterCertificate, "BEGIN CERTIFICATE") || len(c.SubnetMapping) != 3 {
		t.Errorf("%+v", c)
	}
	backups := good[*cloudhsmv2.DescribeBackupsOutput](a)(a.hsm.DescribeBackups(ctx, &cloudhsmv2.DescribeBackupsInput{Filters: map[string][]string{"clusterIds": {guideCluster}}}))
	if b := backups.Backups[0]; *b.BackupId != guideBackup || b.BackupState != hsmtypes.BackupStateReady {
		t.Errorf("%+v", b)
	}
	subnets := slices.Sorted(func(yield func(string) bool) {
		for _, id := range c.SubnetMapping {
			if !yield(id) {
				return
			}
		}
	})
	made := good[*cloudhsmv2.CreateClusterOutput](a)(a.hsm.CreateCluster(ctx, &cloudhsmv2.CreateClusterInput{HsmType: aws.String("hsm1.medium"), SubnetIds: subnets,
		TagList: []hsmtypes.Tag{{Key: aws.String("team"), Value: aws.String("lab")}}})).Cluster
	if made.State != hsmtypes.ClusterStateCreateInProgress {
		t.Errorf("a new cluster is %s", made.State)
	}
	a.later()
	hsm := good[*cloudhsmv2.CreateHsmOutput](a)(a.hsm.CreateHsm(ctx, &cloudhsmv2.CreateHsmInput{ClusterId: made.ClusterId, AvailabilityZone: aws.String("eu-west-1a")})).Hsm
	if hsm.State != hsmtypes.HsmStateCreateInProgress || !strings.HasPrefix(*hsm.EniIp, "10.0.2.") {
		t.Errorf("%+v", hsm)
	}
	a.later()
	_, err := a.hsm.CreateHsm(ctx, &cloudhsmv2.CreateHsmInput{ClusterId: made.ClusterId, AvailabilityZone: aws.String("eu-west-1b")})
	a.fails("a second HSM before the activation", "CloudHsmInvalidRequestException", "", err)
	_, err = a.hsm.InitializeCluster(ctx, &cloudhsmv2.InitializeClusterInput{ClusterId: made.ClusterId, SignedCert: aws.String("x"), TrustAnchor: aws.String("x")})
	a.fails("initialising with nothing", "CloudHsmInvalidRequestException", "", err)
	_, err = a.hsm.DeleteCluster(ctx, &cloudhsmv2.DeleteClusterInput{ClusterId: made.ClusterId})
	a.fails("deleting a cluster with an HSM", "CloudHsmInvalidRequestException", "", err)
	tags := good[*cloudhsmv2.ListTagsOutput](a)(a.hsm.ListTags(ctx, &cloudhsmv2.ListTagsInput{ResourceId: made.ClusterId}))
	if len(tags.TagList) != 1 || *tags.TagList[0].Value != "lab" {
		t.Errorf("%+v", tags.TagList)
	}
	good[*cloudhsmv2.TagResourceOutput](a)(a.hsm.TagResource(ctx, &cloudhsmv2.TagResourceInput{ResourceId: made.ClusterId, TagList: []hsmtypes.Tag{{Key: aws.String("a"), Value: aws.String("b")}}}))
	good[*cloudhsmv2.UntagResourceOutput](a)(a.hsm.UntagResource(ctx, &cloudhsmv2.UntagResourceInput{ResourceId: made.ClusterId, TagKeyList: []string{"team"}}))
	changed := good[*cloudhsmv2.ModifyClusterOutput](a)(a.hsm.ModifyCluster(ctx, &cloudhsmv2.ModifyClusterInput{ClusterId: made.ClusterId,
		BackupRetentionPolicy: &hsmtypes.BackupRetentionPolicy{Type: hsmtypes.BackupRetentionTypeDays, Value: aws.String("7")}}))
	if *changed.Cluster.BackupRetentionPolicy.Value != "7" {
		t.Errorf("%+v", changed.Cluster.BackupRetentionPolicy)
	}
	gone := good[*cloudhsmv2.DeleteHsmOutput](a)(a.hsm.DeleteHsm(ctx, &cloudhsmv2.DeleteHsmInput{ClusterId: made.ClusterId, EniIp: hsm.EniIp}))
	if *gone.HsmId != *hsm.HsmId {
		t.Errorf("deleted %s, want %s", *gone.HsmId, *hsm.HsmId)
	}
	a.later()
	end := good[*cloudhsmv2.DeleteClusterOutput](a)(a.hsm.DeleteCluster(ctx, &cloudhsmv2.DeleteClusterInput{ClusterId: made.ClusterId})).Cluster
	if end.State != hsmtypes.ClusterStateDeleteInProgress {
		t.Errorf("a cluster that is deleted is %s", end.State)
	}
	_, err = a.hsm.DeleteHsm(ctx, &cloudhsmv2.DeleteHsmInput{ClusterId: aws.String("cluster-aaaaaaaaaaa"), EniIp: hsm.EniIp})
	a.fails("no such cluster", "CloudHsmResourceNotFoundException", "", err)

	backup := aws.String(guideBackup)
	pending := good[*cloudhsmv2.DeleteBackupOutput](a)(a.hsm.DeleteBackup(ctx, &cloudhsmv2.DeleteBackupInput{BackupId: backup})).Backup
	if pending.BackupState != hsmtypes.BackupStatePendingDeletion || pending.DeleteTimestamp == nil {
		t.Errorf("%+v", pending)
	}
	back := good[*cloudhsmv2.RestoreBackupOutput](a)(a.hsm.RestoreBackup(ctx, &cloudhsmv2.RestoreBackupInput{BackupId: backup})).Backup
	if back.BackupState != hsmtypes.BackupStateReady {
		t.Errorf("%+v", back)
	}
	kept := good[*cloudhsmv2.ModifyBackupAttributesOutput](a)(a.hsm.ModifyBackupAttributes(ctx, &cloudhsmv2.ModifyBackupAttributesInput{BackupId: backup, NeverExpires: aws.Bool(true)})).Backup
	if !*kept.NeverExpires {
		t.Errorf("%+v", kept)
	}
	copied := good[*cloudhsmv2.CopyBackupToRegionOutput](a)(a.hsm.CopyBackupToRegion(ctx, &cloudhsmv2.CopyBackupToRegionInput{BackupId: backup, DestinationRegion: aws.String("us-west-2")}))
	if *copied.DestinationBackup.SourceBackup != guideBackup || *copied.DestinationBackup.SourceCluster != guideCluster {
		t.Errorf("%+v", copied.DestinationBackup)
	}
	arn := kept.BackupArn
	policy := aws.String(`{"Version":"2012-10-17","Statement":[]}`)
	good[*cloudhsmv2.PutResourcePolicyOutput](a)(a.hsm.PutResourcePolicy(ctx, &cloudhsmv2.PutResourcePolicyInput{ResourceArn: arn, Policy: policy}))
	if got := good[*cloudhsmv2.GetResourcePolicyOutput](a)(a.hsm.GetResourcePolicy(ctx, &cloudhsmv2.GetResourcePolicyInput{ResourceArn: arn})); *got.Policy != *policy {
		t.Errorf("policy %s", *got.Policy)
	}
	good[*cloudhsmv2.DeleteResourcePolicyOutput](a)(a.hsm.DeleteResourcePolicy(ctx, &cloudhsmv2.DeleteResourcePolicyInput{ResourceArn: arn}))
}
