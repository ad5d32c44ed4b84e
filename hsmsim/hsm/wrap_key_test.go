package hsm_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

// vault is an HSM with one key of every kind, and those that wrap.
type vault struct {
	*hsm.HSM
	s                     *hsm.Session // alice's
	aes16, aes24, aes32   hsm.Handle
	rsaPublic, rsaPrivate hsm.Handle
	targets               map[string]target
}

type target struct {
	handle hsm.Handle
	class  hsm.Class
	kind   hsm.KeyType
	size   int
}

func newVault(t testing.TB) vault {
	t.Helper()
	v := vault{HSM: newHSM(t)}
	v.s = as(t, v.HSM, "alice")
	v.aes16 = generate(t, v.s, hsm.AES, 16, hsm.Template{Label: "wrapping"})
	v.aes24 = generate(t, v.s, hsm.AES, 24, hsm.Template{Label: "wrapping"})
	v.aes32 = generate(t, v.s, hsm.AES, 32, hsm.Template{Label: "wrapping"})
	v.rsaPublic, v.rsaPrivate = makePair(t, v.s, hsm.GeneratePairRequest{Type: hsm.RSA, Bits: 2048})
	secret := func(kind hsm.KeyType, size int) target {
		return target{generate(t, v.s, kind, size, hsm.Template{Label: "target", ID: fmt.Sprint(kind, size)}), hsm.SecretKey, kind, size}
	}
	private := func(r hsm.GeneratePairRequest) target {
		r.Template.Label = "target"
		_, h := makePair(t, v.s, r)
		return target{h, hsm.PrivateKey, r.Type, int(attributes(t, v.s, h)["VALUE_LEN"].Number)}
	}
	v.targets = map[string]target{
		"AES": secret(hsm.AES, 32), "DES3": secret(hsm.DES3, 24), "generic 100": secret(hsm.GenericSecret, 100),
		"generic 3583": secret(hsm.GenericSecret, hsm.MaxSecretKeyBytes), "generic 3": secret(hsm.GenericSecret, 3),
		"RSA":       private(hsm.GeneratePairRequest{Type: hsm.RSA, Bits: 2304}),
		"P-256":     private(hsm.GeneratePairRequest{Type: hsm.EC, Curve: hsm.P256}),
		"secp256k1": private(hsm.GeneratePairRequest{Type: hsm.EC, Curve: hsm.Secp256k1}),
		"DSA":       private(hsm.GeneratePairRequest{Type: hsm.DSA, Bits: 2048}),
	}
	return v
}

// fits tells which keys a mechanism can wrap.
func (x target) fits(p hsm.WrapParameters) bool {
	hash := map[hsm.HashType]int{0: 20, 2: 20, 3: 32, 4: 48, 5: 64, 6: 28}[p.Hash]
	switch p.Mechanism {
	case hsm.WrapPKCS5:
		return x.size >= 8
	case hsm.WrapNoPad:
		return x.size%8 == 0
	case hsm.WrapRSAOAEP:
		return x.size <= 256-2*hash-2
	case hsm.WrapRSAPKCS:
		return x.size <= 256-11
	}
	return true
}

func TestEveryMechanismWrapsAndUnwrapsEveryKeyThatFits(t *testing.T) {
	v := newVault(t)
	var mechanisms []hsm.WrapParameters
	for _, m := range []hsm.WrapMechanism{hsm.WrapPKCS5, hsm.WrapNoPad, hsm.WrapZeroPad, hsm.WrapGCM, hsm.WrapCloudHSMGCM, hsm.WrapRSAPKCS} {
		mechanisms = append(mechanisms, hsm.WrapParameters{Mechanism: m})
	}
	for _, m := range []hsm.WrapMechanism{hsm.WrapRSAAES, hsm.WrapRSAOAEP} {
		for _, hash := range []hsm.HashType{0, 2, 3, 4, 5, 6} {
			mechanisms = append(mechanisms, hsm.WrapParameters{Mechanism: m, Hash: hash})
		}
	}
	mechanisms = append(mechanisms, hsm.WrapParameters{Mechanism: hsm.WrapGCM, AAD: []byte("more")})
	for _, p := range mechanisms {
		for name, x := range v.targets {
			for _, header := range []bool{true, false} {
				t.Run(fmt.Sprintf("%d with hash %d, %s, header %v", p.Mechanism, p.Hash, name, header), func(t *testing.T) {
					v.roundTrip(t, p, x, header)
				})
			}
		}
	}
}

