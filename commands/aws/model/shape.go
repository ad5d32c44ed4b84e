package model

import (
	"fmt"
	"strconv"
	"strings"
)

// A Kind is what a member holds.
type Kind int

// The kinds of members.
const (
	String Kind = iota
	Int
	Float
	Bool
	Blob
	Time
	List
	Map
	Structure
)

var kinds = map[string]Kind{"string": String, "int": Int, "float": Float, "bool": Bool, "blob": Blob, "time": Time}

// String is the kind in the words of help.
func (k Kind) String() string {
	return [...]string{"string", "integer", "float", "boolean", "blob", "timestamp", "list", "map", "structure"}[k]
}

// Shape is the type of a member.
type Shape struct {
	Kind    Kind
	Members []Member // of structures
	Element *Shape   // of lists and maps
	Least   *int64   // least length or value
}

// Member is a member of a structure.
type Member struct {
	Name     string
	Wire     string // in Query requests and in XML
	Required bool
	*Shape
}

// Option is the name on the command line: --key-id.
func (m Member) Option() string { return "--" + Dashed(m.Name) }

// Member finds a member of a structure; nil if there is none.
func (s *Shape) Member(name string) *Member {
	for i := range s.Members {
		if s.Members[i].Name == name {
			return &s.Members[i]
		}
	}
	return nil
}

// structure reads the members of a structure. Answers of EC2 begin their names in lower case.
func (s *Service) structure(text string, answer bool) (*Shape, error) {
	shape := &Shape{Kind: Structure}
	for _, field := range strings.Fields(text) {
		m, err := s.member(field, answer)
		if err != nil {
			return nil, fmt.Errorf("cannot read member %q of %s: %w", field, s.Name, err)
		}
		shape.Members = append(shape.Members, m)
	}
	return shape, nil
}

func (s *Service) member(field string, answer bool) (Member, error) {
	name, kind, typed := strings.Cut(field, ":")
	if !typed {
		kind = "string"
	}
	name, required := strings.CutSuffix(name, "*")
	name, wire, renamed := strings.Cut(name, "=")
	if !renamed {
		wire = name
		if answer && s.Protocol == EC2 {
			wire = strings.ToLower(name[:1]) + name[1:]
		}
	}
	shape, rest, err := s.shape(kind, answer)
	if err == nil && rest != "" {
		err = fmt.Errorf("%q is too much", rest)
	}
	return Member{name, wire, required, shape}, err
}

// shape reads a type with its least value and gives what follows.
func (s *Service) shape(text string, answer bool) (*Shape, string, error) {
	shape, rest, err := s.bare(text, answer)
	if err != nil {
		return nil, "", err
	}
	if after, ok := strings.CutPrefix(rest, ":"); ok {
		digits := after[:len(after)-len(strings.TrimLeft(after, "0123456789"))]
		n, err := strconv.ParseInt(digits, 10, 64)
		if err != nil {
			return nil, "", err
		}
		shape.Least = &n
		rest = after[len(digits):]
	}
	return shape, rest, nil
}

func (s *Service) bare(text string, answer bool) (*Shape, string, error) {
	for open, kind := range map[string]Kind{"[": List, "<": Map} {
		inner, ok := strings.CutPrefix(text, open)
		if !ok {
			continue
		}
		element, rest, err := s.shape(inner, answer)
		if err != nil {
			return nil, "", err
		}
		if rest == "" {
			return nil, "", fmt.Errorf("%q has no end", text)
		}
		return &Shape{Kind: kind, Element: element}, rest[1:], nil
	}
	name, rest := text, ""
	if end := strings.IndexAny(text, ":]>"); end >= 0 {
		name, rest = text[:end], text[end:]
	}
	if kind, ok := kinds[name]; ok {
		return &Shape{Kind: kind}, rest, nil
	}
	members, ok := s.shapes[name]
	if !ok {
		return nil, "", fmt.Errorf("there is no type %q", name)
	}
	shape, err := s.structure(members, answer)
	return shape, rest, err
}
