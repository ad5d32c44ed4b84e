package tool

import (
	"bufio"
	"fmt"
	"io"
)

// Output is a tool's output stream. On a terminal whole lines go out at once, as C's standard output does
// it; elsewhere they gather until the tool reads input or ends. Write errors are not reported: nobody is left
// to read them.
type Output struct {
	w     *bufio.Writer
	lines bool
}

// NewOutput makes an output stream; lines is for terminals.
func NewOutput(w io.Writer, lines bool) *Output {
	return &Output{w: bufio.NewWriterSize(w, 16<<10), lines: lines}
}

// Printf prints.
func (o *Output) Printf(format string, args ...any) {
	fmt.Fprintf(o.w, format, args...)
	o.settle()
}

// Print prints a text as it is.
func (o *Output) Print(text string) {
	o.w.WriteString(text)
	o.settle()
}

// Write prints bytes as they are.
func (o *Output) Write(b []byte) (int, error) {
	o.w.Write(b)
	o.settle()
	return len(b), nil
}

func (o *Output) settle() {
	if o.lines {
		o.w.Flush()
	}
}

// Flush sends what has gathered.
func (o *Output) Flush() { o.w.Flush() }
