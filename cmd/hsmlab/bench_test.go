package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/lab"
	"github.com/hsmlab/hsmlab/hsmsim/lab/labtest"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
)

// program is the hsmlab that these benchmarks measure, as it is released: the test program is another one.
func program(b *testing.B) string {
	b.Helper()
	path := os.Getenv("HSMLAB_PROGRAM")
	if path == "" {
		b.Skip("HSMLAB_PROGRAM does not say which hsmlab to measure")
	}
	return path
}

// surroundings lead a process to a lab of labtest, which has its sockets where they are without a directory for
// them.
func surroundings(h lab.Home) []string {
	return append(os.Environ(), "HSMLAB_HOME="+h.Dir, "XDG_RUNTIME_DIR=")
}

// daemon is the daemon of a lab in a process of its own.
type daemon struct {
	home    lab.Home
	process *exec.Cmd
	client  *lab.Client
}

// launch starts a lab's daemon and tells how long it took until it had answered.
func launch(b *testing.B, h lab.Home) (*daemon, time.Duration) {
	b.Helper()
	d := &daemon{home: h, process: exec.Command(program(b), lab.DaemonCommand)}
	d.process.Env = surroundings(h)
	out, err := d.process.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	begin := time.Now()
	if err := d.process.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if d.process.ProcessState == nil {
			d.process.Process.Kill()
			d.process.Wait()
		}
	})
	said := make([]byte, 100)
	n, _ := out.Read(said)
	if string(said[:n]) != lab.SaysReady+"\n" {
		b.Fatalf("the daemon says %q", said[:n])
	}
	d.client, err = lab.Connect(context.Background(), h)
	taken := time.Since(begin)
	if err != nil {
		b.Fatal(err)
	}
	return d, taken
}

// stop ends the daemon.
func (d *daemon) stop(b *testing.B) {
	b.Helper()
	err := d.client.Stop(context.Background())
	d.client.Close()
	if wait := d.process.Wait(); err != nil || wait != nil {
		b.Fatal(err, wait)
	}
}

// world starts a lab of a scenario for the time of a benchmark.
func world(b *testing.B, scenario string) *daemon {
	b.Helper()
	d, _ := launch(b, labtest.Home(b, scenario))
	b.Cleanup(func() { d.stop(b) })
	return d
}

// command is a process that works with the lab.
func (d *daemon) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Env = surroundings(d.home)
	return cmd
}

// tool is a run of one of the lab's tools with an input. It fails the benchmark once where the output lacks want.
func (d *daemon) tool(b *testing.B, input, want, name string, args ...string) func() {
	b.Helper()
	run := func(out *bytes.Buffer) {
		cmd := d.command(filepath.Join(d.home.Prefix(), "bin", name), args...)
		cmd.Stdin = strings.NewReader(input)
		if out != nil {
			cmd.Stdout = out
		}
		if err := cmd.Run(); err != nil {
			b.Fatal(err)
		}
	}
	var out bytes.Buffer
	run(&out)
	if !strings.Contains(out.String(), want) {
		b.Fatalf("%s %s printed %q, without %q", name, args, out.String(), want)
	}
	return func() { run(nil) }
}

const (
	loginAlone = "loginHSM -u CU -s example_user -p password1"
	singleFind = "singlecmd " + loginAlone + " findKey"
	findsWell  = "Cfm3FindKey returned: 0x00"
)

// BenchmarkFindKeyProcess is a whole process of key_mgmt_util that logs in on the default world and finds keys,
// beside git doing next to nothing, with what of it is the slow hash of the password.
func BenchmarkFindKeyProcess(b *testing.B) {
	find := world(b, "").tool(b, "", findsWell, "key_mgmt_util", strings.Fields(singleFind)...)
	labtest.Medians(b,
		labtest.Timed("tool", find),
		labtest.Timed("git", func() {
			if err := exec.Command("git", "--version").Run(); err != nil {
				b.Fatal(err)
			}
		}),
		labtest.Timed("stretch", func() {
			if _, err := hsm.Stretch(hsm.Salt{}, "example_user", "password1"); err != nil {
				b.Fatal(err)
			}
		}))
}

