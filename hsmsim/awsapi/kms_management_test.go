package awsapi

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"
)

const (
	alice = "arn:aws:iam::111122223333:user/Alice"
	bob   = "arn:aws:iam::111122223333:role/Bob"

	openPolicy = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"kms:*","Resource":"*"}}`
)

func aliasesThroughSDK(t *testing.T, w *kmsWorld) {
	ctx, k, other := t.Context(), w.create(t), w.create(t)
	name := aws.String("alias/first_One/2")
	arn := "arn:aws:kms:us-west-2:111122223333:" + *name
	_, err := w.CreateAlias(ctx, &sdk.CreateAliasInput{AliasName: name, TargetKeyId: k.Arn})
	must(t, err)
	_, err = w.CreateAlias(ctx, &sdk.CreateAliasInput{AliasName: name, TargetKeyId: k.KeyId})
	wantError(t, err, "AlreadyExistsException", "An alias with the name "+arn+" already exists")
	for _, id := range []string{*name, arn} {
		d, err := w.DescribeKey(ctx, &sdk.DescribeKeyInput{KeyId: &id})
		must(t, err)
		equal(t, "key", *d.KeyMetadata.KeyId, *k.KeyId)
	}
	must(t, w.clock.Advance(time.Hour))
	_, err = w.UpdateAlias(ctx, &sdk.UpdateAliasInput{AliasName: name, TargetKeyId: other.KeyId})
	must(t, err)
	list, err := w.ListAliases(ctx, &sdk.ListAliasesInput{KeyId: other.KeyId})
	must(t, err)
	if len(list.Aliases) != 1 {
		t.Fatalf("aliases %s", jsonOf(list.Aliases))
	}
	a := list.Aliases[0]
	equal(t, "AliasName", *a.AliasName, *name)
	equal(t, "AliasArn", *a.AliasArn, arn)
	equal(t, "TargetKeyId", *a.TargetKeyId, *other.KeyId)
	equal(t, "an hour", a.LastUpdatedDate.Sub(*a.CreationDate), time.Hour)

	for _, c := range []struct{ name, code, message string }{
		{"first", "ValidationException", `Alias must start with the prefix "alias/". Please see https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html`},
		{"alias/aws/mine", "NotAuthorizedException", "UnknownError"}, // which is what the SDK says of no message
		{"alias/a:b", "ValidationException", "alias/a:b contains invalid characters for an alias"},
		{"alias/a b", "ValidationException", "1 validation error detected: Value 'alias/a b' at 'aliasName' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[a-zA-Z0-9:/_-]+$"},
		{"alias/" + strings.Repeat("a", 251), "ValidationException", "1 validation error detected: Value 'alias/aaa…"},
		{"alias/", "InvalidAliasNameException", "…"},
	} {
		_, err := w.CreateAlias(ctx, &sdk.CreateAliasInput{AliasName: &c.name, TargetKeyId: k.KeyId})
		wantError(t, err, c.code, c.message)
	}
	for _, target := range []string{*name, arn} {
		_, err = w.CreateAlias(ctx, &sdk.CreateAliasInput{AliasName: aws.String("alias/second"), TargetKeyId: &target})
		wantError(t, err, "ValidationException", "Aliases must refer to keys. Not aliases")
	}
	_, err = w.CreateAlias(ctx, &sdk.CreateAliasInput{AliasName: aws.String("alias/second"), TargetKeyId: aws.String(unknownKey)})
	wantError(t, err, "NotFoundException", "Key '"+keyARN("us-west-2", unknownKey)+"' does not exist")
	mac := w.create(t, of("HMAC_256", "GENERATE_VERIFY_MAC"))
	_, err = w.UpdateAlias(ctx, &sdk.UpdateAliasInput{AliasName: name, TargetKeyId: mac.KeyId})
	wantError(t, err, "ValidationException", "…")

	for i := range 49 {
		_, err := w.CreateAlias(ctx, &sdk.CreateAliasInput{AliasName: aws.String(fmt.Sprintf("alias/n%d", i)), TargetKeyId: other.KeyId})
		must(t, err)
	}
	_, err = w.CreateAlias(ctx, &sdk.CreateAliasInput{AliasName: aws.String("alias/n50"), TargetKeyId: other.KeyId})
	wantError(t, err, "LimitExceededException", "…")
	n := 0
	pages := sdk.NewListAliasesPaginator(w, &sdk.ListAliasesInput{KeyId: other.Arn, Limit: aws.Int32(20)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		must(t, err)
		n += len(page.Aliases)
	}
	equal(t, "aliases", n, 50)
	_, err = w.DeleteAlias(ctx, &sdk.DeleteAliasInput{AliasName: name})
	must(t, err)
	for _, call := range []func() error{
		func() error { _, err := w.DeleteAlias(ctx, &sdk.DeleteAliasInput{AliasName: name}); return err },
		func() error {
			_, err := w.UpdateAlias(ctx, &sdk.UpdateAliasInput{AliasName: name, TargetKeyId: k.KeyId})
			return err
		},
		func() error { _, err := w.DescribeKey(ctx, &sdk.DescribeKeyInput{KeyId: name}); return err },
		func() error {
			_, err := w.Decrypt(ctx, &sdk.DecryptInput{KeyId: name, CiphertextBlob: []byte("x")})
			return err
		},
	} {
		wantError(t, call(), "NotFoundException", "Alias "+arn+" is not found.")
	}
}

func tagsThroughSDK(t *testing.T, w *kmsWorld) {
	ctx := t.Context()
	tag := func(key, value string) types.Tag { return types.Tag{TagKey: &key, TagValue: &value} }
	k := w.create(t, func(in *sdk.CreateKeyInput) { in.Tags = []types.Tag{tag("b", "1"), tag("a", "")} })
	put := func(tags ...types.Tag) error {
		_, err := w.TagResource(ctx, &sdk.TagResourceInput{KeyId: k.KeyId, Tags: tags})
		return err
	}
	all := func() string {
		var text []string
		pages := sdk.NewListResourceTagsPaginator(w, &sdk.ListResourceTagsInput{KeyId: k.Arn, Limit: aws.Int32(1)})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			must(t, err)
			for _, x := range page.Tags {
				text = append(text, *x.TagKey+"="+*x.TagValue)
			}
		}
		return strings.Join(text, " ")
	}
	equal(t, "tags", all(), "a= b=1")
	must(t, put(tag("b", "2"), tag("c", "3")))
	equal(t, "tags", all(), "a= b=2 c=3")
	_, err := w.UntagResource(ctx, &sdk.UntagResourceInput{KeyId: k.KeyId, TagKeys: []string{"a", "none"}})
	must(t, err)
	equal(t, "tags", all(), "b=2 c=3")

	wantError(t, put(tag("d", "1"), tag("d", "2")), "TagException", "Duplicate tag keys")
	wantError(t, put(tag("aws:d", "1")), "TagException", "Tags beginning with aws: are reserved")
	wantError(t, put(tag("d", strings.Repeat("v", 257))), "ValidationException",
		"1 validation error detected: Value '"+strings.Repeat("v", 257)+"' at 'tags.1.member.tagValue' failed to satisfy constraint: Member must have length less than or equal to 256")
	var many []types.Tag
	for i := range 49 {
		many = append(many, tag(fmt.Sprintf("n%d", i), ""))
	}
	wantError(t, put(many...), "TagException", "Too many tags")
	must(t, put(many[1:]...))
	equal(t, "tags", all()[:8], "b=2 c=3 ")
	_, err = w.CreateKey(ctx, &sdk.CreateKeyInput{Tags: append(many, tag("x", ""), tag("y", ""))})
	wantError(t, err, "TagException", "Too many tags")
	_, err = w.CreateAlias(ctx, &sdk.CreateAliasInput{AliasName: aws.String("alias/tags"), TargetKeyId: k.KeyId})
	must(t, err)
	for _, id := range []string{"alias/tags", "arn:aws:kms:us-west-2:111122223333:alias/tags"} {
		_, err = w.TagResource(ctx, &sdk.TagResourceInput{KeyId: &id, Tags: many[:1]})
		wantError(t, err, "InvalidArnException", "Key Aliases are not supported")
	}
}

func policiesThroughSDK(t *testing.T, w *kmsWorld) {
	ctx, k := t.Context(), w.create(t)
	p, err := w.GetKeyPolicy(ctx, &sdk.GetKeyPolicyInput{KeyId: k.KeyId})
	must(t, err)
	equal(t, "PolicyName", *p.PolicyName, "default")
	equal(t, "Policy", *p.Policy, `{
  "Version" : "2012-10-17",
  "Id" : "key-default-1",
  "Statement" : [ {
    "Sid" : "Enable IAM User Permissions",
    "Effect" : "Allow",
    "Principal" : {
      "AWS" : "arn:aws:iam::111122223333:root"
    },
    "Action" : "kms:*",
    "Resource" : "*"
  } ]
}`)
	names, err := w.ListKeyPolicies(ctx, &sdk.ListKeyPoliciesInput{KeyId: k.KeyId})
	must(t, err)
	if len(names.PolicyNames) != 1 || names.PolicyNames[0] != "default" || names.Truncated {
		t.Errorf("policies %s", jsonOf(names))
	}
	put := func(text string, bypass bool) error {
		_, err := w.PutKeyPolicy(ctx, &sdk.PutKeyPolicyInput{KeyId: k.KeyId, PolicyName: aws.String("default"), Policy: &text, BypassPolicyLockoutSafetyCheck: bypass})
		return err
	}
	must(t, put(openPolicy, false))
	p, err = w.GetKeyPolicy(ctx, &sdk.GetKeyPolicyInput{KeyId: k.KeyId, PolicyName: aws.String("default")})
	must(t, err)
	equal(t, "Policy", *p.Policy, openPolicy)
	_, err = w.GetKeyPolicy(ctx, &sdk.GetKeyPolicyInput{KeyId: k.KeyId, PolicyName: aws.String("mine")})
	wantError(t, err, "NotFoundException", "No such policy exists")
	wantError(t, put(`{"Version":`, false), "MalformedPolicyDocumentException", "…")
	wantError(t, put(strings.Replace(openPolicy, "arn:aws:iam::111122223333:root", "Alice", 1), false), "MalformedPolicyDocumentException",
		"Policy contains a statement with one or more invalid principals.")
	locked := strings.Replace(openPolicy, "user/Alice", "", 1)
	locked = strings.Replace(locked, "kms:*", "kms:Encrypt", 1)
	wantError(t, put(locked, false), "MalformedPolicyDocumentException", "The new key policy will not allow you to update the key policy in the future.")
	wantError(t, put(openPolicy+strings.Repeat(" ", 32769), false), "LimitExceededException", "…")
	must(t, put(locked, true))
	wantError(t, put(openPolicy, true), "AccessDeniedException", "User: arn:aws:iam::111122223333:user/Alice is not authorized to perform: kms:PutKeyPolicy on resource: "+
		*k.Arn+" because no resource-based policy allows the kms:PutKeyPolicy action")
}

func grantsThroughSDK(t *testing.T, w *kmsWorld) {
	ctx, k := t.Context(), w.create(t)
	in := func() *sdk.CreateGrantInput {
		return &sdk.CreateGrantInput{KeyId: k.KeyId, GranteePrincipal: aws.String(bob), RetiringPrincipal: aws.String(alice), Name: aws.String("mine"),
			Operations:  []types.GrantOperation{"Decrypt", "Encrypt"},
			Constraints: &types.GrantConstraints{EncryptionContextSubset: map[string]string{"a": "b"}}}
	}
	g, err := w.CreateGrant(ctx, in())
	must(t, err)
	equal(t, "length of GrantId", len(*g.GrantId), 64)
	again, err := w.CreateGrant(ctx, in())
	must(t, err)
	equal(t, "GrantId", *again.GrantId, *g.GrantId)
	if *again.GrantToken == *g.GrantToken {
		t.Error("grant tokens are the same")
	}
	for _, token := range []*string{g.GrantToken, again.GrantToken} {
		_, err = w.Encrypt(ctx, &sdk.EncryptInput{KeyId: k.KeyId, Plaintext: []byte("x"), GrantTokens: []string{*token}})
		must(t, err)
	}
	nameless := in()
	nameless.Name = nil
	second, err := w.CreateGrant(ctx, nameless)
	must(t, err)
	third, err := w.CreateGrant(ctx, nameless)
	must(t, err)
	if *second.GrantId == *third.GrantId {
		t.Error("grants without names are the same")
	}
	list, err := w.ListGrants(ctx, &sdk.ListGrantsInput{KeyId: k.KeyId, GrantId: g.GrantId})
	must(t, err)
	if len(list.Grants) != 1 {
		t.Fatalf("grants %s", jsonOf(list))
	}
	e := list.Grants[0]
	equal(t, "KeyId", *e.KeyId, *k.Arn)
	equal(t, "Name", *e.Name, "mine")
	equal(t, "GranteePrincipal", *e.GranteePrincipal, bob)
	equal(t, "RetiringPrincipal", *e.RetiringPrincipal, alice)
	equal(t, "IssuingAccount", *e.IssuingAccount, "arn:aws:iam::111122223333:root")
	equal(t, "Operations", fmt.Sprint(e.Operations), "[Decrypt Encrypt]")
	equal(t, "Constraints", fmt.Sprint(e.Constraints.EncryptionContextSubset), "map[a:b]")
	equal(t, "CreationDate is there", e.CreationDate != nil, true)

	n := 0
	pages := sdk.NewListRetirableGrantsPaginator(w, &sdk.ListRetirableGrantsInput{RetiringPrincipal: aws.String(alice), Limit: aws.Int32(2)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		must(t, err)
		n += len(page.Grants)
	}
	equal(t, "retirable grants", n, 3)
	none, err := w.ListRetirableGrants(ctx, &sdk.ListRetirableGrantsInput{RetiringPrincipal: aws.String(bob)})
	must(t, err)
	equal(t, "retirable grants of another", len(none.Grants), 0)
	_, err = w.ListRetirableGrants(ctx, &sdk.ListRetirableGrantsInput{RetiringPrincipal: aws.String("bob")})
	wantError(t, err, "InvalidArnException", "…")
	for grantee, want := range map[string]int{bob: 3, alice: 0} {
		list, err := w.ListGrants(ctx, &sdk.ListGrantsInput{KeyId: k.KeyId, GranteePrincipal: &grantee})
		must(t, err)
		equal(t, "grants of "+grantee, len(list.Grants), want)
	}
	forged := []byte(*g.GrantToken)
	forged[len(forged)-10] ^= 3
	_, err = w.RetireGrant(ctx, &sdk.RetireGrantInput{GrantToken: aws.String(string(forged))})
	wantError(t, err, "InvalidGrantTokenException", "…")
	for _, c := range []struct {
		change func(*sdk.CreateGrantInput)
		code   string
	}{
		{func(in *sdk.CreateGrantInput) { in.GranteePrincipal = aws.String("Bob") }, "InvalidArnException"},
		{func(in *sdk.CreateGrantInput) { in.Operations = []types.GrantOperation{"Sign"} }, "ValidationException"},
		{func(in *sdk.CreateGrantInput) { in.Operations = []types.GrantOperation{"Eat"} }, "ValidationException"},
		{func(in *sdk.CreateGrantInput) { in.Constraints.EncryptionContextEquals = map[string]string{"a": "b"} }, "ValidationException"},
		{func(in *sdk.CreateGrantInput) { in.GrantTokens = []string{"token"} }, "InvalidGrantTokenException"},
		{func(in *sdk.CreateGrantInput) { in.DryRun = aws.Bool(true) }, "DryRunOperationException"},
	} {
		bad := in()
		c.change(bad)
		_, err := w.CreateGrant(ctx, bad)
		wantError(t, err, c.code, "…")
	}
	_, err = w.RetireGrant(ctx, &sdk.RetireGrantInput{GrantToken: g.GrantToken, DryRun: aws.Bool(true)})
	wantError(t, err, "DryRunOperationException", "The request would have succeeded, but the DryRun option is set.")
	_, err = w.RetireGrant(ctx, &sdk.RetireGrantInput{GrantToken: g.GrantToken})
	must(t, err)
	_, err = w.RetireGrant(ctx, &sdk.RetireGrantInput{GrantToken: again.GrantToken})
	wantError(t, err, "InvalidGrantTokenException", "…")
	_, err = w.RetireGrant(ctx, &sdk.RetireGrantInput{KeyId: k.Arn, GrantId: second.GrantId})
	must(t, err)
	_, err = w.RetireGrant(ctx, &sdk.RetireGrantInput{})
	wantError(t, err, "ValidationException", "…")
	_, err = w.RevokeGrant(ctx, &sdk.RevokeGrantInput{KeyId: k.KeyId, GrantId: third.GrantId})
	must(t, err)
	_, err = w.RevokeGrant(ctx, &sdk.RevokeGrantInput{KeyId: k.KeyId, GrantId: third.GrantId})
	wantError(t, err, "NotFoundException", "…")
	_, err = w.RevokeGrant(ctx, &sdk.RevokeGrantInput{KeyId: k.KeyId, GrantId: aws.String("x")})
	wantError(t, err, "InvalidGrantIdException", "…")
}
