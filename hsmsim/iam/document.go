package iam

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"sync"
)

// A Document is a policy. The zero Document says nothing.
type Document struct {
	Version    string
	ID         string `json:"Id"`
	Statements list[Statement]
}

// A Statement allows or denies something.
type Statement struct {
	Sid          string
	Effect       string
	Principal    *Principals
	NotPrincipal *Principals
	Action       list[string]
	NotAction    list[string]
	Resource     list[string]
	NotResource  list[string]
	Condition    map[string]map[string]values
}

// A Kind is what a policy belongs to.
type Kind uint8

// The kinds of policies.
const (
	OfIdentity Kind = iota // of a user: it has no principals
	OfResource             // of a resource: it names principals
)

// Malformed is what is wrong with a policy document, a sentence in AWS's voice.
type Malformed string

func (m Malformed) Error() string { return string(m) }

func malformed(format string, args ...any) error { return Malformed(fmt.Sprintf(format, args...)) }

// ErrPrincipals is the error of a policy that names principals which cannot be.
const ErrPrincipals = Malformed("Policy contains a statement with one or more invalid principals.")

// Parse reads a policy document. Its errors are Malformed.
func Parse(text string, k Kind) (*Document, error) {
	var raw struct {
		Version   string
		ID        string `json:"Id"`
		Statement list[Statement]
	}
	if !strings.HasPrefix(strings.TrimLeft(text, " \t\r\n"), "{") {
		return nil, Malformed("The policy document is not a JSON object.")
	}
	if err := strictly([]byte(text), &raw); err != nil {
		if errors.Is(err, ErrPrincipals) {
			return nil, ErrPrincipals
		}
		return nil, malformed("The policy document is malformed: %s.", strings.TrimPrefix(err.Error(), "json: "))
	}
	d := &Document{raw.Version, raw.ID, raw.Statement}
	switch {
	case d.Version != "" && d.Version != "2012-10-17" && d.Version != "2008-10-17":
		return nil, malformed("The policy document has an unknown Version %q.", d.Version)
	case len(d.Statements) == 0:
		return nil, Malformed("The policy document has no Statement.")
	}
	for i := range d.Statements {
		if err := d.Statements[i].check(k); err != nil {
			return nil, err
		}
	}
	return d, nil
}

func (t *Statement) check(k Kind) error {
	wrong := func(what string) error { return malformed("Policy contains a statement %s.", what) }
	switch {
	case t.Effect != "Allow" && t.Effect != "Deny":
		return wrong("whose Effect is neither Allow nor Deny")
	case k == OfResource && (t.Principal == nil) == (t.NotPrincipal == nil):
		return wrong("without exactly one of Principal and NotPrincipal")
	case k == OfIdentity && (t.Principal != nil || t.NotPrincipal != nil):
		return wrong("with a principal, which policies of users cannot have")
	case (len(t.Action) == 0) == (len(t.NotAction) == 0):
		return wrong("without exactly one of Action and NotAction")
	case (len(t.Resource) == 0) == (len(t.NotResource) == 0):
		return wrong("without exactly one of Resource and NotResource")
	}
	for _, a := range append(t.Action[:len(t.Action):len(t.Action)], t.NotAction...) {
		if a != "*" && !actionForm().MatchString(a) {
			return wrong("with one or more invalid actions")
		}
	}
	for _, p := range []*Principals{t.Principal, t.NotPrincipal} {
		if p != nil && !p.valid() {
			return ErrPrincipals
		}
	}
	for name, keys := range t.Condition {
		if _, err := operatorNamed(name); err != nil {
			return wrong(fmt.Sprintf("with an unknown condition operator %q", name))
		}
		if len(keys) == 0 {
			return wrong("with an empty condition")
		}
	}
	return nil
}

var actionForm = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[a-zA-Z0-9-]+:[a-zA-Z0-9*?]+$`) })

// list is a JSON list, or its only entry without one.
type list[T any] []T

func (l *list[T]) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '[' {
		return strictly(b, (*[]T)(l))
	}
	var one T
	if err := strictly(b, &one); err != nil {
		return err
	}
	*l = list[T]{one}
	return nil
}

// values are those of a condition: texts, or numbers and booleans that are taken for texts.
type values []string

func (v *values) UnmarshalJSON(b []byte) error {
	var raw list[any]
	if err := raw.UnmarshalJSON(b); err != nil {
		return err
	}
	for _, x := range raw {
		switch x := x.(type) {
		case string:
			*v = append(*v, x)
		case bool, float64:
			*v = append(*v, fmt.Sprint(x))
		default:
			return errors.New("a condition's value is not a text")
		}
	}
	return nil
}

// strictly reads JSON in which nothing is unknown.
func strictly(b []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return errors.New("there is something behind the end")
	}
	return nil
}
