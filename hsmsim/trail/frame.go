package trail

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// frame is an event as CloudTrail writes it, its members in CloudTrail's order (CloudTrail record contents, event
// version 1.08).
type frame struct {
	EventVersion        string     `json:"eventVersion"`
	UserIdentity        identity   `json:"userIdentity"`
	EventTime           string     `json:"eventTime"`
	EventSource         string     `json:"eventSource"`
	EventName           string     `json:"eventName"`
	AWSRegion           string     `json:"awsRegion"`
	SourceIPAddress     string     `json:"sourceIPAddress"`
	UserAgent           string     `json:"userAgent"`
	ErrorCode           string     `json:"errorCode,omitempty"`
	ErrorMessage        string     `json:"errorMessage,omitempty"`
	RequestParameters   any        `json:"requestParameters"`
	ResponseElements    any        `json:"responseElements"`
	AdditionalEventData any        `json:"additionalEventData,omitempty"`
	RequestID           string     `json:"requestID,omitempty"`
	EventID             string     `json:"eventID"`
	ReadOnly            bool       `json:"readOnly"`
	Resources           []resource `json:"resources,omitempty"`
	EventType           string     `json:"eventType"`
	ManagementEvent     bool       `json:"managementEvent"`
	RecipientAccountID  string     `json:"recipientAccountId"`
	ServiceEventDetails any        `json:"serviceEventDetails,omitempty"`
	EventCategory       string     `json:"eventCategory"`
}

type identity struct {
	Type        string `json:"type,omitempty"`
	PrincipalID string `json:"principalId,omitempty"`
	ARN         string `json:"arn,omitempty"`
	AccountID   string `json:"accountId"`
	AccessKeyID string `json:"accessKeyId,omitempty"`
	UserName    string `json:"userName,omitempty"`
	InvokedBy   string `json:"invokedBy,omitempty"`
}

type resource struct {
	AccountID string `json:"accountId,omitempty"`
	Type      string `json:"type,omitempty"`
	ARN       string `json:"ARN"`
}

// aws is who works and from where in events of the service itself.
const aws = "AWS Internal"

// newFrame dresses an event. account is the one that the lab's events belong to.
func newFrame(e *Event, account string) frame {
	if e.Account != "" {
		account = e.Account
	}
	f := frame{
		EventVersion: "1.08", EventTime: e.Time.UTC().Format(time.RFC3339), EventSource: e.Source, EventName: e.Name,
		AWSRegion: e.Region, ErrorCode: e.ErrorCode, ErrorMessage: e.ErrorMessage, RequestParameters: e.Request,
		ResponseElements: e.Response, AdditionalEventData: e.Additional, EventID: uuid(), ReadOnly: e.ReadOnly,
		ManagementEvent: true, ServiceEventDetails: e.Details, EventCategory: "Management",
	}
	if c := e.Caller; c != nil {
		account = c.Account
		f.EventType, f.RequestID, f.SourceIPAddress, f.UserAgent = "AwsApiCall", c.RequestID, c.SourceIP, c.UserAgent
		f.UserIdentity = callerIdentity(c)
	} else {
		f.EventType, f.SourceIPAddress, f.UserAgent = "AwsServiceEvent", aws, aws
		f.UserIdentity = identity{AccountID: account, InvokedBy: aws}
	}
	f.RecipientAccountID = account
	for _, r := range e.Resources {
		f.Resources = append(f.Resources, resource{accountOf(r.ARN, account), r.Type, r.ARN})
	}
	return f
}

func callerIdentity(c *shape.Caller) identity {
	id := identity{Type: "IAMUser", PrincipalID: c.PrincipalID, ARN: c.ARN(), AccountID: c.Account, AccessKeyID: c.AccessKeyID, UserName: c.UserName}
	if c.UserName == "" {
		id.Type = "Root"
	}
	return id
}

// accountOf is the account that an ARN names, or account where it names none.
func accountOf(arn, account string) string {
	if parts := strings.SplitN(arn, ":", 6); len(parts) == 6 && parts[4] != "" {
		return parts[4]
	}
	return account
}

// uuid makes a random id, version 4.
func uuid() string {
	var b [16]byte
	rand.Read(b[:]) // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// encoder turns frames into lines.
type encoder struct {
	buffer bytes.Buffer
	json   *json.Encoder
}

// maxLine is the longest line, CloudTrail's limit for an event (CloudTrail quotas).
const maxLine = 256 << 10

// omitted stands where the content of a member is left out.
var omitted = map[string]any{"omitted": true, "reasonOmitted": "Maximum length exceeded"}

// line is a frame as a line of JSON, good until the next call. What cannot be encoded or makes the line too long is
// left out, and the error says so.
func (e *encoder) line(f *frame) ([]byte, error) {
	if e.json == nil {
		e.json = json.NewEncoder(&e.buffer)
		e.json.SetEscapeHTML(false)
	}
	e.buffer.Reset()
	err := e.json.Encode(f)
	if err == nil && e.buffer.Len() <= maxLine {
		return e.buffer.Bytes(), nil
	}
	if err == nil {
		err = fmt.Errorf("it has %d bytes, more than %d", e.buffer.Len(), maxLine)
	}
	left := *f
	for _, member := range []*any{&left.RequestParameters, &left.ResponseElements} {
		if *member != nil {
			*member = omitted
		}
	}
	left.AdditionalEventData, left.ServiceEventDetails, left.Resources = nil, nil, nil
	left.ErrorMessage, left.UserAgent = cut(f.ErrorMessage), cut(f.UserAgent)
	e.buffer.Reset()
	if again := e.json.Encode(&left); again != nil || e.buffer.Len() > maxLine {
		return nil, err // the very names are too long
	}
	return e.buffer.Bytes(), err
}

// cut shortens a text to CloudTrail's limit for the message of an error.
func cut(s string) string { return strings.ToValidUTF8(s[:min(len(s), 1024)], "") }
