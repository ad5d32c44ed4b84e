package lab

import (
	"testing"

	"github.com/hsmlab/hsmlab/shell/lines"
)

func TestRecordedSecrets(t *testing.T) {
	secrets := recordedSecrets("[lab] ")
	for _, test := range []struct {
		line    string
		typed   bool
		want    string
		command string
	}{
		{"aws-cloudhsm>loginHSM CO admin adminpw1", false, "aws-cloudhsm>loginHSM CO admin ***", "loginHSM CO admin ***"},
		{"server1>createUser CU bob bobpw123", false, "server1>createUser CU bob ***", "createUser CU bob ***"},
		{"Command:  loginHSM -u CU -s bob -p bobpw123", false, "Command:  loginHSM -u CU -s bob -p ***", "loginHSM -u CU -s bob -p ***"},
		{"Command: loginHSM -u CU -s bob -p bobpw123 ", false, "Command: loginHSM -u CU -s bob -p *** ", "loginHSM -u CU -s bob -p *** "},
		{"[lab] me@host:~$ aws kms x --key-store-password tempPw", false, "[lab] me@host:~$ aws kms x --key-store-password ***", "aws kms x --key-store-password ***"},
		{"[lab] it's $ key_mgmt_util singlecmd loginHSM -u CU -s b -p pw findKey", false,
			"[lab] it's $ key_mgmt_util singlecmd loginHSM -u CU -s b -p *** findKey", "key_mgmt_util singlecmd loginHSM -u CU -s b -p *** findKey"},
		{"bash-5.2# echo loginHSM CO admin adminpw1", true, "bash-5.2# echo loginHSM CO admin ***", "echo loginHSM CO admin ***"},
		{"> changePswd CU bob bobpw123", false, "> changePswd CU bob ***", "changePswd CU bob ***"},
		{"loginHSM CO admin adminpw1", false, "loginHSM CO admin ***", "loginHSM CO admin ***"},
		{"sudo /opt/cloudhsm/bin/key_mgmt_util singlecmd loginHSM -u CU -s b -p pw findKey", false,
			"sudo /opt/cloudhsm/bin/key_mgmt_util singlecmd loginHSM -u CU -s b -p *** findKey", "sudo /opt/cloudhsm/bin/key_mgmt_util singlecmd loginHSM -u CU -s b -p *** findKey"},
		{"  12  aws kms x --key-store-password tempPw", false, "  12  aws kms x --key-store-password ***", "  12  aws kms x --key-store-password ***"},
		{"loginHSM success on server 0(10.0.2.9)", false, "loginHSM success on server 0(10.0.2.9)", "loginHSM success on server 0(10.0.2.9)"},
		{"loginHSM failed: HSM Error: RET_USER_LOGIN_FAILURE", false, "loginHSM failed: HSM Error: RET_USER_LOGIN_FAILURE", "loginHSM failed: HSM Error: RET_USER_LOGIN_FAILURE"},
		{"changePswd failed on server 0(10.0.2.9)", false, "changePswd failed on server 0(10.0.2.9)", "changePswd failed on server 0(10.0.2.9)"},
		{"    --key-store-password <value>", false, "    --key-store-password <value>", "    --key-store-password <value>"},
	} {
		from, secret := secrets(test.line, test.typed)
		got := lines.Mask(test.line, secret)
		if command := lines.MaskFrom(test.line, from, secret); got != test.want || command != test.command {
			t.Errorf("%q becomes %q, typed %q", test.line, got, command)
		}
	}
}
