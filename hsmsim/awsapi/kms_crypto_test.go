package awsapi

import (
	"bytes"
	"crypto"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"
)

func encryptionThroughSDK(t *testing.T, w *kmsWorld) {
	ctx, a, b := t.Context(), w.create(t), w.create(t)
	context := map[string]string{"one": "1", "two": "2"}
	sealed, err := w.Encrypt(ctx, &sdk.EncryptInput{KeyId: a.KeyId, Plaintext: []byte("text"), EncryptionContext: context})
	must(t, err)
	equal(t, "KeyId", *sealed.KeyId, *a.Arn)
	equal(t, "EncryptionAlgorithm", sealed.EncryptionAlgorithm, "SYMMETRIC_DEFAULT")
	opened, err := w.Decrypt(ctx, &sdk.DecryptInput{CiphertextBlob: sealed.CiphertextBlob, EncryptionContext: context})
	must(t, err)
	equal(t, "Plaintext", string(opened.Plaintext), "text")
	equal(t, "KeyId", *opened.KeyId, *a.Arn)
	equal(t, "EncryptionAlgorithm", opened.EncryptionAlgorithm, "SYMMETRIC_DEFAULT")
	equal(t, "KeyMaterialId", *opened.KeyMaterialId, *a.CurrentKeyMaterialId)

	again, err := w.ReEncrypt(ctx, &sdk.ReEncryptInput{CiphertextBlob: sealed.CiphertextBlob, SourceEncryptionContext: context, DestinationKeyId: b.Arn})
	must(t, err)
	equal(t, "SourceKeyId", *again.SourceKeyId, *a.Arn)
	equal(t, "KeyId", *again.KeyId, *b.Arn)
	equal(t, "SourceKeyMaterialId", *again.SourceKeyMaterialId, *a.CurrentKeyMaterialId)
	equal(t, "DestinationKeyMaterialId", *again.DestinationKeyMaterialId, *b.CurrentKeyMaterialId)
	opened, err = w.Decrypt(ctx, &sdk.DecryptInput{CiphertextBlob: again.CiphertextBlob, KeyId: b.KeyId})
	must(t, err)
	equal(t, "Plaintext", string(opened.Plaintext), "text")

	flipped := bytes.Clone(sealed.CiphertextBlob)
	flipped[len(flipped)-1] ^= 1
	signer := w.create(t, of("ECC_NIST_P256", "SIGN_VERIFY"))
	rsaKey := w.create(t, of("RSA_2048", "ENCRYPT_DECRYPT"))
	for name, c := range map[string]struct {
		in            sdk.DecryptInput
		code, message string
	}{
		"no context":    {sdk.DecryptInput{CiphertextBlob: sealed.CiphertextBlob}, "InvalidCiphertextException", ""},
		"other context": {sdk.DecryptInput{CiphertextBlob: sealed.CiphertextBlob, EncryptionContext: map[string]string{"one": "1"}}, "InvalidCiphertextException", ""},
		"damaged":       {sdk.DecryptInput{CiphertextBlob: flipped, EncryptionContext: context}, "InvalidCiphertextException", ""},
		"garbage":       {sdk.DecryptInput{CiphertextBlob: []byte("garbage")}, "InvalidCiphertextException", ""},
		"wrong key": {sdk.DecryptInput{CiphertextBlob: sealed.CiphertextBlob, EncryptionContext: context, KeyId: b.KeyId}, "IncorrectKeyException",
			"The key ID in the request does not identify a CMK that can perform this operation."},
		"wrong usage":     {sdk.DecryptInput{CiphertextBlob: sealed.CiphertextBlob, KeyId: signer.KeyId}, "InvalidKeyUsageException", *signer.Arn + " key usage is SIGN_VERIFY which is not valid for Decrypt."},
		"wrong algorithm": {sdk.DecryptInput{CiphertextBlob: sealed.CiphertextBlob, KeyId: a.KeyId, EncryptionAlgorithm: "RSAES_OAEP_SHA_1"}, "InvalidKeyUsageException", "…"},
		"dry run": {sdk.DecryptInput{CiphertextBlob: sealed.CiphertextBlob, EncryptionContext: context, DryRun: aws.Bool(true)}, "DryRunOperationException",
			"The request would have succeeded, but the DryRun option is set."},
		"grant token": {sdk.DecryptInput{CiphertextBlob: sealed.CiphertextBlob, GrantTokens: []string{"x"}}, "InvalidGrantTokenException", "…"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := w.Decrypt(ctx, &c.in)
			wantError(t, err, c.code, c.message)
		})
	}
	_, err = w.Encrypt(ctx, &sdk.EncryptInput{KeyId: signer.KeyId, Plaintext: []byte("x")})
	wantError(t, err, "InvalidKeyUsageException", *signer.Arn+" key usage is SIGN_VERIFY which is not valid for Encrypt.")
	_, err = w.Encrypt(ctx, &sdk.EncryptInput{KeyId: a.KeyId, Plaintext: make([]byte, 4097)})
	wantError(t, err, "ValidationException", "1 validation error detected: Value at 'plaintext' failed to satisfy constraint: Member must have length less than or equal to 4096")
	_, err = w.Encrypt(ctx, &sdk.EncryptInput{KeyId: a.KeyId, Plaintext: []byte{}})
	wantError(t, err, "ValidationException", "1 validation error detected: Value at 'plaintext' failed to satisfy constraint: Member must have length greater than or equal to 1")
	_, err = w.Encrypt(ctx, &sdk.EncryptInput{KeyId: a.KeyId, Plaintext: []byte("x"), DryRun: aws.Bool(true)})
	wantError(t, err, "DryRunOperationException", "The request would have succeeded, but the DryRun option is set.")

	for _, algorithm := range rsaKey.EncryptionAlgorithms {
		sealed, err := w.Encrypt(ctx, &sdk.EncryptInput{KeyId: rsaKey.KeyId, Plaintext: []byte("text"), EncryptionAlgorithm: algorithm})
		must(t, err)
		opened, err := w.Decrypt(ctx, &sdk.DecryptInput{KeyId: rsaKey.KeyId, CiphertextBlob: sealed.CiphertextBlob, EncryptionAlgorithm: algorithm})
		must(t, err)
		equal(t, "Plaintext", string(opened.Plaintext), "text")
		equal(t, "KeyMaterialId is absent", opened.KeyMaterialId == nil, true)
	}
	if len(rsaKey.EncryptionAlgorithms) != 2 {
		t.Errorf("RSA encrypts with %v", rsaKey.EncryptionAlgorithms)
	}
	random, err := w.GenerateRandom(ctx, &sdk.GenerateRandomInput{NumberOfBytes: aws.Int32(1024)})
	must(t, err)
	equal(t, "bytes", len(random.Plaintext), 1024)
	_, err = w.GenerateRandom(ctx, &sdk.GenerateRandomInput{})
	wantError(t, err, "ValidationException", "NumberOfBytes is required.")
	_, err = w.GenerateRandom(ctx, &sdk.GenerateRandomInput{NumberOfBytes: aws.Int32(0)})
	wantError(t, err, "ValidationException", "1 validation error detected: Value '0' at 'numberOfBytes' failed to satisfy constraint: Member must have value greater than or equal to 1")
	_, err = w.GenerateRandom(ctx, &sdk.GenerateRandomInput{NumberOfBytes: aws.Int32(1025)})
	wantError(t, err, "ValidationException", "1 validation error detected: Value '1025' at 'numberOfBytes' failed to satisfy constraint: Member must have value less than or equal to 1024")
}

