package config

import (
	"errors"
	"fmt"
	"net/netip"
	"regexp"
	"strings"
	"sync"
)

// maxAddress is the longest host name that DNS can carry, in characters (RFC 1035).
const maxAddress = 253

// label is one label of a host name. The underscore is against the rules and in use.
var label = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9_-]{0,61}[A-Za-z0-9])?$`)
})

// CheckAddress says why a text cannot be the address of an HSM, which is an IPv4 address, an IPv6
// address without zone, or a host name, of at most 253 characters.
func CheckAddress(address string) error {
	switch {
	case address == "":
		return errors.New("the address is empty")
	case len(address) > maxAddress:
		return fmt.Errorf("the address has %d characters, at most %d are allowed", len(address), maxAddress)
	}
	if ip, err := netip.ParseAddr(address); err == nil && ip.Zone() == "" {
		return nil
	}
	labels := strings.Split(address, ".")
	for _, l := range labels {
		if !label().MatchString(l) {
			return fmt.Errorf("%q is neither an IP address nor a host name", address)
		}
	}
	// No name ends in a number, so this is a slip in an IPv4 address.
	if strings.Trim(labels[len(labels)-1], "0123456789") == "" {
		return fmt.Errorf("%q is not a complete IP address", address)
	}
	return nil
}
