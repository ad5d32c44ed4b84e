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

// WriteFile writes a file that an operator names, in the place of one that is there. It writes over what is there and
// cuts off the rest: a file that is emptied first waits for the disk when it is closed, on ext4, which takes longer
// than most commands. Its errors do not repeat the path.
func WriteFile(path string, data []byte, mode fs.FileMode) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE, mode)
	if err != nil {
		return withoutPath(err)
	}
	_, err = f.Write(data)
	if info, statErr := f.Stat(); err == nil && statErr == nil && info.Mode().IsRegular() && info.Size() > int64(len(data)) {
		err = f.Truncate(int64(len(data)))
	}
	return withoutPath(errors.Join(err, f.Close()))
}

func withoutPath(err error) error {
	if pathError, ok := errors.AsType[*fs.PathError](err); ok {
		return pathError.Err
	}
	return err
}
