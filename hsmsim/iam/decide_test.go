package iam_test

import (
	"strings"
	"testing"

	"github.com/hsmlab/hsmlab/hsmsim/iam"
)

var (
	bob  = iam.Principal{Account: "111122223333", ARN: "arn:aws:iam::111122223333:user/Bob", ID: "AIDABOB", UserName: "Bob"}
	root = iam.Principal{Account: "111122223333", ARN: "arn:aws:iam::111122223333:root", ID: "111122223333"}
)

const keyARN = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"

func parse(t testing.TB, text string, k iam.Kind) *iam.Document {
	t.Helper()
	d, err := iam.Parse(text, k)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// statement is a policy of one statement, in the usual words with ' for ".
func statement(s string) string {
	return `{"Version":"2012-10-17","Statement":{` + strings.ReplaceAll(s, "'", `"`) + `}}`
}

func TestPoliciesOfUsers(t *testing.T) {
	for _, test := range []struct {
		name, policy, action, resource string
		want                           iam.Effect
	}{
		{"the action", `'Effect':'Allow','Action':'kms:Encrypt','Resource':'*'`, "kms:Encrypt", keyARN, iam.Allowed},
		{"in other letters", `'Effect':'Allow','Action':'KMS:encrypt','Resource':'*'`, "kms:Encrypt", keyARN, iam.Allowed},
		{"another action", `'Effect':'Allow','Action':'kms:Decrypt','Resource':'*'`, "kms:Encrypt", keyARN, iam.Silent},
		{"a wildcard", `'Effect':'Allow','Action':['kms:List*','kms:En?rypt'],'Resource':'*'`, "kms:Encrypt", keyARN, iam.Allowed},
		{"a wildcard of another service", `'Effect':'Allow','Action':'ec2:*','Resource':'*'`, "kms:Encrypt", keyARN, iam.Silent},
		{"everything but", `'Effect':'Allow','NotAction':'kms:Encrypt','Resource':'*'`, "kms:Encrypt", keyARN, iam.Silent},
		{"everything but another", `'Effect':'Allow','NotAction':'kms:Decrypt','Resource':'*'`, "kms:Encrypt", keyARN, iam.Allowed},
		{"the resource", `'Effect':'Allow','Action':'*','Resource':'arn:aws:kms:*:111122223333:key/*'`, "kms:Encrypt", keyARN, iam.Allowed},
		{"another resource", `'Effect':'Allow','Action':'*','Resource':'arn:aws:kms:*:111122223333:alias/*'`, "kms:Encrypt", keyARN, iam.Silent},
		{"no resource", `'Effect':'Allow','Action':'*','Resource':'arn:aws:kms:*:111122223333:key/*'`, "kms:CreateKey", "*", iam.Silent},
		{"all resources but", `'Effect':'Allow','Action':'*','NotResource':'arn:aws:kms:*:*:key/1*'`, "kms:Encrypt", keyARN, iam.Silent},
		{"a denial", `'Effect':'Deny','Action':'kms:*','Resource':'*'`, "kms:Encrypt", keyARN, iam.Denied},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := parse(t, statement(test.policy), iam.OfIdentity)
			if got := d.Effect(&iam.Request{Who: bob, Action: test.action, Resource: test.resource}); got != test.want {
				t.Errorf("got %d, want %d", got, test.want)
			}
		})
	}
}

func TestADenialOutweighs(t *testing.T) {
	allow := parse(t, statement(`'Effect':'Allow','Action':'*','Resource':'*'`), iam.OfIdentity)
	deny := parse(t, statement(`'Effect':'Deny','Action':'kms:Decrypt','Resource':'*'`), iam.OfIdentity)
	for action, want := range map[string]iam.Effect{"kms:Decrypt": iam.Denied, "kms:Encrypt": iam.Allowed} {
		if got := iam.Of([]*iam.Document{allow, deny}, &iam.Request{Who: bob, Action: action, Resource: keyARN}); got != want {
			t.Errorf("%s: got %d, want %d", action, got, want)
		}
	}
}

