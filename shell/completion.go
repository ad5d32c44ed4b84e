//go:build linux || darwin

package shell

import (
	"strings"
	"unicode/utf8"

	prompt "github.com/c-bata/go-prompt"
)

// completion answers the Tab key. The first press completes what is certain; if
// there is a choice, a menu comes up, in which further presses walk. While nobody
// presses Tab nothing is suggested, so no menu is drawn while a script types.
type completion struct {
	suggest func(line string) []Suggestion

	line  string           // the line before the cursor that choice belongs to
	known bool             // choice is valid
	offer []prompt.Suggest // the menu for that line
}

// forget closes the menu.
func (c *completion) forget() { c.line, c.known, c.offer = "", false, nil }

// menu is what go-prompt asks after every key. While it has an entry selected it
// relies on the same answer for the same line, so that is kept.
func (c *completion) menu(d prompt.Document) []prompt.Suggest {
	line := d.TextBeforeCursor()
	switch d.LastKeyStroke() {
	case prompt.Tab, prompt.BackTab:
		if !c.known || line != c.line {
			c.choose(line)
		}
		return c.offer
	case prompt.Up, prompt.Down:
		if c.known && line == c.line {
			return c.offer
		}
	}
	c.forget()
	return nil
}

// choose makes the menu for a line.
func (c *completion) choose(line string) {
	c.line, c.known, c.offer = line, true, nil
	for _, s := range c.ask(line) {
		c.offer = append(c.offer, prompt.Suggest(s))
	}
}

func (c *completion) ask(line string) []Suggestion {
	if c.suggest == nil {
		return nil
	}
	return c.suggest(line)
}

// complete is the first press of Tab: it writes the only suggestion, or what all
// of them begin with.
func (c *completion) complete(b *prompt.Buffer) {
	line := b.Document().TextBeforeCursor()
	if c.known && line == c.line {
		return
	}
	word := line[strings.LastIndexByte(line, ' ')+1:]
	found := c.ask(line)
	switch {
	case len(found) == 1:
		b.DeleteBeforeCursor(utf8.RuneCountInString(word))
		b.InsertText(finished(found[0].Text), false, true)
		c.line, c.known, c.offer = b.Document().TextBeforeCursor(), true, nil
	case len(found) > 1:
		if common := commonPrefix(found); strings.HasPrefix(common, word) {
			b.InsertText(common[len(word):], false, true)
		}
	}
}

// finished adds the blank behind a word, except to the name of a directory.
func finished(word string) string {
	if strings.HasSuffix(word, "/") {
		return word
	}
	return word + " "
}

// commonPrefix returns what all suggestions begin with.
func commonPrefix(found []Suggestion) string {
	common := found[0].Text
	for _, s := range found[1:] {
		for !strings.HasPrefix(s.Text, common) {
			_, size := utf8.DecodeLastRuneInString(common)
			common = common[:len(common)-size]
		}
	}
	return common
}
