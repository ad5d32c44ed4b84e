package aws

import (
	"io"

	"github.com/hsmlab/hsmlab/commands/aws/format"
	"github.com/hsmlab/hsmlab/commands/aws/model"
	"github.com/hsmlab/hsmlab/commands/aws/value"
)

// printSkeleton prints the parameters of an operation, or its answer, with values to be filled in.
func printSkeleton(w io.Writer, r *request) error {
	switch r.skeleton {
	case "output":
		return format.JSON(w, skeleton(r.op.Out, true, ""))
	case "yaml-input":
		return fail(statusUsage, "hsmlab's aws does not write yaml: use --generate-cli-skeleton input")
	}
	v := skeleton(r.op.In, false, "")
	_, err := w.Write(append(value.AppendIndented(nil, v), '\n'))
	return err
}

func skeleton(s *model.Shape, answer bool, name string) any {
	switch s.Kind {
	case model.Structure:
		o := value.Object{}
		for _, m := range s.Members {
			o = append(o, value.Member{Key: m.Name, Value: skeleton(m.Shape, answer, m.Name)})
		}
		return o
	case model.Map:
		return value.Object{{Key: "KeyName", Value: skeleton(s.Element, answer, "")}}
	case model.List:
		return []any{skeleton(s.Element, answer, name)}
	case model.Int:
		return int64(0)
	case model.Float:
		return 0.0
	case model.Bool:
		return true
	case model.Time:
		return "1970-01-01T00:00:00"
	case model.Blob:
		if answer {
			return "YmxvYg=="
		}
		return nil
	}
	if answer {
		return name
	}
	return ""
}
