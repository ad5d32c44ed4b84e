package tool

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

func TestAFileIsWrittenInThePlaceOfAnother(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	for _, content := range []string{"first", "a longer one", "short", ""} {
		if err := WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(path)
		if err != nil || string(got) != content {
			t.Errorf("%q, %v, want %q", got, err, content)
		}
	}
	if err := WriteFile(os.DevNull, []byte("text"), 0o600); err != nil {
		t.Errorf("what is no regular file cannot be written: %v", err)
	}
}

func TestFileErrorsDoNotRepeatThePath(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "folder", "file")
	_, readErr := ReadFile(missing, 10)
	for _, err := range []error{readErr, WriteFile(missing, nil, 0o600)} {
		var path *fs.PathError
		if err == nil || errors.As(err, &path) || !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%v", err)
		}
	}
}

func TestReadFileIsBounded(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, make([]byte, 11), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadFile(path, 10); err == nil {
		t.Error("11 bytes are read where 10 are the limit")
	}
	if got, err := ReadFile(path, 11); err != nil || !bytes.Equal(got, make([]byte, 11)) {
		t.Errorf("%v, %v", got, err)
	}
}
