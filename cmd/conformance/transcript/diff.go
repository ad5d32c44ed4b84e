package transcript

import (
	"fmt"
	"slices"
	"sort"
	"strings"
)

const (
	contextLines = 3
	contextWords = 8
	contextBytes = 60
	missingLines = 40 // lines of output shown below a line that was not found
)

// diffLines returns the difference of two lists of lines, empty if there is none. With prefix, got may be longer.
func diffLines(want, got []string, prefix bool) string {
	if prefix && len(got) > len(want) {
		got = got[:len(want)]
	}
	if slices.Equal(want, got) {
		return ""
	}
	head := commonPrefix(want, got)
	tail := 0
	for tail < min(len(want), len(got))-head && want[len(want)-1-tail] == got[len(got)-1-tail] {
		tail++
	}
	var b strings.Builder
	writeLines(&b, "  ", want[max(0, head-contextLines):head])
	writeLines(&b, "- ", want[head:len(want)-tail])
	writeLines(&b, "+ ", got[head:len(got)-tail])
	writeLines(&b, "  ", want[len(want)-tail:min(len(want), len(want)-tail+contextLines)])
	return b.String()
}

// diffWords returns where the words of two lists of lines part, empty if they do not. With prefix, got may be longer.
func diffWords(want, got []string, prefix bool) string {
	wanted, came := strings.Fields(strings.Join(want, "\n")), strings.Fields(strings.Join(got, "\n"))
	if prefix && len(came) > len(wanted) {
		came = came[:len(wanted)]
	}
	if slices.Equal(wanted, came) {
		return ""
	}
	at := commonPrefix(wanted, came)
	from := max(0, at-contextWords)
	around := func(words []string) string {
		return strings.Join(words[from:min(len(words), at+contextWords)], " ")
	}
	return fmt.Sprintf("  word %d differs:\n- %s\n+ %s\n", at+1, around(wanted), around(came))
}

func commonPrefix(a, b []string) int {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return n
}

// diffMissing shows line i of the text, which is not in the rest of the output.
func diffMissing(i int, want, rest []string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "line %d of the text is not in the output, or not in this order:\n", i+1)
	writeLines(&b, "  ", want[max(0, i-contextLines):i])
	writeLines(&b, "- ", want[i:i+1])
	writeLines(&b, "+ ", rest[:min(len(rest), missingLines)])
	return b.String()
}

// diffShape shows how much of the text is in the output, both without white space.
func diffShape(want, got string) string {
	// A longer beginning of the text is in the output only if every shorter one is.
	common := sort.Search(len(want), func(n int) bool { return !strings.Contains(got, want[:n+1]) })
	at := strings.Index(got, want[:common]) + common
	around := func(text string, at int) string {
		return strings.ToValidUTF8(text[max(0, at-contextBytes):min(len(text), at+contextBytes)], "")
	}
	return fmt.Sprintf("  after %d bytes without white space:\n- %s\n+ %s\n", common, around(want, common), around(got, at))
}

func writeLines(b *strings.Builder, mark string, lines []string) {
	for _, line := range lines {
		b.WriteString(strings.TrimRight(mark+line, " ") + "\n")
	}
}
