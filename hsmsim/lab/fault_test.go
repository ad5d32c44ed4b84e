package lab_test

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudhsmv2"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	kmstypes "github.com/aws/aws-sdk-go-v2/service/kms/types"
	"github.com/google/go-cmp/cmp"

	"github.com/hsmlab/hsmlab/hsmsim/cluster"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/lab"
	"github.com/hsmlab/hsmlab/hsmsim/lab/labtest"
	"github.com/hsmlab/hsmlab/hsmsim/lab/scenario"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

// faulty is a world to break: its time stands still, it has subnets of 11 addresses and a key store.
const faulty = `clock: {start: 2026-01-01T00:00:00Z, rate: 0}
sync_interval: 0s
client: {connect_timeout: 100ms, request_timeout: 300ms}
clusters:
  - id: cluster-1a23b4cdefg
    subnets:
      - {zone: eu-west-1a, cidr: 10.0.2.0/28, id: subnet-0000000a}
      - {zone: eu-west-1b, cidr: 10.0.3.0/28, id: subnet-0000000b}
      - {zone: eu-west-1c, cidr: 10.0.1.0/28, id: subnet-0000000c}
      - {zone: eu-west-1d, cidr: 10.0.4.0/28, id: subnet-0000000d}
    hsms:
      - {node: 0, address: 10.0.2.9, zone: eu-west-1a}
      - {node: 1, address: 10.0.3.11, zone: eu-west-1b}
      - {node: 2, address: 10.0.1.12, zone: eu-west-1c}
    users:
      - {id: 1, type: CO, name: admin, password: adminpw1}
      - {id: 2, type: CU, name: kmsuser, password: kmsPswd1}
      - {id: 3, type: CU, name: example_user, password: password1}
    keys: [{handle: 262162, class: secret, owner: 2, extractable: false}]
kms:
  key_stores: [{id: cks-1234567890abcdef0, name: ExampleKeyStore, state: CONNECTED}]
  keys: [{id: 1234abcd-12ab-34cd-56ef-1234567890ab, store: cks-1234567890abcdef0, handle: 262162}]
`

// trainer breaks a world and looks at it as operators do.
type trainer struct {
	*testing.T
	home  lab.Home
	lab   *lab.Lab
	kms   *kms.Client
	hsm   *cloudhsmv2.Client
	trail *cloudtrail.Client
	ctx   context.Context
}

func train(t *testing.T, h lab.Home) *trainer {
	t.Helper()
	l, err := lab.Open(h, slog.New(slog.DiscardHandler))
	must(t, err)
	t.Cleanup(func() { must(t, l.Close()) })
	w := scenario.Default().AccessKeys[0]
	cfg := aws.Config{Region: "eu-west-1", BaseEndpoint: aws.String(l.Status().Endpoint), RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider(w.ID, w.Secret, "")}
	return &trainer{t, h, l, kms.NewFromConfig(cfg), cloudhsmv2.NewFromConfig(cfg), trailClient(cfg), t.Context()}
}

// add adds a fault, in the words of the command line: KIND [HSM|SUBNET] [in=…] [call=…] [for=…].
func (w *trainer) add(line string) {
	w.Helper()
	if err := w.lab.AddFault(parseFault(line)); err != nil {
		w.Errorf("%s: %v", line, err)
	}
}

func parseFault(line string) lab.Fault {
	var f lab.Fault
	for i, word := range strings.Fields(line) {
		name, value, _ := strings.Cut(word, "=")
		switch {
		case i == 0:
			f.Kind = word
		case name == "in":
			f.In, _ = time.ParseDuration(value)
		case name == "at":
			f.At, _ = time.Parse(time.RFC3339, value)
		case name == "call":
			f.AtCall = value
		case name == "for":
			f.For, _ = time.ParseDuration(value)
		case f.OfSubnet():
			f.Subnet = word
		default:
			f.HSM = word
		}
	}
	return f
}

func (w *trainer) advance(d time.Duration) {
	w.Helper()
	must(w.T, w.lab.Clock().Advance(d))
}

// wrong checks the list of faults.
func (w *trainer) wrong(when string, want ...string) {
	w.Helper()
	var got []string
	for _, f := range w.lab.Status().Faults {
		got = append(got, f.String())
	}
	if diff := cmp.Diff(want, got); diff != "" {
		w.Errorf("%s the faults are (-want +got)\n%s", when, diff)
	}
}

