package clock

import (
	"cmp"
	"container/heap"
	"time"
)

// fired is the index of a timer that is not in the queue any more.
const fired = -1

// A timer is one call of AfterFunc. Its index belongs to the lock of its clock.
type timer struct {
	clock  *Lab
	due    time.Time // by lab time
	number uint64    // tells the order of timers that are due at the same time
	f      func()
	index  int
}

func (t *timer) Stop() bool {
	t.clock.mu.Lock()
	defer t.clock.mu.Unlock()
	if t.index == fired {
		return false
	}
	heap.Remove(&t.clock.timers, t.index)
	return true
}

// A queue is a heap of timers, the next one first.
type queue []*timer

func (q queue) Len() int { return len(q) }

func (q queue) Less(i, j int) bool {
	return cmp.Or(q[i].due.Compare(q[j].due), cmp.Compare(q[i].number, q[j].number)) < 0
}

func (q queue) Swap(i, j int) {
	q[i], q[j] = q[j], q[i]
	q[i].index, q[j].index = i, j
}

func (q *queue) Push(x any) {
	t := x.(*timer)
	t.index = len(*q)
	*q = append(*q, t)
}

func (q *queue) Pop() any {
	t := (*q)[len(*q)-1]
	(*q)[len(*q)-1] = nil
	*q = (*q)[:len(*q)-1]
	t.index = fired
	return t
}
