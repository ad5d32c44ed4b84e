package aws

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/hsmlab/hsmlab/commands/aws/model"
	"github.com/hsmlab/hsmlab/commands/aws/value"
)

// request is a command line that has been read.
type request struct {
	op       *model.Operation
	params   value.Object
	skeleton string // input or output: print what the operation takes or gives, and call nothing
	paging   paging
}

// operationOptions are the options of an operation's own: one for each member, and those of the program.
func operationOptions(op *model.Operation) []option {
	var table []option
	for _, m := range op.In.Members {
		switch {
		case hidden(op, m.Name):
		case m.Kind == model.Bool:
			table = append(table, option{name: m.Option()}, option{name: negated(op, m)})
		case m.Kind == model.List:
			table = append(table, option{name: m.Option(), takes: many})
		default:
			table = append(table, option{name: m.Option(), takes: one})
		}
	}
	for _, name := range extraOptions(op) {
		table = append(table, option{name: name, takes: one})
	}
	table = append(table,
		option{name: "--cli-input-json", takes: one},
		option{name: "--generate-cli-skeleton", takes: optional, choices: []string{"input", "output", "yaml-input"}})
	if op.Pages != nil {
		table = append(table, option{name: "--starting-token", takes: one}, option{name: "--max-items", takes: one})
		if op.Pages.Size != "" {
			table = append(table, option{name: "--page-size", takes: one})
		}
	}
	return table
}

// negated is the option that sets a boolean member to false.
func negated(op *model.Operation, m model.Member) string {
	if m.Name == "Egress" && strings.HasSuffix(op.Name, "NetworkAclEntry") {
		return "--ingress"
	}
	return "--no-" + strings.TrimPrefix(m.Option(), "--")
}

// readRequest makes the parameters of an operation from its command line.
func readRequest(g *globals, op *model.Operation, args []string) (*request, error) {
	o, rest, err := scanOptions(args, operationOptions(op))
	if err != nil {
		return nil, err
	}
	r := &request{op: op}
	if o.has("--generate-cli-skeleton") {
		if r.skeleton = o.last("--generate-cli-skeleton"); r.skeleton == "" {
			r.skeleton = "input"
		}
	}
	if err := r.checkRequired(o); err != nil {
		return nil, err
	}
	if r.paging, err = readPaging(o); err != nil {
		return nil, err
	}
	if len(rest) > 0 {
		return nil, fail(statusUsage, "%s\nUnknown options: %s\n", usageText, strings.Join(rest, ", "))
	}
	if r.skeleton != "" {
		return r, nil
	}
	reader := parameters{binaryFormat: g.binaryFormat}
	if o.has("--cli-input-json") {
		if r.params, err = reader.object("--cli-input-json", o.last("--cli-input-json")); err != nil {
			return nil, err
		}
	}
	for _, m := range op.In.Members {
		if hidden(op, m.Name) {
			continue
		}
		if m.Kind == model.Bool {
			if on, off := slices.Index(o.order, m.Option()), slices.Index(o.order, negated(op, m)); on >= 0 || off >= 0 {
				r.params = r.params.With(m.Name, on > off)
			}
			continue
		}
		if !o.has(m.Option()) {
			continue
		}
		v, err := reader.read(m, o.words[m.Option()])
		if err != nil {
			return nil, err
		}
		r.params = r.params.With(m.Name, v)
	}
	if r.params, err = applyExtra(op, o, r.params); err != nil {
		return nil, err
	}
	encoded, err := reader.encodeBlobs(op.In, r.params)
	if err != nil {
		return nil, err
	}
	r.params, _ = encoded.(value.Object)
	return r, r.checkPaging(g, o)
}

// checkRequired finds options that must be there.
func (r *request) checkRequired(o *given) error {
	if r.skeleton != "" || o.has("--cli-input-json") {
		return nil
	}
	var missing []string
	for _, m := range r.op.In.Members {
		if m.Required && m.Kind != model.Bool && !o.has(m.Option()) {
			missing = append(missing, m.Option())
		}
	}
	if len(missing) > 0 {
		return misused("the following arguments are required: %s", strings.Join(missing, ", "))
	}
	return nil
}

// checkPaging turns paging off where the command line does its own.
func (r *request) checkPaging(g *globals, o *given) error {
	p := r.op.Pages
	if p == nil {
		return nil
	}
	r.paging.on = g.paginate
	for _, member := range []string{p.Ask, p.Size} {
		if r.params.Has(member) {
			r.paging.on = false
		}
	}
	var conflicts []string
	for _, name := range []string{"--starting-token", "--page-size", "--max-items"} {
		if o.has(name) {
			conflicts = append(conflicts, name)
		}
	}
	if !r.paging.on && len(conflicts) > 0 {
		return fail(statusUsage, "Cannot specify --no-paginate along with pagination arguments: %s", strings.Join(conflicts, ", "))
	}
	return nil
}

func readPaging(o *given) (paging, error) {
	p := paging{start: o.last("--starting-token"), maxItems: -1}
	for _, number := range []struct {
		name string
		to   *int
	}{{"--max-items", &p.maxItems}, {"--page-size", &p.size}} {
		if !o.has(number.name) {
			continue
		}
		n, err := strconv.Atoi(o.last(number.name))
		if err != nil {
			return p, misused("argument %s: invalid int value: '%s'", number.name, o.last(number.name))
		}
		*number.to = n
	}
	return p, nil
}

func runOperation(ctx context.Context, e Env, g *globals, op *model.Operation, args []string) error {
	config, err := readConfiguration(e.Getenv, g.profile)
	if err != nil {
		return err
	}
	g.binaryFormat = firstOf(g.binaryFormat, config.config["cli_binary_format"])
	r, err := readRequest(g, op, args)
	if err != nil {
		return err
	}
	if r.skeleton != "" {
		return printSkeleton(e.Stdout, r)
	}
	c, err := newClient(e, g, config, op)
	if err != nil {
		return err
	}
	p, err := newPrinter(e, g, config, op)
	if err != nil {
		return err
	}
	if !r.paging.on {
		if err := validate(op.In, r.params); err != nil {
			return err
		}
		answer, err := c.call(ctx, r.params)
		if err != nil {
			return err
		}
		return p.print(answer)
	}
	return r.paging.run(ctx, c, r.params, p)
}
