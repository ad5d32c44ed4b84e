package transcript

import (
	"errors"
	"fmt"
	"regexp"
)

// field is one key of the header: how often it may stand, and what takes its value.
type field struct {
	key  string
	many bool
	set  func(h *header, value string) error
}

// The keys in the order in which they stand; those in one row keep the order that the file gives them.
var (
	about = [][]field{
		{{"source", true, ignore}},
		{{"attested", false, setAttested}},
		{{"fidelity", false, ignore}},
		{{"note", true, ignore}},
		{{"tool", false, setTool}},
		{{"variant", false, setVariant}},
		{{"generation", false, setGeneration}},
		{{"check", false, setCheck}},
		{{"why-none", false, setWhyNone}},
	}
	world = [][]field{
		{{"empty-lines", false, setEmptyLines}},
		{{"servers", false, setServers}},
		{{"ca", false, setCA}},
		{{"daemon", false, setDaemon}},
		{{"users", false, setUsers}},
		{{"users@", false, setUsersAt}},
		{{"quorum", false, setQuorum}},
		{{"key", true, addKey}},
		{{"next", false, setNext}},
		{{"home", false, setHome}},
		{{"login", false, setLogin}},
		{{"mode", false, setMode}},
		{{"file", true, addFile}, {"before", true, addBefore}},
		{{"prompt", false, setPrompt}},
		{{"command", true, addCommand}},
		{{"put", true, addReplacement}, {"slip", true, addReplacement}, {"skip", true, addSkip}},
		{{Visible, true, addAnswer(Visible)}, {Hidden, true, addAnswer(Hidden)}, {Sign, true, addAnswer(Sign)}},
		{{"shows", false, setShows}},
		{{"generated", true, addGenerated}},
	}
)

// lookup returns the place of a key in the order, and its field.
func lookup(key string) (int, field, bool) {
	for i := range len(about) + len(world) {
		row := world[max(0, i-len(about))]
		if i < len(about) {
			row = about[i]
		}
		for _, f := range row {
			if f.key == key {
				return i, f, true
			}
		}
	}
	return 0, field{}, false
}

func ignore(*header, string) error { return nil }

var attestedForm = regexp.MustCompile(`^(\d{4}-\d{2}-\d{2} \.\. \d{4}-\d{2}-\d{2}|to \d{4}-\d{2})$`)

func setAttested(_ *header, value string) error {
	if !attestedForm.MatchString(value) {
		return errors.New("must be \"YYYY-MM-DD .. YYYY-MM-DD\" or \"to YYYY-MM\"")
	}
	return nil
}

func setTool(h *header, value string) error {
	return choose(&h.file.Tool, value, CMU, KMU, Configure, Shell)
}

func setVariant(h *header, value string) error {
	return choose(&h.file.Variant, value, "current", "old", "wild", "azure")
}

func setGeneration(h *header, value string) error {
	return choose(&h.file.Generation, value, Classic, Late, anyGeneration, vendor)
}

func setCheck(h *header, value string) error {
	return choose(&h.file.Check, value, Exact, Tokens, Subsequence, Contains, Shape, None)
}

func setWhyNone(h *header, value string) error {
	if h.file.Check != None {
		return errors.New("stands only with check: none")
	}
	return choose(&h.file.WhyNone, value, "slip", "faulty", "input-only", "other-tool", "needs-file")
}

func setEmptyLines(h *header, value string) error {
	h.file.EmptyLines = true
	return choose(new(string), value, "compared")
}

func setPrompt(h *header, value string) error {
	if value == "none" {
		h.file.PromptLeftOut = true
		return nil
	}
	prompt, err := parseString(value)
	if err != nil {
		return fmt.Errorf("must be none or a quoted string: %w", err)
	}
	if prompt == "" {
		return errors.New("the prompt is empty")
	}
	h.file.Prompt = prompt
	return nil
}

func addCommand(h *header, value string) error {
	h.file.Commands = append(h.file.Commands, value)
	return nil
}

func addReplacement(h *header, value string) error {
	words, err := splitWords(value)
	if err != nil {
		return err
	}
	if len(words) != 2 {
		return errors.New("must be two quoted strings")
	}
	var r Replacement
	if r.Old, err = parseString(words[0]); err != nil {
		return err
	}
	if r.New, err = parseString(words[1]); err != nil {
		return err
	}
	if r.Old == "" {
		return errors.New("the first string is empty")
	}
	h.file.Replacements = append(h.file.Replacements, r)
	return nil
}

func addSkip(h *header, value string) error {
	return addRegexp(&h.file.Skip, value)
}

func addGenerated(h *header, value string) error {
	return addRegexp(&h.file.Generated, value)
}

func addAnswer(kind string) func(*header, string) error {
	return func(h *header, value string) error {
		if kind == Sign {
			if err := checkLocalPath(value); err != nil {
				return err
			}
		}
		h.file.Answers = append(h.file.Answers, Answer{Kind: kind, Text: value})
		return nil
	}
}
