package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// A block is a fenced block of a document. What is done with it, its info string says, which is
//
//	console [needs=PROGRAM]        played at a terminal and compared; see TestDocuments
//	sh [needs=PROGRAM]             read by the shell of that terminal; no command of it may fail
//	yaml scenario [file=NAME]      a scenario that is taken
//	yaml part                      fields of one, without its clusters
//	yaml refused file=NAME         one that is refused, with words that stand in the document
//	go|python|js|markdown file=NAME  a file that a console runs
//
// or, of any language, "skip: " and why it cannot be run.
type block struct {
	line  int // of its first line in the document
	lang  string
	kind  string // scenario, part or refused
	file  string
	needs string
	skip  string
	text  string
}

// played reports whether the block is for the terminal.
func (b block) played() bool { return b.skip == "" && (b.lang == "console" || b.lang == "sh") }

// blocksOf finds the blocks of a document.
func blocksOf(document string) ([]block, error) {
	var list []block
	var open *block
	end := "" // of the open block: as many backquotes as it begins with
	for i, line := range strings.SplitAfter(document, "\n") {
		bare := strings.TrimRight(line, "\n")
		info := strings.TrimLeft(bare, "`")
		switch fence := bare[:len(bare)-len(info)]; {
		case open == nil && len(fence) < 3:
		case open == nil:
			b, err := parseInfo(info)
			if err != nil {
				return nil, fmt.Errorf("line %d: %w", i+1, err)
			}
			b.line = i + 2
			open, end = &b, fence
		case fence == end && info == "":
			list = append(list, *open)
			open = nil
		case fence == end:
			return nil, fmt.Errorf("line %d: a block begins within the one of line %d", i+1, open.line-1)
		default:
			open.text += line
		}
	}
	if open != nil {
		return nil, fmt.Errorf("line %d: the block has no end", open.line-1)
	}
	return list, nil
}

// kinds are what blocks of each language can be, needsFile are the kinds and languages that are files to be used.
var (
	kinds     = map[string][]string{"console": {""}, "sh": {""}, "go": {""}, "python": {""}, "js": {""}, "markdown": {""}, "yaml": {"scenario", "part", "refused"}}
	needsFile = []string{"go", "python", "js", "markdown", "refused"}
)

func parseInfo(info string) (block, error) {
	info, reason, skipped := strings.Cut(info, " skip:")
	words := strings.Fields(info)
	b := block{skip: strings.TrimSpace(reason)}
	if len(words) > 0 {
		b.lang = words[0]
		words = words[1:]
	}
	for _, w := range words {
		name, value, _ := strings.Cut(w, "=")
		switch {
		case name == "file" && value != "":
			b.file = value
		case name == "needs" && value != "":
			b.needs = value
		case slices.Contains(kinds[b.lang], w):
			b.kind = w
		default:
			return b, fmt.Errorf("a block of %q cannot be %q", b.lang, w)
		}
	}
	switch {
	case skipped && b.skip == "":
		return b, fmt.Errorf("a block of %q is skipped without a reason", b.lang)
	case skipped:
	case !slices.Contains(kinds[b.lang], b.kind):
		return b, fmt.Errorf("a block of %q does not say what it is, or why it is skipped", b.lang)
	case b.file == "" && (slices.Contains(needsFile, b.lang) || slices.Contains(needsFile, b.kind)):
		return b, fmt.Errorf("a block of %q has no file name", b.lang)
	}
	return b, nil
}

// shown compares what is seen with what a document shows: a line of only "..." stands for any number of lines, "..." in
// a line for anything. It gives the index of the first line that is not there, and where it should be; -1 if all are.
func shown(want, seen []string) (line, at int) {
	places := []int{0} // in seen, where the next line may be
	for i, w := range want {
		var next []int
		for _, p := range places {
			if w == "..." {
				for q := p; q <= len(seen); q++ {
					next = append(next, q)
				}
				break // places ascend
			}
			if p < len(seen) && looks(w, seen[p]) {
				next = append(next, p+1)
			}
		}
		if len(next) == 0 {
			return i, places[len(places)-1]
		}
		places = next
	}
	if last := places[len(places)-1]; last < len(seen) {
		return len(want), last
	}
	return -1, 0
}

