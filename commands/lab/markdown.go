package lab

import (
	"regexp"
	"strings"
	"sync"
)

// textWidth is how wide texts for people are set, columns.
const textWidth = 78

// listItem is what an item of a list begins with.
var listItem = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^\s*([-*]|\d+\.) `) })

// fill sets the paragraphs of a Markdown text anew, to lines of a terminal's width. Blocks of code, tables and headings stay.
func fill(markdown string) string {
	var out []string
	var paragraph []string
	indent := ""
	flush := func() {
		if len(paragraph) > 0 {
			out = append(out, wrap(strings.Join(paragraph, " "), indent, textWidth)...)
		}
		paragraph, indent = nil, ""
	}
	code := false
	for _, line := range strings.Split(markdown, "\n") {
		fence := strings.HasPrefix(line, "```")
		switch {
		case fence || code:
			flush()
			if code = code != fence; !fence {
				out = append(out, "    "+line)
			}
		case strings.TrimSpace(line) == "":
			flush()
			out = append(out, "")
		case strings.HasPrefix(line, "|") || strings.HasPrefix(line, "#"):
			flush()
			out = append(out, line)
		case listItem().MatchString(line):
			flush()
			indent = strings.Repeat(" ", len(listItem().FindString(line)))
			paragraph = []string{strings.TrimRight(line, " ")}
		default:
			paragraph = append(paragraph, strings.TrimSpace(line))
		}
	}
	flush()
	return strings.Join(out, "\n")
}

// hang is a text behind a head, which the lines after the first leave room for.
func hang(head, text string) string {
	indent := strings.Repeat(" ", len([]rune(head)))
	return head + strings.Join(wrap(text, "", textWidth-len(indent)), "\n"+indent)
}

// wrap sets a text to lines of a width; all but the first are indented. Words between backticks stay together.
func wrap(text, indent string, width int) []string {
	var list []string
	line := ""
	for _, word := range words(text) {
		switch {
		case line == "":
			line = word
		case len([]rune(line))+1+len([]rune(word)) > width:
			list = append(list, line)
			line = indent + word
		default:
			line += " " + word
		}
	}
	return append(list, line)
}

// words cuts a text at blanks that are not between backticks.
func words(text string) []string {
	var list []string
	for _, field := range strings.Fields(text) {
		if n := len(list) - 1; n >= 0 && strings.Count(list[n], "`")%2 == 1 && len(list[n]) < textWidth {
			list[n] += " " + field
			continue
		}
		list = append(list, field)
	}
	return list
}