func TestPrincipals(t *testing.T) {
	for _, test := range []struct {
		name, principal, effect string
		who                     iam.Principal
		want                    iam.Effect
	}{
		{"everybody", `'Principal':'*'`, "Allow", bob, iam.Allowed},
		{"everybody of AWS", `'Principal':{'AWS':'*'}`, "Allow", bob, iam.Allowed},
		{"the user", `'Principal':{'AWS':['arn:aws:iam::111122223333:user/Bob']}`, "Allow", bob, iam.Allowed},
		{"the user's id", `'Principal':{'AWS':'AIDABOBBOBBOBBOB'}`, "Allow", iam.Principal{ID: "AIDABOBBOBBOBBOB"}, iam.Allowed},
		{"another user", `'Principal':{'AWS':'arn:aws:iam::111122223333:user/Carol'}`, "Allow", bob, iam.Silent},
		{"the account for a user", `'Principal':{'AWS':'arn:aws:iam::111122223333:root'}`, "Allow", bob, iam.AllowedAccount},
		{"the account's number for a user", `'Principal':{'AWS':'111122223333'}`, "Allow", bob, iam.AllowedAccount},
		{"the account for its root", `'Principal':{'AWS':'arn:aws:iam::111122223333:root'}`, "Allow", root, iam.Allowed},
		{"a service", `'Principal':{'Service':'kms.amazonaws.com'}`, "Allow", bob, iam.Silent},
		{"everybody but the user", `'NotPrincipal':{'AWS':'arn:aws:iam::111122223333:user/Bob'}`, "Deny", bob, iam.Silent},
		{"everybody but another", `'NotPrincipal':{'AWS':'arn:aws:iam::111122223333:user/Carol'}`, "Deny", bob, iam.Denied},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := parse(t, statement(test.principal+`,'Effect':'`+test.effect+`','Action':'kms:*','Resource':'*'`), iam.OfResource)
			if got := d.Effect(&iam.Request{Who: test.who, Action: "kms:Encrypt", Resource: keyARN}); got != test.want {
				t.Errorf("got %d, want %d", got, test.want)
			}
		})
	}
}

// The values of the request that the conditions are about; the examples are those of the guide's tables.
func TestConditions(t *testing.T) {
	context := iam.Context{}
	context.Set("kms:KeyOrigin", "EXTERNAL")
	context.Set("aws:username", "Bob")
	context.Set("kms:ValidTo", "2020-04-01T00:00:00Z")
	context.Set("kms:ScheduleKeyDeletionPendingWindowInDays", "12")
	context.Set("kms:BypassPolicyLockoutSafetyCheck", "false")
	context.Set("aws:SourceIp", "203.0.113.7")
	context.Set("aws:TagKeys", "team", "cost")
	context.Set("aws:PrincipalArn", bob.ARN)
	for condition, want := range map[string]bool{
		`'StringEquals':{'kms:KeyOrigin':'EXTERNAL'}`:                             true,
		`'StringEquals':{'KMS:keyorigin':['AWS_KMS','EXTERNAL']}`:                 true,
		`'StringEquals':{'kms:KeyOrigin':'external'}`:                             false,
		`'StringEqualsIgnoreCase':{'kms:KeyOrigin':'external'}`:                   true,
		`'StringNotEquals':{'kms:KeyOrigin':'AWS_KMS'}`:                           true,
		`'StringNotEquals':{'kms:KeyOrigin':['AWS_KMS','EXTERNAL']}`:              false,
		`'StringLike':{'kms:KeyOrigin':'EX*'}`:                                    true,
		`'StringNotLike':{'kms:KeyOrigin':'EX*'}`:                                 false,
		`'StringEquals':{'aws:username':'${aws:username}'}`:                       true,
		`'StringEquals':{'kms:KeyOrigin':'${aws:nothing}'}`:                       false,
		`'StringEquals':{'kms:ViaService':'ebs.eu-west-1.amazonaws.com'}`:         false,
		`'StringNotEquals':{'kms:ViaService':'ebs.eu-west-1.amazonaws.com'}`:      true,
		`'StringEqualsIfExists':{'kms:ViaService':'ebs.eu-west-1.amazonaws.com'}`: true,
		`'Null':{'kms:ViaService':'true'}`:                                        true,
		`'Null':{'kms:KeyOrigin':'true'}`:                                         false,
		`'DateLessThan':{'kms:ValidTo':'2020-06-01T00:00:00Z'}`:                   true,
		`'DateLessThan':{'kms:ValidTo':'2020-01-01'}`:                             false,
		`'DateGreaterThanEquals':{'kms:ValidTo':'1585699200'}`:                    true,
		`'DateEquals':{'kms:ValidTo':'no date'}`:                                  false,
		`'NumericLessThan':{'kms:ScheduleKeyDeletionPendingWindowInDays':13}`:     true,
		`'NumericGreaterThan':{'kms:ScheduleKeyDeletionPendingWindowInDays':'9'}`: true,
		`'NumericNotEquals':{'kms:ScheduleKeyDeletionPendingWindowInDays':12}`:    false,
		`'Bool':{'kms:BypassPolicyLockoutSafetyCheck':'true'}`:                    false,
		`'Bool':{'kms:BypassPolicyLockoutSafetyCheck':false}`:                     true,
		`'IpAddress':{'aws:SourceIp':'203.0.113.0/24'}`:                           true,
		`'IpAddress':{'aws:SourceIp':'203.0.113.8'}`:                              false,
		`'NotIpAddress':{'aws:SourceIp':['10.0.0.0/8','192.0.2.0/24']}`:           true,
		`'ArnLike':{'aws:PrincipalArn':'arn:aws:iam::*:user/B?b'}`:                true,
		`'ArnEquals':{'aws:PrincipalArn':'arn:aws:iam*user/Bob'}`:                 false,
		`'ForAnyValue:StringEquals':{'aws:TagKeys':['cost','other']}`:             true,
		`'ForAnyValue:StringEquals':{'aws:TagKeys':'other'}`:                      false,
		`'ForAllValues:StringEquals':{'aws:TagKeys':['cost','team','other']}`:     true,
		`'ForAllValues:StringEquals':{'aws:TagKeys':'cost'}`:                      false,
		`'ForAllValues:StringEquals':{'aws:Nothing':'cost'}`:                      true,
		`'StringEquals':{'kms:KeyOrigin':'EXTERNAL','aws:username':'Carol'}`:      false,
		`'StringEquals':{'kms:KeyOrigin':'EXTERNAL'},'Bool':{'aws:x':'true'}`:     false,
	} {
		d := parse(t, statement(`'Effect':'Allow','Action':'kms:*','Resource':'*','Condition':{`+condition+`}`), iam.OfIdentity)
		if got := d.Effect(&iam.Request{Who: bob, Action: "kms:CreateKey", Resource: "*", Context: context}) == iam.Allowed; got != want {
			t.Errorf("%s: %v", condition, got)
		}
	}
}

