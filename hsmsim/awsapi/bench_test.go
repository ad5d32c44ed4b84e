package awsapi

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/hsmlab/hsmlab/hsmsim/trail"
)

// sign signs a request with the SDK's signer.
func sign(t testing.TB, r *http.Request, body, service string, at time.Time) {
	t.Helper()
	sum := sha256.Sum256([]byte(body))
	who := aws.Credentials{AccessKeyID: testKeyID, SecretAccessKey: testSecret}
	if err := v4.NewSigner().SignHTTP(t.Context(), who, r, hex.EncodeToString(sum[:]), service, "us-west-2", at); err != nil {
		t.Fatal(err)
	}
}

// dropping takes events and forgets them.
type dropping struct{}

func (dropping) Record(trail.Event) {}

// BenchmarkEncrypt measures what the endpoint adds to a call: signed requests over loopback to a service that does
// nothing, from a client that has signed before.
func BenchmarkEncrypt(b *testing.B) {
	for _, conns := range []int{1, 8} {
		b.Run(fmt.Sprintf("conns=%d", conns), func(b *testing.B) {
			w := newWorld(b, func(o *Options) { o.Trail = dropping{} })
			url := w.start(b)
			const body = `{"KeyId":"alias/bench","Plaintext":"aGVsbG8gd29ybGQ=","EncryptionContext":{"purpose":"bench"}}`
			r, _ := http.NewRequest(http.MethodPost, url+"/", strings.NewReader(body))
			r.Header.Set("X-Amz-Target", "TrentService.Encrypt")
			r.Header.Set("Content-Type", "application/x-amz-json-1.1")
			sign(b, r, body, "kms", time.Now())
			var raw bytes.Buffer
			r.Write(&raw)
			b.ReportAllocs()
			work := make(chan struct{}, conns)
			done := make(chan error, conns)
			for range conns {
				go func() { done <- client(strings.TrimPrefix(url, "http://"), raw.Bytes(), work) }()
			}
			for b.Loop() {
				work <- struct{}{}
			}
			close(work)
			for range conns {
				if err := <-done; err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "calls/s")
		})
	}
}

// client sends one request for each piece of work.
func client(address string, raw []byte, work <-chan struct{}) error {
	c, err := net.Dial("tcp", address)
	if err != nil {
		return err
	}
	defer c.Close()
	in := bufio.NewReader(c)
	for range work {
		if _, err := c.Write(raw); err != nil {
			return err
		}
		n, ok := 0, false
		for {
			line, err := in.ReadSlice('\n')
			if err != nil {
				return err
			}
			switch {
			case bytes.HasPrefix(line, []byte("HTTP/1.1 200")):
				ok = true
			case bytes.HasPrefix(line, []byte("Content-Length: ")):
				fmt.Sscan(string(line[len("Content-Length: "):]), &n)
			}
			if len(line) == 2 {
				break
			}
		}
		if _, err := io.CopyN(io.Discard, in, int64(n)); err != nil {
			return err
		}
		if !ok {
			return fmt.Errorf("refused")
		}
	}
	return nil
}