func (v vault) roundTrip(t *testing.T, p hsm.WrapParameters, x target, header bool) {
	keks := []hsm.Handle{v.aes16, v.aes24, v.aes32}
	unwrapping := keks
	if slices.Contains([]hsm.WrapMechanism{hsm.WrapRSAAES, hsm.WrapRSAOAEP, hsm.WrapRSAPKCS}, p.Mechanism) {
		keks, unwrapping = []hsm.Handle{v.rsaPublic}, []hsm.Handle{v.rsaPrivate}
	}
	for i, kek := range keks {
		w, err := v.s.WrapKey(t.Context(), hsm.WrapKeyRequest{Key: x.handle, Wrapping: kek, Header: header, Parameters: p})
		if !x.fits(p) {
			wants(t, "wrapping", err, hsm.DataLength)
			continue
		}
		must(t, err)
		p := p
		p.IV = w.IV
		g, err := v.s.UnwrapKey(t.Context(), hsm.UnwrapKeyRequest{Wrapping: unwrapping[i], Wrapped: w.Data, Header: header,
			Class: x.class, Type: x.kind, Parameters: p, Template: hsm.Template{Label: "target"}})
		must(t, err)
		v.same(t, x, g.Handle, header)
		must(t, deleteKey(t, v.s, g.Handle))
	}
}

// same fails the test unless a key that has been out of the HSM has come back as it was.
func (v vault) same(t *testing.T, x target, back hsm.Handle, header bool) {
	t.Helper()
	was, is := attributes(t, v.s, x.handle), attributes(t, v.s, back)
	for name, a := range was {
		switch name {
		case "LOCAL", "ALWAYS_SENSITIVE", "NEVER_EXTRACTABLE":
			if is[name].Number != 0 {
				t.Errorf("%s is still set", name)
			}
		case "ID":
			if header {
				equal(t, name, is[name].Bytes, a.Bytes)
			}
		default:
			if is[name].Number != a.Number || string(is[name].Bytes) != string(a.Bytes) {
				t.Errorf("%s: %v, was %v", name, is[name], a)
			}
		}
	}
	p := hsm.WrapParameters{Mechanism: hsm.WrapZeroPad}
	a, err := v.s.WrapKey(t.Context(), hsm.WrapKeyRequest{Key: x.handle, Wrapping: v.aes32, Parameters: p})
	must(t, err)
	b, err := v.s.WrapKey(t.Context(), hsm.WrapKeyRequest{Key: back, Wrapping: v.aes32, Parameters: p})
	must(t, err)
	equal(t, "material", b.Data, a.Data)
}

func TestAWrappedKeyWithHeaderIsAsLongAsTheOriginals(t *testing.T) {
	v := newVault(t)
	w, err := v.s.WrapKey(t.Context(), hsm.WrapKeyRequest{Key: v.targets["DES3"].handle, Wrapping: v.aes32, Header: true,
		Parameters: hsm.WrapParameters{Mechanism: hsm.WrapPKCS5}})
	must(t, err)
	if len(w.Data) != 8+307 { // 8 bytes of initial value that the tool does not count
		t.Errorf("%d bytes", len(w.Data))
	}
}

