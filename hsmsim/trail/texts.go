package trail

// The texts of exceptions, none of which AWS publishes but those of CloudWatch Logs and the number of datapoints.
const (
	textOneAttribute    = "You can specify only one lookup attribute, not %d."
	textAttributeKey    = "%q is not a lookup attribute: use one of %s."
	textAttributeValue  = "The value %q of lookup attribute ReadOnly must be true or false."
	textEventCategory   = "The event category %q is not valid: use insight."
	textTimeRange       = "The start time %s is after the end time %s."
	textMaxResults      = "MaxResults must be from 1 to 50, not %d."
	textLookupNextToken = "The token is not valid, or was used in a request with different parameters."
)
