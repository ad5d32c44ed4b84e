package transcript

import (
	"errors"
	"fmt"
	"path"
	"regexp"
	"regexp/syntax"
	"slices"
	"strconv"
	"strings"
)

const (
	maxHandle      = 1<<32 - 1
	maxRegexps     = 100
	maxRegexpBytes = 1000
	// maxRegexpSteps bounds the compiled expression, so that even 1 MiB of text is searched in reasonable time.
	maxRegexpSteps = 2000
)

var (
	nameForm = regexp.MustCompile(`^[A-Za-z0-9_]{1,31}$`)
	numForm  = regexp.MustCompile(`^(0|[1-9][0-9]*)$`)
	pathForm = regexp.MustCompile(`^[A-Za-z0-9_./-]+$`)
)

// choose stores value in place if it is one of words.
func choose(place *string, value string, words ...string) error {
	if !slices.Contains(words, value) {
		return fmt.Errorf("%q is not one of %s", value, strings.Join(words, ", "))
	}
	*place = value
	return nil
}

// parseNum reads a decimal number without leading zero within the limits.
func parseNum[N int | uint64](s string, low, high N) (N, error) {
	n, err := strconv.ParseUint(s, 10, 64)
	if !numForm.MatchString(s) || err != nil || n < uint64(low) || n > uint64(high) {
		return 0, fmt.Errorf("%q is not a number from %d to %d", s, low, high)
	}
	return N(n), nil
}

// parseNums reads a list of numbers with commas between; no number may stand twice.
func parseNums[N int | uint64](s string, low, high N) ([]N, error) {
	var list []N
	for _, word := range strings.Split(s, ",") {
		n, err := parseNum(word, low, high)
		if err != nil {
			return nil, err
		}
		if slices.Contains(list, n) {
			return nil, fmt.Errorf("%d stands twice", n)
		}
		list = append(list, n)
	}
	return list, nil
}

// checkLocalPath accepts a path that stays in the working directory.
func checkLocalPath(s string) error {
	clean := path.Clean(s)
	if !pathForm.MatchString(s) || path.IsAbs(s) || clean == "." || clean == ".." || strings.HasPrefix(clean, "../") {
		return fmt.Errorf("%q is not a path within the working directory", s)
	}
	return nil
}

// parseString reads a string in double quotes with the escapes \" \\ \n \t.
func parseString(s string) (string, error) {
	if len(s) < 2 || s[0] != '"' || s[len(s)-1] != '"' {
		return "", fmt.Errorf("%s is not a string in double quotes", s)
	}
	var text strings.Builder
	inner := s[1 : len(s)-1]
	for i := 0; i < len(inner); i++ {
		c := inner[i]
		if c == '"' {
			return "", fmt.Errorf("%s has a double quote within", s)
		}
		if c == '\\' {
			i++
			at := -1
			if i < len(inner) {
				at = strings.IndexByte(`"\nt`, inner[i])
			}
			if at < 0 {
				return "", fmt.Errorf("%s has an escape other than \\\", \\\\, \\n and \\t", s)
			}
			c = "\"\\\n\t"[at]
		}
		text.WriteByte(c)
	}
	return text.String(), nil
}

// splitWords cuts at blanks, but not at those within double quotes.
func splitWords(s string) ([]string, error) {
	var words []string
	start, quoted := -1, false
	for i := 0; i < len(s); i++ {
		blank := s[i] == ' ' || s[i] == '\t'
		switch {
		case blank && !quoted && start >= 0:
			words = append(words, s[start:i])
			start = -1
		case !blank && start < 0:
			start = i
		}
		switch {
		case s[i] == '"':
			quoted = !quoted
		case s[i] == '\\' && quoted:
			i++
		}
	}
	if quoted {
		return nil, errors.New("a double quote is not closed")
	}
	if start >= 0 {
		words = append(words, s[start:])
	}
	return words, nil
}

// addRegexp compiles a bounded regular expression and appends it.
func addRegexp(list *[]*regexp.Regexp, s string) error {
	if len(*list) == maxRegexps {
		return fmt.Errorf("stands more than %d times", maxRegexps)
	}
	if len(s) > maxRegexpBytes {
		return fmt.Errorf("the regular expression has %d bytes, the limit is %d", len(s), maxRegexpBytes)
	}
	parsed, err := syntax.Parse(s, syntax.Perl)
	if err != nil {
		return err
	}
	program, err := syntax.Compile(parsed.Simplify())
	if err != nil {
		return err
	}
	if len(program.Inst) > maxRegexpSteps {
		return fmt.Errorf("the regular expression has %d steps, the limit is %d", len(program.Inst), maxRegexpSteps)
	}
	re, err := regexp.Compile(s)
	if err != nil {
		return err
	}
	*list = append(*list, re)
	return nil
}
