package aws

import (
	"errors"
	"net/url"
	"slices"

	"github.com/hsmlab/hsmlab/commands/aws/format"
	"github.com/hsmlab/hsmlab/commands/aws/jmespath"
)

// globalOptions may stand anywhere. Those about terminals, certificates and timeouts are taken and change
// nothing.
func globalOptions() []option {
	return []option{
		{name: "--debug"},
		{name: "--endpoint-url", takes: one},
		{name: "--no-verify-ssl"},
		{name: "--no-paginate"},
		{name: "--output", takes: one, choices: format.Names},
		{name: "--query", takes: one},
		{name: "--profile", takes: one},
		{name: "--region", takes: one},
		{name: "--version"},
		{name: "--color", takes: one, choices: []string{"on", "off", "auto"}},
		{name: "--no-sign-request"},
		{name: "--ca-bundle", takes: one},
		{name: "--cli-read-timeout", takes: one},
		{name: "--cli-connect-timeout", takes: one},
		{name: "--cli-binary-format", takes: one, choices: []string{"base64", "raw-in-base64-out"}},
		{name: "--no-cli-pager"},
		{name: "--cli-auto-prompt"},
		{name: "--no-cli-auto-prompt"},
	}
}

// globals are the options that every command has.
type globals struct {
	endpoint, profile, region string
	output                    string // "" is that of the configuration
	query                     *jmespath.Expression
	binaryFormat              string // "" is that of the configuration
	paginate, sign, version   bool
}

func parseGlobals(args []string) (*globals, []string, error) {
	o, rest, err := scanOptions(args, globalOptions())
	if err != nil {
		return nil, nil, err
	}
	g := &globals{
		endpoint: o.last("--endpoint-url"), profile: o.last("--profile"), region: o.last("--region"),
		output: o.last("--output"), binaryFormat: o.last("--cli-binary-format"),
		paginate: !o.has("--no-paginate"), sign: !o.has("--no-sign-request"), version: o.has("--version"),
	}
	if slices.Contains([]string{"yaml", "yaml-stream"}, g.output) {
		return nil, nil, fail(statusUsage, "hsmlab's aws does not write %s: use json, text or table", g.output)
	}
	if o.has("--query") {
		if g.query, err = parseQuery(o.last("--query")); err != nil {
			return nil, nil, err
		}
	}
	if u, err := url.Parse(g.endpoint); g.endpoint != "" && (err != nil || u.Scheme == "" || u.Host == "") {
		return nil, nil, fail(statusUsage, "Bad value for --endpoint-url \"%s\": scheme is missing.  Must be of the form http://<hostname>/ or https://<hostname>/", g.endpoint)
	}
	return g, rest, nil
}

func parseQuery(text string) (*jmespath.Expression, error) {
	q, err := jmespath.Parse(text)
	var bad *jmespath.Error
	if errors.As(err, &bad) {
		return nil, fail(statusUsage, "Bad value for --query %s: %s", text, bad.Text)
	}
	return q, err
}
