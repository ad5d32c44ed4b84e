package shape

import (
	"strings"

	"github.com/hsmlab/hsmlab/hsmsim/iam"
)

// A Caller is who makes a request, as the signature tells it.
type Caller struct {
	Account     string // 12 digits
	Region      string // that of the signature's scope, which decides where the request is answered
	AccessKeyID string
	UserName    string // of an IAM user; "" for the account's root
	PrincipalID string // the user's unique id, AIDA…; the account for its root
	SourceIP    string
	UserAgent   string
	RequestID   string
}

// ARN is the principal as policies and CloudTrail name it.
func (c *Caller) ARN() string {
	if c.UserName == "" {
		return "arn:aws:iam::" + c.Account + ":root"
	}
	return "arn:aws:iam::" + c.Account + ":user/" + c.UserName
}

// Principal is the caller as policies know it.
func (c *Caller) Principal() iam.Principal {
	return iam.Principal{Account: c.Account, ARN: c.ARN(), ID: c.PrincipalID, UserName: c.UserName}
}

// A Call is one request to a service while it is served: who calls, and what CloudTrail is to say of it beside the
// request itself.
type Call struct {
	Caller
	Resources  []Resource     // that the call is about
	Additional map[string]any // additionalEventData; nil for none

	// Who may do what: the endpoint sets these, and a service that is called without them lets everything.
	Action   string          // as policies name it, such as kms:Encrypt; "" where nobody asks
	Request  any             // the operation's request struct
	Limited  bool            // Policies decide; otherwise the caller may do everything that resources allow
	Policies []*iam.Document // of the caller
}

// A Resource is what an API call was about.
type Resource struct {
	Type string // such as AWS::KMS::Key
	ARN  string
}

// About notes a resource of the call for CloudTrail.
func (c *Call) About(kind, arn string) {
	for _, r := range c.Resources {
		if r.ARN == arn {
			return
		}
	}
	c.Resources = append(c.Resources, Resource{kind, arn})
}

// Note adds a member to the call's additionalEventData.
func (c *Call) Note(name string, value any) {
	if c.Additional == nil {
		c.Additional = map[string]any{}
	}
	c.Additional[name] = value
}

// Empty is the answer of operations without output.
type Empty struct{}

// LowerCamel is a member's name as messages and CloudTrail write it: KeyId becomes keyId, AWSAccountId
// aWSAccountId.
func LowerCamel(name string) string {
	if name == "" {
		return ""
	}
	return strings.ToLower(name[:1]) + name[1:]
}