func dataKeysThroughSDK(t *testing.T, w *kmsWorld) {
	ctx, k := t.Context(), w.create(t)
	open := func(blob []byte) []byte {
		t.Helper()
		opened, err := w.Decrypt(ctx, &sdk.DecryptInput{CiphertextBlob: blob})
		must(t, err)
		equal(t, "KeyId", *opened.KeyId, *k.Arn)
		return opened.Plaintext
	}
	for size, in := range map[int]*sdk.GenerateDataKeyInput{
		16: {KeySpec: "AES_128"}, 32: {KeySpec: "AES_256"}, 1024: {NumberOfBytes: aws.Int32(1024)},
	} {
		in.KeyId = k.KeyId
		d, err := w.GenerateDataKey(ctx, in)
		must(t, err)
		equal(t, "bytes", len(d.Plaintext), size)
		equal(t, "KeyId", *d.KeyId, *k.Arn)
		equal(t, "KeyMaterialId", *d.KeyMaterialId, *k.CurrentKeyMaterialId)
		equal(t, "data key", string(open(d.CiphertextBlob)), string(d.Plaintext))
	}
	d, err := w.GenerateDataKeyWithoutPlaintext(ctx, &sdk.GenerateDataKeyWithoutPlaintextInput{KeyId: k.KeyId, KeySpec: "AES_128"})
	must(t, err)
	equal(t, "bytes", len(open(d.CiphertextBlob)), 16)
	for _, in := range []*sdk.GenerateDataKeyInput{{}, {KeySpec: "AES_128", NumberOfBytes: aws.Int32(1)}} {
		in.KeyId = k.KeyId
		_, err := w.GenerateDataKey(ctx, in)
		wantError(t, err, "ValidationException", "Please specify either number of bytes or key spec.")
	}

	for _, spec := range []types.DataKeyPairSpec{"RSA_2048", "ECC_NIST_P256", "ECC_NIST_P384", "ECC_NIST_P521", "ECC_SECG_P256K1", "ECC_NIST_EDWARDS25519"} {
		p, err := w.GenerateDataKeyPair(ctx, &sdk.GenerateDataKeyPairInput{KeyId: k.KeyId, KeyPairSpec: spec})
		must(t, err)
		equal(t, "KeyPairSpec", p.KeyPairSpec, spec)
		equal(t, "private key", string(open(p.PrivateKeyCiphertextBlob)), string(p.PrivateKeyPlaintext))
		if spec == "ECC_SECG_P256K1" {
			continue // the library cannot read it; see the tests of signatures
		}
		private, err := x509.ParsePKCS8PrivateKey(p.PrivateKeyPlaintext)
		must(t, err)
		public, err := x509.ParsePKIXPublicKey(p.PublicKey)
		must(t, err)
		if half := private.(crypto.Signer).Public(); !half.(interface{ Equal(crypto.PublicKey) bool }).Equal(public) {
			t.Errorf("the halves of %s do not fit", spec)
		}
	}
	p, err := w.GenerateDataKeyPairWithoutPlaintext(ctx, &sdk.GenerateDataKeyPairWithoutPlaintextInput{KeyId: k.KeyId, KeyPairSpec: "ECC_NIST_P256"})
	must(t, err)
	private, err := x509.ParsePKCS8PrivateKey(open(p.PrivateKeyCiphertextBlob))
	must(t, err)
	public, err := x509.ParsePKIXPublicKey(p.PublicKey)
	must(t, err)
	equal(t, "the halves fit", private.(*ecdsa.PrivateKey).PublicKey.Equal(public), true)
	_, err = w.GenerateDataKeyPair(ctx, &sdk.GenerateDataKeyPairInput{KeyId: k.KeyId, KeyPairSpec: "SM2"})
	wantError(t, err, "UnsupportedOperationException", "…")
}

