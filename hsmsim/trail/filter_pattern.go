package trail

import (
	"strings"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// pattern is a filter pattern of terms (CloudWatch Logs user guide, filter pattern syntax for unstructured events).
type pattern struct {
	all  []string // each must be in the message
	none []string // -term: none may be
	any  []string // ?term: one must be; they do not count beside terms that must be
}

// parsePattern reads terms and quoted phrases. Patterns for JSON, for columns and regular expressions are refused.
func parsePattern(text string) (pattern, error) {
	var p pattern
	rest := strings.TrimSpace(text)
	if strings.HasPrefix(rest, "{") || strings.HasPrefix(rest, "[") || strings.HasPrefix(rest, "%") {
		return pattern{}, shape.Errorf("InvalidParameterException", textNoJSONPattern)
	}
	for rest != "" {
		list := &p.all
		switch rest[0] {
		case '-':
			list, rest = &p.none, rest[1:]
		case '?':
			list, rest = &p.any, rest[1:]
		}
		term, behind, ok := cutTerm(rest)
		if !ok {
			return pattern{}, shape.Errorf("InvalidParameterException", textBadPattern)
		}
		*list = append(*list, term)
		rest = strings.TrimLeft(behind, " \t\r\n")
	}
	return p, nil
}

// cutTerm cuts the first term off, which ends at a blank or is a quoted phrase. Without quotes a term has letters,
// digits and underscores only.
func cutTerm(s string) (term, rest string, ok bool) {
	if strings.HasPrefix(s, `"`) {
		return cutPhrase(s[1:])
	}
	end := strings.IndexAny(s, " \t\r\n")
	if end < 0 {
		end = len(s)
	}
	term, rest = s[:end], s[end:]
	for _, r := range term {
		if r != '_' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && r < 0x80 {
			return "", "", false
		}
	}
	return term, rest, term != ""
}

// cutPhrase cuts a phrase off behind its opening quote; in it a backslash stands before quotes and backslashes.
func cutPhrase(s string) (phrase, rest string, ok bool) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '"':
			rest = s[i+1:]
			blank := rest == "" || strings.ContainsRune(" \t\r\n", rune(rest[0]))
			return b.String(), rest, blank && b.Len() > 0
		case s[i] == '\\' && i+1 < len(s) && (s[i+1] == '"' || s[i+1] == '\\'):
			i++
		}
		b.WriteByte(s[i])
	}
	return "", "", false
}

// matches reports whether a message fits; case matters.
func (p *pattern) matches(message string) bool {
	for _, term := range p.none {
		if strings.Contains(message, term) {
			return false
		}
	}
	for _, term := range p.all {
		if !strings.Contains(message, term) {
			return false
		}
	}
	if len(p.all) > 0 || len(p.any) == 0 {
		return true
	}
	for _, term := range p.any {
		if strings.Contains(message, term) {
			return true
		}
	}
	return false
}
