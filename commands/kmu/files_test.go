package kmu

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/hsmlab/hsmlab/commands/tool"
)

// openssl runs openssl beside the files of a world and gives its output. Where it is not installed the test is
// skipped.
func (w *world) openssl(args ...string) string {
	w.t.Helper()
	path, err := exec.LookPath("openssl")
	if err != nil {
		w.t.Skip("openssl is not installed")
	}
	c := exec.Command(path, args...)
	c.Dir = w.dir
	out, err := c.CombinedOutput()
	if err != nil {
		w.t.Fatalf("openssl %q: %v\n%s", args, err, out)
	}
	return string(out)
}

// succeed runs lines as alice and fails the test where one of them fails.
func (w *world) succeed(lines ...string) {
	w.t.Helper()
	for _, line := range lines {
		args := append(strings.Fields("singlecmd loginHSM -u CU -s alice -p alicepass"), strings.Fields(line)...)
		out, _ := w.run(tool.Classic, args)
		if strings.Count(out, "returned: 0x00")+strings.Count(out, "returned 0 :HSM") < 2-strings.Count(line, "getCert") {
			w.t.Fatalf("%s:\n%s", line, out)
		}
	}
}

func TestOpenSSLReadsTheFilesThatTheToolWrites(t *testing.T) {
	t.Parallel()
	w := newWorld(t, []int{0})
	w.write("message", []byte("a message"))
	w.write("aes", []byte("0123456789abcdef0123456789abcdef"))
	w.succeed(
		"genSymKey -t 31 -s 32 -l kek",          // 6
		"genRSAKeyPair -m 2048 -e 65537 -l rsa", // 7, 8
		"genECCKeyPair -i 2 -l ec",              // 9, 10
		"genDSAKeyPair -m 2048 -l dsa",          // 11, 12
		"imSymKey -f aes -w 6 -t 31 -l aes",     // 13
	)
	for _, pair := range [][3]string{{"rsa", "7", "8"}, {"ec", "9", "10"}, {"dsa", "11", "12"}} {
		name := pair[0]
		w.succeed("exportPubKey -k "+pair[1]+" -out "+name+".pub", "exportPrivateKey -k "+pair[2]+" -w 6 -out "+name+".pem")
		w.openssl("pkey", "-pubin", "-in", name+".pub", "-noout")
		if got, want := w.openssl("pkey", "-in", name+".pem", "-pubout"), w.openssl("pkey", "-pubin", "-in", name+".pub", "-pubout"); got != want {
			t.Errorf("%s: the private key is not that of the public one", name)
		}
	}
	w.succeed("sign -f message -k 8 -m 1 -out rsa.sig", "sign -f message -k 8 -m 6 -out pss.sig", "sign -f message -k 10 -m 17 -out ec.sig")
	w.openssl("dgst", "-sha256", "-verify", "rsa.pub", "-signature", "rsa.sig", "message")
	w.openssl("dgst", "-sha256", "-verify", "rsa.pub", "-signature", "pss.sig", "-sigopt", "rsa_padding_mode:pss", "message")
	w.openssl("dgst", "-sha256", "-verify", "ec.pub", "-signature", "ec.sig", "message")

	w.succeed("importPubKey -l wrapping -f rsa.pub") // 14, which may wrap, while the classic tool makes public keys that may not
	w.succeed("wrapKey -k 13 -w 13 -m 5 -noheader -out w5", "wrapKey -k 13 -w 13 -m 6 -noheader -out w6", "wrapKey -k 13 -w 14 -m 8 -t 3 -noheader -out w8")
	key := "3031323334353637383961626364656630313233343536373839616263646566"
	w.openssl("enc", "-d", "-id-aes256-wrap", "-K", key, "-iv", "A6A6A6A6A6A6A6A6", "-in", "w5", "-out", "p5")
	w.openssl("enc", "-d", "-id-aes256-wrap-pad", "-K", key, "-iv", "A65959A6", "-in", "w6", "-out", "p6")
	w.openssl("pkeyutl", "-decrypt", "-inkey", "rsa.pem", "-in", "w8", "-out", "p8", "-pkeyopt", "rsa_padding_mode:oaep", "-pkeyopt", "rsa_oaep_md:sha256")
	for _, name := range []string{"p5", "p6", "p8"} {
		if got := w.read(name); got != w.read("aes") {
			t.Errorf("%s: %x", name, got)
		}
	}
	w.succeed("getCaviumPrivKey -k 10 -out ec.fake", "getCert -f cluster.crt -s 8")
	if text := w.openssl("ec", "-in", "ec.fake", "-noout", "-text"); !strings.Contains(text, "ea:fc:fc:ee:0a:00:00:00:00:00:00:00:ea:fc:fc") {
		t.Errorf("the fake key:\n%s", text)
	}
	w.openssl("x509", "-in", "cluster.crt", "-noout")
}

func TestTheToolTakesTheFilesThatOpenSSLWrites(t *testing.T) {
	t.Parallel()
	w := newWorld(t, []int{0})
	w.write("message", []byte("a message"))
	w.openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", "rsa.pem")
	w.openssl("pkey", "-in", "rsa.pem", "-traditional", "-out", "rsa1.pem")
	w.openssl("pkey", "-in", "rsa.pem", "-pubout", "-out", "rsa.pub")
	w.openssl("ecparam", "-name", "secp384r1", "-genkey", "-out", "ec.pem") // with a block of parameters in front
	w.openssl("ec", "-in", "ec.pem", "-pubout", "-out", "ec.pub")
	w.openssl("dgst", "-sha256", "-sign", "rsa.pem", "-out", "rsa.sig", "message")
	w.openssl("dgst", "-sha384", "-sign", "ec.pem", "-out", "ec.sig", "message")
	w.succeed("genSymKey -t 31 -s 32 -l kek")
	w.succeed("importPrivateKey -f rsa.pem -l a -w 6", "importPrivateKey -f rsa1.pem -l b -w 6", "importPrivateKey -f ec.pem -l c -w 6",
		"importPubKey -f rsa.pub -l d", "importPubKey -f ec.pub -l e") // 7 to 11
	w.succeed("verify -f message -s rsa.sig -k 10 -m 1", "verify -f message -s ec.sig -k 11 -m 18")
	w.succeed("exportPrivateKey -k 7 -w 6 -out a.pem", "exportPrivateKey -k 8 -w 6 -out b.pem", "exportPrivateKey -k 9 -w 6 -out c.pem")
	if w.read("a.pem") != w.read("rsa.pem") || w.read("b.pem") != w.read("rsa.pem") {
		t.Error("an RSA key comes out as another one")
	}
	if w.openssl("ec", "-in", "c.pem", "-pubout") != w.openssl("ec", "-in", "ec.pem", "-pubout") {
		t.Error("an EC key comes out as another one")
	}
}
