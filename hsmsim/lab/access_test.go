package lab_test

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudhsmv2"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	kmstypes "github.com/aws/aws-sdk-go-v2/service/kms/types"

	"github.com/hsmlab/hsmlab/hsmsim/lab"
	"github.com/hsmlab/hsmlab/hsmsim/lab/labtest"
	"github.com/hsmlab/hsmlab/hsmsim/lab/scenario"
)

// ofUsers is the default world with Alice, who may do everything, and Bob, whose policies decide.
func ofUsers(t *testing.T, policies ...string) (alice, bob *account) {
	t.Helper()
	w := scenario.Default()
	w.AccessKeys = append(w.AccessKeys, scenario.AccessKey{ID: "AKIAI44QH8DHBEXAMPLE", Secret: "je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY", User: "Bob"})
	bobs := scenario.IAMUser{Name: "Bob"}
	for _, p := range policies {
		bobs.Policies = append(bobs.Policies, `{"Version": "2012-10-17", "Statement": {`+strings.ReplaceAll(p, "'", `"`)+`}}`)
	}
	w.IAMUsers = []scenario.IAMUser{bobs}
	text, err := w.YAML()
	must(t, err)
	l := labtest.Run(t, string(text))
	c, err := lab.Connect(t.Context(), l.Home())
	must(t, err)
	t.Cleanup(func() { c.Close() })
	as := func(k scenario.AccessKey) *account {
		s := c.Settings().AWS
		cfg := aws.Config{Region: s.Region, BaseEndpoint: &s.Endpoint, RetryMaxAttempts: 1, Credentials: credentials.NewStaticCredentialsProvider(k.ID, k.Secret, "")}
		return &account{t: t, ctx: t.Context(), lab: c, kms: kms.NewFromConfig(cfg), hsm: cloudhsmv2.NewFromConfig(cfg)}
	}
	return as(w.AccessKeys[0]), as(w.AccessKeys[1])
}

const bobARN = "arn:aws:iam::111122223333:user/Bob"

// denied checks the words in which AWS denies something.
func (a *account) denied(what, action, resource, reason string, err error) {
	a.t.Helper()
	on := ""
	if resource != "" {
		on = " on resource: " + resource
	}
	a.fails(what, "AccessDeniedException", "User: "+bobARN+" is not authorized to perform: "+action+on+" "+reason, err)
}

func (a *account) createKey(in kms.CreateKeyInput) (*kmstypes.KeyMetadata, error) {
	r, err := a.kms.CreateKey(a.ctx, &in)
	if err != nil {
		return nil, err
	}
	return r.KeyMetadata, nil
}

func (a *account) encrypt(key *string, context map[string]string) error {
	_, err := a.kms.Encrypt(a.ctx, &kms.EncryptInput{KeyId: key, Plaintext: []byte("hello"), EncryptionContext: context})
	return err
}

// The policy of the guide's chapter on imported key material: keys may be created, but only without material.
func TestKeysWithoutMaterialOnly(t *testing.T) {
	_, bob := ofUsers(t, `'Effect': 'Allow', 'Resource': '*', 'Action': 'kms:CreateKey', 'Condition': {'StringEquals': {'kms:KeyOrigin': 'EXTERNAL'}}`)
	k, err := bob.createKey(kms.CreateKeyInput{Origin: kmstypes.OriginTypeExternal})
	must(t, err)
	_, err = bob.createKey(kms.CreateKeyInput{})
	bob.denied("a key with material", "kms:CreateKey", "", "because no identity-based policy allows the kms:CreateKey action", err)
	_, err = bob.kms.DescribeKey(bob.ctx, &kms.DescribeKeyInput{KeyId: k.KeyId})
	bob.denied("looking at it", "kms:DescribeKey", *k.Arn, "because no identity-based policy allows the kms:DescribeKey action", err)
}

