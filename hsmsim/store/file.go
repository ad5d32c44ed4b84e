package store

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	bolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

// ErrInUse is part of the error about a file that somebody has open already.
var ErrInUse = errors.New("another hsmlab daemon has it open")

// ErrClosed is part of every error about a journal that was closed.
var ErrClosed = errors.New("it is closed")

const (
	// lazyDelay is how long changes of AppendLazily may stay in memory alone.
	lazyDelay = 250 * time.Millisecond

	// lockTimeout is how long Open waits for a daemon that is just stopping.
	lockTimeout = time.Second

	// Load reads so many records in one transaction: short ones do not keep old pages from being reused.
	loadBatch = 1000
)

// File is a journal in one bbolt file. Records are sealed under the file's key; their buckets, keys and
// sizes are in the clear. It is safe for concurrent use.
type File struct {
	path      string
	file      *os.File
	db        *bolt.DB
	sealer    sealer
	stopped   chan struct{} // closed when the committer has ended
	closeOnce sync.Once
	closeErr  error

	mu      sync.Mutex
	work    sync.Cond     // there is something due, or closing is set
	pending []set         // what is not durable yet, in order
	due     bool          // pending is to be written now
	closing bool          // nothing is accepted any more
	last    hsm.Ticket    // of the last set
	asked   hsm.Ticket    // of the last set that somebody may wait for
	durable hsm.Ticket    // everything up to it is durable
	err     error         // why nothing is stored any more
	landed  chan struct{} // closed and replaced when durable or err changes
	lazy    *time.Timer   // makes lazy changes due
	commits int
}

// Open opens the journal in the file at path, or creates it with mode 0600 in a directory that exists.
// It checks the whole file first, which takes some 50 ms for 100,000 records. It refuses, with an error
// that names the path, a file that another process or File has open (ErrInUse, after a second), one
// that is damaged or was made with another key (ErrDamaged) and one of a newer version of hsmlab.
func Open(path string, key [32]byte) (*File, error) {
	f := &File{path: path, stopped: make(chan struct{}), landed: make(chan struct{})}
	f.work.L = &f.mu
	var err error
	if f.sealer, err = newSealer(key); err == nil {
		err = f.openFile()
	}
	if err != nil {
		return nil, fmt.Errorf("cannot open the store %s: %w", path, err)
	}
	go f.commitAll()
	return f, nil
}

func (f *File) openFile() error {
	info, err := os.Stat(f.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return bare(err)
	case !info.Mode().IsRegular():
		return errors.New("it is not a regular file")
	case info.Size() > 0:
		if err := checkFile(f.path); err != nil {
			return bare(err)
		}
	}
	err = guard(func() error {
		var err error
		f.db, err = bolt.Open(f.path, 0o600, &bolt.Options{
			Timeout:      lockTimeout,
			FreelistType: bolt.FreelistMapType,
			// Without a list of free pages in the file there is none that could be damaged and lead to
			// records being overwritten. bbolt finds the free pages when it opens the file.
			NoFreelistSync: true,
			OpenFile: func(name string, flag int, mode os.FileMode) (_ *os.File, err error) {
				f.file, err = os.OpenFile(name, flag, mode)
				return f.file, err
			},
		})
		if err != nil {
			return err
		}
		return f.prepare()
	})
	if err != nil {
		_ = f.release(err)
	}
	return bare(err)
}

// prepare reads the schema of the file, or writes it to a fresh one.
func (f *File) prepare() error {
	fresh := false
	err := f.db.View(func(tx *bolt.Tx) (err error) {
		fresh, err = readSchema(tx, f.sealer)
		return err
	})
	if err != nil || !fresh {
		return err
	}
	if err := f.db.Update(func(tx *bolt.Tx) error { return writeSchema(tx, f.sealer) }); err != nil {
		return err
	}
	return syncDirectory(filepath.Dir(f.path))
}

// syncDirectory makes the name of a new file durable. Windows cannot do that and need not.
func syncDirectory(path string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	defer dir.Close()
	return dir.Sync()
}

