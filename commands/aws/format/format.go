// Package format prints answers as the AWS CLI does: as JSON, as text for other programs, as tables for people.
package format

import (
	"fmt"
	"io"

	"github.com/hsmlab/hsmlab/commands/aws/value"
)

// Names are the formats that --output takes.
var Names = []string{"json", "text", "table", "yaml", "yaml-stream"}

// JSON writes a value with four blanks for each level. An empty object is nothing at all.
func JSON(w io.Writer, v any) error {
	if o, ok := v.(value.Object); ok && len(o) == 0 {
		return nil
	}
	_, err := w.Write(append(value.AppendIndented(nil, v), '\n'))
	return err
}

// unfit is the error of a value that has no place in a format.
func unfit(format string, v any) error {
	return fmt.Errorf("cannot show %s as %s: use --output json", value.Repr(v), format)
}