func signaturesThroughSDK(t *testing.T, w *kmsWorld) {
	ctx := t.Context()
	message := []byte("message")
	for spec, algorithms := range map[types.KeySpec][]types.SigningAlgorithmSpec{
		"RSA_2048": {"RSASSA_PKCS1_V1_5_SHA_256", "RSASSA_PKCS1_V1_5_SHA_384", "RSASSA_PKCS1_V1_5_SHA_512",
			"RSASSA_PSS_SHA_256", "RSASSA_PSS_SHA_384", "RSASSA_PSS_SHA_512"},
		"ECC_NIST_P256": {"ECDSA_SHA_256"}, "ECC_NIST_P384": {"ECDSA_SHA_384"}, "ECC_NIST_P521": {"ECDSA_SHA_512"}, "ECC_SECG_P256K1": {"ECDSA_SHA_256"},
		"ECC_NIST_EDWARDS25519": {"ED25519_SHA_512", "ED25519_PH_SHA_512"},
	} {
		t.Run(string(spec), func(t *testing.T) {
			k := w.create(t, of(spec, "SIGN_VERIFY"))
			if !slices.Equal(k.SigningAlgorithms, algorithms) {
				t.Errorf("signs with %v", k.SigningAlgorithms)
			}
			public, err := w.GetPublicKey(ctx, &sdk.GetPublicKeyInput{KeyId: k.KeyId})
			must(t, err)
			equal(t, "KeyId", *public.KeyId, *k.Arn)
			equal(t, "KeySpec", public.KeySpec, spec)
			equal(t, "KeyUsage", public.KeyUsage, "SIGN_VERIFY")
			if !slices.Equal(public.SigningAlgorithms, algorithms) || public.EncryptionAlgorithms != nil {
				t.Errorf("public key: %s", jsonOf(public))
			}
			for _, algorithm := range algorithms {
				kind, text := types.MessageTypeRaw, message
				if algorithm == "ED25519_PH_SHA_512" {
					sum := sha512.Sum512(message)
					kind, text = types.MessageTypeDigest, sum[:]
				}
				signed, err := w.Sign(ctx, &sdk.SignInput{KeyId: k.KeyId, Message: text, MessageType: kind, SigningAlgorithm: algorithm})
				must(t, err)
				equal(t, "KeyId", *signed.KeyId, *k.Arn)
				equal(t, "SigningAlgorithm", signed.SigningAlgorithm, algorithm)
				in := &sdk.VerifyInput{KeyId: k.KeyId, Message: text, MessageType: kind, SigningAlgorithm: algorithm, Signature: signed.Signature}
				verified, err := w.Verify(ctx, in)
				must(t, err)
				equal(t, "SignatureValid", verified.SignatureValid, true)
				equal(t, "KeyId", *verified.KeyId, *k.Arn)
				verifyOutside(t, public.PublicKey, string(algorithm), text, signed.Signature)
				in.Message = bytes.Clone(text)
				in.Message[0] ^= 1
				_, err = w.Verify(ctx, in)
				wantError(t, err, "KMSInvalidSignatureException", "")
			}
		})
	}
	k := w.create(t, of("ECC_NIST_P256", "SIGN_VERIFY"))
	sum := sha256.Sum256(message)
	signed, err := w.Sign(ctx, &sdk.SignInput{KeyId: k.KeyId, Message: sum[:], MessageType: "DIGEST", SigningAlgorithm: "ECDSA_SHA_256"})
	must(t, err)
	_, err = w.Verify(ctx, &sdk.VerifyInput{KeyId: k.KeyId, Message: message, SigningAlgorithm: "ECDSA_SHA_256", Signature: signed.Signature})
	must(t, err)
	_, err = w.Verify(ctx, &sdk.VerifyInput{KeyId: k.KeyId, Message: message, SigningAlgorithm: "ECDSA_SHA_256", Signature: []byte("no signature")})
	wantError(t, err, "KMSInvalidSignatureException", "")
	symmetric, exchange := w.create(t), w.create(t, of("ECC_NIST_P256", "KEY_AGREEMENT"))
	for _, c := range []struct {
		in            sdk.SignInput
		code, message string
	}{
		{sdk.SignInput{KeyId: k.KeyId, Message: message, MessageType: "DIGEST", SigningAlgorithm: "ECDSA_SHA_256"}, "ValidationException", "Digest is invalid length for algorithm ECDSA_SHA_256."},
		{sdk.SignInput{KeyId: k.KeyId, Message: message, SigningAlgorithm: "ECDSA_SHA_384"}, "InvalidKeyUsageException", "Algorithm ECDSA_SHA_384 is incompatible with key spec ECC_NIST_P256."},
		{sdk.SignInput{KeyId: k.KeyId, Message: message, SigningAlgorithm: "SM2DSA"}, "InvalidKeyUsageException", "Algorithm SM2DSA is incompatible with key spec ECC_NIST_P256."},
		{sdk.SignInput{KeyId: k.KeyId, Message: message, MessageType: "EXTERNAL_MU", SigningAlgorithm: "ECDSA_SHA_256"}, "ValidationException", "…"},
		{sdk.SignInput{KeyId: symmetric.KeyId, Message: message, SigningAlgorithm: "ECDSA_SHA_256"}, "InvalidKeyUsageException", *symmetric.Arn + " key usage is ENCRYPT_DECRYPT which is not valid for Sign."},
		{sdk.SignInput{KeyId: exchange.KeyId, Message: message, SigningAlgorithm: "ECDSA_SHA_256"}, "InvalidKeyUsageException", *exchange.Arn + " key usage is KEY_AGREEMENT which is not valid for Sign."},
		{sdk.SignInput{KeyId: k.KeyId, Message: message, SigningAlgorithm: "ECDSA_SHA_256", DryRun: aws.Bool(true)}, "DryRunOperationException", "The request would have succeeded, but the DryRun option is set."},
		{sdk.SignInput{KeyId: k.KeyId, Message: make([]byte, 4097), SigningAlgorithm: "ECDSA_SHA_256"}, "ValidationException", "1 validation error detected: Value at 'message' failed to satisfy constraint: Member must have length less than or equal to 4096"},
	} {
		_, err := w.Sign(ctx, &c.in)
		wantError(t, err, c.code, c.message)
	}
	_, err = w.GetPublicKey(ctx, &sdk.GetPublicKeyInput{KeyId: symmetric.KeyId})
	wantError(t, err, "UnsupportedOperationException", "…")
	_, err = w.DisableKey(ctx, &sdk.DisableKeyInput{KeyId: k.KeyId})
	must(t, err)
	_, err = w.GetPublicKey(ctx, &sdk.GetPublicKeyInput{KeyId: k.KeyId})
	wantError(t, err, "DisabledException", *k.Arn+" is disabled.")
}

