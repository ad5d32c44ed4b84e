package tool

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// ReadFile reads a file that an operator names, of at most limit bytes. Its errors do not repeat the path.
func ReadFile(path string, limit int) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, withoutPath(err)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, int64(limit)+1))
	switch {
	case err != nil:
		return nil, withoutPath(err)
	case len(data) > limit:
		return nil, fmt.Errorf("more than %d bytes", limit)
	}
	return data, nil
}

// WriteFile writes a file that an operator names, in the place of one that is there. Its errors do not repeat the
// path.
func WriteFile(path string, data []byte, mode fs.FileMode) error {
	return withoutPath(os.WriteFile(path, data, mode))
}

func withoutPath(err error) error {
	if pathError, ok := errors.AsType[*fs.PathError](err); ok {
		return pathError.Err
	}
	return err
}
