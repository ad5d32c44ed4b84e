package transcript

import (
	"errors"
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"
)

// Server is one HSM of the cluster.
type Server struct {
	ID    int    // the HSM's own node id
	Name  string // what CMU shows in parentheses
	Host  string // address
	State string // "down", "refused", "slow", or empty: up
	HSM   string // hsm-…, or empty: any
	Clone bool   // belongs to the cluster cloned from the first
}

var hsmForm = regexp.MustCompile(`^hsm-[a-z0-9]{11}$`)

func setServers(h *header, value string) error {
	for _, word := range strings.Fields(value) {
		s, err := parseServer(word)
		if err != nil {
			return fmt.Errorf("%s: %w", word, err)
		}
		for _, other := range h.file.Servers {
			if other.ID == s.ID || other.Name == s.Name || other.Host == s.Host {
				return fmt.Errorf("%s: this id, name or address stands twice", word)
			}
		}
		h.file.Servers = append(h.file.Servers, s)
	}
	return nil
}

func parseServer(word string) (Server, error) {
	var s Server
	id, rest, ok := strings.Cut(word, "=")
	if !ok {
		return s, errors.New("not of the form ID=NAME, with options after it")
	}
	var err error
	if s.ID, err = parseNum(id, 0, maxID); err != nil {
		return s, err
	}
	options := strings.Split(rest, "!")
	s.Name = options[0]
	if isAddress(s.Name) {
		s.Host = s.Name
	} else if !nameForm.MatchString(s.Name) {
		return s, fmt.Errorf("%q is neither a name nor an address", s.Name)
	}
	for _, option := range options[1:] {
		if err := s.set(option); err != nil {
			return s, err
		}
	}
	if s.Host == "" {
		return s, errors.New("a server whose name is no address needs !host")
	}
	return s, nil
}

func (s *Server) set(option string) error {
	name, value, _ := strings.Cut(option, "=")
	switch {
	case slices.Contains([]string{"down", "refused", "slow"}, option) && s.State == "":
		s.State = option
	case option == "clone" && !s.Clone:
		s.Clone = true
	case name == "host" && s.Host == "" && isAddress(value):
		s.Host = value
	case name == "hsm" && s.HSM == "" && hsmForm.MatchString(value):
		s.HSM = value
	default:
		return fmt.Errorf("the option %q is unknown, does not fit or stands twice", option)
	}
	return nil
}

func isAddress(s string) bool {
	address, err := netip.ParseAddr(s)
	return err == nil && address.Zone() == ""
}

// hasNode reports whether the cluster has a node with that id.
func (h *header) hasNode(id int) bool {
	return slices.ContainsFunc(h.file.Servers, func(s Server) bool { return s.ID == id })
}
