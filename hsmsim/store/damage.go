package store

import (
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"syscall"

	bolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

// ErrDamaged is part of every error about a file whose contents cannot be what was written.
var ErrDamaged = errors.New("the file is damaged")

// guard turns what bbolt does about a damaged file, a panic or a memory fault in its mapping, into an error.
func guard(f func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%w: %w", ErrDamaged, fault{r})
		}
	}()
	return f()
}

// A fault is a panic that guard caught. It may have left bbolt's locks taken, so that not even closing
// the database returns; closing its file is all that is left to do.
type fault struct{ reason any }

func (f fault) Error() string { return fmt.Sprint(f.reason) }

func isFault(err error) bool {
	var f fault
	return errors.As(err, &f)
}

// checkFile looks at every page of a file before bbolt works with it. bbolt trusts its pages: a wrong
// one makes it panic in a goroutine of its own or recurse for ever, and neither can be caught. The file
// is locked against writers meanwhile.
func checkFile(path string) error {
	var file *os.File
	defer func() {
		if file != nil {
			_ = file.Close() // closed already unless bbolt panicked
		}
	}()
	return guard(func() error {
		db, err := bolt.Open(path, 0, &bolt.Options{
			ReadOnly: true,
			Timeout:  lockTimeout,
			OpenFile: func(name string, flag int, mode os.FileMode) (f *os.File, err error) {
				file, err = os.OpenFile(name, flag, mode)
				return file, err
			},
		})
		if err != nil {
			return refusal(err)
		}
		defer db.Close()
		return db.View(func(tx *bolt.Tx) error {
			size := db.Info().PageSize
			if size < minPageSize || size > maxPageSize || size&(size-1) != 0 {
				return fmt.Errorf("%w: its page size is %d", ErrDamaged, size)
			}
			if info, err := file.Stat(); err != nil || tx.Size() < 0 || tx.Size() > info.Size() {
				return fmt.Errorf("%w: it is shorter than it says", ErrDamaged)
			}
			c := checker{file: file, pageSize: size, seen: make([]bool, tx.Size()/int64(size))}
			err := c.freeList(uint64(tx.ID() % 2)) // where bbolt has the transaction's meta page
			if err == nil {
				err = c.page(uint64(tx.Cursor().Bucket().RootPage()), true)
			}
			if err != nil {
				return fmt.Errorf("%w: %w", ErrDamaged, err)
			}
			return nil
		})
	})
}

// refusal tells the errors of opening a file that are about its contents from the system's.
func refusal(err error) error {
	var number syscall.Errno
	if errors.As(err, &number) || errors.Is(err, bolterrors.ErrTimeout) {
		return err
	}
	return fmt.Errorf("%w: %w", ErrDamaged, err)
}
