// Package trail is what the lab's services leave behind for those who look: CloudTrail events, CloudWatch metrics
// and the audit streams of the HSMs.
package trail

import (
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// An Event is one record of CloudTrail before it is written.
type Event struct {
	Time   time.Time // lab time
	Source string    // such as kms.amazonaws.com
	Name   string    // such as ConnectCustomKeyStore
	Region string

	// Caller is who called. nil makes an event of the service itself (AwsServiceEvent), of Account.
	Caller  *shape.Caller
	Account string

	ReadOnly   bool
	Request    any // requestParameters, as JSON has it; nil for null
	Response   any // responseElements, likewise
	Additional any // additionalEventData, likewise; nil leaves it out
	Details    any // serviceEventDetails, likewise
	Resources  []shape.Resource

	ErrorCode, ErrorMessage string // of a call that failed
}

// A Recorder takes events over; it does not keep its caller waiting. Events of the service itself are durable soon
// after, those of calls some time later.
type Recorder interface{ Record(Event) }
