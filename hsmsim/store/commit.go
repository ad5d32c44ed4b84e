package store

import (
	"context"
	"fmt"
	"runtime"
	"time"

	bolt "go.etcd.io/bbolt"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

const (
	// One transaction takes sets until it has so many changes or bytes; a larger set has one to itself.
	// Larger transactions do not load faster and make others wait.
	maxBatchChanges = 1000
	maxBatchBytes   = 4 << 20

	// Keys mostly grow, so pages are filled from the left and rarely split again.
	fillPercent = 0.9
)

// A set is what one call of Append handed over.
type set struct {
	changes []hsm.Change
	ticket  hsm.Ticket
}

// Append numbers a set and leaves it to the committer. After Close or a failed commit the ticket's wait
// returns the reason.
func (f *File) Append(changes []hsm.Change) hsm.Ticket {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(changes) > 0 {
		f.add(changes)
		f.asked = f.last
		f.wake()
	}
	return f.asked
}

// AppendLazily leaves the set to the next commit, or to one of its own after a quarter of a second.
func (f *File) AppendLazily(changes []hsm.Change) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(changes) == 0 {
		return
	}
	f.add(changes)
	switch {
	case len(f.pending) == 0: // nothing is stored any more
	case len(f.pending) >= maxBatchChanges:
		f.wake()
	case len(f.pending) > 1: // the timer runs, or the set before is due
	case f.lazy == nil:
		f.lazy = time.AfterFunc(lazyDelay, func() {
			f.mu.Lock()
			defer f.mu.Unlock()
			f.wake()
		})
	default:
		f.lazy.Reset(lazyDelay)
	}
}

// add needs the lock.
func (f *File) add(changes []hsm.Change) {
	f.last++
	if f.err == nil && !f.closing {
		f.pending = append(f.pending, set{changes, f.last})
	}
}

// wake makes everything pending due. It needs the lock.
func (f *File) wake() {
	f.due = len(f.pending) > 0
	f.work.Signal()
}

// Wait returns nil for a ticket that became durable even if a later set could not be stored.
func (f *File) Wait(ctx context.Context, t hsm.Ticket) error {
	for {
		f.mu.Lock()
		durable, last, err, landed := f.durable, f.last, f.err, f.landed
		f.mu.Unlock()
		if t <= durable {
			return nil
		}
		if err != nil {
			return err
		}
		if err := checkIssued(t, last); err != nil {
			return err
		}
		select {
		case <-landed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// commitAll is the committer: it stores what is due until the journal is closed and nothing is left.
func (f *File) commitAll() {
	defer close(f.stopped)
	for {
		batch := f.next()
		if batch == nil {
			return
		}
		err := f.commit(batch)
		f.mu.Lock()
		if err != nil {
			f.err = fmt.Errorf("cannot write the store %s: %w", f.path, bare(err))
			f.pending = nil
		} else {
			f.durable = batch[len(batch)-1].ticket
			f.commits++
		}
		f.land()
		f.mu.Unlock()
		if err != nil {
			return
		}
		runtime.Gosched() // whoever was woken may append again at once and join the next commit
	}
}

// land tells all waiters to look again. It needs the lock.
func (f *File) land() {
	close(f.landed)
	f.landed = make(chan struct{})
}

// next waits for sets to be due and takes as many as fit into one transaction. It returns nil when the
// journal is closed and empty.
func (f *File) next() []set {
	f.mu.Lock()
	defer f.mu.Unlock()
	for !f.due && !f.closing {
		f.work.Wait()
	}
	n, changes, bytes := 0, 0, 0
	for ; n < len(f.pending); n++ {
		for _, c := range f.pending[n].changes {
			bytes += len(c.Data)
		}
		changes += len(f.pending[n].changes)
		if n > 0 && (changes > maxBatchChanges || bytes > maxBatchBytes) {
			break
		}
	}
	if n == 0 {
		return nil
	}
	batch := f.pending[:n:n]
	f.pending = f.pending[n:]
	f.due = len(f.pending) > 0
	return batch
}

// commit stores sets in one transaction. When bbolt panics, the transaction is left as it is: rolling
// back would have it work with the same damage again, and nothing is written after this anyway.
func (f *File) commit(batch []set) error {
	return guard(func() error {
		tx, err := f.db.Begin(true)
		if err != nil {
			return err
		}
		if err := f.put(tx, batch); err != nil {
			_ = tx.Rollback()
			return err
		}
		return tx.Commit()
	})
}

func (f *File) put(tx *bolt.Tx, batch []set) error {
	buckets := make(map[hsm.Bucket]*bolt.Bucket)
	for _, s := range batch {
		for _, c := range s.changes {
			b, err := buckets[c.Bucket], error(nil)
			if b == nil {
				if b, err = tx.CreateBucketIfNotExists(bucketName(c.Bucket)); err != nil {
					return fmt.Errorf("bucket %v: %w", c.Bucket, err)
				}
				b.FillPercent = fillPercent
				buckets[c.Bucket] = b
			}
			if c.Data == nil {
				err = b.Delete(recordKey(c.Key))
			} else {
				err = b.Put(recordKey(c.Key), f.sealer.seal(c.Bucket, c.Key, c.Data))
			}
			if err != nil {
				return fmt.Errorf("record %d of bucket %v: %w", c.Key, c.Bucket, err)
			}
		}
	}
	return nil
}

// bucketName is the name of a bucket in the file. No name of this package's own has one byte.
func bucketName(b hsm.Bucket) []byte { return []byte{byte(b)} }