func TestHeadersKeepLongLabelsAndAttributes(t *testing.T) {
	v := newVault(t)
	label, id := strings.Repeat("ä", 200), strings.Repeat("i", 300)
	h := generate(t, v.s, hsm.AES, 16, hsm.Template{Label: label, ID: id})
	must(t, set(t, v.s, h, hsm.AttrEncrypt, 0))
	must(t, set(t, v.s, h, hsm.AttrDerive, 1))
	w, err := v.s.WrapKey(t.Context(), hsm.WrapKeyRequest{Key: h, Wrapping: v.aes32, Header: true, Parameters: hsm.WrapParameters{Mechanism: hsm.WrapGCM}})
	must(t, err)
	g, err := v.s.UnwrapKey(t.Context(), hsm.UnwrapKeyRequest{Wrapping: v.aes32, Wrapped: w.Data, Header: true,
		Parameters: hsm.WrapParameters{Mechanism: hsm.WrapGCM}, Template: hsm.Template{NotExtractable: true}})
	must(t, err)
	is := attributes(t, v.s, g.Handle)
	equal(t, "label", is["LABEL"].Bytes, []byte(label))
	equal(t, "id", is["ID"].Bytes, []byte(id))
	for name, want := range map[string]uint64{"ENCRYPT": 0, "DECRYPT": 1, "DERIVE": 1, "EXTRACTABLE": 0, "NEVER_EXTRACTABLE": 0} {
		if is[name].Number != want {
			t.Errorf("%s is %d", name, is[name].Number)
		}
	}
}

func TestDamagedWrappedKeysAreRefusedAndLeaveNoKey(t *testing.T) {
	v := newVault(t)
	codes := map[hsm.WrapMechanism]hsm.Code{hsm.WrapPKCS5: hsm.UnwrapFailed, hsm.WrapNoPad: hsm.UnwrapFailed, hsm.WrapZeroPad: hsm.UnwrapFailed,
		hsm.WrapGCM: hsm.BadTagGCM, hsm.WrapCloudHSMGCM: hsm.BadTagGCM, hsm.WrapRSAAES: hsm.UnwrapFailed, hsm.WrapRSAOAEP: hsm.BadPKCSData,
		hsm.WrapRSAPKCS: hsm.BadPKCSData}
	before := len(find(t, v.s, hsm.FindRequest{}))
	for m, code := range codes {
		wrapping, unwrapping := v.aes32, v.aes32
		if m == hsm.WrapRSAAES || m == hsm.WrapRSAOAEP || m == hsm.WrapRSAPKCS {
			wrapping, unwrapping = v.rsaPublic, v.rsaPrivate
		}
		p := hsm.WrapParameters{Mechanism: m}
		w, err := v.s.WrapKey(t.Context(), hsm.WrapKeyRequest{Key: v.targets["AES"].handle, Wrapping: wrapping, Parameters: p})
		must(t, err)
		p.IV = w.IV
		r := hsm.UnwrapKeyRequest{Wrapping: unwrapping, Wrapped: w.Data, Class: hsm.SecretKey, Type: hsm.AES, Parameters: p}
		w.Data[len(w.Data)-1] ^= 1
		_, err = v.s.UnwrapKey(t.Context(), r)
		wants(t, fmt.Sprintf("mechanism %d, last byte changed", m), err, code)
		w.Data[len(w.Data)-1] ^= 1
		r.Wrapped = w.Data[:len(w.Data)-8]
		if _, err = v.s.UnwrapKey(t.Context(), r); err == nil {
			t.Errorf("mechanism %d: a wrapped key that is cut short is taken", m)
		}
		r.Wrapped = nil
		if _, err = v.s.UnwrapKey(t.Context(), r); err == nil {
			t.Errorf("mechanism %d: nothing is taken for a wrapped key", m)
		}
	}
	if after := len(find(t, v.s, hsm.FindRequest{})); after != before {
		t.Errorf("%d keys, there were %d", after, before)
	}
}

