package replay

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hsmlab/hsmlab/commands/runbook"
	"github.com/hsmlab/hsmlab/shell/lines"
)

// hidden reports whether what was typed behind the prompt was not to be seen.
func (t Turn) hidden() bool { return runbook.Hidden(t.Prompt) }

// again reports whether the prompt asks for the same once more.
func (t Turn) again() bool { return strings.HasPrefix(t.Prompt, "Re-enter") }

// owner is the user whose password is in a line, as far as that can be told.
func owner(line string) string {
	words := strings.Fields(line)
	if at := slices.Index(words, "-s"); at >= 0 && at+1 < len(words) {
		return words[at+1]
	}
	if strings.Contains(line, "key-store-password") {
		return "kmsuser"
	}
	if len(words) > 3 {
		return words[2]
	}
	return ""
}

// keyring has the passwords that are given for those which are not in a session.
type keyring struct {
	given []string
	named map[string]string
	last  string
}

// Unlock puts passwords in the place of those that are not in the session: given is in order, or NAME=PASSWORD for a user
// who is named in it. The error names the first line whose password is missing.
func (s *Session) Unlock(given []string) error {
	k := &keyring{named: map[string]string{}}
	names := s.owners()
	for _, g := range given {
		if name, value, ok := strings.Cut(g, "="); ok && slices.Contains(names, name) {
			k.named[name] = value
			continue
		}
		k.given = append(k.given, g)
	}
	command, err := k.fill(s.Command, owner(s.Command), "the command")
	if err != nil {
		return err
	}
	s.Command = command
	asking := "" // whose password a hidden prompt asks for
	for i := range s.Turns {
		t := &s.Turns[i]
		where := fmt.Sprintf("line %d (%s)", t.Line, strings.TrimSpace(t.Prompt+t.Typed))
		switch {
		case t.Key != "":
		case t.hidden() && t.again():
			t.Types = k.last
		case t.hidden():
			if t.Types, err = k.take(asking, where); err != nil {
				return err
			}
		default:
			if t.atTool() || t.atShell() {
				asking = owner(t.Typed)
			}
			if t.Types, err = k.fill(t.Typed, owner(t.Typed), where); err != nil {
				return err
			}
		}
	}
	if len(k.given) > 0 {
		return fmt.Errorf("--secret: the session has %d passwords less than are given", len(k.given))
	}
	return nil
}

// owners are the users in all lines that a password may be needed for.
func (s *Session) owners() []string {
	list := []string{owner(s.Command)}
	for _, t := range s.Turns {
		list = append(list, owner(t.Typed))
	}
	return slices.DeleteFunc(list, func(name string) bool { return name == "" })
}

func (k *keyring) fill(line, name, where string) (string, error) {
	for strings.Contains(line, lines.Masked) {
		word, err := k.take(name, where)
		if err != nil {
			return "", err
		}
		line = strings.Replace(line, lines.Masked, word, 1)
	}
	return line, nil
}

func (k *keyring) take(name, where string) (string, error) {
	if word, ok := k.named[name]; ok && name != "" {
		k.last = word
		return word, nil
	}
	if len(k.given) > 0 {
		k.last, k.given = k.given[0], k.given[1:]
		return k.last, nil
	}
	if name == "" {
		return "", fmt.Errorf("%s: the password is not in the session; give it by --secret PASSWORD", where)
	}
	return "", fmt.Errorf("%s: the password is not in the session; give it by --secret %s=PASSWORD", where, name)
}
