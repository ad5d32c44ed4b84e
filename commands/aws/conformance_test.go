package aws

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// realCLI is where Debian's package awscli, version 2, has its program.
const realCLI = "/usr/bin/aws"

// TestConformance runs every command line of the table through the real AWS CLI and through ours, against the
// same server, and compares what they print, how they end, and what they send. It needs the real CLI, version 2.
func TestConformance(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the real AWS CLI some hundred times")
	}
	version, err := exec.Command(realCLI, "--version").Output()
	if err != nil || !bytes.HasPrefix(version, []byte("aws-cli/2.9.")) {
		t.Skip("the AWS CLI 2.9 is not installed as " + realCLI)
	}
	seen := map[string]bool{}
	for _, l := range conformanceLines() {
		if seen[l.name()] {
			t.Errorf("%s is in the table twice", l.name())
		}
		seen[l.name()] = true
		t.Run(l.name(), func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			writeFiles(t, dir)
			want := play(t, dir, l, runReal)
			got := play(t, dir, l, runOurs)
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("aws %s (-real +ours):\n%s", l.args, d)
			}
		})
	}
	if len(seen) < 150 {
		t.Errorf("only %d command lines are compared", len(seen))
	}
}

// line is a command line with what the server answers to its requests, one after another; the last answer is
// given again.
type line struct {
	args    string // words in single quotes keep their blanks; DIR is a directory of files
	answers []string
	status  int    // of the answers; 0 is 200
	env     string // variables, blank-separated
}

func (l line) name() string {
	name := strings.TrimSpace(l.env + " " + l.args)
	if len(l.answers) > 0 {
		name += " " + l.answers[0][:min(40, len(l.answers[0]))]
	}
	if l.status != 0 {
		name += " " + http.StatusText(l.status)
	}
	return name
}

func (l line) words(dir string) []string {
	var words []string
	word, open, quoted := "", false, false
	for _, r := range strings.ReplaceAll(l.args, "DIR", dir) {
		switch {
		case r == '\'':
			quoted, open = !quoted, true
		case r == ' ' && !quoted:
			if open {
				words = append(words, word)
			}
			word, open = "", false
		default:
			word, open = word+string(r), true
		}
	}
	if open {
		words = append(words, word)
	}
	return words
}

// outcome is what a command line did.
type outcome struct {
	Stdout, Stderr string
	Status         int
	Requests       []sent
}

// sent is a request without what differs from one moment to the next.
type sent struct {
	Target, ContentType, Scope string
	Body                       any
}

func writeFiles(t *testing.T, dir string) {
	for name, content := range map[string]string{
		"text": "hello\n", "binary": "\x00\xff\x80", "base64": "aGVs\nbG8=\n", "tags.json": `[{"TagKey":"a","TagValue":"b"}]`,
		"input.json": `{"KeyId":"k","Tags":[{"TagKey":"a","TagValue":"b"}]}`,
		"config":     "[default]\nregion = eu-west-1\noutput = text\n[profile other]\nregion = ap-south-1\ncli_binary_format = raw-in-base64-out\n",
		"secrets":    "[default]\naws_access_key_id = AKIDFILE\naws_secret_access_key = s\n[other]\naws_access_key_id = AKIDOTHER\naws_secret_access_key = s\naws_session_token = t\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// environment is that of a command line: nothing of the person's own.
func (l line) environment(dir string) []string {
	env := []string{
		"PATH=/usr/bin:/bin", "HOME=" + dir, "TZ=UTC", "LC_ALL=C.UTF-8", "AWS_PAGER=", "AWS_EC2_METADATA_DISABLED=true",
		"AWS_DEFAULT_REGION=us-east-1", "AWS_ACCESS_KEY_ID=AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY=secret",
		"AWS_CONFIG_FILE=" + filepath.Join(dir, "none"), "AWS_SHARED_CREDENTIALS_FILE=" + filepath.Join(dir, "none"),
	}
	for _, v := range strings.Fields(strings.ReplaceAll(l.env, "DIR", dir)) {
		name, word, _ := strings.Cut(v, "=")
		env = slices.DeleteFunc(env, func(e string) bool { return strings.HasPrefix(e, name+"=") })
		if word != "" { // NAME= takes the variable away
			env = append(env, v)
		}
	}
	return env
}

type runner func(t *testing.T, args, env []string) (stdout, stderr string, status int)

// play runs a command line against a server of its own. What is printed speaks of URL instead of its address.
func play(t *testing.T, dir string, l line, run runner) outcome {
	var o outcome
	var mu sync.Mutex
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		mu.Lock()
		defer mu.Unlock()
		o.Requests = append(o.Requests, readSent(r, body))
		answer := "{}"
		if n := len(l.answers); n > 0 {
			answer = l.answers[min(len(o.Requests), n)-1]
		}
		w.Header().Set("x-amzn-RequestId", "6b0f3a0e-0000-4000-8000-000000000001")
		if l.status != 0 {
			w.WriteHeader(l.status)
		}
		io.WriteString(w, answer)
	}))
	defer server.Close()
	args := l.words(dir)
	if !strings.Contains(l.args, "--endpoint-url") {
		args = append([]string{"--endpoint-url", server.URL}, args...)
	}
	o.Stdout, o.Stderr, o.Status = run(t, args, l.environment(dir))
	o.Stdout = strings.ReplaceAll(o.Stdout, server.URL, "URL")
	o.Stderr = strings.ReplaceAll(o.Stderr, server.URL, "URL")
	return o
}