func TestPoliciesOfKeys(t *testing.T) {
	alice, bob := ofUsers(t)
	policy := func(statements string) *string {
		return aws.String(strings.ReplaceAll(`{'Version': '2012-10-17', 'Statement': [{'Effect': 'Allow', 'Principal': {'AWS': 'arn:aws:iam::111122223333:root'}, 'Action': 'kms:*', 'Resource': '*'}`+
			statements+`]}`, "'", `"`))
	}
	k, err := alice.createKey(kms.CreateKeyInput{})
	must(t, err)
	put := func(statements string) {
		t.Helper()
		_, err := alice.kms.PutKeyPolicy(alice.ctx, &kms.PutKeyPolicyInput{KeyId: k.KeyId, Policy: policy(statements)})
		must(t, err)
	}
	bob.denied("the account's key", "kms:Encrypt", *k.Arn, "because no identity-based policy allows the kms:Encrypt action", bob.encrypt(k.KeyId, nil))
	put(`, {'Effect': 'Allow', 'Principal': {'AWS': '` + bobARN + `'}, 'Action': 'kms:Encrypt', 'Resource': '*', 'Condition': {'StringEquals': {'kms:EncryptionContext:team': 'lab'}}}`)
	must(t, bob.encrypt(k.KeyId, map[string]string{"team": "lab"}))
	bob.denied("another context", "kms:Encrypt", *k.Arn, "because no identity-based policy allows the kms:Encrypt action", bob.encrypt(k.KeyId, map[string]string{"team": "other"}))
	put(`, {'Effect': 'Deny', 'Principal': '*', 'Action': 'kms:Encrypt', 'Resource': '*'}`)
	bob.denied("a denial", "kms:Encrypt", *k.Arn, "with an explicit deny in a resource-based policy", bob.encrypt(k.KeyId, nil))
	if err := alice.encrypt(k.KeyId, nil); err == nil {
		t.Error("a denial to all is none to those who may do everything")
	}

	own, err := alice.createKey(kms.CreateKeyInput{BypassPolicyLockoutSafetyCheck: true,
		Policy: aws.String(`{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"AWS": "` + bobARN + `"}, "Action": "kms:*", "Resource": "*"}}`)})
	must(t, err)
	must(t, bob.encrypt(own.KeyId, nil))
	if err := alice.encrypt(own.KeyId, nil); err == nil || !strings.Contains(err.Error(), "no resource-based policy allows the kms:Encrypt action") {
		t.Errorf("a key that only Bob may use: %v", err)
	}
}

func TestGrantsDecide(t *testing.T) {
	alice, bob := ofUsers(t)
	k, err := alice.createKey(kms.CreateKeyInput{})
	must(t, err)
	g := good[*kms.CreateGrantOutput](alice)(alice.kms.CreateGrant(alice.ctx, &kms.CreateGrantInput{KeyId: k.KeyId, GranteePrincipal: aws.String(bobARN),
		Operations: []kmstypes.GrantOperation{"Encrypt"}, Constraints: &kmstypes.GrantConstraints{EncryptionContextSubset: map[string]string{"team": "lab"}}}))
	must(t, bob.encrypt(k.KeyId, map[string]string{"team": "lab", "more": "fine"}))
	bob.denied("outside of the constraint", "kms:Encrypt", *k.Arn, "because no identity-based policy allows the kms:Encrypt action", bob.encrypt(k.KeyId, nil))
	_, err = bob.kms.RevokeGrant(bob.ctx, &kms.RevokeGrantInput{KeyId: k.KeyId, GrantId: g.GrantId})
	bob.denied("revoking it", "kms:RevokeGrant", *k.Arn, "because no identity-based policy allows the kms:RevokeGrant action", err)
	_, err = bob.kms.RetireGrant(bob.ctx, &kms.RetireGrantInput{KeyId: k.Arn, GrantId: g.GrantId})
	must(t, err)
	bob.denied("after the grant", "kms:Encrypt", *k.Arn, "because no identity-based policy allows the kms:Encrypt action", bob.encrypt(k.KeyId, map[string]string{"team": "lab"}))
}

func TestPoliciesOfUsersDecide(t *testing.T) {
	alice, bob := ofUsers(t, `'Effect': 'Allow', 'Action': ['kms:Describe*', 'kms:ReEncryptFrom', 'cloudhsm:DescribeClusters', 'cloudhsm:DeleteHsm'], 'Resource': '*'`,
		`'Effect': 'Deny', 'Action': 'cloudhsm:*', 'Resource': 'arn:aws:cloudhsm:*:*:cluster/`+guideCluster+`'`)
	good[*kms.DescribeCustomKeyStoresOutput](bob)(bob.kms.DescribeCustomKeyStores(bob.ctx, &kms.DescribeCustomKeyStoresInput{}))
	_, err := bob.kms.DisconnectCustomKeyStore(bob.ctx, &kms.DisconnectCustomKeyStoreInput{CustomKeyStoreId: aws.String(guideStore)})
	bob.denied("disconnecting", "kms:DisconnectCustomKeyStore", "", "because no identity-based policy allows the kms:DisconnectCustomKeyStore action", err)
	alice.wantStore(kmstypes.ConnectionStateTypeConnected, "")
	good[*kms.DescribeKeyOutput](bob)(bob.kms.DescribeKey(bob.ctx, &kms.DescribeKeyInput{KeyId: aws.String(guideKey)}))
	good[*cloudhsmv2.DescribeClustersOutput](bob)(bob.hsm.DescribeClusters(bob.ctx, &cloudhsmv2.DescribeClustersInput{}))
	_, err = bob.hsm.DeleteHsm(bob.ctx, &cloudhsmv2.DeleteHsmInput{ClusterId: aws.String(guideCluster), EniIp: aws.String("10.0.2.9")})
	bob.denied("the cluster that is denied", "cloudhsm:DeleteHsm", "arn:aws:cloudhsm:eu-west-1:111122223333:cluster/"+guideCluster, "with an explicit deny in an identity-based policy", err)

	blob := good[*kms.EncryptOutput](alice)(alice.kms.Encrypt(alice.ctx, &kms.EncryptInput{KeyId: aws.String(guideKey), Plaintext: []byte("hello")})).CiphertextBlob
	_, err = bob.kms.ReEncrypt(bob.ctx, &kms.ReEncryptInput{CiphertextBlob: blob, DestinationKeyId: aws.String(guideKey)})
	arn := "arn:aws:kms:eu-west-1:111122223333:key/" + guideKey
	bob.denied("the other half of ReEncrypt", "kms:ReEncryptTo", arn, "because no identity-based policy allows the kms:ReEncryptTo action", err)
}

