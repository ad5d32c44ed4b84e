package aws

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/hsmlab/hsmlab/commands/aws/model"
)

// usual are the variables of most tests.
var usual = []string{"AWS_REGION=us-east-1", "AWS_ACCESS_KEY_ID=AKID", "AWS_SECRET_ACCESS_KEY=s", "HOME=/nonexistent"}

// call runs a command line against a handler.
func call(t *testing.T, handler http.HandlerFunc, env []string, args ...string) (stdout, stderr string, status int) {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return runOurs(t, args, append([]string{"AWS_ENDPOINT_URL=" + server.URL}, env...))
}

func answer(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, text) }
}

func TestNothingIsCalledWithoutAnEndpoint(t *testing.T) {
	_, stderr, status := runOurs(t, []string{"kms", "list-keys"}, usual)
	if status != statusConfiguration || !strings.Contains(stderr, "You must specify an endpoint") {
		t.Errorf("%d %s", status, stderr)
	}
}

func TestEndpointOfAService(t *testing.T) {
	other := httptest.NewServer(answer(`{"Clusters":[{"ClusterId":"other"}]}`))
	defer other.Close()
	out, stderr, status := call(t, answer(`{}`), append(usual, "AWS_ENDPOINT_URL_CLOUDHSM_V2="+other.URL), "cloudhsmv2", "describe-clusters", "--query", "Clusters[0].ClusterId")
	if out != "\"other\"\n" || status != 0 {
		t.Errorf("%d %s%s", status, out, stderr)
	}
}

func TestEndpointOfAProfile(t *testing.T) {
	server := httptest.NewServer(answer(`{"Plaintext":"AA=="}`))
	defer server.Close()
	file := filepath.Join(t.TempDir(), "config")
	text := "[profile lab]\nregion=eu-west-1\nendpoint_url = " + server.URL + "\naws_access_key_id=a\naws_secret_access_key=b\noutput=text\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	out, stderr, status := runOurs(t, []string{"kms", "generate-random", "--profile", "lab"}, []string{"AWS_CONFIG_FILE=" + file})
	if out != "AA==\n" || status != 0 {
		t.Errorf("%d %s%s", status, out, stderr)
	}
}

func TestBrokenConfigurationFile(t *testing.T) {
	for _, text := range []string{"region = x\n", "[default]\nnonsense\n"} {
		file := filepath.Join(t.TempDir(), "config")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, stderr, status := runOurs(t, []string{"kms", "list-keys"}, append(usual, "AWS_CONFIG_FILE="+file))
		if status != statusOther || !strings.Contains(stderr, "Unable to parse config file: "+file) {
			t.Errorf("%q: %d %s", text, status, stderr)
		}
	}
}

func TestRetries(t *testing.T) {
	for _, c := range []struct {
		name     string
		statuses []int
		body     string
		requests int
		status   int
	}{
		{"a fault that goes away", []int{500, 200}, `{"__type":"KMSInternalException"}`, 2, 0},
		{"a fault that stays", []int{500}, `{"__type":"KMSInternalException"}`, 3, statusService},
		{"throttling", []int{400}, `{"__type":"ThrottlingException"}`, 3, statusService},
		{"an error that stays", []int{400}, `{"__type":"NotFoundException"}`, 1, statusService},
	} {
		requests := 0
		_, stderr, status := call(t, func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(c.statuses[min(requests, len(c.statuses)-1)])
			requests++
			io.WriteString(w, c.body)
		}, usual, "kms", "enable-key", "--key-id", "k")
		if requests != c.requests || status != c.status {
			t.Errorf("%s: %d requests, status %d: %s", c.name, requests, status, stderr)
		}
	}
}

func TestPausesGrowAndEndWithTheContext(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(500) }))
	defer server.Close()
	ctx, cancel := context.WithCancel(context.Background())
	var pauses []time.Duration
	var stdout, stderr bytes.Buffer
	e := testEnv([]string{"kms", "list-keys"}, append(usual, "AWS_ENDPOINT_URL="+server.URL), &stdout, &stderr)
	e.Sleep = func(ctx context.Context, d time.Duration) error {
		if pauses = append(pauses, d); len(pauses) == 2 {
			cancel()
		}
		return ctx.Err()
	}
	if status := Main(ctx, e); status != statusOther || !strings.Contains(stderr.String(), "context canceled") {
		t.Errorf("%d %s", status, stderr.String())
	}
	if len(pauses) != 2 || pauses[0] > time.Second || pauses[1] > 2*time.Second {
		t.Errorf("pauses of %v", pauses)
	}
}

