package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/hsmlab/hsmlab/hsmsim/lab/labtest"
	"github.com/hsmlab/hsmlab/hsmsim/lab/scenario"
)

// quickWorld is the default world with services that take no time to speak of.
func quickWorld(b *testing.B) string {
	b.Helper()
	w := scenario.Default()
	w.Speed = 100_000
	text, err := w.YAML()
	if err != nil {
		b.Fatal(err)
	}
	return string(text)
}

// kmsCall is a signed request to KMS, as it goes over the wire. Signing is the client's work, so it is done once.
func (d *daemon) kmsCall(b *testing.B, operation, body string) []byte {
	b.Helper()
	s := d.client.Settings().AWS
	r, err := http.NewRequest(http.MethodPost, s.Endpoint+"/", strings.NewReader(body))
	if err != nil {
		b.Fatal(err)
	}
	r.Header.Set("X-Amz-Target", "TrentService."+operation)
	r.Header.Set("Content-Type", "application/x-amz-json-1.1")
	sum := sha256.Sum256([]byte(body))
	who := aws.Credentials{AccessKeyID: s.AccessKeyID, SecretAccessKey: s.SecretAccessKey}
	if err := v4.NewSigner().SignHTTP(context.Background(), who, r, hex.EncodeToString(sum[:]), "kms", s.Region, time.Now()); err != nil {
		b.Fatal(err)
	}
	var raw bytes.Buffer
	if err := r.Write(&raw); err != nil {
		b.Fatal(err)
	}
	return raw.Bytes()
}

// awsWire is a connection to the endpoint.
type awsWire struct {
	net.Conn
	in *bufio.Reader
}

func (d *daemon) awsDial(b *testing.B) awsWire {
	b.Helper()
	c, err := net.Dial("tcp", strings.TrimPrefix(d.client.Settings().AWS.Endpoint, "http://"))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { c.Close() })
	return awsWire{c, bufio.NewReader(c)}
}

// ask sends a request and gives the answer's body.
func (w awsWire) ask(raw []byte) ([]byte, error) {
	if _, err := w.Write(raw); err != nil {
		return nil, err
	}
	r, err := http.ReadResponse(w.in, nil)
	if err != nil {
		return nil, err
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err == nil && r.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", r.Status, body)
	}
	return body, err
}

// kms asks KMS for something once.
func (d *daemon) kms(b *testing.B, operation, body string, answer any) {
	b.Helper()
	got, err := d.awsDial(b).ask(d.kmsCall(b, operation, body))
	if err != nil {
		b.Fatal(err)
	}
	if answer != nil {
		if err := json.Unmarshal(got, answer); err != nil {
			b.Fatal(err)
		}
	}
}

// rate is how many calls a second the endpoint answers over so many connections.
func (d *daemon) rate(b *testing.B, conns, calls int, raw []byte) float64 {
	b.Helper()
	done := make(chan error, conns)
	begin := time.Now()
	for range conns {
		w := d.awsDial(b)
		go func() {
			for range calls / conns {
				if _, err := w.ask(raw); err != nil {
					done <- err
					return
				}
			}
			done <- nil
		}()
	}
	for range conns {
		if err := <-done; err != nil {
			b.Fatal(err)
		}
	}
	return float64(calls) / time.Since(begin).Seconds()
}

// BenchmarkKMS is how many calls of KMS a second the endpoint answers, signed and recorded in CloudTrail, to a client
// on the same machine: with a key of KMS's own, and with one of the custom key store, whose material is in the HSMs.
func BenchmarkKMS(b *testing.B) {
	d := world(b, quickWorld(b))
	var made struct{ KeyMetadata struct{ KeyId string } }
	d.kms(b, "CreateKey", `{}`, &made)
	for _, key := range []struct{ name, id string }{{"own", made.KeyMetadata.KeyId}, {"store", "1234abcd-12ab-34cd-56ef-1234567890ab"}} {
		for _, op := range []struct{ name, body string }{
			{"Encrypt", fmt.Sprintf(`{"KeyId":"%s","Plaintext":"aGVsbG8gd29ybGQ="}`, key.id)},
			{"GenerateDataKey", fmt.Sprintf(`{"KeyId":"%s","KeySpec":"AES_256"}`, key.id)},
		} {
			raw := d.kmsCall(b, op.name, op.body)
			for _, conns := range []int{1, 8} {
				d.rate(b, conns, 2000, raw)
				b.Run(fmt.Sprintf("%s/%s/%d", key.name, op.name, conns), func(b *testing.B) {
					for b.Loop() {
						b.ReportMetric(d.rate(b, conns, 20_000, raw), "calls/s")
					}
				})
			}
		}
	}
	b.Run("CreateKey", func(b *testing.B) {
		raw := d.kmsCall(b, "CreateKey", `{}`)
		for b.Loop() {
			b.ReportMetric(d.rate(b, 8, 2000, raw), "calls/s")
		}
	})
	b.Run("CreateKeyInStore", func(b *testing.B) {
		raw := d.kmsCall(b, "CreateKey", `{"Origin":"AWS_CLOUDHSM","CustomKeyStoreId":"cks-1234567890abcdef0"}`)
		for b.Loop() {
			b.ReportMetric(d.rate(b, 8, 1000, raw), "calls/s")
		}
	})
}

// BenchmarkKeyList makes 10,000 keys and lists them in pages of 100, and says what they take of the daemon's memory.
func BenchmarkKeyList(b *testing.B) {
	const keys = 10_000
	d := world(b, quickWorld(b))
	empty := d.memory(b)
	d.rate(b, 8, keys, d.kmsCall(b, "CreateKey", `{}`))
	full := d.memory(b)
	var page struct{ NextMarker string }
	d.kms(b, "ListKeys", `{"Limit":100}`, &page)
	raw := d.kmsCall(b, "ListKeys", fmt.Sprintf(`{"Limit":100,"Marker":"%s"}`, page.NextMarker))
	for b.Loop() {
		b.ReportMetric(d.rate(b, 8, 4000, raw), "pages/s")
	}
	b.ReportMetric(float64(empty.resident)/1e6, "empty-MB")
	b.ReportMetric(float64(full.resident)/1e6, "full-MB")
}

// BenchmarkConnect is a custom key store that is disconnected and connected again, with a new password on three HSMs.
func BenchmarkConnect(b *testing.B) {
	d := world(b, quickWorld(b))
	const store = `{"CustomKeyStoreId":"cks-1234567890abcdef0"}`
	until := func(state string) {
		for {
			var r struct {
				CustomKeyStores []struct{ ConnectionState string }
			}
			d.kms(b, "DescribeCustomKeyStores", store, &r)
			switch r.CustomKeyStores[0].ConnectionState {
			case state:
				return
			case "FAILED":
				b.Fatal("the key store is not connected")
			}
		}
	}
	labtest.Medians(b,
		labtest.Action{Name: "disconnect", Run: func() time.Duration {
			begin := time.Now()
			d.kms(b, "DisconnectCustomKeyStore", store, nil)
			until("DISCONNECTED")
			return time.Since(begin)
		}},
		labtest.Action{Name: "connect", Run: func() time.Duration {
			begin := time.Now()
			d.kms(b, "ConnectCustomKeyStore", store, nil)
			until("CONNECTED")
			return time.Since(begin)
		}})
}
