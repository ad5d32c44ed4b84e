package trail

import (
	"slices"
)

// The statistics that can be asked for.
var statistics = []string{"Average", "Maximum", "Minimum", "SampleCount", "Sum"}

// statisticSet is the values of one period.
type statisticSet struct {
	start                int64 // seconds since the epoch
	sum, lowest, highest float64
	count                int
}

func (s *statisticSet) add(v float64) {
	if s.count == 0 {
		s.lowest, s.highest = v, v
	}
	s.sum += v
	s.lowest, s.highest = min(s.lowest, v), max(s.highest, v)
	s.count++
}

// value is one of the statistics.
func (s *statisticSet) value(statistic string) float64 {
	switch statistic {
	case "Sum":
		return s.sum
	case "Minimum":
		return s.lowest
	case "Maximum":
		return s.highest
	case "SampleCount":
		return float64(s.count)
	}
	return s.sum / float64(s.count)
}

// query is a row of values to find.
type query struct {
	region     string
	metric     *Metric
	unit       string // "" for any
	start, end int64  // seconds since the epoch, the end not included
	period     int64  // seconds; the first one begins at start
}

// sets gives the periods that have values, ascending.
func (q *query) sets(minutes []minute) []statisticSet {
	var list []statisticSet
	if q.unit != "" && q.unit != q.metric.unit() {
		return nil
	}
	for i := range minutes {
		m := &minutes[i]
		if m.start < q.start || m.start >= q.end {
			continue
		}
		start := m.start - (m.start-q.start)%q.period
		for _, v := range m.values(q.region, q.metric) {
			if n := len(list); n == 0 || list[n-1].start != start {
				list = append(list, statisticSet{start: start})
			}
			list[len(list)-1].add(v)
		}
	}
	return list
}

// periodOK reports whether a period is one of CloudWatch's: whole minutes, or less of high resolution.
func periodOK(p int) bool {
	return p > 0 && p%60 == 0 || slices.Contains([]int{1, 5, 10, 20, 30}, p)
}
