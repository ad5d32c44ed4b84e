package kmu

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"strings"
	"testing"
	"time"

	"github.com/hsmlab/hsmlab/commands/tool"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

func TestAttestationFailsWhereAnotherKeySigned(t *testing.T) {
	w := newWorld(t, []int{0}, withOtherSigner)
	output, _ := w.run(tool.Classic, nil, "loginHSM -u CU -s alice -p alicepass", "genSymKey -t 31 -s 32 -l k -attest", "findKey")
	if !strings.Contains(output, "\tAttestation Check : [FAIL]\n") || !strings.Contains(output, "keys present 1\n") {
		t.Errorf("the key is not there, or the attestation is not refused:\n%s", output)
	}
}

// withOtherSigner makes the HSMs of a world sign attestations with a key that is not that of their certificate.
const withOtherSigner = "signer@all"

var otherSigner = must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))

func TestHomeServesTheSession(t *testing.T) {
	w := newWorld(t, []int{0, 2})
	w.home = 2
	output, _ := w.run(tool.Late, nil, "loginHSM -u CU -s alice -p alicepass", "genSymKey -t 31 -s 32 -l k -sess", "genSymKey -t 31 -s 32 -l k")
	for _, want := range []string{
		"Key Handle: 524294\n\n\tCluster Status:\n\tNode id 2 status: 0x00000000 : HSM Return: SUCCESS\n\nCommand:",
		"Key Handle: 524295\n\n\tCluster Status:\n\tNode id 0 status",
	} {
		if !strings.Contains(output, want) {
			t.Errorf("%q is missing in:\n%s", want, output)
		}
	}
}

func TestClassicRSAPublicKeysDoNotWrap(t *testing.T) {
	for g, want := range map[tool.Generation]bool{tool.Classic: false, tool.Late: true} {
		for _, id := range []hsm.AttributeID{hsm.AttrPrivate, hsm.AttrWrap} {
			if on, set := families[g].publicRSA[id]; (on || !set) != want {
				t.Errorf("generation %d: attribute %d of new RSA public keys is %v", g, id, on || !set)
			}
		}
	}
}

func TestInterruptEndsPollingAndKeepsTheKey(t *testing.T) {
	w := newWorld(t, []int{0, 1})
	w.interruptAt = 2
	output, _ := w.run(tool.Classic, nil, "loginHSM -u CU -s alice -p alicepass", "%down 1",
		"genSymKey -t 31 -s 32 -l k -min_srv 2", "findKey")
	if !strings.Contains(output, "(1 seconds)") || strings.Contains(output, "(2 seconds)") || strings.Contains(output, "Rolling back") ||
		!strings.Contains(output, "keys present 1\n") {
		t.Errorf("polling went wrong:\n%s", output)
	}
}

func TestDaemonLinesComeBeforeAnyHSMIsThere(t *testing.T) {
	w := newWorld(t, []int{0})
	w.node(0).down()
	output, status := w.run(tool.Classic, nil, "help")
	if want := "Cfm3GetPartitionInfo returned: 0x40000040 \n\n\tLIQUIDSECURITY: Daemon socket connection error\n"; status != 255 || !strings.HasSuffix(output, want) {
		t.Errorf("exit status %d with:\n%s", status, output)
	}
}

func TestLimitsOfALine(t *testing.T) {
	w := newWorld(t, []int{0})
	output, _ := w.run(tool.Classic, nil,
		"loginStatus"+strings.Repeat(" x", 97), // 98 words
		"loginStatus"+strings.Repeat(" x", 98), // 99 words
		"Error2String -r "+strings.Repeat("0", 1383)+"1",
		"loginHSM -u CU -s \xff\xfe -p alicepass")
	turns := strings.Split(output, prompt)[1:]
	for i, want := range []string{"This command doesn't expect any arguments", "Commands (", "Error Code 0 maps to", "0x9d"} {
		if !strings.Contains(turns[i], want) {
			t.Errorf("line %d is answered without %q:\n%s", i+1, want, turns[i])
		}
	}
}

func FuzzLine(f *testing.F) {
	for _, line := range []string{
		"", "help", "genSymKey -t 31 -s 32 -l k -min_srv 9", "genECCKeyPair -i 2 -l k -attest -sess", "deleteKey -k 6", "findKey -m out",
		"getAttribute -o 6 -a 512 -out out", "setAttribute -o 6 -a 1", "loginHSM -u CU -s bob -p bobpass1", "loginHSM -u CU -s \xff -hpswd",
		"logoutHSM", "listUsers x", "Error2String -r 0x", "getPartitionInfo", "genSymKey -t 31 -s 32 -l \x00\x7f", "# shell",
	} {
		f.Add(line)
	}
	w := newWorld(f, []int{0, 1})
	f.Fuzz(func(t *testing.T, line string) {
		if strings.HasPrefix(line, "%") || strings.Contains(line, "RSA") && strings.Contains(line, "-m") || strings.Contains(line, "rsaGen") {
			t.Skip() // directives of the test, and keys that take long
		}
		done := make(chan string, 1)
		go func() {
			output, _ := w.run(tool.Late, nil, "loginHSM -u CU -s alice -p alicepass", line, "1", "Error2String -r 0x1b", "exit")
			done <- output
		}()
		select {
		case output := <-done:
			ended := strings.Contains(output, "maps to CSP Error: ERR_BAD_PKCS_DATA")
			words := split(line)
			if isExit := len(words) > 0 && len(words) <= maxWords && words[0] == "exit"; ended == isExit {
				t.Errorf("%q: the next command was run: %v\n%s", line, ended, output)
			}
		case <-time.After(20 * time.Second):
			t.Fatalf("%q does not come to an end", line)
		}
		for _, n := range w.nodes { // room for the next keys
			for _, h := range n.hsm.TokenKeys() {
				s := must(n.hsm.NewSession())
				s.Login(context.Background(), hsm.LoginRequest{Type: "CU", Name: "alice", Proof: *users()[2].Proof})
				s.DeleteKey(context.Background(), hsm.HandleRequest{Handle: h})
				s.Close()
			}
		}
	})
}
