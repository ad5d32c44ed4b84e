package aws

import (
	"io"
	"slices"

	"github.com/hsmlab/hsmlab/commands/aws/format"
	"github.com/hsmlab/hsmlab/commands/aws/jmespath"
	"github.com/hsmlab/hsmlab/commands/aws/model"
	"github.com/hsmlab/hsmlab/commands/aws/value"
)

// printer shows the answers of an operation.
type printer struct {
	out    io.Writer
	format string
	query  *jmespath.Expression
	title  string // of tables
	width  int    // that tables try to keep to
}

func newPrinter(e Env, g *globals, config *configuration, op *model.Operation) (*printer, error) {
	p := &printer{out: e.Stdout, query: g.query, title: op.Name, width: format.TerminalWidth}
	p.format = firstOf(g.output, e.Getenv("AWS_DEFAULT_OUTPUT"), config.config["output"], "json")
	if !slices.Contains(format.Names[:3], p.format) {
		return nil, fail(statusOther, "Unknown output type: %s", p.format)
	}
	if e.Width > 0 {
		p.width = e.Width
	}
	return p, nil
}

func (p *printer) print(answer value.Object) error {
	var v any = answer
	if p.query != nil {
		var err error
		if v, err = p.query.Search(answer); err != nil {
			return err
		}
	}
	switch p.format {
	case "text":
		return format.Text(p.out, v)
	case "table":
		return format.Table(p.out, p.title, v, p.width)
	}
	return format.JSON(p.out, v)
}

// printPages shows the pages of an answer: as text one after another, else as one.
func (p *printer) printPages(results []string, pages []value.Object, resume string) error {
	if p.format != "text" {
		return p.print(merge(results, pages, resume))
	}
	for _, page := range pages {
		shown := value.Object{}
		for _, result := range results {
			v, _ := page.Get(result)
			shown = append(shown, value.Member{Key: result, Value: v})
		}
		if err := p.print(shown); err != nil {
			return err
		}
	}
	if resume == "" {
		return nil
	}
	return p.print(value.Object{{Key: "NextToken", Value: value.Object{{Key: "NextToken", Value: resume}}}})
}
