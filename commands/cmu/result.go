package cmu

import (
	"bytes"
	"fmt"
)

// A result is what a command has to show, on the screen or in a file that the operator names. The file is
// written at the end and only if there is something to write; an existing one is replaced.
type result struct {
	console *console
	path    string // empty for the screen
	text    bytes.Buffer
}

// result makes a result of the rest of a command's arguments: nothing, or the file.
func (c *console) result(rest []string) *result {
	r := &result{console: c}
	if len(rest) > 0 {
		r.path = rest[0]
	}
	return r
}

func (r *result) printf(format string, args ...any) {
	if r.path == "" {
		r.console.printf(format, args...)
		return
	}
	fmt.Fprintf(&r.text, format, args...)
}

// printAlways prints to the screen, and to the file where there is one.
func (r *result) printAlways(text string) {
	r.console.print(text)
	if r.path != "" {
		r.text.WriteString(text)
	}
}

// save writes the file.
func (r *result) save() error {
	if r.text.Len() == 0 {
		return nil
	}
	return r.console.writeFile(r.path, r.text.Bytes(), 0o644)
}
