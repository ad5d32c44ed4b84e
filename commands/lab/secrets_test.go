package lab

import (
	"strings"
	"testing"

	"github.com/hsmlab/hsmlab/shell/lines"
)

func TestShellSecrets(t *testing.T) {
	for line, want := range map[string]string{
		"ls -p x": "ls -p x",
		"key_mgmt_util singlecmd loginHSM -u CU -s kmsuser -p tempPassword findKey":                  "key_mgmt_util singlecmd loginHSM -u CU -s kmsuser -p *** findKey",
		"sudo /opt/cloudhsm/bin/key_mgmt_util singlecmd loginHSM -u CU -s a -p 'p w' findKey":        "sudo /opt/cloudhsm/bin/key_mgmt_util singlecmd loginHSM -u CU -s a -p *** findKey",
		"true; key_mgmt_util singlecmd loginHSM -u CU -s a -p pw findKey | grep x":                   "true; key_mgmt_util singlecmd loginHSM -u CU -s a -p *** findKey | grep x",
		"aws kms update-custom-key-store --custom-key-store-id cks-1 --key-store-password tempPw1 x": "aws kms update-custom-key-store --custom-key-store-id cks-1 --key-store-password *** x",
		"aws kms create-custom-key-store --key-store-password='temp Pw1'":                            "aws kms create-custom-key-store --key-store-password=***",
		`aws kms x --cli-input-json '{"KeyStorePassword": "tempPw1", "X": 1}'`:                       `aws kms x --cli-input-json '{"KeyStorePassword": ***, "X": 1}'`,
		`aws kms x --xks-proxy-authentication-credential AccessKeyId=A,RawSecretAccessKey=abc`:       `aws kms x --xks-proxy-authentication-credential AccessKeyId=A,RawSecretAccessKey=***`,
		`printf 'loginHSM CO admin adminpw1\ncreateUser CU bob bobpw123\ny\n' | cloudhsm_mgmt_util`:  `printf 'loginHSM CO admin ***\ncreateUser CU bob ***\ny\n' | cloudhsm_mgmt_util`,
		`echo "loginHSM -u CU -s a -p pw" | key_mgmt_util`:                                           `echo "loginHSM -u CU -s a -p ***" | key_mgmt_util`,
		"echo loginHSM CO admin adminpw1 | cloudhsm_mgmt_util":                                       "echo loginHSM CO admin *** | cloudhsm_mgmt_util",
		"> loginHSM CO admin adminpw1":                                                               "> loginHSM CO admin ***",
		"> --key-store-password tempPw1 \\":                                                          "> --key-store-password *** \\",
		"cloudhsm_mgmt_util <<<'loginHSM CO admin adminpw1":                                          "cloudhsm_mgmt_util <<<'loginHSM CO admin ***",
		"loginHSM CO admin -hpswd":                                                                   "loginHSM CO admin -hpswd",
	} {
		if got := lines.Mask(line, shellSecrets(line)); got != want {
			t.Errorf("%s\nbecomes %s\nwant    %s", line, got, want)
		}
	}
}

func TestArgumentLine(t *testing.T) {
	for want, args := range map[string][]string{
		"aws kms list-keys --query 'Keys[0]' ''":                                  {"kms", "list-keys", "--query", "Keys[0]", ""},
		"aws kms create-custom-key-store --key-store-password *** --x 'it'\\''s'": {"kms", "create-custom-key-store", "--key-store-password", "two words", "--x", "it's"},
	} {
		if got := argumentLine("aws", args); got != want {
			t.Errorf("%q becomes %s, want %s", args, got, want)
		}
	}
}

// FuzzShellSecrets makes sure that what is found is in the line, and that a password behind its option is found.
func FuzzShellSecrets(f *testing.F) {
	f.Add("aws kms update-custom-key-store", "tempPassword", "; echo 'x")
	f.Add(`printf 'loginHSM CO a b\n'`, "p", "")
	f.Fuzz(func(t *testing.T, before, password, after string) {
		line := before + "\n " + "--key-store-password " + password + "\n" + after
		for _, s := range shellSecrets(line) {
			if s.From < 0 || s.From > s.To || s.To > len(line) {
				t.Fatalf("%q: %v", line, s)
			}
		}
		if strings.ContainsAny(before, `'"\`) || strings.Trim(password, "abcdefghijklmnopqrstuvwxyz0123456789") != "" || password == "" {
			t.Skip()
		}
		if masked := lines.Mask(line, shellSecrets(line)); strings.Contains(masked, "--key-store-password "+password+"\n") {
			t.Errorf("%q becomes %q", line, masked)
		}
	})
}
