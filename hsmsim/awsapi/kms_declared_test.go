package awsapi

import (
	crand "crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
	"github.com/hsmlab/hsmlab/hsmsim/clock"
	"github.com/hsmlab/hsmlab/hsmsim/kms"
	"github.com/hsmlab/hsmlab/hsmsim/trail/trailtest"
)

// darkCluster is an account with a cluster that can be seen but not reached.
type darkCluster struct{ noCloudHSM }

func (darkCluster) Cluster(_, id string) (kms.Cluster, bool) {
	return kms.Cluster{ID: id, State: "ACTIVE", Certificate: []byte(id), TrustAnchor: []byte("anchor"), Zones: 2, GroupIntact: true,
		HSMs: []kms.Member{{Zone: "a"}, {Zone: "b"}}}, id == "cluster-1a23b4cdefg"
}

func (darkCluster) Attach(string, string, string) error { return nil }

// guesser makes requests up: of values that once were good for something, and of nonsense.
type guesser struct {
	*rand.Rand
	texts map[string][]string // by the member's name
	blobs [][]byte
}

func newGuesser(seed uint64) *guesser {
	g := &guesser{Rand: rand.New(rand.NewPCG(seed, 1)), texts: map[string][]string{
		"KeyId":                   {unknownKey, keyARN("us-west-2", unknownKey), keyARN("us-east-1", unknownKey), "alias/none", "arn:aws:kms:us-west-2:111122223333:alias/a", "arn:aws:kms:us-west-2:999999999999:key/" + unknownKey, "arn:aws:s3:::x", "arn:aws:kms:us-west-2:111122223333:sheep/dolly", "x"},
		"AliasName":               {"alias/a", "alias/b", "alias/", "alias/aws/s3", "a", "alias/a:b", "alias/ä"},
		"ReplicaRegion":           {"us-east-1", "us-west-2", "eu-west-1", "x"},
		"Policy":                  {openPolicy, strings.Replace(openPolicy, "kms:*", "kms:List*", 1), "{", `{"Statement":[]}`, strings.Repeat(" ", 40000)},
		"PolicyName":              {"default", "x", "?"},
		"GranteePrincipal":        {alice, bob, "x"},
		"GrantId":                 {strings.Repeat("0", 64), "x"},
		"GrantToken":              {"token"},
		"Marker":                  {"x", ""},
		"Name":                    {"a", "b", ""},
		"CustomKeyStoreId":        {"cks-1234567890abcdef0"},
		"CustomKeyStoreName":      {"one", "two", "three"},
		"CloudHsmClusterId":       {"cluster-1a23b4cdefg", "cluster-2b34c5defgh"},
		"TrustAnchorCertificate":  {"-----BEGIN CERTIFICATE-----\nYW5jaG9y\n-----END CERTIFICATE-----\n", "x"},
		"TagKey":                  {"a", "b", "aws:c"},
		"KeyStorePassword":        {"password1", "x"},
		"Description":             {"", "d", strings.Repeat("d", 9000)},
		"XksProxyUriEndpoint":     {"", "", "", "", "https://x"},
		"XksKeyId":                {"", "", "", "", "x"},
		"XksProxyUriPath":         {""},
		"KeyEncryptionAlgorithm":  {"x"},
		"EncryptionContextSubset": {"a"},
		"NewCustomKeyStoreName":   {"one", "four"},
		"RetiringPrincipal":       {alice, bob, "x", ""},
	}}
	return g
}

// kin are members whose values fit others.
var kin = map[string]string{"TargetKeyId": "KeyId", "SourceKeyId": "KeyId", "DestinationKeyId": "KeyId", "Arn": "KeyId", "AliasArn": "KeyId",
	"PrimaryRegion": "ReplicaRegion", "NextMarker": "Marker", "GrantTokens": "GrantToken", "TagKeys": "TagKey"}

func (g *guesser) text(name string) string {
	if k, ok := kin[name]; ok {
		name = k
	}
	list := g.texts[name]
	if len(list) == 0 {
		return "x"
	}
	if n := len(list); n > 12 && g.IntN(3) > 0 {
		list = list[n-12:] // lately learned
	}
	return list[g.IntN(len(list))]
}

// importOf is a request to import material with the parameters that an answer has.
func importOf(t *testing.T, p kms.GetParametersForImportResponse) kms.ImportKeyMaterialRequest {
	public, err := x509.ParsePKIXPublicKey(p.PublicKey)
	must(t, err)
	wrapped, err := rsa.EncryptOAEP(sha256.New(), crand.Reader, public.(*rsa.PublicKey), make([]byte, 32), nil)
	must(t, err)
	return kms.ImportKeyMaterialRequest{KeyID: p.KeyID, Token: p.Token, Material: wrapped}
}