// verifyOutside checks a signature with the standard library, as somebody would who has the public key only.
func verifyOutside(t *testing.T, der []byte, algorithm string, message, signature []byte) {
	t.Helper()
	public, err := x509.ParsePKIXPublicKey(der)
	if err != nil {
		return // on secp256k1, which the library does not have
	}
	hash := map[string]crypto.Hash{"256": crypto.SHA256, "384": crypto.SHA384, "512": crypto.SHA512}[algorithm[len(algorithm)-3:]]
	h := hash.New()
	h.Write(message)
	digest, good := h.Sum(nil), false
	switch p := public.(type) {
	case *ecdsa.PublicKey:
		good = ecdsa.VerifyASN1(p, digest, signature)
	case ed25519.PublicKey:
		options := &ed25519.Options{}
		if algorithm == "ED25519_PH_SHA_512" {
			options.Hash = crypto.SHA512
		}
		good = ed25519.VerifyWithOptions(p, message, signature, options) == nil
	case *rsa.PublicKey:
		if strings.HasPrefix(algorithm, "RSASSA_PSS") {
			good = rsa.VerifyPSS(p, hash, digest, signature, &rsa.PSSOptions{SaltLength: hash.Size()}) == nil
		} else {
			good = rsa.VerifyPKCS1v15(p, hash, digest, signature) == nil
		}
	}
	if !good {
		t.Errorf("the signature is not one of %s", algorithm)
	}
}

