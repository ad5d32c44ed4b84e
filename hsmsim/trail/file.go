package trail

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// The files of events in the folder of a Trail.
const (
	currentName = "cloudtrail.jsonl"
	oldName     = "cloudtrail.1.jsonl"
)

// file is one file of events with the index of its lines, by time.
type file struct {
	*os.File
	size  int64 // up to the last whole line
	index []entry
}

// batch is lines that are not in the file yet; the offsets of their entries count from the first of them.
type batch struct {
	lines   []byte
	entries []entry
	durable bool // they must survive a crash of the machine soon
}

func (b *batch) reset() { b.lines, b.entries, b.durable = b.lines[:0], b.entries[:0], false }

func (t *Trail) openFiles() error {
	if err := os.MkdirAll(t.options.Dir, 0o700); err != nil {
		return err
	}
	old, err := openFile(t.path(oldName), os.O_RDWR)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	current, err := openFile(t.path(currentName), os.O_RDWR|os.O_CREATE)
	if err != nil {
		if old != nil {
			old.Close()
		}
		return err
	}
	t.files = [2]*file{current, old}
	if current.size > 0 {
		return nil // its name is durable since it was made, and opening takes no turn of the disk
	}
	return syncFolder(t.options.Dir)
}

func (t *Trail) path(name string) string { return filepath.Join(t.options.Dir, name) }

// openFile opens a file of events and cuts off what follows its last whole line.
func openFile(path string, flags int) (*file, error) {
	f, err := os.OpenFile(path, flags, 0o600)
	if err != nil {
		return nil, err
	}
	size, err := wholeLines(f)
	if err == nil {
		err = f.Truncate(size)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return &file{File: f, size: size}, nil
}

// wholeLines is the size of a file up to its last newline.
func wholeLines(f *os.File) (int64, error) {
	end, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return 0, err
	}
	var chunk [4096]byte
	for end > 0 {
		start := max(0, end-int64(len(chunk)))
		part := chunk[:end-start]
		if _, err := f.ReadAt(part, start); err != nil {
			return 0, err
		}
		if i := bytes.LastIndexByte(part, '\n'); i >= 0 {
			return start + int64(i) + 1, nil
		}
		end = start
	}
	return 0, nil
}

// rebuild makes the index of the lines that an earlier process left behind.
func (t *Trail) rebuild() {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, f := range t.files {
		if f == nil {
			continue
		}
		if damaged, err := f.rebuild(); damaged > 0 || err != nil {
			t.options.Log.Warn("some CloudTrail events cannot be read", "file", f.Name(), "lines", damaged, "error", err)
		}
	}
}

// rebuild reads the lines of the file into its index and tells how many are no events.
func (f *file) rebuild() (damaged int, err error) {
	in := bufio.NewReaderSize(io.NewSectionReader(f, 0, f.size), maxLine)
	for offset := int64(0); ; {
		line, err := in.ReadSlice('\n')
		length, whole := len(line), err == nil
		for errors.Is(err, bufio.ErrBufferFull) {
			line, err = in.ReadSlice('\n')
			length += len(line)
		}
		if err != nil {
			slices.SortStableFunc(f.index, func(a, b entry) int { return cmp.Compare(a.time, b.time) })
			if errors.Is(err, io.EOF) {
				err = nil
			}
			return damaged, err
		}
		if s, bad := parseLine(line); !whole || bad != nil || s.EventID == "" || s.EventTime.Unix() < 0 {
			damaged++
		} else {
			f.index = append(f.index, newEntry(&s, offset, length))
		}
		offset += int64(length)
	}
}

// add encodes an event into the batch.
func (t *Trail) add(e *Event) {
	f := newFrame(e, t.options.Account)
	line, err := t.lines.line(&f)
	if err != nil {
		t.options.Log.Warn("a CloudTrail event is not whole", "event", e.Name, "error", err)
	}
	if line == nil {
		return
	}
	s := f.summary(e.Time)
	b := &t.pending
	b.entries = append(b.entries, newEntry(&s, int64(len(b.lines)), len(line)))
	b.lines = append(b.lines, line...)
	b.durable = b.durable || e.Caller == nil
}

// flush writes the batch and lets it be found. Where it cannot be written it is lost, and the file ends as before.
func (t *Trail) flush() error {
	b := &t.pending
	if len(b.lines) == 0 {
		return nil
	}
	defer b.reset()
	f := t.files[0]
	_, err := f.WriteAt(b.lines, f.size)
	if err == nil && b.durable {
		err = f.Sync()
	}
	if err != nil {
		return fmt.Errorf("cannot write %d events: %w", len(b.entries), errors.Join(err, f.Truncate(f.size)))
	}
	t.mu.Lock()
	for _, e := range b.entries {
		e.offset += f.size
		f.index = insert(f.index, e)
	}
	f.size += int64(len(b.lines))
	t.mu.Unlock()
	if f.size >= t.options.MaxFile {
		t.complain(t.rotate())
	}
	return nil
}

// rotate puts the full file aside in place of the one before it and begins a new one.
func (t *Trail) rotate() error {
	if err := t.files[0].Sync(); err != nil {
		return fmt.Errorf("cannot put a file of events aside: %w", err)
	}
	if err := os.Rename(t.path(currentName), t.path(oldName)); err != nil {
		return fmt.Errorf("cannot put a file of events aside: %w", err)
	}
	next, err := openFile(t.path(currentName), os.O_RDWR|os.O_CREATE)
	if err != nil {
		// It goes on in the full file until the next try.
		return fmt.Errorf("cannot begin a new file of events: %w", errors.Join(err, os.Rename(t.path(oldName), t.path(currentName))))
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.files[1] != nil {
		t.files[1].Close()
	}
	t.files = [2]*file{next, t.files[0]}
	return syncFolder(t.options.Dir)
}

// syncFolder makes the names in a folder durable.
func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

func (t *Trail) closeFiles() error {
	err := t.flush()
	t.mu.Lock()
	defer t.mu.Unlock()
	for i, f := range t.files {
		if f == nil {
			continue
		}
		if i == 0 {
			err = errors.Join(err, f.Sync())
		}
		err = errors.Join(err, f.Close())
	}
	return err
}
