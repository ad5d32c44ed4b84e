package awsapi

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// request is one that a test sends, signed.
type request struct {
	method, path, service, body string // POST and / where they are empty
	header                      map[string]string
}

// send signs a request and has it answered.
func (w *world) send(t testing.TB, q request) *httptest.ResponseRecorder {
	t.Helper()
	if q.method == "" {
		q.method = http.MethodPost
	}
	if q.path == "" {
		q.path = "/"
	}
	r := httptest.NewRequest(q.method, q.path, strings.NewReader(q.body))
	for name, value := range q.header {
		r.Header.Set(name, value)
	}
	sign(t, r, q.body, q.service, time.Now())
	r.Header.Set("Content-Length", strconv.Itoa(len(q.body)))
	answer := httptest.NewRecorder()
	w.ServeHTTP(answer, r)
	if got := answer.Header().Get("Content-Length"); got != strconv.Itoa(answer.Body.Len()) {
		t.Errorf("Content-Length %s of %d bytes", got, answer.Body.Len())
	}
	return answer
}

// form sends a Query request.
func (w *world) form(t testing.TB, service, body string) *httptest.ResponseRecorder {
	t.Helper()
	return w.send(t, request{service: service, body: body, header: map[string]string{
		"Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
	}})
}

var uuids = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}`)

// text is an answer as tests compare it: status, content type, and body with its request id masked.
func text(answer *httptest.ResponseRecorder) string {
	return strconv.Itoa(answer.Code) + " " + answer.Header().Get("Content-Type") + " " + uuids.ReplaceAllString(answer.Body.String(), "ID")
}

// header returns a header of an answer, whose name need not be in canonical form: AWS's are not.
func header(answer *httptest.ResponseRecorder, name string) string {
	for n, values := range answer.Header() {
		if strings.EqualFold(n, name) && len(values) == 1 {
			return values[0]
		}
	}
	return ""
}
