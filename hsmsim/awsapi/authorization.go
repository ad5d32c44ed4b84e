package awsapi

import (
	"net/http"
	"strings"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

const (
	algorithm  = "AWS4-HMAC-SHA256"
	terminator = "aws4_request"
	amzDate    = "20060102T150405Z"
)

// authorization is what a request says of its signature.
type authorization struct {
	keyID                 string
	date, region, service string // of the scope
	signed                string // names of the signed headers, as they were sent
	signature             string // hex
	time                  string // as amzDate has it
	expires               string // seconds, of presigned requests
	token                 string // of a session
	presigned             bool
}

// parseAuthorization reads the value of the Authorization header, which begins with the algorithm's name and has
// three parameters in any order.
func parseAuthorization(value string) (authorization, *shape.Exception) {
	var a authorization
	name, rest, _ := strings.Cut(value, " ")
	if name != algorithm {
		if strings.HasPrefix(name, "AWS") {
			return a, shape.Errorf(shape.IncompleteSignature, msgAlgorithm, clip(name))
		}
		rest = ""
	}
	var credential string
	for rest != "" {
		var parameter string
		parameter, rest, _ = strings.Cut(rest, ",")
		key, v, _ := strings.Cut(strings.TrimSpace(parameter), "=")
		switch key {
		case "Credential":
			credential = v
		case "SignedHeaders":
			a.signed = v
		case "Signature":
			a.signature = v
		}
	}
	var missing []string
	for _, p := range [...]struct{ name, value string }{{"Credential", credential}, {"Signature", a.signature}, {"SignedHeaders", a.signed}} {
		if p.value == "" {
			missing = append(missing, strings.ReplaceAll(msgAuthorization, "%s", p.name))
		}
	}
	if missing != nil {
		return a, &shape.Exception{Code: shape.IncompleteSignature, Message: strings.Join(missing, " ")}
	}
	return a, a.setCredential(credential)
}

// setCredential reads the key id and the scope: AKID/20150830/us-east-1/kms/aws4_request.
func (a *authorization) setCredential(s string) *shape.Exception {
	wrong := func() *shape.Exception { return shape.Errorf(shape.IncompleteSignature, msgCredential, clip(s)) }
	end, ok := s, false
	for _, part := range [...]*string{&a.keyID, &a.date, &a.region, &a.service} {
		if *part, end, ok = strings.Cut(end, "/"); !ok {
			return wrong()
		}
	}
	if strings.Contains(end, "/") {
		return wrong()
	}
	if end != terminator {
		return shape.Errorf(shape.InvalidSignature, msgTerminator, clip(end))
	}
	return nil
}

// authorizationOf finds the signature of a request, in its header or, of a presigned one, in its query string.
func authorizationOf(r *http.Request, query *form) (authorization, *shape.Exception) {
	value := first(r.Header["Authorization"])
	if value == "" {
		if query == nil || query.first("X-Amz-Algorithm") == "" {
			return authorization{}, &shape.Exception{Code: shape.MissingAuthenticationToken, Message: msgMissingToken}
		}
		return presigned(query)
	}
	a, ex := parseAuthorization(value)
	if ex != nil {
		return a, ex
	}
	a.token = first(r.Header["X-Amz-Security-Token"])
	if a.time = first(r.Header["X-Amz-Date"]); a.time != "" {
		return a, nil
	}
	date := first(r.Header["Date"])
	if date == "" {
		return a, &shape.Exception{Code: shape.IncompleteSignature, Message: msgNoDate}
	}
	a.time = date
	if t, err := http.ParseTime(date); err == nil {
		a.time = t.UTC().Format(amzDate)
	}
	return a, nil
}

// presigned reads the signature from a query string.
func presigned(query *form) (authorization, *shape.Exception) {
	a := authorization{presigned: true}
	if name := query.first("X-Amz-Algorithm"); name != algorithm {
		return a, shape.Errorf(shape.IncompleteSignature, msgAlgorithm, clip(name))
	}
	var credential string
	for _, p := range [...]struct {
		name string
		to   *string
	}{
		{"X-Amz-Credential", &credential}, {"X-Amz-Date", &a.time}, {"X-Amz-Expires", &a.expires},
		{"X-Amz-SignedHeaders", &a.signed}, {"X-Amz-Signature", &a.signature},
	} {
		if *p.to = query.first(p.name); *p.to == "" {
			return a, shape.Errorf(shape.IncompleteSignature, msgQueryParameter, p.name)
		}
	}
	a.token = query.first("X-Amz-Security-Token")
	return a, a.setCredential(credential)
}

// checkTime compares the time of a signature with now, which is real time: clients sign by the clock of their
// machine, whatever time it is in the lab.
func (a *authorization) checkTime(now time.Time) *shape.Exception {
	const skew = 15 * time.Minute
	at, err := time.Parse(amzDate, a.time)
	if err != nil {
		return shape.Errorf(shape.IncompleteSignature, msgDateForm, clip(a.time))
	}
	if a.date != a.time[:8] {
		return shape.Errorf(shape.InvalidSignature, msgScopeDate, clip(a.date), a.time[:8], a.time)
	}
	valid := skew
	if a.presigned {
		var ok bool
		if valid, ok = seconds(a.expires); !ok {
			return shape.Errorf(shape.IncompleteSignature, msgExpires, clip(a.expires))
		}
	}
	now = now.UTC()
	if limit := now.Add(-valid); at.Before(limit) {
		return shape.Errorf(shape.InvalidSignature, msgExpired, a.time, limit.Format(amzDate), now.Format(amzDate))
	}
	if limit := now.Add(skew); at.After(limit) {
		return shape.Errorf(shape.InvalidSignature, msgEarly, a.time, limit.Format(amzDate), now.Format(amzDate))
	}
	return nil
}

// seconds reads how long a presigned request is valid: up to a week.
func seconds(s string) (time.Duration, bool) {
	n := 0
	for _, c := range []byte(s) {
		if c < '0' || c > '9' || n > 604800 {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return time.Duration(n) * time.Second, n >= 1 && n <= 604800
}

// isRegion reports whether a text looks like the name of a region: us-east-1, us-gov-west-1.
func isRegion(s string) bool {
	parts := strings.Split(s, "-")
	if len(s) > 32 || len(parts) < 3 {
		return false
	}
	for i, p := range parts {
		low, high := byte('a'), byte('z')
		if i == len(parts)-1 {
			low, high = '0', '9'
		}
		if p == "" || strings.IndexFunc(p, func(r rune) bool { return r < rune(low) || r > rune(high) }) >= 0 {
			return false
		}
	}
	return true
}

func first(values []string) string {
	if len(values) == 0 {
		return ""
	}
	return values[0]
}

// clip shortens what messages repeat of a request.
func clip(s string) string {
	if len(s) > 100 {
		return strings.ToValidUTF8(s[:100], "") + "…"
	}
	return s
}
