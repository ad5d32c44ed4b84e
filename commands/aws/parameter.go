package aws

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"github.com/hsmlab/hsmlab/commands/aws/model"
	"github.com/hsmlab/hsmlab/commands/aws/shorthand"
	"github.com/hsmlab/hsmlab/commands/aws/value"
)

// parameters reads the words of options as values of the members that they are for.
type parameters struct {
	binaryFormat string
}

// rawBlob is a blob that is not base64: the content of a file given with fileb://.
type rawBlob []byte

// read reads the words of a member's option.
func (p parameters) read(m model.Member, words []string) (any, error) {
	if len(words) == 1 {
		content, binary, err := load(m.Option(), words[0])
		if err != nil {
			return nil, err
		}
		if binary && m.Kind == model.Blob {
			return rawBlob(content), nil
		}
		words = []string{content}
	}
	switch m.Kind {
	case model.List:
		return p.list(m, words)
	case model.Map, model.Structure:
		return p.compound(m.Option(), m.Shape, words[0])
	}
	return scalar(m.Shape, words[0])
}

// load gives the content of the file that a word names with file:// or fileb://, else the word itself.
func load(option, word string) (content string, binary bool, err error) {
	path, ok := strings.CutPrefix(word, "file://")
	if !ok {
		if path, binary = strings.CutPrefix(word, "fileb://"); !binary {
			return word, false, nil
		}
	}
	data, err := os.ReadFile(path)
	if err == nil {
		return string(data), binary, nil
	}
	reason := err.Error()
	var number syscall.Errno
	if errors.As(err, &number) {
		text := number.Error()
		reason = fmt.Sprintf("[Errno %d] %s: '%s'", int(number), strings.ToUpper(text[:1])+text[1:], path)
	} else if errors.Is(err, fs.ErrNotExist) {
		reason = fmt.Sprintf("[Errno 2] No such file or directory: '%s'", path)
	}
	return "", false, unfitting(option, fmt.Sprintf("Unable to load paramfile %s: %s", word, reason))
}

// list reads the elements of a list: JSON of all of them in one word, or one in each.
func (p parameters) list(m model.Member, words []string) (any, error) {
	if len(words) == 1 {
		if text := strings.TrimSpace(words[0]); strings.HasPrefix(text, "[") {
			return parseJSON(m.Option(), words[0])
		}
	}
	list := []any{}
	for _, w := range words {
		var e any
		var err error
		switch m.Element.Kind {
		case model.List, model.Map, model.Structure:
			e, err = p.compound(m.Option(), m.Element, w)
		default:
			e, err = scalar(m.Element, w)
		}
		if err != nil {
			return nil, err
		}
		list = append(list, e)
	}
	return list, nil
}

// compound reads a structure or a map: JSON or shorthand.
func (p parameters) compound(option string, shape *model.Shape, word string) (any, error) {
	if text := strings.TrimSpace(word); strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[") {
		return parseJSON(option, word)
	}
	o, err := shorthand.Parse(word)
	if err != nil {
		return nil, unfitting(option, err.Error())
	}
	return fit(shape, o)
}

// fit makes of the strings of the shorthand what the model wants: numbers, booleans, lists of one.
func fit(shape *model.Shape, v any) (any, error) {
	switch text := v.(type) {
	case value.Object, []any:
		return inside(shape, v, fit)
	case string:
		if shape.Kind == model.List {
			e, err := fit(shape.Element, text)
			return []any{e}, err
		}
		if shape.Kind == model.Bool {
			if lower := strings.ToLower(text); lower == "true" || lower == "false" {
				return lower == "true", nil
			}
			return text, nil
		}
		return scalar(shape, text)
	}
	return v, nil
}

// scalar reads a word as a number where the model wants one.
func scalar(shape *model.Shape, word string) (any, error) {
	switch shape.Kind {
	case model.Int:
		n, err := strconv.ParseInt(strings.TrimSpace(word), 10, 64)
		if err != nil {
			return nil, fail(statusOther, "invalid literal for int() with base 10: %s", value.Repr(word))
		}
		return n, nil
	case model.Float:
		f, err := strconv.ParseFloat(strings.TrimSpace(word), 64)
		if err != nil {
			return nil, fail(statusOther, "could not convert string to float: %s", value.Repr(word))
		}
		return f, nil
	}
	return word, nil
}

func parseJSON(option, text string) (any, error) {
	v, err := value.ParseJSON([]byte(text))
	if err != nil {
		return nil, unfitting(option, fmt.Sprintf("Invalid JSON: %v\nJSON received: %s", err, text))
	}
	return v, nil
}

// object reads the JSON object of --cli-input-json.
func (p parameters) object(option, word string) (value.Object, error) {
	content, _, err := load(option, word)
	if err != nil {
		return nil, err
	}
	v, err := value.ParseJSON([]byte(content))
	if err != nil {
		return nil, unfitting("cli-input-json", "Invalid JSON received.")
	}
	o, ok := v.(value.Object)
	if !ok {
		return nil, unfitting(option, fmt.Sprintf("Invalid type: expecting map, received %s", pythonType(v)))
	}
	return o, nil
}

// inside gives an object or a list with change made to what is in it, as far as the model knows it.
func inside(shape *model.Shape, v any, change func(*model.Shape, any) (any, error)) (any, error) {
	switch v := v.(type) {
	case value.Object:
		out := slices.Clone(v)
		for i, m := range v {
			inner := shape.Element
			if shape.Kind == model.Structure {
				if found := shape.Member(m.Key); found != nil {
					inner = found.Shape
				}
			}
			if inner == nil {
				continue
			}
			var err error
			if out[i].Value, err = change(inner, m.Value); err != nil {
				return nil, err
			}
		}
		return out, nil
	case []any:
		if shape.Kind != model.List {
			return v, nil
		}
		out := slices.Clone(v)
		for i, e := range v {
			var err error
			if out[i], err = change(shape.Element, e); err != nil {
				return nil, err
			}
		}
		return out, nil
	}
	return v, nil
}

// encodeBlobs makes base64 of every blob of the parameters, which is base64 already unless the command line
// says that blobs are given raw.
func (p parameters) encodeBlobs(shape *model.Shape, v any) (any, error) {
	switch v := v.(type) {
	case value.Object, []any:
		return inside(shape, v, p.encodeBlobs)
	case rawBlob:
		return base64.StdEncoding.EncodeToString(v), nil
	case string:
		if shape.Kind != model.Blob {
			return v, nil
		}
		if p.binaryFormat == "raw-in-base64-out" {
			return base64.StdEncoding.EncodeToString([]byte(v)), nil
		}
		return canonicalBase64(v)
	}
	return v, nil
}

// canonicalBase64 reads base64 with other characters, such as line breaks, in it.
func canonicalBase64(text string) (string, error) {
	only := strings.Map(func(r rune) rune {
		if r < 0x80 && (r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("+/=", r)) {
			return r
		}
		return -1
	}, text)
	data, err := base64.StdEncoding.DecodeString(only)
	if err != nil {
		return "", fail(statusOther, "Invalid base64: \"%s\"", text)
	}
	return base64.StdEncoding.EncodeToString(data), nil
}