func TestPoliciesThatAreRefused(t *testing.T) {
	ok := `'Effect':'Allow','Action':'kms:*','Resource':'*'`
	for _, test := range []struct{ name, text, want string }{
		{"text", "x", "The policy document is not a JSON object."},
		{"half of it", `{"Statement":`, "The policy document is malformed: unexpected EOF."},
		{"no statement", `{"Version":"2012-10-17"}`, "The policy document has no Statement."},
		{"an unknown version", `{"Version":"2099-01-01","Statement":{}}`, `The policy document has an unknown Version "2099-01-01".`},
		{"an unknown member", statement(ok + `,'Actoin':'x'`), `The policy document is malformed: unknown field "Actoin".`},
		{"a principal", statement(ok + `,'Principal':'*'`), "Policy contains a statement with a principal, which policies of users cannot have."},
		{"another effect", statement(`'Effect':'Maybe','Action':'kms:*','Resource':'*'`), "Policy contains a statement whose Effect is neither Allow nor Deny."},
		{"no action", statement(`'Effect':'Allow','Resource':'*'`), "Policy contains a statement without exactly one of Action and NotAction."},
		{"an action of nobody's", statement(`'Effect':'Allow','Action':'Encrypt','Resource':'*'`), "Policy contains a statement with one or more invalid actions."},
		{"an unknown operator", statement(ok + `,'Condition':{'StringIs':{'a':'b'}}`), `Policy contains a statement with an unknown condition operator "StringIs".`},
	} {
		if _, err := iam.Parse(test.text, iam.OfIdentity); err == nil || err.Error() != test.want {
			t.Errorf("%s: %v, want %s", test.name, err, test.want)
		}
	}
}

// FuzzPolicy reads anything as a policy and asks it something: it is refused, or decides.
func FuzzPolicy(f *testing.F) {
	f.Add(statement(`'Effect':'Allow','Principal':{'AWS':'*'},'Action':'kms:*','Resource':'*','Condition':{'ForAllValues:DateLessThanIfExists':{'a':['2020-01-01','${b}']}}`))
	f.Add(statement(`'Effect':'Deny','NotPrincipal':'*','NotAction':['a:b'],'NotResource':'${aws:username'`))
	f.Fuzz(func(t *testing.T, text string) {
		for _, kind := range []iam.Kind{iam.OfIdentity, iam.OfResource} {
			d, err := iam.Parse(text, kind)
			if err != nil {
				continue
			}
			d.Effect(&iam.Request{Who: bob, Action: "kms:Encrypt", Resource: keyARN, Context: iam.Context{"a": {"2019-01-01"}, "b": {"1", "2"}}})
		}
	})
}
