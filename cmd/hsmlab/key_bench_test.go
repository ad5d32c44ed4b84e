package main

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/cluster"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/lab/labtest"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

// BenchmarkSign is one signature of many that one key_mgmt_util makes as it reads its standard input. Beside it are
// Go's own crypto in a bare loop, and that with what else cannot be done without: the file that is read, the one that
// is written, and the way to the HSM and back.
func BenchmarkSign(b *testing.B) {
	message := []byte("a message")
	sum := func() []byte {
		digest := sha256.Sum256(message)
		return digest[:]
	}
	b.Run("RSA-2048", func(b *testing.B) {
		key, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			b.Fatal(err)
		}
		benchmarkSign(b, "genRSAKeyPair -m 2048 -e 65537 -l k", 1, 300, message, func() ([]byte, error) {
			return rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum())
		})
	})
	b.Run("P-256", func(b *testing.B) {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			b.Fatal(err)
		}
		benchmarkSign(b, "genECCKeyPair -i 2 -l k", 17, 3000, message, func() ([]byte, error) {
			return ecdsa.SignASN1(rand.Reader, key, sum())
		})
	})
}

func benchmarkSign(b *testing.B, makeKey string, mechanism, times int, message []byte, sign func() ([]byte, error)) {
	d := world(b, labtest.Cluster(3, 3300)+"    next_handles: [6, 7]\n")
	d.tool(b, "", "private key handle: 7", "key_mgmt_util", strings.Fields("singlecmd "+loginAlone+" "+makeKey)...)
	dir := b.TempDir()
	in, out, floor := filepath.Join(dir, "message"), filepath.Join(dir, "signature"), filepath.Join(dir, "floor")
	if err := os.WriteFile(in, message, 0o600); err != nil {
		b.Fatal(err)
	}
	c, err := wire.Dial(context.Background(), d.home.Socket(labtest.Address(0)))
	if err != nil {
		b.Fatal(err)
	}
	defer c.Close()
	line := fmt.Sprintf("sign -f %s -k 7 -m %d -out %s", in, mechanism, out)
	m := labtest.Medians(b,
		d.typed(b, "key_mgmt_util", loginAlone, line, "Cfm3Sign returned: 0x00", 0),
		d.typed(b, "key_mgmt_util", loginAlone, line, "Cfm3Sign returned: 0x00", times),
		labtest.Timed("loop", func() {
			for range times {
				if _, err := sign(); err != nil {
					b.Fatal(err)
				}
			}
		}),
		labtest.Timed("floor", func() {
			for range times {
				signature, err := sign()
				if err == nil {
					_, err = os.ReadFile(in)
				}
				if err == nil {
					err = overwrite(floor, signature)
				}
				if err == nil {
					_, err = wire.Settle.Call(context.Background(), c, hsm.Done{})
				}
				if err != nil {
					b.Fatal(err)
				}
			}
		}))
	b.ReportMetric(labtest.Milliseconds(m[1]-m[0])/float64(times), "tool-ms")
	b.ReportMetric(labtest.Milliseconds(m[2])/float64(times), "library-ms")
	b.ReportMetric(labtest.Milliseconds(m[3])/float64(times), "least-ms")
}

// overwrite writes a file without emptying it first, for which some disks wait.
func overwrite(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	if _, err := f.Write(data); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}

// BenchmarkGenSymKeyTool lets processes of key_mgmt_util make durable AES keys on three HSMs as they read their
// standard inputs, and says how many come about in a second.
func BenchmarkGenSymKeyTool(b *testing.B) {
	const each = 400
	for _, processes := range []int{1, 8} {
		b.Run(fmt.Sprint(processes), func(b *testing.B) {
			d := world(b, labtest.Cluster(3, 200_000))
			line, want := "genSymKey -t 31 -s 32 -l k", "Cfm3GenerateSymmetricKey returned: 0x00"
			run := d.typed(b, "key_mgmt_util", loginAlone, line, want, each).Run
			login := d.typed(b, "key_mgmt_util", loginAlone, line, want, 0).Run
			m := labtest.Medians(b,
				labtest.Timed("login", func() { together(processes, login) }),
				labtest.Timed("keys", func() { together(processes, run) }))
			b.ReportMetric(float64(processes*each)/(m[1]-m[0]).Seconds(), "keys/s")
		})
	}
}

// together does something so many times at once.
func together(times int, run func() time.Duration) {
	var group sync.WaitGroup
	for range times {
		group.Go(func() { run() })
	}
	group.Wait()
}

// BenchmarkSingleCommands is a shell's loop of 1,000 processes of key_mgmt_util, each of which logs in and makes a
// key. All keys must be on all three HSMs.
func BenchmarkSingleCommands(b *testing.B) {
	const keys = 1000
	d := world(b, labtest.Cluster(3, 3300))
	loop := fmt.Sprintf("i=0; while [ $i -lt %d ]; do %s singlecmd %s genSymKey -t 31 -s 32 -l k$i || exit; i=$((i+1)); done",
		keys, filepath.Join(d.home.Prefix(), "bin", "key_mgmt_util"), loginAlone)
	begin := time.Now()
	if err := d.command("sh", "-c", loop).Run(); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(labtest.Milliseconds(time.Since(begin))/keys, "process-ms")
	b.ReportMetric(0, "ns/op")
	for node := range 3 {
		a := labtest.Application(b, d.home, cluster.Settings{Home: node, HasHome: true}, "example_user", "password1")
		found, o := a.FindKeys(context.Background(), hsm.FindRequest{})
		if !o.OK() || len(found) != keys {
			b.Fatalf("HSM %d has %d keys of %d: %v", node, len(found), keys, o)
		}
	}
}
