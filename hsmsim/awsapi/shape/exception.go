package shape

import "fmt"

// An Exception is an error of a service as its clients see it.
type Exception struct {
	Code    string // such as NotFoundException
	Message string // may be empty
}

func (e *Exception) Error() string {
	if e.Message == "" {
		return e.Code
	}
	return e.Code + ": " + e.Message
}

// Errorf makes an exception. Without a format its message is empty, as some of AWS's are.
func Errorf(code, format string, args ...any) *Exception {
	return &Exception{code, fmt.Sprintf(format, args...)}
}

// Invalid is a ValidationException, which every operation may answer with although no model declares it.
func Invalid(format string, args ...any) *Exception {
	return Errorf(ValidationException, format, args...)
}

// The exceptions that are not of one service.
const (
	ValidationException         = "ValidationException"
	SerializationException      = "SerializationException"
	AccessDeniedException       = "AccessDeniedException"
	ThrottlingException         = "ThrottlingException"
	UnknownOperation            = "UnknownOperationException"
	MissingAuthenticationToken  = "MissingAuthenticationTokenException"
	InvalidSignature            = "InvalidSignatureException"
	IncompleteSignature         = "IncompleteSignatureException"
	UnrecognizedClient          = "UnrecognizedClientException"
	RequestEntityTooLarge       = "RequestEntityTooLargeException"
	InternalFailure             = "InternalFailure"
	UnsupportedMediaTypeContent = "UnsupportedMediaTypeException"
)
