package scenario

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// MaxSize is the size of the largest scenario file, bytes.
const MaxSize = 4 << 20

const maxErrors = 100 // reported; a file with more is hardly a scenario

// Parse reads a scenario file: one YAML document without anchors, aliases and tags, at most 4 MiB. Every
// error that is found, but not more than 100, is reported in the order of the lines, one a line, as
// "name:line: field.path: reason". What a file says is only looked at once its shape is right: errors of
// YAML hide those of fields and types, which hide those of values. No error shows a password or key material.
func Parse(name string, data []byte) (*World, error) {
	f := &file{name: name, lines: map[string]int{}}
	w := newWorld()
	if root := f.document(data); root != nil {
		f.decode("", root.Line, root, reflect.ValueOf(w).Elem())
	}
	if len(f.problems) == 0 && f.count("clusters", len(w.Clusters), 1, maxClusters) {
		f.complete(w)
		f.checkWorld(w)
	}
	if err := f.err(); err != nil {
		return nil, err
	}
	return w, nil
}

// YAML writes a world in the form that Parse reads, with all defaults spelled out. A world that came from
// Parse comes back equal.
func (w *World) YAML() ([]byte, error) {
	var b bytes.Buffer
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	if err := e.Encode(w); err != nil {
		return nil, fmt.Errorf("cannot write the scenario: %w", err)
	}
	return b.Bytes(), nil
}

// file is a scenario file while it is read.
type file struct {
	name     string
	lines    map[string]int // where each field stands, by its path
	problems []problem
	more     bool // there were more than maxErrors
}

type problem struct {
	line         int
	path, reason string
}

// document is the content of the only YAML document, nil after a failure.
func (f *file) document(data []byte) *yaml.Node {
	if len(data) > MaxSize {
		f.failLine(1, "", "the file is larger than 4 MiB")
		return nil
	}
	if !utf8.Valid(data) {
		f.failLine(badUTF8Line(data), "", "the file is not UTF-8")
		return nil
	}
	d := yaml.NewDecoder(bytes.NewReader(data))
	var doc, extra yaml.Node
	err := d.Decode(&doc)
	switch {
	case errors.Is(err, io.EOF):
		f.failLine(1, "", "the file is empty")
		return nil
	case err != nil:
		f.failSyntax(err)
		return nil
	}
	err = d.Decode(&extra)
	switch {
	case err == nil:
		f.failLine(extra.Line, "", "a second document begins here: a scenario is one document")
		return nil
	case !errors.Is(err, io.EOF):
		f.failSyntax(err)
		return nil
	}
	return doc.Content[0]
}

func badUTF8Line(data []byte) int {
	line := 1
	for len(data) > 0 {
		r, size := utf8.DecodeRune(data)
		if r == utf8.RuneError && size == 1 {
			break
		}
		if r == '\n' {
			line++
		}
		data = data[size:]
	}
	return line
}

var (
	yamlError = pattern(`(?s)^yaml: (?:line (\d+): )?(.*)$`)

	// The library counts lines from 0 in the errors of its parser, from 1 in those of its scanner, and
	// leaves out line 0.
	countedFromZero = pattern(`^did not find expected (<|node content|key|'-'|',')|^found (duplicate|incompatible|undefined) `)
)

func (f *file) failSyntax(err error) {
	line, reason := 0, err.Error()
	if m := yamlError().FindStringSubmatch(reason); m != nil {
		line, _ = strconv.Atoi(m[1])
		reason = m[2]
	}
	if countedFromZero().MatchString(reason) {
		line++
	}
	f.failLine(max(1, line), "", "not YAML: %s", reason)
}

// has reports whether the file itself gives the field.
func (f *file) has(path string) bool { return f.lines[path] > 0 }

// fail reports a problem at the line of the field, or of what the field would stand in.
func (f *file) fail(path, format string, args ...any) {
	at := path
	for at != "" && !f.has(at) {
		at = at[:max(0, strings.LastIndexAny(at, ".["))]
	}
	f.failLine(f.lines[at], path, format, args...)
}

func (f *file) failLine(line int, path, format string, args ...any) {
	if len(f.problems) == maxErrors {
		f.more = true
		return
	}
	f.problems = append(f.problems, problem{line, path, fmt.Sprintf(format, args...)})
}

// err joins all problems, nil when there are none.
func (f *file) err() error {
	slices.SortStableFunc(f.problems, func(a, b problem) int { return cmp.Compare(a.line, b.line) })
	var errs []error
	for _, p := range f.problems {
		at := ""
		if p.path != "" {
			at = p.path + ": "
		}
		errs = append(errs, fmt.Errorf("%s:%d: %s%s", f.name, p.line, at, p.reason))
	}
	if f.more {
		errs = append(errs, fmt.Errorf("%s: more than %d errors", f.name, maxErrors))
	}
	return errors.Join(errs...)
}