func readSent(r *http.Request, body []byte) sent {
	s := sent{Target: r.Header.Get("X-Amz-Target"), ContentType: r.Header.Get("Content-Type")}
	if credential, ok := strings.CutPrefix(r.Header.Get("Authorization"), "AWS4-HMAC-SHA256 Credential="); ok {
		if parts := strings.Split(strings.Split(credential, ",")[0], "/"); len(parts) == 5 {
			s.Scope = strings.Join([]string{parts[0], parts[2], parts[3], parts[4]}, "/")
		}
		s.Scope += " " + strings.Split(strings.Split(r.Header.Get("Authorization"), "SignedHeaders=")[1], ",")[0]
	}
	if json.Unmarshal(body, &s.Body) != nil {
		form, _ := url.ParseQuery(string(body))
		form.Del("ClientToken")
		s.Body = form
	}
	return s
}

func runReal(t *testing.T, args, env []string) (string, string, int) {
	c := exec.Command(realCLI, args...)
	c.Env = env
	var stdout, stderr bytes.Buffer
	c.Stdout, c.Stderr = &stdout, &stderr
	err := c.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return stdout.String(), stderr.String(), c.ProcessState.ExitCode()
}

func runOurs(t *testing.T, args, env []string) (string, string, int) {
	var stdout, stderr bytes.Buffer
	status := Main(context.Background(), testEnv(args, env, &stdout, &stderr))
	return stdout.String(), stderr.String(), status
}

// testEnv waits for nothing and has the variables given.
func testEnv(args, env []string, stdout, stderr io.Writer) Env {
	variables := map[string]string{}
	for _, v := range env {
		name, word, _ := strings.Cut(v, "=")
		variables[name] = word
	}
	zone, err := time.LoadLocation(firstOf(variables["TZ"], "UTC"))
	if err != nil {
		panic(err)
	}
	return Env{
		Args: args, Stdout: stdout, Stderr: stderr, Getenv: func(name string) string { return variables[name] },
		Now:   func() time.Time { return time.Date(2017, 7, 5, 21, 4, 55, 0, time.UTC) },
		Sleep: func(ctx context.Context, _ time.Duration) error { return ctx.Err() }, Zone: zone,
	}
}

// TestRequestsOfVersion1 compares what is sent with version 1 of the real CLI, which knows the newest members.
func TestRequestsOfVersion1(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the real AWS CLI some dozen times")
	}
	path, err := exec.LookPath("aws")
	if err != nil {
		t.Skip("no AWS CLI is installed")
	}
	if version, err := exec.Command(path, "--version").CombinedOutput(); err != nil || !bytes.HasPrefix(version, []byte("aws-cli/1.4")) {
		t.Skip("the AWS CLI in the path is not version 1")
	}
	for _, args := range newestLines() {
		t.Run(args, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			writeFiles(t, dir)
			l := line{args: args}
			want := play(t, dir, l, func(t *testing.T, args, env []string) (string, string, int) {
				c := exec.Command(path, args...)
				c.Env = append(env, "PATH="+os.Getenv("PATH"), "HOME="+os.Getenv("HOME"))
				out, err := c.CombinedOutput()
				if err != nil {
					t.Fatalf("%v: %s", err, out)
				}
				return "", "", 0
			})
			got := play(t, dir, l, runOurs)
			if len(got.Requests) != 1 || !reflect.DeepEqual(want.Requests, got.Requests) {
				t.Errorf("aws %s (-real +ours):\n%s%s", args, cmp.Diff(want.Requests, got.Requests), got.Stderr)
			}
		})
	}
}