func TestServerThatHangsUp(t *testing.T) {
	_, stderr, status := call(t, func(w http.ResponseWriter, r *http.Request) { panic(http.ErrAbortHandler) }, usual, "kms", "list-keys")
	if status != statusOther || !strings.Contains(stderr, "Connection was closed before we received a valid response from endpoint URL") {
		t.Errorf("%d %s", status, stderr)
	}
}

func TestSameTokenTwiceEndsPaging(t *testing.T) {
	_, stderr, status := call(t, answer(`{"Keys":[{"KeyId":"1"}],"Truncated":true,"NextMarker":"m"}`), usual, "kms", "list-keys")
	if status != statusOther || !strings.Contains(stderr, "The same next token was received twice") {
		t.Errorf("%d %s", status, stderr)
	}
}

// What is shown page by page with --max-items and --starting-token is what is shown at once.
func TestResuming(t *testing.T) {
	pages := map[string]string{
		"":   `{"Keys":[{"KeyId":"1"},{"KeyId":"2"},{"KeyId":"3"}],"Truncated":true,"NextMarker":"m1"}`,
		"m1": `{"Keys":[{"KeyId":"4"}],"Truncated":true,"NextMarker":"m2"}`,
		"m2": `{"Keys":[{"KeyId":"5"},{"KeyId":"6"}],"Truncated":false}`,
	}
	handler := func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		for marker, page := range pages {
			if marker == "" && string(body) == "{}" || marker != "" && bytes.Contains(body, []byte(marker)) {
				io.WriteString(w, page)
			}
		}
	}
	for items := 1; items < 7; items++ {
		var shown []string
		args := []string{"kms", "list-keys", "--query", "{Ids:Keys[].KeyId,Token:NextToken}", "--max-items", strconv.Itoa(items)}
		for token := ""; ; {
			asked := args
			if token != "" {
				asked = append(args[:len(args):len(args)], "--starting-token", token)
			}
			out, stderr, status := call(t, handler, usual, asked...)
			var part struct {
				Ids   []string
				Token string
			}
			if err := json.Unmarshal([]byte(out), &part); err != nil || status != 0 {
				t.Fatalf("%v: %v %s", asked, err, stderr)
			}
			shown = append(shown, part.Ids...)
			if token = part.Token; token == "" || len(shown) > 6 {
				break
			}
		}
		if want := []string{"1", "2", "3", "4", "5", "6"}; !slices.Equal(shown, want) {
			t.Errorf("%d at a time: %v", items, shown)
		}
	}
}