func looks(want, seen string) bool {
	if !strings.Contains(want, "...") {
		return want == seen
	}
	parts := strings.Split(want, "...")
	for i := range parts {
		parts[i] = regexp.QuoteMeta(parts[i])
	}
	return regexp.MustCompile("^" + strings.Join(parts, ".*") + "$").MatchString(seen)
}

// linesOf are the lines of a screen as they look, with tabs expanded and no blanks at their ends.
func linesOf(screen string) []string {
	lines := strings.Split(strings.TrimSuffix(screen, "\n"), "\n")
	for i, line := range lines {
		var b strings.Builder
		column := 0
		for _, r := range line {
			n := 1
			if r == '\t' {
				r, n = ' ', 8-column%8
			}
			b.WriteString(strings.Repeat(string(r), n))
			column += n
		}
		lines[i] = strings.TrimRight(b.String(), " ")
	}
	return lines
}

func TestBlocksSayWhatTheyAre(t *testing.T) {
	for _, tt := range []struct{ info, want string }{
		{"console", ""},
		{"console needs=boto3", ""},
		{"yaml scenario file=small.yaml", ""},
		{"yaml refused file=wrong.yaml", ""},
		{"yaml skip: others run it", ""},
		{"json skip: an example", ""},
		{"`markdown skip: it has blocks of its own", ""},
		{"python file=a.py", ""},
		{"", `a block of "" does not say what it is, or why it is skipped`},
		{"yaml", `a block of "yaml" does not say what it is, or why it is skipped`},
		{"text", `a block of "text" does not say what it is, or why it is skipped`},
		{"yaml refused", `a block of "yaml" has no file name`},
		{"go", `a block of "go" has no file name`},
		{"sh skip:", `a block of "sh" is skipped without a reason`},
		{"console scenario", `a block of "console" cannot be "scenario"`},
		{"console file=", `a block of "console" cannot be "file="`},
	} {
		_, err := blocksOf("text\n```" + tt.info + "\nx\n" + strings.Repeat("`", 3+strings.Count(tt.info, "`")) + "\n")
		if got := strings.TrimPrefix(fmt.Sprint(err), "line 2: "); (tt.want == "") != (err == nil) || err != nil && got != tt.want {
			t.Errorf("%q: %v, want %q", tt.info, err, tt.want)
		}
	}
	for _, text := range []string{"```console\n", "```console\n```console\n```\n"} {
		if _, err := blocksOf(text); err == nil {
			t.Errorf("%q is taken", text)
		}
	}
}

func TestWhatIsShownIsSeen(t *testing.T) {
	for _, tt := range []struct {
		want, seen string
		line, at   int
	}{
		{"a\nb", "a\nb", -1, 0},
		{"a\nb", "a\nc", 1, 1},
		{"a\nb", "a", 1, 1},
		{"a", "a\nb", 1, 1},
		{"a\n...\nb", "a\nb", -1, 0},
		{"a\n...\nb", "a\nx\ny\nb", -1, 0},
		{"a\n...\nb", "a\nb\nb", -1, 0},
		{"a\n...\nb\nc", "a\nb\nx\nb\nc", -1, 0},
		{"a\n...\nb", "a\nx", 2, 2},
		{"please wait...", "please wait...", -1, 0},
		{"from ... to ...", "from here to there", -1, 0},
		{"from ... to", "from here to there", 0, 0},
		{"\tx  ", "        x", -1, 0},
		{"a.c", "abc", 0, 0},
	} {
		if line, at := shown(linesOf(tt.want), linesOf(tt.seen)); line != tt.line || at != tt.at {
			t.Errorf("%q in %q: %d, %d, want %d, %d", tt.want, tt.seen, line, at, tt.line, tt.at)
		}
	}
}