// bare takes the path out of an error, since the layer above names it, and puts bbolt's errors into
// words of this package.
func bare(err error) error {
	var p *fs.PathError
	switch {
	case errors.Is(err, bolterrors.ErrTimeout):
		return ErrInUse
	case errors.Is(err, bolterrors.ErrDatabaseNotOpen):
		return ErrClosed
	case errors.As(err, &p):
		return p.Err
	}
	return err
}

// Load calls f with the records as they are at the time of the call, durable or not, and some of those
// that are appended meanwhile. f may use the journal.
func (f *File) Load(bucket hsm.Bucket, visit func(key uint64, data []byte) error) error {
	if err := f.flush(); err != nil {
		return err
	}
	var data []byte
	for next, more := uint64(0), true; more; {
		records, err := f.read(bucket, next)
		if err != nil {
			return fmt.Errorf("cannot read the store %s: %w", f.path, bare(err))
		}
		for _, r := range records {
			if data, err = f.sealer.open(data[:0], bucket, r.key, r.sealed); err != nil {
				return fmt.Errorf("cannot read the store %s: %w", f.path, err)
			}
			if err := visit(r.key, data); err != nil {
				return err
			}
			next = r.key + 1
		}
		more = len(records) == loadBatch && next != 0
	}
	return nil
}

type record struct {
	key    uint64
	sealed []byte
}

// read returns the first records of a bucket from a key on, at most loadBatch of them.
func (f *File) read(bucket hsm.Bucket, from uint64) (records []record, err error) {
	err = guard(func() error {
		return f.db.View(func(tx *bolt.Tx) error {
			b := tx.Bucket(bucketName(bucket))
			if b == nil {
				return nil
			}
			c := b.Cursor()
			for k, v := c.Seek(recordKey(from)); k != nil && len(records) < loadBatch; k, v = c.Next() {
				if len(k) != 8 || v == nil {
					return fmt.Errorf("%w: bucket %v has a key %x", ErrDamaged, bucket, k)
				}
				records = append(records, record{binary.BigEndian.Uint64(k), append([]byte(nil), v...)})
			}
			return nil
		})
	})
	return records, err
}

// Snapshot writes a copy of the file to w that Open takes with the same key: all sets appended so far,
// and each one whole. Sets appended meanwhile may have to wait for it to become durable.
func (f *File) Snapshot(w io.Writer) error {
	if err := f.flush(); err != nil {
		return err
	}
	err := guard(func() error {
		return f.db.View(func(tx *bolt.Tx) error {
			_, err := tx.WriteTo(w)
			return err
		})
	})
	if err != nil {
		return fmt.Errorf("cannot copy the store %s: %w", f.path, bare(err))
	}
	return nil
}

// flush makes everything durable that was appended so far.
func (f *File) flush() error {
	f.mu.Lock()
	last := f.last
	f.wake()
	f.mu.Unlock()
	return f.Wait(context.Background(), last)
}

// Close makes everything durable that was appended so far and closes the file. Later calls return what
// the first one did.
func (f *File) Close() error {
	f.closeOnce.Do(func() {
		f.mu.Lock()
		f.closing = true
		f.work.Signal()
		if f.lazy != nil {
			f.lazy.Stop()
		}
		f.mu.Unlock()
		<-f.stopped
		f.closeErr = f.shut()
	})
	return f.closeErr
}

func (f *File) shut() error {
	f.mu.Lock()
	failed := f.err
	if failed == nil {
		f.err = fmt.Errorf("cannot use the store %s: %w", f.path, ErrClosed)
		f.land()
	}
	f.mu.Unlock()
	if err := f.release(failed); failed == nil && err != nil {
		return fmt.Errorf("cannot close the store %s: %w", f.path, bare(err))
	}
	return failed
}

// release gives the file back after everything went well or failed. The lock of the file goes with its
// mapping, so closing the file alone keeps it from being opened again by this process.
func (f *File) release(failed error) error {
	if f.db == nil || isFault(failed) {
		return f.file.Close() // which does nothing where bbolt did not get to open it
	}
	return f.db.Close()
}
