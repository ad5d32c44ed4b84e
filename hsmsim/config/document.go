// Package config reads and writes the files by which the tools of Client SDK 3 find their HSMs:
// cloudhsm_mgmt_util.cfg, cloudhsm_client.cfg and the client daemon's node list cache, cluster.info.
// It knows their fields and their layout on disk. It knows no HSM, opens no connection and prints nothing.
package config

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"unicode/utf8"
)

// DefaultPrefix is where the original is installed. An empty prefix stands for it in every function of
// this package.
const DefaultPrefix = "/opt/cloudhsm"

const (
	maxSize  = 1 << 20 // bytes of a file, read or written
	maxDepth = 32      // objects and lists inside each other; the original needs 4
)

// An object is one JSON object as it stands in a file. Numbers are json.Number, which keeps their spelling.
type object = map[string]any

var errTooLarge = errors.New("the file is larger than 1 MiB")

// under returns a path below a prefix. The tools print their paths with slashes on every system.
func under(prefix, path string) string {
	if prefix == "" {
		prefix = DefaultPrefix
	}
	return prefix + path
}

// read reads a file of at most 1 MiB and parses it. Its errors name the file.
func read[T any](path string, parse func(data []byte) (T, error)) (T, error) {
	var none T
	data, err := load(path)
	if err != nil {
		return none, fmt.Errorf("cannot read %s: %w", path, err)
	}
	parsed, err := parse(data)
	if err != nil {
		return none, fmt.Errorf("cannot read %s: %w", path, err)
	}
	return parsed, nil
}

func load(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, withoutPath(err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxSize+1))
	if err != nil {
		return nil, withoutPath(err)
	}
	if len(data) > maxSize {
		return nil, errTooLarge
	}
	return data, nil
}

// withoutPath takes the paths out of an error of package os, whose caller names the right one itself.
func withoutPath(err error) error {
	if pathError, ok := errors.AsType[*fs.PathError](err); ok {
		return pathError.Err
	}
	if linkError, ok := errors.AsType[*os.LinkError](err); ok {
		return linkError.Err
	}
	return err
}

// parse returns the one JSON object that a file consists of.
func parse(data []byte) (object, error) {
	if len(bytes.TrimSpace(data)) == 0 {
		return nil, errors.New("the file is empty")
	}
	if !utf8.Valid(data) {
		return nil, errors.New("the file is not UTF-8 text")
	}
	if err := json.Unmarshal(data, new(json.RawMessage)); err != nil {
		if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
			before := data[:min(max(syntax.Offset-1, 0), int64(len(data)))]
			return nil, fmt.Errorf("line %d: %w", 1+bytes.Count(before, []byte("\n")), err)
		}
		return nil, err
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return nil, err
	}
	doc, ok := value.(object)
	if !ok {
		return nil, fmt.Errorf("the file must hold one JSON object, not %s", describe(value))
	}
	if depth(doc) > maxDepth {
		return nil, fmt.Errorf("the file nests deeper than %d levels", maxDepth)
	}
	return doc, nil
}

// depth counts the levels of objects and lists. Each level costs four blanks a line when the file is
// written, so that a small file of many levels would become a huge one.
func depth(value any) int {
	deepest := 0
	switch value := value.(type) {
	case object:
		for _, v := range value {
			deepest = max(deepest, depth(v))
		}
	case []any:
		for _, v := range value {
			deepest = max(deepest, depth(v))
		}
	default:
		return 0
	}
	return deepest + 1
}

// encode lays a file out as the original does: keys in byte order, four blanks a level and no newline
// after the last brace. The missing newline is known of the client file; one tool writes both.
func encode(doc object) ([]byte, error) {
	var compact, file bytes.Buffer
	encoder := json.NewEncoder(&compact)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(doc); err != nil {
		return nil, err
	}
	if compact.Len() > maxSize {
		return nil, errTooLarge
	}
	if err := json.Indent(&file, bytes.TrimSpace(compact.Bytes()), "", "    "); err != nil {
		return nil, err
	}
	if file.Len() > maxSize {
		return nil, errTooLarge
	}
	return file.Bytes(), nil
}