func TestWireTimes(t *testing.T) {
	file := filepath.Join(t.TempDir(), "config")
	if err := os.WriteFile(file, []byte("[default]\ncli_timestamp_format = wire\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	out, _, _ := call(t, answer(`{"KeyMetadata":{"CreationDate":1499288695.918}}`), append(usual, "AWS_CONFIG_FILE="+file), "kms", "describe-key", "--key-id", "k", "--output", "text")
	if out != "KEYMETADATA\t1499288695.918\n" {
		t.Errorf("got %q", out)
	}
}

func TestVersion(t *testing.T) {
	out, _, status := runOurs(t, []string{"--version"}, nil)
	if status != 0 || !strings.HasPrefix(out, "aws-cli/2.") || !strings.Contains(out, " hsmlab/") {
		t.Errorf("%d %s", status, out)
	}
}

// Every operation has help, which names all its options; a wrong word is refused with the words that are allowed.
func TestHelp(t *testing.T) {
	out, _, status := runOurs(t, []string{"help"}, nil)
	for _, s := range model.Services() {
		if status != 0 || !strings.Contains(out, "  "+s.Name+" ") {
			t.Errorf("aws help lacks %s", s.Name)
		}
		commands, _, _ := runOurs(t, []string{s.Name, "help"}, nil)
		for _, c := range s.Commands() {
			if !strings.Contains(commands, "  "+c+"\n") {
				t.Errorf("aws %s help lacks %s", s.Name, c)
			}
			text, stderr, status := runOurs(t, []string{s.Name, c, "help"}, nil)
			op, err := s.Operation(c)
			if err != nil || status != 0 {
				t.Fatalf("aws %s %s help: %v %s", s.Name, c, err, stderr)
			}
			for _, o := range operationOptions(op) {
				if !strings.Contains(text, o.name) && !strings.HasPrefix(o.name, "--cli-") && !strings.HasPrefix(o.name, "--generate-") {
					t.Errorf("aws %s %s help lacks %s", s.Name, c, o.name)
				}
			}
		}
	}
}

func TestWrongWords(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{"kmss list-keys", "Invalid choice: 'kmss', maybe you meant:\n\n  * kms\n"},
		{"kms descrbe-key --key-id k", "Invalid choice: 'descrbe-key', maybe you meant:\n\n  * describe-key\n"},
		{"kms xyz", "create-key "},
		{"kms list-keys --output yaml", "hsmlab's aws does not write yaml"},
		{"kms list-keys --generate-cli-skeleton yaml-input", "hsmlab's aws does not write yaml"},
		{"kms list-keys --debug=yes", "ignored explicit argument 'yes'"},
		{"", "the following arguments are required: command"},
	} {
		out, stderr, status := runOurs(t, strings.Fields(c.args), usual)
		if status != statusUsage || out != "" || !strings.Contains(stderr, c.want) {
			t.Errorf("aws %s: %d %s%s", c.args, status, out, stderr)
		}
	}
}

func TestSkeletonIsTaken(t *testing.T) {
	skeleton, _, _ := runOurs(t, []string{"kms", "create-grant", "--generate-cli-skeleton"}, usual)
	filled := strings.NewReplacer(`: ""`, `: "x"`, `        ""`, `"x"`).Replace(skeleton)
	out, stderr, status := call(t, answer(`{"GrantId":"g"}`), usual, "kms", "create-grant", "--cli-input-json", filled)
	if status != 0 || !strings.Contains(out, `"GrantId": "g"`) {
		t.Errorf("%d %s%s", status, out, stderr)
	}
	answered, _, _ := runOurs(t, []string{"kms", "encrypt", "--generate-cli-skeleton", "output"}, usual)
	if !strings.Contains(answered, `"EncryptionAlgorithm": "EncryptionAlgorithm"`) {
		t.Errorf("got %s", answered)
	}
}

func TestBadAnswers(t *testing.T) {
	for _, c := range []struct {
		args, answer, stdout, stderr string
		status                       int
	}{
		{"kms describe-key --key-id k", `{"KeyMetadata":5}`, "{\n    \"KeyMetadata\": null\n}\n", "", 0},
		{"kms list-keys", `{"Keys":"x"}`, "", "", 0},
		{"kms list-keys", `[1]`, "", "", 0},
		{"sts get-caller-identity", "<a>", "", "invalid XML received", statusOther},
		{"sts get-caller-identity", "<a/>", "", "", 0},
		{"ec2 describe-vpcs", strings.Repeat("<a>", 200), "", "nested deeper than 100", statusOther},
		{"cloudwatch get-metric-statistics --namespace n --metric-name m --start-time 1 --end-time 2 --period 60",
			"<R><GetMetricStatisticsResult><Datapoints><member><Average>x</Average><Timestamp>y</Timestamp><ExtendedStatistics><entry><key>p99</key><value>2.5</value></entry></ExtendedStatistics></member></Datapoints></GetMetricStatisticsResult></R>",
			"{\n    \"Datapoints\": [\n        {\n            \"Timestamp\": \"y\",\n            \"Average\": \"x\",\n            \"ExtendedStatistics\": {\n                \"p99\": 2.5\n            }\n        }\n    ]\n}\n", "", 0},
	} {
		out, stderr, status := call(t, answer(c.answer), usual, strings.Fields(c.args)...)
		if status != c.status || out != c.stdout || !strings.Contains(stderr, c.stderr) {
			t.Errorf("aws %s with %.30s: %d %s%s", c.args, c.answer, status, out, stderr)
		}
	}
}

// No command line makes the program panic or end with a status of its own.
func FuzzMain(f *testing.F) {
	for _, l := range conformanceLines() {
		f.Add(l.args, strings.Join(l.answers, ""))
	}
	f.Fuzz(func(t *testing.T, args, answer string) {
		var stdout, stderr bytes.Buffer
		l := line{args: args}
		e := testEnv(l.words("/nonexistent"), append(usual, "AWS_ENDPOINT_URL=http://127.0.0.1:1"), &stdout, &stderr)
		if strings.Contains(args, "file") {
			t.Skip("it may name any file")
		}
		e.HTTP = &http.Client{Transport: canned(answer)}
		if status := Main(context.Background(), e); !slices.Contains([]int{0, statusUsage, statusConfiguration, statusService, statusOther}, status) {
			t.Errorf("aws %s ends with %d", args, status)
		}
	})
}

// canned answers every request with the same.
type canned string

func (c canned) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: 200, Body: io.NopCloser(strings.NewReader(string(c))), Request: r}, nil
}
