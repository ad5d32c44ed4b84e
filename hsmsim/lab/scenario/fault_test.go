package scenario

import (
	"strings"
	"testing"
)

func TestACallIsReadWhateverItsCase(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"login", "Login"},
		{"LOGIN:1", "Login"},
		{"InsertMasked:3", "InsertMasked:3"},
		{"kms:encrypt", "kms:Encrypt"},
		{"KMS:GenerateDataKey:1000000", "kms:GenerateDataKey:1000000"},
		{"cloudhsmv2:createhsm:2", "cloudhsmv2:CreateHsm:2"},
	} {
		c, err := ParseCall(tt.text)
		if err != nil || c.String() != tt.want {
			t.Errorf("%s is %v, %v, want %s", tt.text, c, err, tt.want)
		}
	}
	for _, tt := range []struct{ text, want string }{
		{"", `operation "": not one of ApproveToken, Attest, `},
		{"Encrypted", `operation "Encrypted": not one of ApproveToken, Attest, `},
		{"kms:Login", `operation "Login": not one of CancelKeyDeletion, `},
		{":Login", `service "": not one of cloudhsmv2, cloudtrail, `},
		{"3", `operation "3": not one of `},
		{"Login:", `service "Login": not one of `},
		{"Login:x", `service "Login": not one of `},
		{"Login:01", `service "Login": not one of `},
		{"Login:-1", "the number of calls must be 1 to 1000000, not -1"},
		{"Login:1000001", "the number of calls must be 1 to 1000000, not 1000001"},
		{"Login:" + strings.Repeat("9", 100), "the number of calls must be 1 to 1000000, not 99999999999999999999..."},
		{"kms:Encrypt:2:3", `"kms:Encrypt:2:3" must be OPERATION, SERVICE:OPERATION`},
	} {
		if _, err := ParseCall(tt.text); err == nil || !strings.HasPrefix(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %s", tt.text, err, tt.want)
		}
	}
}

// FuzzParseCall reads what somebody writes. What is read comes back the same from its own text.
func FuzzParseCall(f *testing.F) {
	for _, text := range []string{"Login", "login:3", "kms:Encrypt", "kms:Encrypt:1000000", "a:b:c", ":", "Login:0", ""} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, err := ParseCall(text)
		if err != nil {
			if len(err.Error()) > 10_000 {
				t.Errorf("an error of %d bytes", len(err.Error()))
			}
			return
		}
		again, err := ParseCall(c.String())
		if err != nil || again != c {
			t.Errorf("%q is %+v, whose text is %+v, %v", text, c, again, err)
		}
	})
}
