package cmu

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

// privateKey is the key of somebody, made once for all tests.
func privateKey(name string) *rsa.PrivateKey {
	k, _ := signingKeys.LoadOrStore(name, sync.OnceValue(func() *rsa.PrivateKey {
		k, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			panic(err)
		}
		return k
	}))
	return k.(func() *rsa.PrivateKey)()
}

var signingKeys sync.Map

func publicDER(name string) []byte {
	der, err := x509.MarshalPKIXPublicKey(&privateKey(name).PublicKey)
	if err != nil {
		panic(err)
	}
	return der
}

func publicPEM(name string) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: publicDER(name)})
}

// prepareFile does what operators do with other programs, in the world's directory:
//
//	keys NAME                      NAME.key and NAME.pub, the pair of an officer
//	encrypted NAME PASS-PHRASE     NAME.pem, the private key with a pass phrase
//	file PATH BYTES                a file of so many bytes
//	sign PATH NAME                 PATH.NAME, the signature of a file by an officer
//	approval PATH TOKENS NAME...   an approval file with the signatures of officers
//	answer PATH NAME               fills in an authentication data file
func (w *world) prepareFile(what string, args []string) error {
	switch {
	case what == "keys":
		der, err := x509.MarshalPKCS8PrivateKey(privateKey(args[0]))
		if err != nil {
			return err
		}
		if err := w.write(args[0]+".pub", publicPEM(args[0])); err != nil {
			return err
		}
		return w.write(args[0]+".key", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
	case what == "encrypted":
		//lint:ignore SA1019 the form does not matter here
		block, err := x509.EncryptPEMBlock(rand.Reader, "RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(privateKey(args[0])), []byte(args[1]), x509.PEMCipherAES256)
		if err != nil {
			return err
		}
		return w.write(args[0]+".pem", pem.EncodeToMemory(block))
	case what == "file":
		var n int
		if _, err := fmt.Sscan(args[1], &n); err != nil {
			return err
		}
		return w.write(args[0], []byte(strings.Repeat("x", n)))
	case what == "sign":
		return w.sign(args[0], args[1])
	case what == "approval":
		text := fmt.Sprintf("# approvals\nMulti Token File Path = %s;\nToken File Path = ;\nNumber of Approvals = %d;\n", args[1], len(args)-2)
		for _, name := range args[2:] {
			if err := w.sign(args[1], name); err != nil {
				return err
			}
			text += fmt.Sprintf("Approver Type = 2; # a CO\nApprover Name = %s;\nApproval File = %s.%[1]s;\n", name, args[1])
		}
		return w.write(args[0], []byte(text))
	}
	return w.answer(args[0], args[1])
}

func (w *world) write(name string, data []byte) error {
	return os.WriteFile(filepath.Join(w.dir, name), data, 0o600)
}

func (w *world) sign(path, name string) error {
	data, err := os.ReadFile(filepath.Join(w.dir, path))
	if err != nil {
		return err
	}
	sum := sha256.Sum256(data)
	signature, err := rsa.SignPKCS1v15(rand.Reader, privateKey(name), crypto.SHA256, sum[:])
	if err != nil {
		return err
	}
	return w.write(path+"."+name, signature)
}

func (w *world) answer(path, name string) error {
	data, err := os.ReadFile(filepath.Join(w.dir, path))
	if err != nil {
		return err
	}
	var request struct {
		Version, PublicKey string
		Data               []struct{ HsmId, Digest, Signature string }
	}
	if err := json.Unmarshal(data, &request); err != nil {
		return err
	}
	request.PublicKey = string(publicPEM(name))
	for i := range request.Data {
		digest, err := base64.StdEncoding.DecodeString(request.Data[i].Digest)
		if err != nil {
			return err
		}
		signature, err := rsa.SignPKCS1v15(rand.Reader, privateKey(name), crypto.SHA256, digest)
		if err != nil {
			return err
		}
		request.Data[i].Signature = base64.StdEncoding.EncodeToString(signature)
	}
	if data, err = json.Marshal(request); err != nil {
		return err
	}
	return w.write(path, data)
}
