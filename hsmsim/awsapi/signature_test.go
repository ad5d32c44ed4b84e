package awsapi

import (
	"bufio"
	"encoding/hex"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// suiteSecret is the secret of AWS's test suite for Signature Version 4; its key id is AKIDEXAMPLE.
const suiteSecret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"

// suiteWorld is an endpoint that has that key, in the minute of the suite.
func suiteWorld(t testing.TB) *world {
	w := newWorld(t, func(o *Options) { o.Keys = []Key{{ID: "AKIDEXAMPLE", Secret: suiteSecret}} })
	w.now = func() time.Time { return time.Date(2015, 8, 30, 12, 36, 0, 0, time.UTC) }
	return w
}

// check verifies a request as the endpoint does, and returns the exception's code or "".
func (w *world) check(t testing.TB, r *http.Request, service string) string {
	t.Helper()
	query := &form{}
	if err := query.add(r.URL.RawQuery); err != nil {
		t.Fatal(err)
	}
	a, ex := authorizationOf(r, query)
	if ex != nil {
		return ex.Code
	}
	k, ex := w.identify(&a)
	if ex != nil {
		return ex.Code
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	if _, ex := w.verify(r, query, &a, k, service, body, nil); ex != nil {
		return ex.Code
	}
	return ""
}

// Values that AWS has published: the example of its documentation, and cases of its test suite.
func TestSignatureExamples(t *testing.T) {
	const scope = "Credential=AKIDEXAMPLE/20150830/us-east-1/"
	for _, c := range []struct{ name, service, signed, signature, request string }{
		{
			"documentation", "iam", "content-type;host;x-amz-date",
			"5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
			"GET /?Action=ListUsers&Version=2010-05-08 HTTP/1.1\nHost: iam.amazonaws.com\nContent-Type: application/x-www-form-urlencoded; charset=utf-8\n",
		}, {
			"get-vanilla", "service", "host;x-amz-date",
			"5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
			"GET / HTTP/1.1\nHost: example.amazonaws.com\n",
		}, {
			"get-vanilla-query-order-key-case", "service", "host;x-amz-date",
			"b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
			"GET /?Param2=value2&Param1=value1 HTTP/1.1\nHost: example.amazonaws.com\n",
		}, {
			"get-header-value-trim", "service", "host;my-header1;my-header2;x-amz-date",
			"acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736",
			"GET / HTTP/1.1\nHost: example.amazonaws.com\nMy-Header1:  value1\nMy-Header2: \"a   b   c\"\n",
		}, {
			"post-vanilla", "service", "host;x-amz-date",
			"5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
			"POST / HTTP/1.1\nHost: example.amazonaws.com\n",
		}, {
			"post-x-www-form-urlencoded", "service", "content-type;host;x-amz-date",
			"ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
			"POST / HTTP/1.1\nHost: example.amazonaws.com\nContent-Type: application/x-www-form-urlencoded\nContent-Length: 13\n",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, signature := range []string{c.signature, strings.Repeat("0", 64)} {
				text := c.request + "X-Amz-Date: 20150830T123600Z\nAuthorization: AWS4-HMAC-SHA256 " + scope + c.service +
					"/aws4_request, SignedHeaders=" + c.signed + ", Signature=" + signature + "\n\n"
				text = strings.ReplaceAll(text, "\n", "\r\n")
				if strings.Contains(text, "Content-Length") {
					text += "Param1=value1"
				}
				r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(text)))
				if err != nil {
					t.Fatal(err)
				}
				want := ""
				if signature != c.signature {
					want = "InvalidSignatureException"
				}
				if got := suiteWorld(t).check(t, r, c.service); got != want {
					t.Errorf("got %q, want %q", got, want)
				}
			}
		})
	}
}

