package transcript

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

const (
	maxFileBytes = 1 << 20
	maxMechanism = 1000
)

// Step is one preparation: a line typed at the tool's prompt before the transcript, or a file to be made.
type Step struct {
	Line   int    // of the header
	Before string // empty if File is set
	File   *NewFile
}

// NewFile is a file that is made in the working directory. Which fields are set depends on the kind.
type NewFile struct {
	Path string
	Kind string

	Bytes      int      // random, aes-wrapped
	Text       string   // text
	Bits       int      // pem-rsa-private, pem-rsa-public
	PassPhrase string   // pem-rsa-private; empty: not encrypted
	Curve      string   // pem-ec-private, pem-ec-public
	PrivateKey string   // pem-public-of, signed-by: path of a private key file
	Input      string   // signed-by, signature: path of what is signed; approval: path of the token file
	Key        uint64   // wrapped, signature, masked, fake-pem: handle
	Wrapping   uint64   // wrapped, aes-wrapped: handle
	Mechanism  int      // wrapped, signature
	NoHeader   bool     // wrapped
	Approvers  []string // approval: names of COs
}

func addBefore(h *header, value string) error {
	if h.file.inShell() {
		return errors.New("stands only with tool: cmu or kmu")
	}
	h.file.Steps = append(h.file.Steps, Step{Line: h.line, Before: value})
	return nil
}

func addFile(h *header, value string) error {
	path, content, ok := strings.Cut(value, " ")
	if !ok {
		return errors.New("not of the form PATH KIND")
	}
	if err := checkLocalPath(path); err != nil {
		return err
	}
	if h.hasFile(path, "") {
		return fmt.Errorf("%s is made twice", path)
	}
	kind, rest, _ := strings.Cut(content, ":")
	f := &NewFile{Path: path, Kind: kind}
	if err := h.setContent(f, rest); err != nil {
		return fmt.Errorf("%s: %w", kind, err)
	}
	h.file.Steps = append(h.file.Steps, Step{Line: h.line, File: f})
	return nil
}

// hasFile reports whether a line makes a file at path whose kind begins with prefix.
func (h *header) hasFile(path, prefix string) bool {
	return slices.ContainsFunc(h.file.Steps, func(s Step) bool {
		return s.File != nil && s.File.Path == path && strings.HasPrefix(s.File.Kind, prefix)
	})
}

// setContent reads what follows the kind; the parts are divided by colons.
func (h *header) setContent(f *NewFile, rest string) error {
	parts := strings.Split(rest, ":")
	want := map[string][]func(string) error{
		"random":         {f.setBytes},
		"pem-ec-private": {f.setCurve},
		"pem-rsa-public": {f.setBits},
		"pem-ec-public":  {f.setCurve},
		"pem-public-of":  {h.setPrivateKey(f)},
		"signed-by":      {h.setPrivateKey(f), f.setInput},
		"wrapped":        {h.setHandle(&f.Key), h.setHandle(&f.Wrapping), f.setMechanism},
		"aes-wrapped":    {h.setHandle(&f.Wrapping), f.setBytes},
		"signature":      {f.setMechanism, h.setHandle(&f.Key), f.setInput},
		"masked":         {h.setHandle(&f.Key)},
		"fake-pem":       {h.setHandle(&f.Key)},
		"approval":       {f.setInput, h.setApprovers(f)},
	}[f.Kind]
	switch {
	case f.Kind == "text":
		text, err := parseString(rest)
		f.Text = text
		return err
	case f.Kind == "pem-rsa-private":
		bits, phrase, encrypted := strings.Cut(rest, ":")
		if encrypted && phrase == "" {
			return errors.New("the pass phrase is empty")
		}
		f.PassPhrase = phrase
		return f.setBits(bits)
	case f.Kind == "wrapped" && len(parts) == 4 && parts[3] == "noheader":
		f.NoHeader = true
		parts = parts[:3]
	}
	if want == nil {
		return errors.New("no such kind of file")
	}
	if len(parts) != len(want) {
		return fmt.Errorf("has %d parts, must have %d", len(parts), len(want))
	}
	for i, set := range want {
		if err := set(parts[i]); err != nil {
			return err
		}
	}
	return nil
}

func (f *NewFile) setBytes(s string) (err error) {
	f.Bytes, err = parseNum(s, 0, maxFileBytes)
	return err
}

func (f *NewFile) setBits(s string) (err error) {
	f.Bits, err = parseNum(s, 1024, 8192)
	return err
}

func (f *NewFile) setCurve(s string) error {
	return choose(&f.Curve, s, curves...)
}

func (f *NewFile) setMechanism(s string) (err error) {
	f.Mechanism, err = parseNum(s, 0, maxMechanism)
	return err
}

// setInput does not ask who makes that file: a line typed before may.
func (f *NewFile) setInput(s string) error {
	f.Input = s
	return checkLocalPath(s)
}

func (h *header) setPrivateKey(f *NewFile) func(string) error {
	return func(s string) error {
		f.PrivateKey = s
		if !h.hasFile(s, "pem-rsa-private") && !h.hasFile(s, "pem-ec-private") {
			return fmt.Errorf("%q is no private key file of a line further up", s)
		}
		return nil
	}
}

func (h *header) setHandle(place *uint64) func(string) error {
	return func(s string) (err error) {
		if *place, err = parseNum(s, 1, uint64(maxHandle)); err != nil {
			return err
		}
		if _, ok := h.key(*place); !ok {
			return fmt.Errorf("no key has the handle %d", *place)
		}
		return nil
	}
}

func (h *header) setApprovers(f *NewFile) func(string) error {
	return func(s string) error {
		f.Approvers = strings.Split(s, ",")
		for _, name := range f.Approvers {
			if !h.hasUser(func(u User) bool { return u.Name == name && u.Mofn }) {
				return fmt.Errorf("no user %q has a registered quorum key", name)
			}
		}
		return nil
	}
}
