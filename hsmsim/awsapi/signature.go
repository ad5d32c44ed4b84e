package awsapi

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// A scope is what a signing key is derived for.
type scope struct{ keyID, date, region, service string }

// signers keeps signing keys: to derive one takes four HMACs, and clients sign with the same all day.
type signers struct {
	mu   sync.RWMutex
	keys map[scope][sha256.Size]byte
}

const maxSigners = 256

// key derives the key that a secret signs a scope with.
func (s *signers) key(sc scope, secret string) [sha256.Size]byte {
	s.mu.RLock()
	k, ok := s.keys[sc]
	s.mu.RUnlock()
	if ok {
		return k
	}
	k = hmac256([]byte("AWS4"+secret), sc.date)
	for _, part := range [...]string{sc.region, sc.service, terminator} {
		k = hmac256(k[:], part)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.keys) >= maxSigners { // regions and days are few; this is somebody who plays with them
		clear(s.keys)
	}
	// The parts are pieces of a whole header, which the map must not keep.
	s.keys[scope{strings.Clone(sc.keyID), strings.Clone(sc.date), strings.Clone(sc.region), strings.Clone(sc.service)}] = k
	return k
}

func hmac256(key []byte, text string) (sum [sha256.Size]byte) {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	h.Sum(sum[:0])
	return sum
}

// identify finds whose key a request says that it was signed with, and checks all of the signature that can be
// checked before the body is there.
func (e *Endpoint) identify(a *authorization) (*Key, *shape.Exception) {
	if ex := a.checkTime(e.now()); ex != nil {
		return nil, ex
	}
	if !isRegion(a.region) {
		return nil, shape.Errorf(shape.InvalidSignature, msgRegion, clip(a.region))
	}
	k := e.keys[a.keyID]
	if k == nil || a.token != "" { // the lab has no sessions, so a session token is of another world
		return nil, &shape.Exception{Code: shape.UnrecognizedClient, Message: msgUnknownClient}
	}
	return k, nil
}

// verify compares the signature of a request with the one that its key makes for a service. body is as it was
// sent; scratch is overwritten and returned, to be used again.
func (e *Endpoint) verify(r *http.Request, query *form, a *authorization, k *Key, service string, body, scratch []byte) ([]byte, *shape.Exception) {
	if a.service != service {
		return scratch, shape.Errorf(shape.InvalidSignature, msgService, service)
	}
	// What the endpoint goes by must be signed; the rest is the client's choice.
	for _, h := range [...]struct{ name, header string }{{"host", "Host"}, {"x-amz-date", "X-Amz-Date"}, {"x-amz-target", "X-Amz-Target"}} {
		if sent := h.name == "host" || len(r.Header[h.header]) > 0; sent && !listed(a.signed, h.name) {
			return scratch, shape.Errorf(shape.InvalidSignature, msgUnsigned, h.header)
		}
	}
	b := appendCanonical(scratch[:0], r, query, a, body)
	sum := sha256.Sum256(b)
	b = append(b[:0], algorithm+"\n"...)
	b = append(b, a.time...)
	b = append(b, '\n')
	for _, part := range [...]string{a.date, a.region, a.service} {
		b = append(b, part...)
		b = append(b, '/')
	}
	b = append(b, terminator+"\n"...)
	b = hex.AppendEncode(b, sum[:])

	key := e.signers.key(scope{a.keyID, a.date, a.region, a.service}, k.Secret)
	h := hmac.New(sha256.New, key[:])
	h.Write(b)
	mac := h.Sum(sum[:0])
	b = hex.AppendEncode(b[:0], mac)
	if subtle.ConstantTimeCompare(b, []byte(a.signature)) != 1 {
		return b, &shape.Exception{Code: shape.InvalidSignature, Message: msgWrongSignature}
	}
	return b, nil
}

// listed reports whether a name is in a list with semicolons.
func listed(list, name string) bool {
	for list != "" {
		var n string
		if n, list, _ = strings.Cut(list, ";"); n == name {
			return true
		}
	}
	return false
}

// appendCanonical appends the canonical request: method, path, query, headers, their names, and the body's hash.
func appendCanonical(b []byte, r *http.Request, query *form, a *authorization, body []byte) []byte {
	b = append(b, r.Method...)
	b = append(b, '\n')
	path := r.URL.EscapedPath()
	if path == "" {
		path = "/"
	}
	b = appendEscaped(b, path, true) // escaped twice, as for all services but S3
	b = append(b, '\n')
	b = appendCanonicalQuery(b, query)
	b = append(b, '\n')
	for rest := a.signed; rest != ""; {
		var name string
		name, rest, _ = strings.Cut(rest, ";")
		b = append(b, name...)
		b = append(b, ':')
		b = appendHeader(b, r, name)
		b = append(b, '\n')
	}
	b = append(b, '\n')
	b = append(b, a.signed...)
	b = append(b, '\n')
	// The hash may be left out of the signature only by a client that has signed just that.
	const hashHeader, unsigned = "X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD"
	if first(r.Header[hashHeader]) == unsigned && listed(a.signed, strings.ToLower(hashHeader)) {
		return append(b, unsigned...)
	}
	sum := sha256.Sum256(body)
	return hex.AppendEncode(b, sum[:])
}

// appendHeader appends the values of a header: joined by commas, each without blanks around it and with single
// blanks in it.
func appendHeader(b []byte, r *http.Request, name string) []byte {
	if name == "host" {
		return append(b, r.Host...)
	}
	var buf [64]byte
	key := append(buf[:0], name...)
	upper := true
	for i, c := range key {
		if upper && 'a' <= c && c <= 'z' {
			key[i] = c - 'a' + 'A'
		}
		upper = c == '-'
	}
	for i, v := range r.Header[string(key)] {
		if i > 0 {
			b = append(b, ',')
		}
		blank := false
		for _, c := range []byte(strings.Trim(v, " \t")) {
			if c == ' ' && blank {
				continue
			}
			blank = c == ' '
			b = append(b, c)
		}
	}
	return b
}

// appendCanonicalQuery appends the parameters of the query string, escaped and in the order of their escaped names
// and values, without the signature itself.
func appendCanonicalQuery(b []byte, query *form) []byte {
	if query == nil {
		return b
	}
	type pair struct{ name, value []byte }
	var pairs []pair
	for _, p := range query.pairs {
		if p.name == "X-Amz-Signature" {
			continue
		}
		pairs = append(pairs, pair{appendEscaped(nil, p.name, false), appendEscaped(nil, p.value, false)})
	}
	slices.SortFunc(pairs, func(x, y pair) int {
		if c := bytes.Compare(x.name, y.name); c != 0 {
			return c
		}
		return bytes.Compare(x.value, y.value)
	})
	for i, p := range pairs {
		if i > 0 {
			b = append(b, '&')
		}
		b = append(b, p.name...)
		b = append(b, '=')
		b = append(b, p.value...)
	}
	return b
}

// appendEscaped appends a text with all but unreserved characters as %XX.
func appendEscaped(b []byte, s string, path bool) []byte {
	const digits = "0123456789ABCDEF"
	for _, c := range []byte(s) {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-', c == '_', c == '.', c == '~', c == '/' && path:
			b = append(b, c)
		default:
			b = append(b, '%', digits[c>>4], digits[c&15])
		}
	}
	return b
}
