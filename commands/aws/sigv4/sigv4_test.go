package sigv4

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// The cases are of AWS's Signature Version 4 test suite: its credentials, its time, its service.
func TestSign(t *testing.T) {
	for _, c := range []struct{ name, method, url, contentType, body, signed, signature string }{
		{"get-vanilla", "GET", "https://example.amazonaws.com/", "", "", "host;x-amz-date", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
		{"post-vanilla", "POST", "https://example.amazonaws.com/", "", "", "host;x-amz-date", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"},
		{"get-vanilla-query-order-key-case", "GET", "https://example.amazonaws.com/?Param2=value2&Param1=value1", "", "", "host;x-amz-date", "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"},
		{"post-x-www-form-urlencoded", "POST", "https://example.amazonaws.com/", "application/x-www-form-urlencoded", "Param1=value1", "content-type;host;x-amz-date", "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"},
	} {
		r, err := http.NewRequest(c.method, c.url, strings.NewReader(c.body))
		if err != nil {
			t.Fatal(err)
		}
		if c.contentType != "" {
			r.Header.Set("Content-Type", c.contentType)
		}
		Sign(r, []byte(c.body), Credentials{AccessKey: "AKIDEXAMPLE", Secret: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"},
			Scope{Region: "us-east-1", Service: "service", Time: time.Date(2015, 8, 30, 12, 36, 0, 0, time.UTC)})
		want := "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=" + c.signed + ", Signature=" + c.signature
		if got := r.Header.Get("Authorization"); got != want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, want)
		}
	}
}

func TestSignWithToken(t *testing.T) {
	r, err := http.NewRequest("POST", "http://127.0.0.1:1/", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Amz-Target", "TrentService.ListKeys")
	Sign(r, nil, Credentials{"AKID", "s", "token"}, Scope{Region: "r", Service: "kms", Time: time.Unix(0, 0)})
	if got := r.Header.Get("Authorization"); r.Header.Get("X-Amz-Security-Token") != "token" || !strings.Contains(got, "SignedHeaders=host;x-amz-date;x-amz-security-token;x-amz-target,") {
		t.Errorf("the token is not signed: %s", got)
	}
}
