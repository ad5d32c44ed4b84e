package kmu

import (
	"context"
	"io"
	"os"
	"strings"

	"github.com/hsmlab/hsmlab/commands/tool"
	"github.com/hsmlab/hsmlab/hsmsim/cluster"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

// session is one run of the tool.
type session struct {
	printer
	env        Env
	attachment Attachment
	connected  *cluster.Application // see cluster
	console    *tool.Console        // nil until something is asked
	fips       int                  // FIPS state of the partition
	table      []command
	seen       seen
	ended      bool // by exit
}

func newSession(e Env, a Attachment) *session {
	p := printer{out: e.Out, family: &families[e.Generation], indent: "\t"}
	return &session{printer: p, env: e, attachment: a, table: commands()}
}

// cluster is the session on the HSMs. Without its daemon it reaches none.
func (s *session) cluster(ctx context.Context) *cluster.Application {
	if s.attachment.Gone() && s.connected.Nodes() > 0 {
		s.connected.Close()
		s.connected = cluster.NewApplication(ctx, s.env.Dialer, nil, s.env.Settings)
	}
	return s.connected
}

func (s *session) close() {
	if s.console != nil {
		s.console.Close()
	}
	s.connected.Close()
	s.attachment.Close()
}

// Limits of a typed line.
const (
	maxLine  = 1399 // characters; what follows is dropped silently
	maxWords = 98
)

// blanks separate words: a tab is part of a word, and there is no quoting.
const blanks = " "

// split cuts a line into words.
func split(line string) []string {
	line = strings.ReplaceAll(line, "\r", "")
	line = line[:min(len(line), maxLine)]
	return tool.Texts(line, tool.Words(line, blanks))
}

// command finds the command that words begin with, nil for an unknown one.
func (s *session) command(words []string) *command { return find(s.table, words) }

func find(table []command, words []string) *command {
	if len(words) == 0 || len(words) > maxWords {
		return nil
	}
	for i := range table {
		if c := &table[i]; c.called(words[0]) {
			return c
		}
	}
	return nil
}

// execute runs one command and reports whether it succeeded. Unknown ones get the list of all.
func (s *session) execute(ctx context.Context, words []string) bool {
	c := s.command(words)
	if c == nil {
		s.out.Print(listing(s.table))
		return false
	}
	a, refused := c.parse(validText(words[1:]), s.readFile)
	if refused != nil {
		s.out.Print(refused.text)
		if !refused.alone {
			s.out.Print(c.screen())
		}
		return false
	}
	if s.console != nil {
		var done func()
		ctx, done = s.console.Interrupts(ctx)
		defer done()
	}
	return c.run(ctx, s, a) == hsm.Success
}

// validText replaces bytes that are not text: HSMs take labels and names as UTF-8.
func validText(words []string) []string {
	valid := make([]string, len(words))
	for i, w := range words {
		valid[i] = strings.ToValidUTF8(w, "?")
	}
	return valid
}

// ask opens the console when it is needed first: a command given on the command line reads its answers from
// standard input.
func (s *session) ask() (*tool.Console, error) {
	if s.console == nil {
		c, err := s.env.OpenConsole(s.complete, s.withoutSecrets)
		if err != nil {
			return nil, err
		}
		s.console = c
	}
	return s.console, nil
}

// maxFile bounds the files that options name, bytes.
const maxFile = 1 << 20

// readFile reads a file that an option names.
func (s *session) readFile(path string) ([]byte, error) {
	f, err := os.Open(s.path(path))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err == nil && len(data) > maxFile {
		err = io.ErrShortBuffer
	}
	return data, err
}

// writeFile writes a file that an option names.
func (s *session) writeFile(name string, data []byte) error {
	return tool.WriteFile(s.path(name), data, 0o644)
}

// path is where a file that the operator names really is.
func (s *session) path(name string) string {
	if s.env.Resolve == nil {
		return name
	}
	return s.env.Resolve(name)
}