func macsThroughSDK(t *testing.T, w *kmsWorld) {
	ctx := t.Context()
	for spec, want := range map[types.KeySpec]struct {
		algorithm types.MacAlgorithmSpec
		size      int
	}{
		"HMAC_224": {"HMAC_SHA_224", 28}, "HMAC_256": {"HMAC_SHA_256", 32}, "HMAC_384": {"HMAC_SHA_384", 48}, "HMAC_512": {"HMAC_SHA_512", 64},
	} {
		k := w.create(t, of(spec, "GENERATE_VERIFY_MAC"))
		if !slices.Equal(k.MacAlgorithms, []types.MacAlgorithmSpec{want.algorithm}) || k.CurrentKeyMaterialId != nil {
			t.Errorf("metadata %s", jsonOf(k))
		}
		m, err := w.GenerateMac(ctx, &sdk.GenerateMacInput{KeyId: k.KeyId, Message: []byte("m"), MacAlgorithm: want.algorithm})
		must(t, err)
		equal(t, "bytes", len(m.Mac), want.size)
		equal(t, "KeyId", *m.KeyId, *k.Arn)
		equal(t, "MacAlgorithm", m.MacAlgorithm, want.algorithm)
		v, err := w.VerifyMac(ctx, &sdk.VerifyMacInput{KeyId: k.KeyId, Message: []byte("m"), MacAlgorithm: want.algorithm, Mac: m.Mac})
		must(t, err)
		equal(t, "MacValid", v.MacValid, true)
		equal(t, "KeyId", *v.KeyId, *k.Arn)
		_, err = w.VerifyMac(ctx, &sdk.VerifyMacInput{KeyId: k.KeyId, Message: []byte("n"), MacAlgorithm: want.algorithm, Mac: m.Mac})
		wantError(t, err, "KMSInvalidMacException", "")
		other := types.MacAlgorithmSpec("HMAC_SHA_224")
		if spec == "HMAC_224" {
			other = "HMAC_SHA_256"
		}
		_, err = w.GenerateMac(ctx, &sdk.GenerateMacInput{KeyId: k.KeyId, Message: []byte("m"), MacAlgorithm: other})
		wantError(t, err, "InvalidKeyUsageException", "Algorithm "+string(other)+" is incompatible with key spec "+string(spec)+".")
		_, err = w.VerifyMac(ctx, &sdk.VerifyMacInput{KeyId: k.KeyId, Message: []byte("m"), MacAlgorithm: want.algorithm, Mac: m.Mac, DryRun: aws.Bool(true)})
		wantError(t, err, "DryRunOperationException", "The request would have succeeded, but the DryRun option is set.")
	}
	k := w.create(t)
	_, err := w.GenerateMac(ctx, &sdk.GenerateMacInput{KeyId: k.KeyId, Message: []byte("m"), MacAlgorithm: "HMAC_SHA_256"})
	wantError(t, err, "InvalidKeyUsageException", *k.Arn+" key usage is ENCRYPT_DECRYPT which is not valid for GenerateMac.")
}