func (w *trainer) encrypt() error {
	_, err := w.kms.Encrypt(w.ctx, &kms.EncryptInput{KeyId: aws.String(guideKey), Plaintext: []byte("x")})
	return err
}

// dial opens a session on an HSM.
func (w *trainer) dial(address string) error {
	d := &cluster.Dialer{Socket: w.home.Socket, ConnectTimeout: 200 * time.Millisecond, RequestTimeout: time.Second}
	c, err := d.Dial(w.ctx, address)
	if err == nil {
		_, err = wire.Settle.Call(w.ctx, c, hsm.Done{})
		c.Close()
	}
	if err != nil {
		return fmt.Errorf("%s: %w", cluster.Reason(err), err)
	}
	return nil
}

func (w *trainer) createHSM(zone string) error {
	_, err := w.hsm.CreateHsm(w.ctx, &cloudhsmv2.CreateHsmInput{ClusterId: aws.String(guideCluster), AvailabilityZone: &zone})
	return err
}

// says checks the text of an error, "" for none.
func (w *trainer) says(what, want string, err error) {
	w.Helper()
	if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
		w.Errorf("%s: %v, want %q", what, err, want)
	}
}

func TestAFaultComesAndGoesByTheLabsTime(t *testing.T) {
	for _, tt := range []struct {
		fault, list, want string
		try               func(w *trainer) error
	}{
		{"down 10.0.3.11", "down 10.0.3.11", "timed out", func(w *trainer) error { return w.dial("10.0.3.11") }},
		{"refused 10.0.3.11", "refused 10.0.3.11", "refused", func(w *trainer) error { return w.dial("10.0.3.11") }},
		{"slow 10.0.3.11", "slow 10.0.3.11", "timed out", func(w *trainer) error { return w.dial("10.0.3.11") }},
		{"sessions 10.0.3.11", "sessions 10.0.3.11", hsm.TooManySessions.Text(), func(w *trainer) error { return w.dial("10.0.3.11") }},
		{"kms", "kms", "KMSInternalException", (*trainer).encrypt},
		{"full eu-west-1c", "full subnet-0000000c", "has no free addresses", func(w *trainer) error { return w.createHSM("eu-west-1c") }},
	} {
		t.Run(tt.fault, func(t *testing.T) {
			t.Parallel()
			w := train(t, labtest.Home(t, faulty))
			w.add(tt.fault + " in=10m for=5m")
			w.wrong("before", tt.list+" at 2026-01-01T00:10:00Z for 5m0s")
			w.advance(10*time.Minute - 1)
			w.wrong("a moment before", tt.list+" at 2026-01-01T00:10:00Z for 5m0s")
			w.advance(1)
			w.wrong("then", tt.list+" until 2026-01-01T00:15:00Z")
			w.says("then", tt.want, tt.try(w))
			w.advance(5 * time.Minute)
			w.wrong("afterwards")
			w.says("afterwards", "", tt.try(w))
			w.add(tt.fault + " for=5m")
			w.wrong("again", tt.list+" until 2026-01-01T00:20:00Z")
			w.add(tt.fault)
			w.advance(time.Hour)
			w.wrong("what is added once more stays", tt.list)
			must(t, w.lab.ClearFaults(""))
			w.wrong("cleared")
		})
	}
}

// The HSM goes down in the middle of a fan-out.
func TestTheCallThatAFaultWaitsForMeetsIt(t *testing.T) {
	for _, state := range []string{"down", "refused", "slow"} {
		t.Run(state, func(t *testing.T) {
			t.Parallel()
			w := train(t, labtest.Home(t, faulty))
			ctx := context.Background()
			ready := make(chan struct{})
			go lab.Serve(ctx, w.lab, func() { close(ready) })
			t.Cleanup(w.lab.Stop)
			<-ready
			a := labtest.Application(t, w.home, cluster.Settings{}, "example_user", "password1")
			w.add(state + " 10.0.3.11 call=insertmasked:2 for=1h")
			w.wrong("before", state+" 10.0.3.11 at call InsertMasked:2 for 1h0m0s")
			secret := hsm.GenerateSecretRequest{Type: hsm.AES, Size: 32}
			if made := a.GenerateSecret(ctx, secret, 0); !made.OK() || made.Succeeded() != 3 {
				t.Errorf("the first key: %+v", made)
			}
			w.wrong("after one call", state+" 10.0.3.11 at call InsertMasked:2, 1 seen for 1h0m0s")
			made := a.GenerateSecret(ctx, secret, 0)
			if want := 2; state != "slow" && made.Succeeded() != want {
				t.Errorf("the second key is on %d HSMs, want %d: %+v", made.Succeeded(), want, made)
			}
			w.wrong("after two calls", state+" 10.0.3.11 until 2026-01-01T01:00:00Z")
			keys := w.lab.Status().Clusters[0].HSMs[1].Partition.TokenKeys
			if state != "slow" && keys != 2 {
				t.Errorf("the HSM has %d keys, want that of KMS and the first", keys)
			}
			w.advance(time.Hour)
			w.wrong("afterwards")
			if o := a.FindKey(ctx, made.Handles[0]); state != "slow" && o.Nodes[1].Code != hsm.InvalidHandle {
				t.Errorf("afterwards the HSM has the key, or does not answer: %+v", o)
			}
		})
	}
}

