// Package shape is what the simulated AWS services have in common: who calls, exceptions, times, and the limits of
// request members with the messages that AWS has for them.
//
// A service declares one method for each of its operations,
//
//	func (s *Service) DescribeKey(ctx context.Context, c *shape.Call, r DescribeKeyRequest) (DescribeKeyResponse, error)
//
// in a file of the operation's name. The structs have the members of the service model in json tags, and their
// limits in the tags that [Validate] reads. The package knows no service, no HTTP and no state.
package shape