// What the guide's chapter on imported key material says of permissions: each as a pair of calls, one that is allowed
// and one that is not. They are given by the key's policy, with the conditions that the chapter names.
func TestPermissionsOfImporting(t *testing.T) {
	alice, bob := ofUsers(t)
	k, err := alice.createKey(kms.CreateKeyInput{Origin: kmstypes.OriginTypeExternal})
	must(t, err)
	allow := func(action, condition string) {
		t.Helper()
		policy := strings.ReplaceAll(`{'Version': '2012-10-17', 'Statement': [{'Effect': 'Allow', 'Principal': {'AWS': 'arn:aws:iam::111122223333:root'}, 'Action': 'kms:*', 'Resource': '*'},
			{'Effect': 'Allow', 'Principal': {'AWS': '`+bobARN+`'}, 'Action': '`+action+`', 'Resource': '*', 'Condition': {`+condition+`}}]}`, "'", `"`)
		_, err := alice.kms.PutKeyPolicy(alice.ctx, &kms.PutKeyPolicyInput{KeyId: k.KeyId, Policy: &policy})
		must(t, err)
	}
	no := func(what, action string, err error) {
		t.Helper()
		bob.denied(what, action, *k.Arn, "because no identity-based policy allows the "+action+" action", err)
	}
	parameters := func(a kmstypes.AlgorithmSpec, spec kmstypes.WrappingKeySpec) (*kms.GetParametersForImportOutput, error) {
		return bob.kms.GetParametersForImport(bob.ctx, &kms.GetParametersForImportInput{KeyId: k.KeyId, WrappingAlgorithm: a, WrappingKeySpec: spec})
	}
	allow("kms:GetParametersForImport", `'StringEquals': {'kms:WrappingAlgorithm': 'RSAES_OAEP_SHA_256'}, 'StringLike': {'kms:WrappingKeySpec': 'RSA_2*'}`)
	p := good[*kms.GetParametersForImportOutput](bob)(parameters("RSAES_OAEP_SHA_256", "RSA_2048"))
	_, err = parameters("RSAES_OAEP_SHA_1", "RSA_2048")
	no("another algorithm", "kms:GetParametersForImport", err)
	_, err = parameters("RSAES_OAEP_SHA_256", "RSA_3072")
	no("another key", "kms:GetParametersForImport", err)

	public, err := x509.ParsePKIXPublicKey(p.PublicKey)
	must(t, err)
	wrapped, err := rsa.EncryptOAEP(sha256.New(), rand.Reader, public.(*rsa.PublicKey), bytes.Repeat([]byte{7}, 32), nil)
	must(t, err)
	now := good[*kms.GetParametersForImportOutput](alice)(alice.kms.GetParametersForImport(alice.ctx, &kms.GetParametersForImportInput{KeyId: k.KeyId,
		WrappingAlgorithm: "RSAES_OAEP_SHA_256", WrappingKeySpec: "RSA_2048"})).ParametersValidTo.Add(-24 * time.Hour)
	importing := func(model kmstypes.ExpirationModelType, validTo *time.Time) error {
		_, err := bob.kms.ImportKeyMaterial(bob.ctx, &kms.ImportKeyMaterialInput{KeyId: k.KeyId, ImportToken: p.ImportToken, EncryptedKeyMaterial: wrapped, ExpirationModel: model, ValidTo: validTo})
		return err
	}
	soon, late := now.Add(24*time.Hour), now.Add(100*24*time.Hour)
	no("importing, which was not allowed", "kms:ImportKeyMaterial", importing("KEY_MATERIAL_EXPIRES", &soon))
	allow("kms:ImportKeyMaterial", `'StringEquals': {'kms:ExpirationModel': 'KEY_MATERIAL_EXPIRES'}, 'DateLessThan': {'kms:ValidTo': '`+now.Add(48*time.Hour).UTC().Format(time.RFC3339)+`'}`)
	no("material that does not expire", "kms:ImportKeyMaterial", importing("KEY_MATERIAL_DOES_NOT_EXPIRE", nil))
	no("material that expires too late", "kms:ImportKeyMaterial", importing("KEY_MATERIAL_EXPIRES", &late))
	must(t, importing("KEY_MATERIAL_EXPIRES", &soon))

	remove := func() error {
		_, err := bob.kms.DeleteImportedKeyMaterial(bob.ctx, &kms.DeleteImportedKeyMaterialInput{KeyId: k.KeyId})
		return err
	}
	no("deleting, which was not allowed", "kms:DeleteImportedKeyMaterial", remove())
	allow("kms:DeleteImportedKeyMaterial", "")
	must(t, remove())
}
