package trail

import (
	"hash/maphash"
	"slices"
)

// entry is what is kept in memory of an event: where it is, and a mark of what it can be found by.
type entry struct {
	time   int64 // of the event, seconds since the epoch
	offset int64 // of its line
	length int32
	marks  marks
}

// marks is a Bloom filter of attributes: it tells for certain that an event has not got one.
type marks [2]uint64

var seed = maphash.MakeSeed()

// add sets three of the 128 bits for an attribute; an event has about eight attributes.
func (m *marks) add(a attribute) {
	h := maphash.Comparable(seed, a)
	for range 3 {
		m[h>>6&1] |= 1 << (h & 63)
		h >>= 7
	}
}

// may reports whether everything that o has may be in m.
func (m *marks) may(o marks) bool { return m[0]&o[0] == o[0] && m[1]&o[1] == o[1] }

func marksOf(attributes ...attribute) (m marks) {
	for _, a := range attributes {
		m.add(a)
	}
	return m
}

func newEntry(s *summary, offset int64, length int) entry {
	e := entry{time: s.EventTime.Unix(), offset: offset, length: int32(length)}
	s.attributes(e.marks.add)
	return e
}

// insert puts an entry behind all that are not newer. Calls are recorded when they end and have the time of their
// beginning, so an event may be a little older than the last one.
func insert(index []entry, e entry) []entry {
	at := len(index)
	for at > 0 && index[at-1].time > e.time {
		at--
	}
	return slices.Insert(index, at, e)
}

// until is the number of entries that are not newer than a time.
func until(index []entry, time int64) int {
	n, _ := slices.BinarySearchFunc(index, time, func(e entry, t int64) int {
		if e.time <= t {
			return -1
		}
		return 1
	})
	return n
}