// fill makes up a value. Key specs that take long to make are left to those who have the time.
func (g *guesser) fill(v reflect.Value, name string) {
	if e, ok := v.Interface().(shape.Enum); ok {
		if g.IntN(3) == 0 && name != "KeyPairSpec" && !strings.HasSuffix(name, "SigningAlgorithm") {
			return
		}
		all := slices.DeleteFunc(slices.Clone(e.Values()), func(s string) bool { return strings.HasPrefix(s, "RSA_") })
		v.SetString(all[g.IntN(len(all))])
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		if g.IntN(2) == 0 && (name != "Recipient" || g.IntN(20) == 0) {
			v.Set(reflect.New(v.Type().Elem()))
			g.fill(v.Elem(), name)
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[shape.Time]() {
			v.Set(reflect.ValueOf(shape.At(labTime.Add(time.Duration(g.IntN(2000)) * 24 * time.Hour))))
			return
		}
		for i := range v.NumField() {
			member, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
			g.fill(v.Field(i), member)
		}
	case reflect.String:
		if name == "KeyId" || g.IntN(4) > 0 {
			v.SetString(g.text(name))
		}
	case reflect.Bool:
		v.SetBool(g.IntN(4) == 0)
	case reflect.Int:
		v.SetInt([]int64{0, 1, 7, 16, 30, 90, 365, 5000}[g.IntN(8)])
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			b := make([]byte, []int{0, 1, 28, 32, 48, 64, 100, 5000}[g.IntN(8)])
			if n := len(g.blobs); n > 0 && g.IntN(3) > 0 {
				b = g.blobs[max(0, n-1-g.IntN(20))]
			}
			v.SetBytes(b)
			return
		}
		if name == "GrantTokens" && g.IntN(4) > 0 {
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), g.IntN(3), 3))
		for i := range v.Len() {
			g.fill(v.Index(i), name)
		}
	case reflect.Map:
		if g.IntN(3) == 0 {
			v.Set(reflect.MakeMap(v.Type()))
			v.SetMapIndex(reflect.ValueOf("a"), reflect.ValueOf("b"))
		}
	}
}

// learn keeps what an answer has.
func (g *guesser) learn(v reflect.Value, name string) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			g.learn(v.Elem(), name)
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[shape.Time]() {
			return
		}
		for i := range v.NumField() {
			member, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
			g.learn(v.Field(i), member)
		}
	case reflect.String:
		if k, ok := kin[name]; ok {
			name = k
		}
		if list := g.texts[name]; list != nil && v.String() != "" && !slices.Contains(list, v.String()) && name != "Policy" {
			g.texts[name] = append(list, v.String())
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			g.blobs = append(g.blobs, v.Bytes())
			return
		}
		for i := range v.Len() {
			g.learn(v.Index(i), name)
		}
	}
}

// sound are requests for keys that can be made, since few of those that are made up are.
var sound = []kms.CreateKeyRequest{{}, {}, {MultiRegion: true}, {Origin: kms.OriginExternal}, {KeySpec: kms.P256, KeyUsage: kms.SignVerify},
	{KeySpec: kms.P256, KeyUsage: kms.KeyAgreement}, {KeySpec: kms.HMAC256, KeyUsage: kms.GenerateVerifyMac}, {KeySpec: kms.P256K1, KeyUsage: kms.SignVerify},
	{KeySpec: kms.Edwards25519, KeyUsage: kms.SignVerify}}

// TestDeclared calls every operation with all kinds of requests in all kinds of states. It may only fail with what
// its model declares.
func TestDeclared(t *testing.T) {
	const rounds = 60000
	for seed := range uint64(3) {
		lab := clock.New(labTime, 0)
		defer lab.Close()
		impl := newKMS(t, lab, &trailtest.Recorder{}, func(o *kms.Options) {
			o.CloudHSM = darkCluster{}
			o.Current = seed == 2
		})
		g := newGuesser(seed)
		answers, codes := map[string]int{}, map[string]bool{}
		var parameters *kms.ImportKeyMaterialRequest // with what came last of GetParametersForImport
		for range rounds {
			if g.IntN(300) == 0 {
				must(t, lab.Advance(time.Duration(g.IntN(20))*24*time.Hour))
			}
			o := &kmsService.operations[g.IntN(len(kmsService.operations))]
			if (o.name == "ScheduleKeyDeletion" || o.name == "DisableKey") && g.IntN(4) > 0 {
				continue // so that keys live for a while
			}
			c := &shape.Call{Caller: shape.Caller{Account: testAccount, Region: "us-west-2", UserName: "Alice"}}
			if g.IntN(5) == 0 {
				c.Region = "us-east-1"
			}
			request, answer, err := o.run(t.Context(), impl, c, passage{decode: func(into any) error {
				g.fill(reflect.ValueOf(into).Elem(), "")
				switch r := into.(type) {
				case *kms.CreateKeyRequest:
					if g.IntN(3) > 0 {
						*r = sound[g.IntN(len(sound))]
					}
				case *kms.GetParametersForImportRequest:
					if answers["GetParametersForImport"] < 20 && g.IntN(8) == 0 { // they take long to make
						r.Algorithm, r.Spec = kms.WrapOAEPSHA256, "RSA_2048"
					}
				case *kms.ImportKeyMaterialRequest:
					if parameters != nil && g.IntN(2) == 0 {
						r.KeyID, r.Token, r.Material = parameters.KeyID, parameters.Token, parameters.Material
					}
					if g.IntN(2) == 0 {
						r.Description, r.MaterialID = "", ""
					}
				}
				return nil
			}})
			if err == nil {
				answers[o.name]++
				g.learn(reflect.ValueOf(answer), "")
				if p, ok := answer.(kms.GetParametersForImportResponse); ok {
					parameters = new(importOf(t, p))
				}
				continue
			}
			var ex *shape.Exception
			if !errors.As(err, &ex) {
				t.Fatalf("%s of %+v: %v", o.name, request, err)
			}
			codes[o.name+" "+ex.Code] = true
			if _, all := common[ex.Code]; !all && !slices.Contains(o.declare, ex.Code) {
				t.Fatalf("%s answers with %s, which its model does not declare\n%+v", o.name, ex, request)
			}
		}
		for _, o := range kmsService.operations {
			if answers[o.name] == 0 {
				t.Logf("seed %d: %s never succeeded", seed, o.name)
			}
		}
		if len(answers) < len(kmsService.operations)*4/5 || len(codes) < 220 {
			t.Errorf("seed %d: %d operations succeeded, in %d ways they failed: the test has lost its way (%s)", seed, len(answers), len(codes), fmt.Sprint(answers))
		}
	}
}