func TestACallOfAWSMeetsTheFaultThatWaitsForIt(t *testing.T) {
	w := train(t, labtest.Home(t, faulty))
	w.add("kms call=KMS:encrypt:2 for=1m")
	w.says("the first call", "", w.encrypt())
	w.says("the second call", "KMSInternalException", w.encrypt())
	w.advance(time.Minute)
	w.says("a minute later", "", w.encrypt())
	w.add("full subnet-0000000a call=cloudhsmv2:CreateHsm")
	w.says("another subnet's call counts too", "", w.createHSM("eu-west-1c"))
	w.says("the full subnet", "has no free addresses", w.createHSM("eu-west-1a"))
	must(t, w.lab.ClearFaults("eu-west-1a"))
	w.says("the subnet that was full", "", w.createHSM("eu-west-1a"))

	w.add("full eu-west-1b call=kms:ConnectCustomKeyStore")
	id := aws.String(guideStore)
	_, err := w.kms.DisconnectCustomKeyStore(w.ctx, &kms.DisconnectCustomKeyStoreInput{CustomKeyStoreId: id})
	must(t, err)
	w.advance(time.Hour)
	_, err = w.kms.ConnectCustomKeyStore(w.ctx, &kms.ConnectCustomKeyStoreInput{CustomKeyStoreId: id})
	must(t, err)
	w.advance(time.Hour)
	if s := w.lab.Status().Stores[0]; s.ErrorCode != "INSUFFICIENT_FREE_ADDRESSES_IN_SUBNET" {
		t.Errorf("the key store is %+v", s)
	}
}

func TestWithoutASessionOnAnyHSMKMSCannotUseKeys(t *testing.T) {
	w := train(t, labtest.Home(t, faulty))
	const noSession = "KMSInternalException: KMS cannot get a PKCS #11 session"
	for range 6 {
		w.says("with sessions at hand", "", w.encrypt())
	}
	w.add("sessions 10.0.2.9")
	w.add("sessions 10.0.3.11")
	w.says("with an HSM left", "", w.encrypt())
	w.add("sessions 10.0.1.12 call=kms:Encrypt")
	w.says("with none left", noSession, w.encrypt())
	if s := w.lab.Status().Stores[0]; s.State != "CONNECTED" {
		t.Errorf("the key store is %s", s.State)
	}
	for _, h := range w.lab.Status().Clusters[0].HSMs {
		if h.Partition.Sessions != hsm.DefaultMaxSessions {
			t.Errorf("%s has %d sessions", h.Address, h.Partition.Sessions)
		}
	}
	must(t, w.lab.ClearFaults("10.0.3.11"))
	for range 6 {
		w.says("with one again", "", w.encrypt())
	}
	w.wrong("the others are", "sessions 10.0.2.9", "sessions 10.0.1.12")
	_, err := w.kms.CreateKey(w.ctx, &kms.CreateKeyInput{Origin: kmstypes.OriginTypeAwsCloudhsm, CustomKeyStoreId: aws.String(guideStore)})
	w.says("the session that KMS makes keys with is its own", "", err)
}

