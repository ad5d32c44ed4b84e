package jmespath

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/hsmlab/hsmlab/commands/aws/value"
)

// tokenKind is a kind of token: its text where that is always the same, else a word for it.
type tokenKind string

const (
	tokenEnd      tokenKind = "eof"
	tokenName     tokenKind = "unquoted_identifier"
	tokenQuoted   tokenKind = "quoted_identifier"
	tokenNumber   tokenKind = "number"
	tokenLiteral  tokenKind = "literal"
	tokenFilter   tokenKind = "[?"
	tokenFlatten  tokenKind = "[]"
	tokenBracket  tokenKind = "["
	tokenEndBrack tokenKind = "]"
	tokenBrace    tokenKind = "{"
	tokenEndBrace tokenKind = "}"
	tokenParen    tokenKind = "("
	tokenEndParen tokenKind = ")"
	tokenComma    tokenKind = ","
	tokenColon    tokenKind = ":"
	tokenDot      tokenKind = "."
	tokenStar     tokenKind = "*"
	tokenAt       tokenKind = "@"
	tokenRef      tokenKind = "&"
	tokenPipe     tokenKind = "|"
	tokenOr       tokenKind = "||"
	tokenAnd      tokenKind = "&&"
	tokenNot      tokenKind = "!"
	tokenEqual    tokenKind = "=="
	tokenUnequal  tokenKind = "!="
	tokenLess     tokenKind = "<"
	tokenAtMost   tokenKind = "<="
	tokenGreater  tokenKind = ">"
	tokenAtLeast  tokenKind = ">="
)

// names are the kinds of punctuation as errors call them.
var names = map[tokenKind]string{
	tokenFilter: "filter", tokenFlatten: "flatten", tokenBracket: "lbracket", tokenEndBrack: "rbracket",
	tokenBrace: "lbrace", tokenEndBrace: "rbrace", tokenParen: "lparen", tokenEndParen: "rparen",
	tokenComma: "comma", tokenColon: "colon", tokenDot: "dot", tokenStar: "star", tokenAt: "current",
	tokenRef: "expref", tokenPipe: "pipe", tokenOr: "or", tokenAnd: "and", tokenNot: "not", tokenEqual: "eq",
	tokenUnequal: "ne", tokenLess: "lt", tokenAtMost: "lte", tokenGreater: "gt", tokenAtLeast: "gte",
}

func (k tokenKind) name() string {
	if n, ok := names[k]; ok {
		return n
	}
	return string(k)
}

// punctuation by length, so that the longest fits first.
var punctuation = []tokenKind{
	tokenFilter, tokenFlatten, tokenOr, tokenAnd, tokenEqual, tokenUnequal, tokenAtMost, tokenAtLeast,
	tokenBracket, tokenEndBrack, tokenBrace, tokenEndBrace, tokenParen, tokenEndParen, tokenComma, tokenColon,
	tokenDot, tokenStar, tokenAt, tokenRef, tokenPipe, tokenNot, tokenLess, tokenGreater,
}

// token is a piece of an expression; at is its place in bytes.
type token struct {
	kind  tokenKind
	text  string
	at    int
	value any // of literals and numbers; the name of quoted identifiers
}

func scan(text string) ([]token, error) {
	var tokens []token
	for at := 0; at < len(text); {
		c := text[at]
		if strings.IndexByte(" \t\r\n", c) >= 0 {
			at++
			continue
		}
		t, err := next(text, at)
		if err != nil {
			return nil, err
		}
		tokens = append(tokens, t)
		at += len(t.text)
	}
	return append(tokens, token{kind: tokenEnd, at: len(text)}), nil
}

func letter(c byte) bool { return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }
func digit(c byte) bool  { return c >= '0' && c <= '9' }

func next(text string, at int) (token, error) {
	c := text[at]
	end := at + 1
	switch {
	case letter(c):
		for end < len(text) && (letter(text[end]) || digit(text[end])) {
			end++
		}
		return token{kind: tokenName, text: text[at:end], at: at}, nil
	case digit(c) || c == '-':
		for end < len(text) && digit(text[end]) {
			end++
		}
		n, err := strconv.Atoi(text[at:end])
		if err != nil {
			return token{}, bad(text, at, "Unknown token '%s'", text[at:end])
		}
		return token{kind: tokenNumber, text: text[at:end], at: at, value: n}, nil
	case c == '"' || c == '\'' || c == '`':
		return quoted(text, at)
	}
	for _, kind := range punctuation {
		if strings.HasPrefix(text[at:], string(kind)) {
			return token{kind: kind, text: string(kind), at: at}, nil
		}
	}
	if c == '=' {
		return token{}, bad(text, at, "Unknown token '='")
	}
	r, _ := utf8.DecodeRuneInString(text[at:])
	return token{}, bad(text, at, "Unknown token %c", r)
}

func bad(text string, at int, format string, args ...any) error {
	return &Error{fmt.Sprintf("Bad jmespath expression: %s:\n%s\n%s^", fmt.Sprintf(format, args...), text, strings.Repeat(" ", at))}
}

// quoted reads a name in double quotes, a raw string in single ones or a JSON literal in backticks.
func quoted(text string, at int) (token, error) {
	quote := text[at]
	end := at + 1
	for end < len(text) && text[end] != quote {
		if text[end] == '\\' {
			end++
		}
		end++
	}
	if end >= len(text) {
		return token{}, bad(text, at, "Unclosed %c delimiter", quote)
	}
	t := token{text: text[at : end+1], at: at}
	inner := text[at+1 : end]
	switch quote {
	case '\'':
		t.kind, t.value = tokenLiteral, strings.ReplaceAll(inner, `\'`, "'")
	case '"':
		v, err := value.ParseJSON([]byte(t.text))
		if err != nil {
			return token{}, bad(text, at, "Invalid quoted identifier %s", t.text)
		}
		t.kind, t.value = tokenQuoted, v
	default:
		inner = strings.TrimLeft(strings.ReplaceAll(inner, "\\`", "`"), " \t\r\n")
		v, err := value.ParseJSON([]byte(inner))
		if err != nil {
			// Words without quotes are strings, as in the first edition of the language.
			v, err = value.ParseJSON([]byte(`"` + inner + `"`))
		}
		if err != nil {
			return token{}, bad(text, at, "Bad token %s", inner)
		}
		t.kind, t.value = tokenLiteral, v
	}
	return t, nil
}