func TestOpenSSLUnwrapsWhatRSAWraps(t *testing.T) {
	v, dir := newVault(t), t.TempDir()
	key := v.targets["AES"].handle
	plain := material(t, v.s, key, v.aes32)
	writePEM(t, dir, "key.pem", "PRIVATE KEY", material(t, v.s, v.rsaPrivate, v.aes32))
	hashes := map[hsm.HashType]string{2: "sha1", 3: "sha256", 4: "sha384", 5: "sha512", 6: "sha224"}
	decrypt := func(options ...string) []byte {
		args := []string{"pkeyutl", "-decrypt", "-inkey", "key.pem", "-in", "wrapped", "-out", "plain"}
		for _, o := range options {
			args = append(args, "-pkeyopt", o)
		}
		mustOpenssl(t, dir, args...)
		return read(t, dir, "plain")
	}
	for hash, name := range hashes {
		options := []string{"rsa_padding_mode:oaep", "rsa_oaep_md:" + name, "rsa_mgf1_md:" + name}
		w, err := v.s.WrapKey(t.Context(), hsm.WrapKeyRequest{Key: key, Wrapping: v.rsaPublic, Parameters: hsm.WrapParameters{Mechanism: hsm.WrapRSAOAEP, Hash: hash}})
		must(t, err)
		write(t, dir, "wrapped", w.Data)
		equal(t, "RSA_OAEP with "+name, decrypt(options...), plain)

		w, err = v.s.WrapKey(t.Context(), hsm.WrapKeyRequest{Key: key, Wrapping: v.rsaPublic, Parameters: hsm.WrapParameters{Mechanism: hsm.WrapRSAAES, Hash: hash}})
		must(t, err)
		write(t, dir, "wrapped", w.Data[:256])
		fresh := decrypt(options...)
		write(t, dir, "wrapped", w.Data[256:])
		mustOpenssl(t, dir, "enc", "-d", "-id-aes256-wrap-pad", "-K", fmt.Sprintf("%x", fresh), "-iv", "A65959A6", "-in", "wrapped", "-out", "plain")
		equal(t, "RSA_AES with "+name, read(t, dir, "plain"), plain)
	}
	w, err := v.s.WrapKey(t.Context(), hsm.WrapKeyRequest{Key: key, Wrapping: v.rsaPublic, Parameters: hsm.WrapParameters{Mechanism: hsm.WrapRSAPKCS}})
	must(t, err)
	write(t, dir, "wrapped", w.Data)
	equal(t, "RSA_PKCS", decrypt("rsa_padding_mode:pkcs1"), plain)
}

func TestTheHSMUnwrapsWhatOpenSSLWraps(t *testing.T) {
	v, dir := newVault(t), t.TempDir()
	plain := []byte("0123456789abcdef0123456789abcdef")
	write(t, dir, "plain", plain)
	writePEM(t, dir, "public.pem", "PUBLIC KEY", publicDER(t, v.s, v.rsaPublic))
	mustOpenssl(t, dir, "pkeyutl", "-encrypt", "-pubin", "-inkey", "public.pem", "-in", "plain", "-out", "wrapped",
		"-pkeyopt", "rsa_padding_mode:oaep", "-pkeyopt", "rsa_oaep_md:sha256")
	g, err := v.s.UnwrapKey(t.Context(), hsm.UnwrapKeyRequest{Wrapping: v.rsaPrivate, Wrapped: read(t, dir, "wrapped"), Class: hsm.SecretKey,
		Type: hsm.AES, Parameters: hsm.WrapParameters{Mechanism: hsm.WrapRSAOAEP, Hash: 3}})
	must(t, err)
	equal(t, "RSA_OAEP", material(t, v.s, g.Handle, v.aes16), plain)

	mustOpenssl(t, dir, "enc", "-id-aes128-wrap-pad", "-K", fmt.Sprintf("%x", material(t, v.s, v.aes16, v.aes32)), "-iv", "A65959A6",
		"-in", "plain", "-out", "wrapped")
	g, err = v.s.UnwrapKey(t.Context(), hsm.UnwrapKeyRequest{Wrapping: v.aes16, Wrapped: read(t, dir, "wrapped"), Class: hsm.SecretKey,
		Type: hsm.AES, Parameters: hsm.WrapParameters{Mechanism: hsm.WrapZeroPad}})
	must(t, err)
	equal(t, "NIST_AES_WRAP_PAD", material(t, v.s, g.Handle, v.aes16), plain)
}
