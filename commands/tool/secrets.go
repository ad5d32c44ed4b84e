package tool

import (
	"strings"

	"github.com/hsmlab/hsmlab/shell/lines"
)

// Words cuts a line into its words, between any of these blanks.
func Words(line, blanks string) []lines.Span {
	var words []lines.Span
	for at := 0; at < len(line); {
		start := at + len(line[at:]) - len(strings.TrimLeft(line[at:], blanks))
		length := strings.IndexAny(line[start:], blanks)
		if length < 0 {
			length = len(line) - start
		}
		if length > 0 {
			words = append(words, lines.Span{From: start, To: start + length})
		}
		at = start + length
	}
	return words
}

// Texts are the words themselves.
func Texts(line string, words []lines.Span) []string {
	texts := make([]string, len(words))
	for i, w := range words {
		texts[i] = line[w.From:w.To]
	}
	return texts
}

// Near reports whether a word was probably meant to be a name: two keys amiss, or capitals.
func Near(word, name string) bool {
	const most = 2
	word, name = strings.ToLower(word), strings.ToLower(name)
	if len(word) > len(name)+most || len(name) > len(word)+most {
		return false
	}
	above := make([]int, len(name)+1) // how far the word's beginning is from each beginning of the name
	for j := range above {
		above[j] = j
	}
	for i := range len(word) {
		row := []int{i + 1}
		for j := range len(name) {
			far := above[j]
			if word[i] != name[j] {
				far++
			}
			row = append(row, min(far, above[j+1]+1, row[j]+1))
		}
		above = row
	}
	return above[len(name)] <= min(most, len(name)/3)
}
