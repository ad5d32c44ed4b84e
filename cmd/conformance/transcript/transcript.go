// Package transcript reads console transcripts of the tools, finds what is typed in them, says which line or answer
// comes next while one is played, and compares what was printed with what the transcript shows.
//
// It knows the format of the files and the look of the tools' prompts and questions. It must not know how a world is
// built, how a tool is started or where a file lies: it opens nothing, waits for nothing, and never looks at the name,
// the source, the fidelity or the notes of a transcript.
package transcript

import (
	"fmt"
	"regexp"
)

// MaxSize is the limit in bytes for a transcript, for its text after the replacements, and for the output compared.
const MaxSize = 1 << 20

// Values of File.Tool.
const (
	CMU       = "cmu"
	KMU       = "kmu"
	Configure = "configure"
	Shell     = "shell"
)

// Values of File.Generation, and what Generations returns.
const (
	Classic       = "classic"
	Late          = "late"
	anyGeneration = "any"
	vendor        = "vendor"
)

// Values of File.Check.
const (
	Exact       = "exact"
	Tokens      = "tokens"
	Subsequence = "subsequence"
	Contains    = "contains"
	Shape       = "shape"
	None        = "none"
)

// File is one transcript: the world that its text presupposes, how it is played and compared, and the text.
type File struct {
	Tool       string
	Variant    string
	Generation string
	Check      string
	WhyNone    string // only with check none

	// EmptyLines says that empty lines count, with check exact.
	EmptyLines bool

	// Servers are in the order of the CMU configuration file: the index is CMU's server number.
	Servers    []Server
	CA         string // "absent", "late", or empty: present
	Daemon     string // "absent", "lost", or empty: runs
	Users      []User
	UsersAt    map[int][]User // by node id, where a node's list differs
	Quorum     map[int]int    // M by service
	Keys       []Key
	Next       []uint64 // handles of new keys in order of creation; empty: they do not matter
	Home       *int     // node id that serves the KMU session; nil: the first server
	Login      *Login   // nil: nobody is logged in
	ServerMode *int     // CMU's server mode with this server number; nil: global mode
	Steps      []Step

	PromptLeftOut bool   // the first line of the text is typed, without a prompt
	Prompt        string // a further prompt of the tool; empty: none
	Commands      []string
	Replacements  []Replacement
	Skip          []*regexp.Regexp
	Answers       []Answer
	Shows         string // path of the file that the text is the content of; empty: the screen
	Generated     []*regexp.Regexp

	// Text is everything after the header, untouched.
	Text string
}

// Replacement is one put or slip: every Old in the text stands for New.
type Replacement struct {
	Old, New string
}

// Kinds of an Answer.
const (
	Visible = "answer"
	Hidden  = "secret"
	Sign    = "sign" // not typed: the 2FA request file Text is signed before the next answer
)

// Answer is one line of the header that says what is done when the tool asks.
type Answer struct {
	Kind string
	Text string
}

// Generations returns the output families in which the transcript is played: Classic, Late, both, or none.
func (f *File) Generations() []string {
	switch f.Generation {
	case Classic, Late:
		return []string{f.Generation}
	case anyGeneration:
		return []string{Classic, Late}
	}
	return nil
}

// Skipped reports whether the transcript is not played, and why.
func (f *File) Skipped() (reason string, ok bool) {
	switch {
	case f.Check == None:
		return fmt.Sprintf("check: none (%s)", f.WhyNone), true
	case f.Generation == vendor:
		return "generation: vendor", true
	}
	return "", false
}

// inShell reports whether the transcript's lines are run by the shell and not typed at a tool's prompt.
func (f *File) inShell() bool {
	return f.Tool == Configure || f.Tool == Shell
}