func TestASubnetGoesUnlessItIsNeeded(t *testing.T) {
	w := train(t, labtest.Home(t, faulty))
	w.add("full subnet-0000000d")
	w.says("with KMS in it", "cannot be deleted: eni-", w.lab.AddFault(parseFault("gone eu-west-1d")))
	w.add("gone eu-west-1d in=1m")
	w.advance(time.Minute)
	if got := w.lab.Status().Faults; len(got) != 2 || !strings.HasPrefix(got[1].String(), "gone subnet-0000000d did not happen: subnet subnet-0000000d cannot be deleted: eni-") {
		t.Errorf("faults %v", got)
	}
	must(t, w.lab.ClearFaults(""))
	w.wrong("cleared")
	_, err := w.kms.DisconnectCustomKeyStore(w.ctx, &kms.DisconnectCustomKeyStoreInput{CustomKeyStoreId: aws.String(guideStore)})
	must(t, err)
	w.advance(time.Hour)
	w.add("full subnet-0000000d")
	w.add("gone eu-west-1d call=kms:DescribeCustomKeyStores")
	w.add("full eu-west-1d in=1h")
	w.add("full eu-west-1d in=2h")
	_, err = w.kms.DescribeCustomKeyStores(w.ctx, &kms.DescribeCustomKeyStoresInput{})
	must(t, err)
	w.wrong("it is history", "full subnet-0000000d at 2026-01-01T02:01:00Z", "full subnet-0000000d at 2026-01-01T03:01:00Z")
	w.advance(time.Hour)
	w.wrong("what waits for it", `full subnet-0000000d did not happen: subnet "subnet-0000000d": there is none with this id`,
		"full subnet-0000000d at 2026-01-01T03:01:00Z")
	must(t, w.lab.ClearFaults("subnet-0000000d"))
	w.wrong("cleared again")
	w.says("clearing it", `subnet "subnet-0000000d": there is none with this id; one that was deleted does not come back`, w.lab.ClearFaults("subnet-0000000d"))
	w.says("an HSM in it", "Subnet subnet-0000000d does not exist.", w.createHSM("eu-west-1d"))
}

func TestFaultsOutliveTheDaemon(t *testing.T) {
	h := labtest.Home(t, faulty)
	w := train(t, h)
	w.add("slow 10.0.2.9 in=1h for=10m")
	w.add("kms call=kms:Encrypt:3")
	w.add("sessions 10.0.1.12")
	w.add("full eu-west-1b for=2h")
	w.says("the first call", "", w.encrypt())
	list := []string{"sessions 10.0.1.12", "full subnet-0000000b until 2026-01-01T02:00:00Z",
		"slow 10.0.2.9 at 2026-01-01T01:00:00Z for 10m0s", "kms at call kms:Encrypt:3, 1 seen"}
	w.wrong("before", list...)
	must(t, w.lab.Close())
	w = train(t, h)
	w.wrong("with another daemon", list...)
	w.says("sessions", hsm.TooManySessions.Text(), w.dial("10.0.1.12"))
	w.says("the second call", "", w.encrypt())
	w.says("the third call", "KMSInternalException", w.encrypt())
	w.advance(time.Hour)
	w.wrong("an hour later", "slow 10.0.2.9 until 2026-01-01T01:10:00Z", list[0], "kms", list[1])
	must(t, w.lab.Close())
	w = train(t, h)
	w.advance(time.Hour)
	w.wrong("two hours later", list[0], "kms")
}

func TestAScenarioBeginsWithItsFaults(t *testing.T) {
	w := train(t, labtest.Home(t, faulty+`faults:
  - {kind: full, subnet: eu-west-1a}
  - {kind: down, hsm: 10.0.3.11, in: 5m, for: 5m}
  - {kind: sessions, hsm: 10.0.2.9, for: 1h}
  - {kind: kms, at_call: "kms:encrypt"}
`))
	w.wrong("at the beginning", "sessions 10.0.2.9 until 2026-01-01T01:00:00Z", "full subnet-0000000a",
		"down 10.0.3.11 at 2026-01-01T00:05:00Z for 5m0s", "kms at call kms:Encrypt")
	w.says("KMS", "KMSInternalException", w.encrypt())
}