// typed is a tool that reads a login and then a command so many times.
func (d *daemon) typed(b *testing.B, tool, login, command, want string, times int) labtest.Action {
	b.Helper()
	var args []string
	if tool == "cloudhsm_mgmt_util" {
		args = []string{"/opt/cloudhsm/etc/cloudhsm_mgmt_util.cfg"}
	}
	input := login + "\n" + strings.Repeat(command+"\n", times) + "exit\n"
	if times == 0 {
		want = ""
	}
	return labtest.Timed(fmt.Sprintf("%d-times", times), d.tool(b, input, want, tool, args...))
}

// BenchmarkTypedCommand is one command of many that key_mgmt_util reads from its standard input, beside the
// smallest request to the same HSM and its answer.
func BenchmarkTypedCommand(b *testing.B) {
	const times = 2000
	d := world(b, labtest.Cluster(3, 3300)+"    keys: [{handle: 262162, class: secret, type: AES, owner: 3}]\n")
	login, command, want := "loginHSM -u CU -s kmsuser -p kmsPswd1", "getKeyInfo -k 262162", "Owned by user 3"
	c, err := wire.Dial(context.Background(), d.home.Socket(labtest.Address(0)))
	if err != nil {
		b.Fatal(err)
	}
	defer c.Close()
	m := labtest.Medians(b,
		d.typed(b, "key_mgmt_util", login, command, want, 0),
		d.typed(b, "key_mgmt_util", login, command, want, times),
		labtest.Timed("round-trips", func() {
			for range times {
				if _, err := wire.Settle.Call(context.Background(), c, hsm.Done{}); err != nil {
					b.Fatal(err)
				}
			}
		}))
	b.ReportMetric(labtest.Milliseconds(m[1]-m[0])/times, "command-ms")
	b.ReportMetric(labtest.Milliseconds(m[2])/times, "round-trip-ms")
}

// BenchmarkLoginTool logs in on one HSM and on the most that a cluster has, with a process of key_mgmt_util and
// with a command that cloudhsm_mgmt_util reads.
func BenchmarkLoginTool(b *testing.B) {
	const times = 20
	var actions []labtest.Action
	for _, hsms := range []int{1, 28} {
		d := world(b, labtest.Cluster(hsms, 3300))
		process := d.tool(b, "", findsWell, "key_mgmt_util", strings.Fields(singleFind)...)
		login, want := "loginHSM CO admin adminpw1", fmt.Sprintf("success on server %d", hsms-1)
		once := d.typed(b, "cloudhsm_mgmt_util", login, login, want, 0)
		often := d.typed(b, "cloudhsm_mgmt_util", login, login, want, times)
		once.Name, often.Name = fmt.Sprintf("once-%d", hsms), fmt.Sprintf("often-%d", hsms)
		actions = append(actions, once, often, labtest.Timed(fmt.Sprintf("process-%d", hsms), process))
	}
	m := labtest.Medians(b, actions...)
	b.ReportMetric(labtest.Milliseconds(m[1]-m[0])/times, "typed-1-ms")
	b.ReportMetric(labtest.Milliseconds(m[4]-m[3])/times, "typed-28-ms")
}

// BenchmarkFindManyKeys is a findKey of many that key_mgmt_util reads, on an HSM that holds so many keys.
func BenchmarkFindManyKeys(b *testing.B) {
	const times = 10
	for _, keys := range []int{3300, 100_000} {
		b.Run(fmt.Sprint(keys), func(b *testing.B) {
			d := world(b, labtest.Cluster(1, keys))
			labtest.LoadKeys(b, d.home, keys)
			want := fmt.Sprintf("number of keys present %d", keys)
			m := labtest.Medians(b,
				d.typed(b, "key_mgmt_util", loginAlone, "findKey", want, 0),
				d.typed(b, "key_mgmt_util", loginAlone, "findKey", want, times))
			b.ReportMetric(labtest.Milliseconds(m[1]-m[0])/times, "command-ms")
		})
	}
}