func agreementThroughSDK(t *testing.T, w *kmsWorld) {
	ctx, k := t.Context(), w.create(t, of("ECC_NIST_P256", "KEY_AGREEMENT"))
	if !slices.Equal(k.KeyAgreementAlgorithms, []types.KeyAgreementAlgorithmSpec{"ECDH"}) || k.SigningAlgorithms != nil {
		t.Errorf("metadata %s", jsonOf(k))
	}
	public, err := w.GetPublicKey(ctx, &sdk.GetPublicKeyInput{KeyId: k.KeyId})
	must(t, err)
	own, err := ecdh.P256().GenerateKey(rand.Reader)
	must(t, err)
	der, err := x509.MarshalPKIXPublicKey(own.PublicKey())
	must(t, err)
	got, err := w.DeriveSharedSecret(ctx, &sdk.DeriveSharedSecretInput{KeyId: k.KeyId, KeyAgreementAlgorithm: "ECDH", PublicKey: der})
	must(t, err)
	equal(t, "KeyId", *got.KeyId, *k.Arn)
	equal(t, "KeyOrigin", got.KeyOrigin, "AWS_KMS")
	equal(t, "KeyAgreementAlgorithm", got.KeyAgreementAlgorithm, "ECDH")
	parsed, err := x509.ParsePKIXPublicKey(public.PublicKey)
	must(t, err)
	theirs, err := parsed.(*ecdsa.PublicKey).ECDH()
	must(t, err)
	secret, err := own.ECDH(theirs)
	must(t, err)
	equal(t, "secret", string(got.SharedSecret), string(secret))

	p384, err := ecdh.P384().GenerateKey(rand.Reader)
	must(t, err)
	other, err := x509.MarshalPKIXPublicKey(p384.PublicKey())
	must(t, err)
	for _, der := range [][]byte{other, []byte("no key")} {
		_, err = w.DeriveSharedSecret(ctx, &sdk.DeriveSharedSecretInput{KeyId: k.KeyId, KeyAgreementAlgorithm: "ECDH", PublicKey: der})
		wantError(t, err, "ValidationException", "…")
	}
	signer := w.create(t, of("ECC_NIST_P256", "SIGN_VERIFY"))
	_, err = w.DeriveSharedSecret(ctx, &sdk.DeriveSharedSecretInput{KeyId: signer.KeyId, KeyAgreementAlgorithm: "ECDH", PublicKey: der})
	wantError(t, err, "InvalidKeyUsageException", *signer.Arn+" key usage is SIGN_VERIFY which is not valid for DeriveSharedSecret.")
}
