package kms

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"strings"
	"sync"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

const (
	// policyName is that of every key's policy: there is no other.
	policyName = "default"
	// maxPolicy is the size of a key policy, in bytes (KMS Developer Guide, resource quotas).
	maxPolicy = 32768
)

// defaultPolicy is the policy of keys that are made without one, as the original prints it.
const defaultPolicy = `{
  "Version" : "2012-10-17",
  "Id" : "key-default-1",
  "Statement" : [ {
    "Sid" : "Enable IAM User Permissions",
    "Effect" : "Allow",
    "Principal" : {
      "AWS" : "arn:aws:iam::%s:root"
    },
    "Action" : "kms:*",
    "Resource" : "*"
  } ]
}`

// policy is the text of a key's policy.
func (s *Service) policy(k *key) string {
	if k.Policy == "" {
		return fmt.Sprintf(defaultPolicy, s.Account)
	}
	return k.Policy
}

// newPolicy checks the policy that a key, by its ARN, is to get. Without one it is "", which stands for the default.
// Unless that check is left out, the caller must be able to change the policy later on. Errors:
// MalformedPolicyDocumentException; LimitExceededException.
func (s *Service) newPolicy(c *shape.Call, arn string, text *string, bypass bool) (string, error) {
	if text == nil {
		return "", nil
	}
	if len(*text) > maxPolicy {
		return "", shape.Errorf(limitExceeded, "The key policy must have at most %d bytes.", maxPolicy)
	}
	p, err := parsePolicy(*text)
	if err != nil {
		return "", err
	}
	if !bypass && !p.allows(c, arn, "kms:PutKeyPolicy") {
		return "", shape.Errorf(malformedPolicy, textLockout)
	}
	return *text, nil
}

// policyDocument is a key policy. It is checked and kept, and nobody is refused anything by it.
type policyDocument struct {
	Version   string
	ID        string `json:"Id"`
	Statement list[statement]
}

type statement struct {
	Sid          string
	Effect       string
	Principal    *principals
	NotPrincipal *principals
	Action       list[string]
	NotAction    list[string]
	Resource     list[string]
	NotResource  list[string]
	Condition    map[string]map[string]any
}

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

// principals are all of "*", or those of each kind.
type principals struct {
	all   bool
	kinds map[string]list[string]
}

func (p *principals) UnmarshalJSON(b []byte) error {
	var text string
	if json.Unmarshal(b, &text) == nil {
		p.all = true
		if text != "*" {
			return errPrincipals
		}
		return nil
	}
	return strictly(b, &p.kinds)
}

// strictly reads JSON in which nothing is unknown.
func strictly(b []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return fmt.Errorf("there is something behind the end")
	}
	return nil
}

var errPrincipals = shape.Errorf(malformedPolicy, textPrincipals)

// parsePolicy reads a key policy. Error: MalformedPolicyDocumentException.
func parsePolicy(text string) (policyDocument, error) {
	var p policyDocument
	malformed := func(format string, args ...any) (policyDocument, error) {
		return policyDocument{}, shape.Errorf(malformedPolicy, format, args...)
	}
	if !strings.HasPrefix(strings.TrimLeft(text, " \t\r\n"), "{") {
		return malformed("The policy document is not a JSON object.")
	}
	if err := strictly([]byte(text), &p); err != nil {
		if isException(err, malformedPolicy) {
			return policyDocument{}, errPrincipals
		}
		return malformed("The policy document is malformed: %s.", strings.TrimPrefix(err.Error(), "json: "))
	}
	switch {
	case p.Version != "" && p.Version != "2012-10-17" && p.Version != "2008-10-17":
		return malformed("The policy document has an unknown Version %q.", p.Version)
	case len(p.Statement) == 0:
		return malformed("The policy document has no Statement.")
	}
	for i := range p.Statement {
		if err := p.Statement[i].check(); err != nil {
			return policyDocument{}, err
		}
	}
	return p, nil
}

func (t *statement) check() error {
	malformed := func(format string, args ...any) error { return shape.Errorf(malformedPolicy, format, args...) }
	switch {
	case t.Effect != "Allow" && t.Effect != "Deny":
		return malformed("Policy contains a statement whose Effect is neither Allow nor Deny.")
	case (t.Principal == nil) == (t.NotPrincipal == nil):
		return malformed("Policy contains a statement without exactly one of Principal and NotPrincipal.")
	case (len(t.Action) == 0) == (len(t.NotAction) == 0):
		return malformed("Policy contains a statement without exactly one of Action and NotAction.")
	case (len(t.Resource) == 0) == (len(t.NotResource) == 0):
		return malformed("Policy contains a statement without exactly one of Resource and NotResource.")
	}
	for _, a := range append(t.Action[:len(t.Action):len(t.Action)], t.NotAction...) {
		if a != "*" && !actionForm().MatchString(a) {
			return malformed("Policy contains a statement with one or more invalid actions.")
		}
	}
	for _, p := range []*principals{t.Principal, t.NotPrincipal} {
		if p != nil && !p.valid() {
			return errPrincipals
		}
	}
	return nil
}

var (
	actionForm = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[a-zA-Z0-9-]+:[a-zA-Z0-9*?]+$`) })
	awsForm    = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^(\*|[0-9]{12}|A[A-Z]IA[A-Z0-9]{12,}|arn:aws[a-z-]*:(iam|sts)::[0-9]{12}:(root|(user|role|assumed-role|federated-user)/.+))$`)
	})
)

// valid reports whether principals have the forms that they can have. That they exist is not looked at.
func (p *principals) valid() bool {
	if p.all {
		return true
	}
	for kind, names := range p.kinds {
		if len(names) == 0 {
			return false
		}
		for _, name := range names {
			switch kind {
			case "AWS":
				if !awsForm().MatchString(name) {
					return false
				}
			case "Service", "Federated", "CanonicalUser":
				if name == "" {
					return false
				}
			default:
				return false
			}
		}
	}
	return len(p.kinds) > 0
}
