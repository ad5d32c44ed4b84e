package lab

import (
	"path"
	"regexp"
	"strings"
	"sync"

	"github.com/hsmlab/hsmlab/commands/cmu"
	"github.com/hsmlab/hsmlab/commands/kmu"
	"github.com/hsmlab/hsmlab/shell/lines"
)

// awsSecret finds passwords that aws takes: behind an option, in documents and in shorthands. What stands for a password
// in a help text is none.
var awsSecret = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?:--key-store-password(?:=|\s+)|"?KeyStorePassword"?\s*[:=]\s*|"?RawSecretAccessKey"?\s*[:=]\s*)` +
		`("[^"]+"|'[^']+'|[^\s<"',}](?:\\.|[^\s"',}\\])*)`)
})

// awsSecrets tells where in any line passwords for aws stand.
func awsSecrets(line string) []lines.Span {
	var secret []lines.Span
	for _, m := range awsSecret().FindAllStringSubmatchIndex(line, -1) {
		secret = append(secret, lines.Span{From: m[2], To: m[3]})
	}
	return secret
}

// shellSecrets tells where in a line for a shell passwords stand: in arguments of key_mgmt_util and aws, and in lines for
// the tools that are in quotes or stand alone, as in a here-document.
func shellSecrets(line string) []lines.Span {
	secret := awsSecrets(line)
	for _, statement := range shellStatements(line) {
		secret = append(secret, statementSecrets(line, statement)...)
	}
	return secret
}

func statementSecrets(line string, words []shellWord) []lines.Span {
	var secret []lines.Span
	var texts []string
	for _, w := range words {
		texts = append(texts, w.text)
	}
	for i, w := range words {
		switch {
		case path.Base(w.text) == "key_mgmt_util":
			for _, at := range kmu.ArgumentSecrets(texts[i+1:]) {
				secret = append(secret, words[i+1+at].Span)
			}
			return secret
		case strings.ContainsAny(w.text, " \t"):
			secret = append(secret, quotedSecrets(line[w.From:w.To], w.From)...)
		case cmu.HasSecret(w.text) || kmu.HasSecret(w.text):
			return append(secret, toolSecrets(line[w.From:words[len(words)-1].To], w.From)...)
		}
	}
	return secret
}

// quotedSecrets looks into a word in quotes, which may hold lines for a tool.
func quotedSecrets(word string, at int) []lines.Span {
	var secret []lines.Span
	for len(word) > 0 {
		end, next := len(word), len(word)
		for _, mark := range []string{`\n`, "\n", "'", `"`} {
			if i := strings.Index(word, mark); i >= 0 && i < end {
				end, next = i, i+len(mark)
			}
		}
		secret = append(secret, toolSecrets(word[:end], at)...)
		word, at = word[next:], at+next
	}
	return secret
}

// toolSecrets looks into a line that goes to one of the tools; at is where it stands.
func toolSecrets(line string, at int) []lines.Span {
	words := strings.Fields(line)
	if len(words) == 0 {
		return nil
	}
	var secret []lines.Span
	switch {
	case kmu.HasSecret(words[0]) && (len(words) == 1 || strings.HasPrefix(words[1], "-")):
		secret, _ = kmu.Secrets(line)
	case cmu.HasSecret(words[0]):
		secret, _ = cmu.Secrets(line)
	}
	return shifted(secret, at)
}

// A shellWord is a word of a line for a shell, with its quotes, and its text without them.
type shellWord struct {
	lines.Span
	text string
}

// shellStatements cuts a line for a shell into words, and where operators stand between them.
func shellStatements(line string) [][]shellWord {
	var statements [][]shellWord
	var words []shellWord
	var text strings.Builder
	start, quote := -1, byte(0)
	end := func(at int) {
		if start >= 0 {
			words = append(words, shellWord{lines.Span{From: start, To: at}, text.String()})
		}
		start = -1
		text.Reset()
	}
	for i := 0; i < len(line); i++ {
		c := line[i]
		blank := strings.IndexByte(" \t\r\n", c) >= 0
		operator := strings.IndexByte("|;&<>()\n", c) >= 0
		if quote == 0 && (blank || operator) {
			end(i)
			if operator {
				statements, words = append(statements, words), nil
			}
			continue
		}
		if start < 0 {
			start = i
		}
		switch {
		case quote == c:
			quote = 0
		case quote == 0 && (c == '\'' || c == '"'):
			quote = c
		case c == '\\' && quote != '\'' && i+1 < len(line):
			i++
			text.WriteByte(line[i])
		default:
			text.WriteByte(c)
		}
	}
	end(len(line))
	return append(statements, words)
}

// argumentLine is how a program was called, without passwords.
func argumentLine(name string, args []string) string {
	words := []string{name}
	for _, a := range args {
		if a == "" || strings.ContainsAny(a, " \t\n\"'\\|;&<>()$`*?#~!{}[]") {
			a = quote(a)
		}
		words = append(words, a)
	}
	line := strings.Join(words, " ")
	return lines.Mask(line, shellSecrets(line))
}