func TestAFaultThatCannotBeIsRefused(t *testing.T) {
	w := train(t, labtest.Home(t, faulty))
	for _, tt := range []struct{ line, want string }{
		{"fire", `kind: must be one of down, refused, slow, sessions, kms, full, gone, not "fire"`},
		{"down 10.0.0.1", `HSM "10.0.0.1": no HSM of the lab has this address, name or id`},
		{"full eu-west-1e", `subnet "eu-west-1e": no subnet has this id, and no cluster has one in a zone of this name`},
		{"down 10.0.2.9 at=2026-01-01T00:00:00Z", "at: 2026-01-01T00:00:00Z is over: the lab's time is 2026-01-01T00:00:00Z"},
		{"down 10.0.2.9 at=2036-01-01T00:00:00Z", "at: 2036-01-01T00:00:00Z is more than 3650 days ahead"},
		{"down 10.0.2.9 at=2026-01-02T00:00:00Z in=1h", "at: must not stand beside in and at-call"},
		{"down 10.0.2.9 in=87601h", "in: must be 0s to 87600h, not 87601h0m0s"},
		{"kms call=Login", "at-call: fault kms has no HSM whose calls could be counted"},
	} {
		w.says(tt.line, tt.want, w.lab.AddFault(parseFault(tt.line)))
	}
	w.says("clearing nothing", `HSM "10.0.0.1": no HSM of the lab has this address, name or id`, w.lab.ClearFaults("10.0.0.1"))
	w.wrong("afterwards")
	for i := range scenario.MaxFaults {
		w.add(fmt.Sprintf("kms in=%dh", i+1))
	}
	const full = "100 faults wait already, which is the most: 'hsmlab fault clear' takes them back"
	w.says("one more", full, w.lab.AddFault(parseFault("kms in=1h")))
	w.says("one that ends", full, w.lab.AddFault(parseFault("kms for=1h")))
	w.says("one that does not wait", "", w.lab.AddFault(parseFault("slow 10.0.2.9")))
	must(t, w.lab.ClearFaults("kms"))
	w.wrong("without those of KMS", "slow 10.0.2.9")
}

// A fault of an HSM that is deleted goes with it.
func TestAFaultGoesWithItsHSM(t *testing.T) {
	w := train(t, labtest.Home(t, faulty))
	w.add("slow 10.0.1.12 in=1h")
	w.add("slow 10.0.1.12 for=1h")
	w.add("sessions 10.0.1.12")
	_, err := w.hsm.DeleteHsm(w.ctx, &cloudhsmv2.DeleteHsmInput{ClusterId: aws.String(guideCluster), EniIp: aws.String("10.0.1.12")})
	must(t, err)
	w.advance(30 * time.Minute)
	w.wrong("afterwards")
	w.advance(time.Hour)
	w.wrong("later")
}

// Whatever went wrong in whatever order, after a clear all is as it was.
func TestAfterAClearEverythingWorks(t *testing.T) {
	w := train(t, labtest.Home(t, faulty))
	r := rand.New(rand.NewPCG(1, 2))
	hsms := []string{"10.0.2.9", "10.0.3.11", "10.0.1.12"}
	kinds := scenario.FaultKinds()
	for round := range 8 {
		for range 12 {
			f := parseFault(kinds[r.IntN(len(kinds)-1)]) // all but the last one, which cannot be taken back
			if f.OfHSM() {
				f.HSM = hsms[r.IntN(len(hsms))]
			} else if f.OfSubnet() {
				f.Subnet = "eu-west-1" + string("abcd"[r.IntN(4)])
			}
			switch r.IntN(4) {
			case 0:
				f.In = time.Duration(r.IntN(60)+1) * time.Minute
			case 1:
				f.AtCall = []string{"kms:Encrypt", "kms:Encrypt:2", "kms:Decrypt"}[r.IntN(3)]
			}
			if r.IntN(2) == 0 {
				f.For = time.Duration(r.IntN(60)+1) * time.Minute
			}
			must(t, w.lab.AddFault(f))
			switch r.IntN(4) {
			case 0:
				w.advance(time.Duration(r.IntN(20)) * time.Minute)
			case 1:
				w.encrypt() // whatever it says
			}
		}
		if round%2 == 1 {
			must(t, w.lab.Close())
			w = train(t, w.home)
		}
		must(t, w.lab.ClearFaults(""))
		w.wrong("cleared")
		w.advance(2 * time.Hour)
		w.wrong("two hours after the clear")
		for _, address := range hsms {
			w.says(address, "", w.dial(address))
		}
		for range 4 {
			w.says("KMS", "", w.encrypt())
		}
		for _, h := range w.lab.Status().Clusters[0].HSMs {
			if h.State != scenario.StateUp || h.Partition.Sessions > 20 {
				t.Errorf("%s is %s with %d sessions", h.Address, h.State, h.Partition.Sessions)
			}
		}
		w.says("the network", "", w.createHSM("eu-west-1d"))
		w.advance(time.Hour)
		_, err := w.hsm.DeleteHsm(w.ctx, &cloudhsmv2.DeleteHsmInput{ClusterId: aws.String(guideCluster), EniIp: aws.String("10.0.4.5")})
		must(t, err)
		w.advance(time.Hour)
	}
}
