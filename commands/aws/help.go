package aws

import (
	"fmt"
	"io"
	"strings"

	"github.com/hsmlab/hsmlab/commands/aws/model"
)

func helpAll(w io.Writer) error {
	var b strings.Builder
	b.WriteString("aws of hsmlab: a small AWS CLI that calls a lab.\n\n  aws [options] <command> <subcommand> [parameters]\n\nCommands:\n")
	for _, s := range model.Services() {
		fmt.Fprintf(&b, "  %-12s %s\n", s.Name, s.Summary)
	}
	b.WriteString(`
"aws <command> help" lists the subcommands of a command, "aws <command> <subcommand> help" its parameters.

Options:
  --endpoint-url URL           where the services are; else AWS_ENDPOINT_URL
  --region NAME                else AWS_REGION, AWS_DEFAULT_REGION or the profile's
  --profile NAME               a profile of ~/.aws/config and ~/.aws/credentials; else AWS_PROFILE
  --output json|text|table     how answers are shown; else AWS_DEFAULT_OUTPUT or the profile's
  --query EXPRESSION           show only a part of the answer (JMESPath)
  --cli-binary-format FORMAT   base64 (usual), or raw-in-base64-out: blobs are given as they are
  --no-paginate                show only the first page
  --no-sign-request            do not sign
  --version                    what program this is

Parameters:
  Lists take several words. Structures and maps are written Key=a,Value=b or as JSON. file://NAME is the
  content of a file, fileb://NAME that of a file that is not text. --cli-input-json takes all parameters as
  one JSON object; --generate-cli-skeleton prints one to be filled in.
`)
	_, err := io.WriteString(w, b.String())
	return err
}

func helpService(w io.Writer, s *model.Service) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s\n\nSubcommands:\n", s.Name, s.Summary)
	for _, c := range s.Commands() {
		fmt.Fprintf(&b, "  %s\n", c)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func helpOperation(w io.Writer, op *model.Operation) error {
	var b strings.Builder
	fmt.Fprintf(&b, "aws %s %s: calls %s\n", op.Service.Name, op.Command, op.Name)
	if len(op.In.Members) > 0 {
		b.WriteString("\nParameters:\n")
	}
	for _, m := range op.In.Members {
		if hidden(op, m.Name) {
			continue
		}
		name := m.Option()
		if m.Kind == model.Bool {
			name += " | " + negated(op, m)
		}
		required := ""
		if m.Required {
			required = ", required"
		}
		fmt.Fprintf(&b, "  %s (%s%s)\n", name, describe(m.Shape), required)
	}
	for _, name := range extraOptions(op) {
		fmt.Fprintf(&b, "  %s (string): one rule instead of --ip-permissions\n", name)
	}
	if op.Pages != nil {
		b.WriteString("  --max-items (integer): how many are shown at most\n  --starting-token (string): where to go on\n")
		if op.Pages.Size != "" {
			b.WriteString("  --page-size (integer): how many are asked for at once\n")
		}
	}
	b.WriteString("\nAnswer:\n")
	if len(op.Out.Members) == 0 {
		b.WriteString("  nothing\n")
	}
	for _, m := range op.Out.Members {
		fmt.Fprintf(&b, "  %s (%s)\n", m.Name, describe(m.Shape))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// describe says what a member holds, and what to write for it.
func describe(s *model.Shape) string {
	switch s.Kind {
	case model.List:
		return "list of " + describe(s.Element)
	case model.Map:
		return "map to " + describe(s.Element)
	case model.Structure:
		var names []string
		for _, m := range s.Members {
			names = append(names, m.Name)
		}
		return "structure " + strings.Join(names, ",")
	}
	return s.Kind.String()
}
