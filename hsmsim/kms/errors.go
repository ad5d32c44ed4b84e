package kms

import "errors"

// What CloudHSM.Attach fails with.
var (
	ErrSubnetNotFound = errors.New("a subnet of the cluster does not exist any more")
	ErrNoFreeAddress  = errors.New("a subnet of the cluster has no free address")
)
