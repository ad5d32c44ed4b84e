// Package sigv4 signs HTTP requests as AWS asks for: Signature Version 4, in the Authorization header.
package sigv4

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Credentials are an access key. Token is there for temporary ones only.
type Credentials struct {
	AccessKey, Secret, Token string
}

// Scope is what a signature is good for.
type Scope struct {
	Region  string
	Service string // the name in signatures: kms, cloudhsm, monitoring, …
	Time    time.Time
}

// Sign adds the headers X-Amz-Date, X-Amz-Security-Token (for temporary credentials) and Authorization to a
// request with this body. The headers that are signed are the content type, the host and those of AWS.
func Sign(r *http.Request, body []byte, c Credentials, s Scope) {
	stamp := s.Time.UTC().Format("20060102T150405Z")
	r.Header.Set("X-Amz-Date", stamp)
	if c.Token != "" {
		r.Header.Set("X-Amz-Security-Token", c.Token)
	}
	host := r.Host
	if host == "" {
		host = r.URL.Host
	}
	values := map[string]string{"host": host}
	for name := range r.Header {
		if lower := strings.ToLower(name); lower == "content-type" || strings.HasPrefix(lower, "x-amz") {
			values[lower] = strings.Join(strings.Fields(r.Header.Get(name)), " ")
		}
	}
	var names []string
	for name := range values {
		names = append(names, name)
	}
	slices.Sort(names)
	var headers strings.Builder
	for _, name := range names {
		headers.WriteString(name + ":" + values[name] + "\n")
	}
	signed := strings.Join(names, ";")

	canonical := strings.Join([]string{
		r.Method, path(r.URL), query(r.URL), headers.String(), signed, digest(body),
	}, "\n")
	date := stamp[:8]
	scope := strings.Join([]string{date, s.Region, s.Service, "aws4_request"}, "/")
	toSign := strings.Join([]string{"AWS4-HMAC-SHA256", stamp, scope, digest([]byte(canonical))}, "\n")

	key := []byte("AWS4" + c.Secret)
	for _, part := range []string{date, s.Region, s.Service, "aws4_request", toSign} {
		key = mac(key, part)
	}
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential="+c.AccessKey+"/"+scope+
		", SignedHeaders="+signed+", Signature="+hex.EncodeToString(key))
}

func path(u *url.URL) string {
	if p := u.EscapedPath(); p != "" {
		return p
	}
	return "/"
}

// query is the query string as it is signed: sorted, blanks as %20.
func query(u *url.URL) string {
	return strings.ReplaceAll(u.Query().Encode(), "+", "%20")
}

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

func mac(key []byte, data string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(data))
	return h.Sum(nil)
}
