package awsapi

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// Messages of AWS's front end. Those of signatures are AWS's own as far as they are known.
const (
	msgMissingToken      = "Missing Authentication Token"
	msgMissingTokenQuery = "Request is missing Authentication Token"
	msgUnknownClient     = "The security token included in the request is invalid."
	msgUnknownClientEC2  = "AWS was not able to validate the provided access credentials"
	msgWrongSignature    = "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details."
	msgAuthorization     = "Authorization header requires '%s' parameter."
	msgQueryParameter    = "AWS query-string parameters must include '%s'. Re-examine the query-string parameters."
	msgAlgorithm         = "Unsupported AWS 'algorithm': '%s'."
	msgNoDate            = "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header."
	msgDateForm          = "Date must be in ISO-8601 'basic format'. Got '%s'. See http://en.wikipedia.org/wiki/ISO_8601"
	msgCredential        = "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '%s'"
	msgTerminator        = "Credential should be scoped with a valid terminator: 'aws4_request', not '%s'."
	msgRegion            = "Credential should be scoped to a valid region, not '%s'."
	msgService           = "Credential should be scoped to correct service: '%s'."
	msgScopeDate         = "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '%s' != '%s', from '%s'."
	msgUnsigned          = "'%s' must be a 'SignedHeader' in the AWS Authorization."
	msgExpired           = "Signature expired: %s is now earlier than %s (%s - 15 min.)"
	msgEarly             = "Signature not yet current: %s is still later than %s (%s + 15 min.)"
	msgExpires           = "X-Amz-Expires must be a number of seconds from 1 to 604800, not '%s'."

	msgTooLarge      = "Request must be smaller than %d bytes"
	msgIncomplete    = "The request body could not be read to its end"
	msgUnpack        = "The request body is not what its Content-Encoding '%s' says"
	msgNoAction      = "The request must contain the parameter Action"
	msgUnknownAction = "Could not find operation %s for version %s"
	msgInternal      = "An internal error occurred. The request can be retried."
)

// common are the exceptions that every operation may answer with: what the Query protocol calls them, and their
// status in JSON and in Query.
var common = map[string]struct {
	code        string
	json, query int
}{
	shape.ValidationException:         {"ValidationError", 400, 400},
	shape.SerializationException:      {"MalformedInput", 400, 400},
	shape.AccessDeniedException:       {"AccessDenied", 400, 403},
	shape.ThrottlingException:         {"Throttling", 400, 400},
	shape.UnknownOperation:            {"InvalidAction", 400, 400},
	shape.MissingAuthenticationToken:  {"MissingAuthenticationToken", 400, 403},
	shape.InvalidSignature:            {"SignatureDoesNotMatch", 400, 403},
	shape.IncompleteSignature:         {"IncompleteSignature", 400, 400},
	shape.UnrecognizedClient:          {"InvalidClientTokenId", 400, 403},
	shape.RequestEntityTooLarge:       {"RequestEntityTooLarge", 413, 413},
	shape.InternalFailure:             {"InternalFailure", 500, 500},
	shape.UnsupportedMediaTypeContent: {"UnsupportedMediaType", 415, 415},
}

// commonEC2 is where EC2's dialect differs from that.
var commonEC2 = map[string]struct {
	code   string
	status int
}{
	shape.SerializationException: {"InvalidParameterValue", 400},
	shape.ValidationException:    {"InvalidParameterValue", 400},
	shape.AccessDeniedException:  {"UnauthorizedOperation", 403},
	shape.ThrottlingException:    {"RequestLimitExceeded", 503},
	shape.InvalidSignature:       {"AuthFailure", 401},
	shape.UnrecognizedClient:     {"AuthFailure", 401},
	shape.InternalFailure:        {"InternalError", 500},
}

// failure is an exception as one protocol tells it.
type failure struct {
	code      string // in the protocol's own words
	queryCode string // in those of Query
	message   string
	status    int
}

// failureOf turns an exception of a service into an answer; s is nil where the service is not known.
func failureOf(s *service, ex *shape.Exception, query bool) failure {
	f := failure{code: ex.Code, queryCode: ex.Code, message: ex.Message, status: http.StatusBadRequest}
	if s != nil {
		if c, ok := s.codes[ex.Code]; ok {
			f.queryCode = c
		}
		if slices.Contains(strings.Fields(s.faults), ex.Code) || ex.Code == s.internal {
			f.status = http.StatusInternalServerError
		}
	}
	if c, ok := common[ex.Code]; ok {
		f.queryCode, f.status = c.code, c.json
		if query {
			f.status = c.query
		}
	}
	if !query {
		return f
	}
	if ex.Code == shape.MissingAuthenticationToken {
		f.message = msgMissingTokenQuery
	}
	if s != nil && s.ec2 {
		if c, ok := commonEC2[ex.Code]; ok {
			f.queryCode, f.status = c.code, c.status
		}
		if f.queryCode == "AuthFailure" {
			f.message = msgUnknownClientEC2
		}
	}
	f.code = f.queryCode
	return f
}

// exceptionOf makes what a service returned presentable: clients see exceptions that the operation declares or
// that all have, and the service's internal fault for all else. unexpected is true of that.
func exceptionOf(s *service, o *operation, err error) (ex *shape.Exception, unexpected bool) {
	if errors.As(err, &ex) {
		_, all := common[ex.Code]
		if all || slices.Contains(o.declare, ex.Code) || ex.Code == s.internal || s.ec2 { // whose model declares nothing
			return ex, false
		}
	}
	code := s.internal
	if code == "" {
		code = shape.InternalFailure
	}
	// A client that has gone away is no fault of ours.
	return &shape.Exception{Code: code, Message: msgInternal}, !errors.Is(err, context.Canceled)
}