func TestSigningKey(t *testing.T) {
	w := newWorld(t)
	key := w.signers.key(scope{"AKIDEXAMPLE", "20120215", "us-east-1", "iam"}, "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
	if got := hex.EncodeToString(key[:]); got != "f4780e2d9f65fa895f9c67b32ce1baf0b0d8a43505a000a1a9e090d414db404d" {
		t.Errorf("got %s", got)
	}
	for i := range 10 * maxSigners {
		w.signers.key(scope{"AKIDEXAMPLE", "20120215", fmt.Sprintf("us-east-%d", i), "iam"}, "secret")
	}
	if n := len(w.signers.keys); n > maxSigners {
		t.Errorf("%d keys are kept", n)
	}
}

// Whatever the SDK signs is accepted, and is not any more when a byte of it changes.
func TestSignatureOfSDK(t *testing.T) {
	w := newWorld(t)
	random := rand.New(rand.NewPCG(1, 2))
	text := func(alphabet string, most int) string {
		b := make([]byte, random.IntN(most+1))
		for i := range b {
			b[i] = alphabet[random.IntN(len(alphabet))]
		}
		return string(b)
	}
	for i := range 500 {
		body := text("ab \n{}\x00\xff", 200)
		target := "/" + []string{"", "service/Granite/operation/Op", "a%20b/c%2Fd", "ü/~x-y_z.", "a=b&c/$@:"}[i%5]
		var query []string
		for range random.IntN(5) {
			query = append(query, escapeQuery(text("aB+ /é=&%~*", 6))+"="+escapeQuery(text("xY+ /ü=&%~*", 6)))
		}
		if query != nil {
			target += "?" + strings.Join(query, "&")
		}
		r := httptest.NewRequest(http.MethodPost, target, strings.NewReader(body))
		r.Host = []string{"127.0.0.1:4566", "localhost", "[::1]:80", "kms.us-west-2.amazonaws.com"}[random.IntN(4)]
		for range random.IntN(4) {
			r.Header.Add(fmt.Sprintf("X-Amz-Extra-%d", random.IntN(3)), strings.TrimSpace(text("v  ,;=\t", 12)))
		}
		r.Header.Set("X-Amz-Target", "TrentService.Encrypt")
		sign(t, r, body, "kms", time.Now().Add(time.Duration(random.IntN(1700)-850)*time.Second))
		r.Header.Set("Content-Length", fmt.Sprint(len(body)))
		if got := w.check(t, r, "kms"); got != "" {
			t.Fatalf("request %d, %s %q: %s", i, r.URL, r.Header, got)
		}
		change := []func(){
			func() { body += "x" },
			func() { r.Header.Set("X-Amz-Target", "TrentService.Decrypt") },
			func() { r.Host += "x" },
			func() { r.URL.RawQuery += "&x=y" },
			func() { r.URL.Path += "x"; r.URL.RawPath = "" },
			func() { r.Method = http.MethodPut },
			func() {
				a := r.Header.Get("Authorization")
				last := byte('0')
				if a[len(a)-1] == '0' {
					last = '1'
				}
				r.Header.Set("Authorization", a[:len(a)-1]+string(last))
			},
		}
		change[i%len(change)]()
		r.Body = io.NopCloser(strings.NewReader(body))
		if got := w.check(t, r, "kms"); got != "InvalidSignatureException" {
			t.Fatalf("change %d of request %d, %s: got %q", i%len(change), i, r.URL, got)
		}
	}
}

func escapeQuery(s string) string { return string(appendEscaped(nil, s, false)) }

func TestUnsignedPayload(t *testing.T) {
	w := newWorld(t)
	who := aws.Credentials{AccessKeyID: testKeyID, SecretAccessKey: testSecret}
	const unsigned = "UNSIGNED-PAYLOAD"
	for _, c := range []struct {
		name         string
		before, hash string
		after        string
		want         string
	}{
		{"signed as unsigned", unsigned, unsigned, "", ""},
		{"called unsigned later", "", "", unsigned, "InvalidSignatureException"},
		{"hash not in the headers", "", unsigned, "", "InvalidSignatureException"},
		{"not in the list of signed headers", "", unsigned, unsigned, "InvalidSignatureException"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(""))
			if c.before != "" {
				r.Header.Set("X-Amz-Content-Sha256", c.before)
			}
			hash := c.hash
			if hash == "" {
				hash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
			}
			if err := v4.NewSigner().SignHTTP(t.Context(), who, r, hash, "kms", "us-west-2", time.Now()); err != nil {
				t.Fatal(err)
			}
			if c.after != "" {
				r.Header.Set("X-Amz-Content-Sha256", c.after)
			}
			if c.name == "called unsigned later" { // an empty body has no other hash than that which was signed
				r.Body = io.NopCloser(strings.NewReader("changed"))
			}
			if got := w.check(t, r, "kms"); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestPresigned(t *testing.T) {
	w := newWorld(t)
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	who := aws.Credentials{AccessKeyID: testKeyID, SecretAccessKey: testSecret}
	r := httptest.NewRequest(http.MethodGet, "/?Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Expires=3600", nil)
	url, _, err := v4.NewSigner().PresignHTTP(t.Context(), who, r, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "sts", "us-west-2", at)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		after  time.Duration
		change [2]string
		want   string
	}{
		{0, [2]string{}, ""},
		{time.Hour, [2]string{}, ""},
		{-15 * time.Minute, [2]string{}, ""},
		{time.Hour + time.Second, [2]string{}, "InvalidSignatureException"},
		{-16 * time.Minute, [2]string{}, "InvalidSignatureException"},
		{0, [2]string{"Expires=3600", "Expires=3601"}, "InvalidSignatureException"},
		{0, [2]string{"Expires=3600", "Expires=604801"}, "IncompleteSignatureException"},
		{0, [2]string{"Expires=3600", "Expires=x"}, "IncompleteSignatureException"},
		{0, [2]string{"X-Amz-Expires=3600", "Y=1"}, "IncompleteSignatureException"},
		{0, [2]string{"AWS4-HMAC-SHA256", "AWS4-HMAC-SHA1"}, "IncompleteSignatureException"},
	} {
		w.now = func() time.Time { return at.Add(c.after) }
		changed := strings.Replace(url, c.change[0], c.change[1], 1)
		if got := w.check(t, httptest.NewRequest(http.MethodGet, changed, nil), "sts"); got != c.want {
			t.Errorf("%s after %s: got %q, want %q", changed, c.after, got, c.want)
		}
	}
}

// What a request without a right signature is told.
func TestSignatureRefused(t *testing.T) {
	w := suiteWorld(t)
	const good = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/kms/aws4_request, SignedHeaders=host;x-amz-date;x-amz-target, Signature=00"
	for _, c := range []struct {
		name, old, new string
		date           string
		code, message  string
	}{
		{"no header", good, "", "", "MissingAuthenticationTokenException", "Missing Authentication Token"},
		{"wrong signature", "", "", "", "InvalidSignatureException", msgWrongSignature},
		{"other scheme", good, "Basic YTpi", "", "IncompleteSignatureException", "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter."},
		{"other algorithm", "SHA256", "SHA1", "", "IncompleteSignatureException", "Unsupported AWS 'algorithm': 'AWS4-HMAC-SHA1'."},
		{"no signature", ", Signature=00", "", "", "IncompleteSignatureException", "Authorization header requires 'Signature' parameter."},
		{"short credential", "/kms/", "/", "", "IncompleteSignatureException", "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got 'AKIDEXAMPLE/20150830/us-east-1/aws4_request'"},
		{"long credential", "/kms/", "/kms/kms/", "", "IncompleteSignatureException", "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got 'AKIDEXAMPLE/20150830/us-east-1/kms/kms/aws4_request'"},
		{"other end", "aws4_request", "aws5_request", "", "InvalidSignatureException", "Credential should be scoped with a valid terminator: 'aws4_request', not 'aws5_request'."},
		{"other service", "/kms/", "/sts/", "", "InvalidSignatureException", "Credential should be scoped to correct service: 'kms'."},
		{"no region", "us-east-1", "US_EAST", "", "InvalidSignatureException", "Credential should be scoped to a valid region, not 'US_EAST'."},
		{"other day", "20150830", "20150829", "", "InvalidSignatureException", "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '20150829' != '20150830', from '20150830T123600Z'."},
		{"unknown key", "AKIDEXAMPLE", "AKIDNOBODY", "", "UnrecognizedClientException", "The security token included in the request is invalid."},
		{"host not signed", "host;", "", "", "InvalidSignatureException", "'Host' must be a 'SignedHeader' in the AWS Authorization."},
		{"target not signed", ";x-amz-target", "", "", "InvalidSignatureException", "'X-Amz-Target' must be a 'SignedHeader' in the AWS Authorization."},
		{"no date", "", "", "-", "IncompleteSignatureException", "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header."},
		{"bad date", "", "", "yesterday", "IncompleteSignatureException", "Date must be in ISO-8601 'basic format'. Got 'yesterday'. See http://en.wikipedia.org/wiki/ISO_8601"},
		{"old", "", "", "20150830T122059Z", "InvalidSignatureException", "Signature expired: 20150830T122059Z is now earlier than 20150830T122100Z (20150830T123600Z - 15 min.)"},
		{"early", "", "", "20150830T125101Z", "InvalidSignatureException", "Signature not yet current: 20150830T125101Z is still later than 20150830T125100Z (20150830T123600Z + 15 min.)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader("{}"))
			r.Header.Set("X-Amz-Target", "TrentService.EnableKey")
			r.Header.Set("Authorization", strings.Replace(good, c.old, c.new, 1))
			switch c.date {
			case "":
				r.Header.Set("X-Amz-Date", "20150830T123600Z")
			case "-":
			default:
				r.Header.Set("X-Amz-Date", c.date)
			}
			answer := httptest.NewRecorder()
			w.ServeHTTP(answer, r)
			want := fmt.Sprintf(`{"__type":%q,"message":%q}`, c.code, c.message)
			if answer.Code != http.StatusBadRequest || answer.Body.String() != want {
				t.Errorf("got %d %s\nwant 400 %s", answer.Code, answer.Body, want)
			}
		})
	}
	if n := len(w.trail.Events()); n != 0 {
		t.Errorf("%d events of requests that nobody is known to have made", n)
	}
}

// The Date header takes the place of X-Amz-Date.
func TestSignatureDateHeader(t *testing.T) {
	w := suiteWorld(t)
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Header.Set("Date", "Sun, 30 Aug 2015 12:36:00 GMT")
	a := authorization{keyID: "AKIDEXAMPLE", date: "20150830", region: "us-east-1", service: "kms", signed: "date;host", time: "20150830T123600Z"}
	// The endpoint says itself what it wants: this test is about where the time comes from.
	b, _ := w.verify(r, nil, &a, w.keys["AKIDEXAMPLE"], "kms", nil, nil)
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/kms/aws4_request, SignedHeaders=date;host, Signature="+string(b))
	if got := w.check(t, r, "kms"); got != "" {
		t.Errorf("got %s", got)
	}
}

func FuzzAuthorization(f *testing.F) {
	f.Add("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/kms/aws4_request, SignedHeaders=host;x-amz-date, Signature=00")
	f.Add("AWS4-HMAC-SHA256 Signature=,,Credential=////,=")
	f.Add("Basic YTpi")
	w := suiteWorld(f)
	f.Fuzz(func(t *testing.T, value string) {
		r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader("{}"))
		r.Header["Authorization"] = []string{value}
		r.Header.Set("X-Amz-Date", "20150830T123600Z")
		r.Header.Set("X-Amz-Target", "TrentService.EnableKey")
		answer := httptest.NewRecorder()
		w.ServeHTTP(answer, r)
		if answer.Code != http.StatusBadRequest {
			t.Errorf("%q: got %d %s", value, answer.Code, answer.Body)
		}
	})
}
