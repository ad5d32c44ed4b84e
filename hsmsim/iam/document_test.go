package iam_test

import (
	"strings"
	"testing"

	"github.com/hsmlab/hsmlab/hsmsim/iam"
)

func TestParsePolicy(t *testing.T) {
	statement := func(s string) string { return `{"Version":"2012-10-17","Statement":[` + s + `]}` }
	const good = `{"Sid":"s","Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"kms:*","Resource":"*"}`
	for name, c := range map[string]struct{ text, message string }{
		"good":               {statement(good), ""},
		"two":                {statement(good + "," + good), ""},
		"one without a list": {`{"Id":"x","Statement":` + good + `}`, ""},
		"condition":          {statement(strings.Replace(good, `"Sid":"s"`, `"Condition":{"StringEquals":{"kms:CallerAccount":["111122223333"]}}`, 1)), ""},
		"service":            {statement(strings.Replace(good, `"AWS":"111122223333"`, `"Service":["logs.amazonaws.com"]`, 1)), ""},
		"deny others":        {statement(`{"Effect":"Deny","NotPrincipal":{"AWS":["arn:aws:iam::111122223333:user/Alice"]},"NotAction":["kms:List*"],"NotResource":"x"}`), ""},
		"no JSON":            {"policy", "The policy document is not a JSON object."},
		"a list":             {"[]", "The policy document is not a JSON object."},
		"cut off":            {`{"Statement":`, "The policy document is malformed: "},
		"something behind":   {statement(good) + "}", "The policy document is malformed: "},
		"no statement":       {`{"Version":"2012-10-17"}`, "The policy document has no Statement."},
		"version":            {strings.Replace(statement(good), "2012", "2013", 1), "The policy document has an unknown Version"},
		"unknown member":     {statement(strings.Replace(good, "Sid", "Side", 1)), "The policy document is malformed: "},
		"effect":             {statement(strings.Replace(good, "Allow", "allow", 1)), "Policy contains a statement whose Effect"},
		"no principal":       {statement(strings.Replace(good, `"Principal":{"AWS":"111122223333"},`, "", 1)), "Policy contains a statement without exactly one of Principal"},
		"no action":          {statement(strings.Replace(good, `"Action":"kms:*",`, "", 1)), "Policy contains a statement without exactly one of Action"},
		"no resource":        {statement(strings.Replace(good, `,"Resource":"*"`, "", 1)), "Policy contains a statement without exactly one of Resource"},
		"action":             {statement(strings.Replace(good, "kms:*", "kms", 1)), "Policy contains a statement with one or more invalid actions."},
		"principal":          {statement(strings.Replace(good, "111122223333", "arn:aws:iam::1:root", 1)), string(iam.ErrPrincipals)},
		"principal in text":  {statement(strings.Replace(good, `{"AWS":"111122223333"}`, `"111122223333"`, 1)), string(iam.ErrPrincipals)},
		"kind of principal":  {statement(strings.Replace(good, `"AWS"`, `"aws"`, 1)), string(iam.ErrPrincipals)},
		"no principals":      {statement(strings.Replace(good, `"111122223333"`, `[]`, 1)), string(iam.ErrPrincipals)},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := iam.Parse(c.text, iam.OfResource)
			switch {
			case c.message == "" && err != nil:
				t.Errorf("refused: %v", err)
			case c.message != "" && (err == nil || !strings.HasPrefix(err.Error(), c.message)):
				t.Errorf("got %v, want %s", err, c.message)
			}
		})
	}
}

var alice = iam.Principal{Account: "111122223333", ARN: "arn:aws:iam::111122223333:user/Alice", UserName: "Alice"}

func TestPolicyAllows(t *testing.T) {
	const arn = "arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
	const root = `"Principal":{"AWS":"arn:aws:iam::111122223333:root"}`
	for name, c := range map[string]struct {
		statements string
		want       bool
	}{
		"account":                {`{"Effect":"Allow",` + root + `,"Action":"kms:*","Resource":"*"}`, true},
		"account by its number":  {`{"Effect":"Allow","Principal":{"AWS":["111122223333"]},"Action":"*","Resource":"*"}`, true},
		"another account":        {`{"Effect":"Allow","Principal":{"AWS":"999999999999"},"Action":"*","Resource":"*"}`, false},
		"caller":                 {`{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:user/Alice"},"Action":"KMS:putkey*","Resource":"*"}`, true},
		"another user":           {`{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:user/Bob"},"Action":"*","Resource":"*"}`, false},
		"all":                    {`{"Effect":"Allow","Principal":"*","Action":"kms:Put?eyPolicy","Resource":"` + arn + `"}`, true},
		"another action":         {`{"Effect":"Allow","Principal":"*","Action":["kms:Encrypt","kms:Get*"],"Resource":"*"}`, false},
		"another key":            {`{"Effect":"Allow","Principal":"*","Action":"*","Resource":"arn:aws:kms:*:*:key/9*"}`, false},
		"not the action":         {`{"Effect":"Allow","Principal":"*","NotAction":"kms:Put*","Resource":"*"}`, false},
		"all but another action": {`{"Effect":"Allow","Principal":"*","NotAction":"kms:Encrypt","Resource":"*"}`, true},
		"condition":              {`{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}`, false},
		"denied":                 {`{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"},{"Effect":"Deny","Principal":"*","Action":"kms:Put*","Resource":"*"}`, false},
		"root is denied":         {`{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"},{"Effect":"Deny",` + root + `,"Action":"*","Resource":"*"}`, true},
		"others are denied":      {`{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"},{"Effect":"Deny","NotPrincipal":{"AWS":"arn:aws:iam::111122223333:user/Alice"},"Action":"*","Resource":"*"}`, true},
	} {
		d, err := iam.Parse(`{"Statement":[`+c.statements+`]}`, iam.OfResource)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		effect := d.Effect(&iam.Request{Who: alice, Action: "kms:PutKeyPolicy", Resource: arn})
		if got := effect == iam.Allowed || effect == iam.AllowedAccount; got != c.want {
			t.Errorf("%s: allows is %t", name, got)
		}
	}
}
