// Package approval reads the approval file of approveToken, in which an operator of either tool says who has signed
// a token file and where the signatures are. It decides nothing: whether they are right is for the HSM.
package approval

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

// MaxFile bounds an approval file, bytes.
const MaxFile = 64 << 10

// A File is what an approval file says.
type File struct {
	TokenFile string // path
	Approvers []Approver
}

// An Approver is one who has signed.
type Approver struct {
	Type      string // CO or CU
	Name      string
	Signature string // path of the file with the signature
}

// ErrTooMany is why a file is refused with more approvals than the tools take.
var ErrTooMany = fmt.Errorf("more than %d approvals", hsm.MaxApprovals)

// The names of the fields, in the order in which they must stand.
const (
	fieldMultiToken = "Multi Token File Path"
	fieldToken      = "Token File Path"
	fieldNumber     = "Number of Approvals"
	fieldType       = "Approver Type"
	fieldName       = "Approver Name"
	fieldSignature  = "Approval File"
)

// types are the user types by their numbers in the file.
var types = map[string]string{"1": "CU", "2": "CO"}

// Parse reads an approval file: lines "Name = Value;" in a fixed order, with comments from # to the end of the line
// (user guide, quorum authentication). The field Token File Path must be there and may be empty; it counts only
// where Multi Token File Path is. Errors name the line and the field.
func Parse(data []byte) (*File, error) {
	if len(data) > MaxFile {
		return nil, fmt.Errorf("more than %d bytes", MaxFile)
	}
	if !utf8.Valid(data) {
		return nil, errors.New("not UTF-8 text")
	}
	p := &parser{data: data}
	f := &File{TokenFile: p.field(fieldMultiToken)}
	if single := p.field(fieldToken); f.TokenFile == "" {
		f.TokenFile = single
	}
	n := p.number()
	for range n {
		a := Approver{Type: types[p.required(fieldType)]}
		if a.Type == "" {
			p.fail("%s must be 2 for a CO or 1 for a CU", fieldType)
		}
		a.Name, a.Signature = p.required(fieldName), p.required(fieldSignature)
		f.Approvers = append(f.Approvers, a)
	}
	if line, ok := p.next(); ok {
		p.fail("%q after the last approval", line)
	}
	if f.TokenFile == "" {
		p.fail("%s is empty", fieldMultiToken)
	}
	if p.err != nil {
		return nil, p.err
	}
	return f, nil
}

// parser goes through a file line by line and keeps the first error.
type parser struct {
	data []byte
	line int
	err  error
}

func (p *parser) fail(format string, args ...any) {
	if p.err == nil {
		p.err = fmt.Errorf("line %d: %w", p.line, fmt.Errorf(format, args...))
	}
}

// next gives the next line that says something; ok is false at the end and after an error.
func (p *parser) next() (line string, ok bool) {
	for p.err == nil && len(p.data) > 0 {
		raw, rest, _ := bytes.Cut(p.data, []byte("\n"))
		p.data = rest
		p.line++
		text, _, _ := strings.Cut(string(raw), "#")
		if text = strings.TrimSpace(text); text != "" {
			return text, true
		}
	}
	return "", false
}

// field reads the next field, which must have the name, and gives its value.
func (p *parser) field(name string) string {
	line, ok := p.next()
	if !ok {
		p.fail("%s is missing", name)
		return ""
	}
	got, value, ok := strings.Cut(line, "=")
	if got = strings.TrimSpace(got); !ok || got != name {
		p.fail("%s is missing, %q stands in its place", name, line)
		return ""
	}
	return strings.TrimSpace(strings.TrimSuffix(value, ";"))
}

// required is field for one that must not be empty.
func (p *parser) required(name string) string {
	value := p.field(name)
	if value == "" {
		p.fail("%s is empty", name)
	}
	return value
}

func (p *parser) number() int {
	n, err := strconv.ParseUint(p.required(fieldNumber), 10, 31)
	switch {
	case err != nil || n == 0:
		p.fail("%s must be a number from 1 to %d", fieldNumber, hsm.MaxApprovals)
		return 0
	case n > hsm.MaxApprovals:
		p.fail("%s: %w", fieldNumber, ErrTooMany)
		return 0
	}
	return int(n)
}
