package store

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// A checker walks the pages of a bbolt file.
//
// A page is a header (number, flags, count of elements, count of further pages; 8+2+2+4 bytes), a table
// of elements of 16 bytes and then the keys and values of the elements one after another. A leaf element
// is flags, position of its key counted from the element, size of its key, size of its value; a branch
// element is position, size of its key, number of the page below. A bucket is an element of the root
// bucket whose value is the number of its first page and a sequence (8+8 bytes); where the number is 0
// the page itself follows.
type checker struct {
	file     io.ReaderAt
	pageSize int
	seen     []bool // by page number
	last     []byte // the key before, in the order of the walk
}

const (
	minPageSize, maxPageSize = 1 << 10, 1 << 24

	pageHeader, elementSize = 16, 16
	branchPage, leafPage    = 1, 2
	bucketElement           = 1
	bucketHeader            = 16

	freeListInMeta = pageHeader + 32
	freeListPage   = 0x10
	noFreeList     = 1<<64 - 1
)

// page checks the tree under a page. Only the root bucket has buckets in it.
func (c *checker) page(id uint64, root bool) error {
	if id < 2 || id >= uint64(len(c.seen)) {
		return fmt.Errorf("page %d is outside the file", id)
	}
	page, err := c.read(id, 1)
	if err != nil {
		return err
	}
	further := uint64(binary.NativeEndian.Uint32(page[12:]))
	if id+further >= uint64(len(c.seen)) {
		return fmt.Errorf("page %d is outside the file", id+further)
	}
	for i := id; i <= id+further; i++ {
		if c.seen[i] {
			return fmt.Errorf("page %d is used twice", i)
		}
		c.seen[i] = true
	}
	if further > 0 {
		if page, err = c.read(id, 1+int(further)); err != nil {
			return err
		}
	}
	if own := binary.NativeEndian.Uint64(page); own != id {
		return fmt.Errorf("page %d says that it is page %d", id, own)
	}
	if err := c.elements(page, root); err != nil {
		return fmt.Errorf("page %d: %w", id, err)
	}
	return nil
}

// freeList checks that the file lists no free pages, as this package has it; only a file that nothing
// was stored in yet has an empty list.
func (c *checker) freeList(meta uint64) error {
	page, err := c.read(meta, 1)
	if err != nil {
		return err
	}
	id := binary.NativeEndian.Uint64(page[freeListInMeta:])
	if id == noFreeList {
		return nil
	}
	if id >= uint64(len(c.seen)) {
		return fmt.Errorf("page %d is outside the file", id)
	}
	if page, err = c.read(id, 1); err != nil {
		return err
	}
	kind, count := binary.NativeEndian.Uint16(page[8:]), binary.NativeEndian.Uint16(page[10:])
	if kind != freeListPage || count != 0 {
		return fmt.Errorf("page %d has type %d with %d elements", id, kind, count)
	}
	return nil
}

// read returns n pages. Its caller has checked that the file has them.
func (c *checker) read(id uint64, n int) ([]byte, error) {
	pages := make([]byte, n*c.pageSize)
	if _, err := c.file.ReadAt(pages, int64(id)*int64(c.pageSize)); err != nil {
		return nil, fmt.Errorf("page %d cannot be read: %w", id, err)
	}
	return pages, nil
}

func (c *checker) elements(page []byte, root bool) error {
	kind := binary.NativeEndian.Uint16(page[8:])
	count := int(binary.NativeEndian.Uint16(page[10:]))
	if kind != branchPage && kind != leafPage || kind == branchPage && count == 0 {
		return fmt.Errorf("it has type %d with %d elements", kind, count)
	}
	end := pageHeader + count*elementSize // of what the elements so far take up
	if end > len(page) {
		return fmt.Errorf("it cannot have %d elements", count)
	}
	for i := range count {
		at := pageHeader + i*elementSize
		head := page[at:end]
		word := func(n int) int { return int(binary.NativeEndian.Uint32(head[4*n:])) }
		flags, pos, keySize, valueSize := word(0), word(1), word(2), word(3)
		if kind == branchPage {
			flags, pos, keySize, valueSize = 0, word(0), word(1), 0
		}
		if at+pos != end || keySize == 0 || keySize > len(page)-end || valueSize > len(page)-end-keySize {
			return fmt.Errorf("its element %d is out of place", i)
		}
		key, value := page[end:end+keySize], page[end+keySize:end+keySize+valueSize]
		end += keySize + valueSize
		// The first key of a page may be the one that leads to it.
		if order := bytes.Compare(c.last, key); order > 0 || order == 0 && i > 0 {
			return fmt.Errorf("its element %d is out of order", i)
		}
		c.last = key
		var err error
		switch {
		case kind == branchPage:
			err = c.page(binary.NativeEndian.Uint64(head[8:]), root)
		case root && flags != bucketElement || !root && flags != 0:
			err = fmt.Errorf("its element %d has flags %d", i, flags)
		case root:
			err = c.bucket(value)
			c.last = key
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (c *checker) bucket(value []byte) error {
	if len(value) < bucketHeader {
		return fmt.Errorf("a bucket has %d bytes", len(value))
	}
	c.last = nil
	if id := binary.NativeEndian.Uint64(value); id != 0 {
		return c.page(id, false)
	}
	inline := value[bucketHeader:]
	if len(inline) < pageHeader || binary.NativeEndian.Uint64(inline) != 0 || binary.NativeEndian.Uint16(inline[8:]) != leafPage {
		return errors.New("a small bucket is not a leaf")
	}
	return c.elements(inline, false)
}
