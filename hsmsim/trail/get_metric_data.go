package trail

import (
	"context"
	"regexp"
	"slices"
	"sync"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// ScanBy is the order of values.
type ScanBy string

// The orders of values.
const (
	oldestFirst ScanBy = "TimestampAscending"
	newestFirst ScanBy = "TimestampDescending"
)

// Values are the orders that a request can ask for; without one it gets the newest values first.
func (ScanBy) Values() []string { return []string{string(newestFirst), string(oldestFirst)} }

// GetMetricDataRequest asks for the values of many metrics.
type GetMetricDataRequest struct {
	MetricDataQueries []MetricDataQuery `json:"MetricDataQueries" required:"true" len:"0:500"`
	StartTime         *shape.Time       `json:"StartTime" required:"true"`
	EndTime           *shape.Time       `json:"EndTime" required:"true"` // not included
	NextToken         string            `json:"NextToken,omitempty"`
	ScanBy            ScanBy            `json:"ScanBy,omitempty"`
	MaxDatapoints     *int              `json:"MaxDatapoints,omitempty" range:"1:100800"`
	LabelOptions      *LabelOptions     `json:"LabelOptions,omitempty"`
}

// MetricDataQuery is one row of values. Metric math (Expression) is not simulated.
type MetricDataQuery struct {
	ID         string      `json:"Id" required:"true" len:"1:255"`
	MetricStat *MetricStat `json:"MetricStat,omitempty"`
	Expression string      `json:"Expression,omitempty" len:"1:2048"`
	Label      string      `json:"Label,omitempty"`
	ReturnData *bool       `json:"ReturnData,omitempty"`
	Period     *int        `json:"Period,omitempty"` // of expressions
	AccountID  string      `json:"AccountId,omitempty" len:"1:255"`
}

// MetricStat is a statistic of a metric.
type MetricStat struct {
	Metric Metric `json:"Metric" required:"true"`
	Period *int   `json:"Period" required:"true"` // seconds
	Stat   string `json:"Stat" required:"true"`
	Unit   string `json:"Unit,omitempty"`
}

// LabelOptions say how times in labels are written; there are none here.
type LabelOptions struct {
	Timezone string `json:"Timezone,omitempty"`
}

// GetMetricDataResponse has a result for each row.
type GetMetricDataResponse struct {
	MetricDataResults []MetricDataResult `json:"MetricDataResults"`
	NextToken         string             `json:"NextToken,omitempty"`
	Messages          []MessageData      `json:"Messages"`
}

// MetricDataResult is a row of values and their times.
type MetricDataResult struct {
	ID         string       `json:"Id"`
	Label      string       `json:"Label"`
	Timestamps []shape.Time `json:"Timestamps"`
	Values     []float64    `json:"Values"`
	StatusCode string       `json:"StatusCode"` // Complete, or PartialData where the next page has more
}

// MessageData is a remark about an answer; there are none.
type MessageData struct {
	Code  string `json:"Code"`
	Value string `json:"Value"`
}

// maxMetricData is how many values an answer has where the request does not say.
const maxMetricData = 100_800

// dataPlace is where a page begins: in a row, at its first value or behind that of a time.
type dataPlace struct {
	Row   int    `json:"row"`
	After *int64 `json:"after,omitempty"`
}

// GetMetricData gives values of metrics of the caller's region. Exceptions: InvalidNextToken; what is wrong with a
// row is a ValidationException.
func (m *Metrics) GetMetricData(_ context.Context, c *shape.Call, r GetMetricDataRequest) (GetMetricDataResponse, error) {
	answer := GetMetricDataResponse{MetricDataResults: []MetricDataResult{}, Messages: []MessageData{}}
	if err := r.check(); err != nil {
		return answer, err
	}
	t := token{[]any{"data", c.Region, r.MetricDataQueries, r.StartTime.UnixMilli(), r.EndTime.UnixMilli(), r.ScanBy}}
	var place dataPlace
	if r.NextToken != "" && !t.open(r.NextToken, &place) {
		return answer, shape.Errorf("InvalidNextToken", textMetricsNextToken)
	}
	minutes := m.measured()
	left := orDefault(r.MaxDatapoints, maxMetricData)
	for ; place.Row < len(r.MetricDataQueries); place = (dataPlace{Row: place.Row + 1}) {
		row := &r.MetricDataQueries[place.Row]
		if row.ReturnData != nil && !*row.ReturnData {
			continue
		}
		if left == 0 {
			answer.NextToken = t.seal(place)
			break
		}
		result := row.result(r.sets(row, c.Region, minutes, place.After), left)
		left -= len(result.Values)
		answer.MetricDataResults = append(answer.MetricDataResults, result)
		if result.StatusCode == partial {
			place.After = new(result.Timestamps[len(result.Timestamps)-1].Unix())
			answer.NextToken = t.seal(place)
			break
		}
	}
	return answer, nil
}

// sets gives the periods of a row in the order of the request, from where a page begins.
func (r *GetMetricDataRequest) sets(row *MetricDataQuery, region string, minutes []minute, after *int64) []statisticSet {
	period := int64(*row.MetricStat.Period)
	start := r.StartTime.Unix()
	start -= ((start % period) + period) % period
	q := query{region: region, metric: &row.MetricStat.Metric, unit: row.MetricStat.Unit, start: start, end: endOf(r.EndTime), period: period}
	sets := q.sets(minutes)
	if r.ScanBy != oldestFirst {
		slices.Reverse(sets)
	}
	return slices.DeleteFunc(sets, func(s statisticSet) bool {
		return after != nil && (s.start == *after || s.start < *after == (r.ScanBy == oldestFirst))
	})
}

// The states of a row's values.
const (
	complete = "Complete"
	partial  = "PartialData"
)

// result is a row with at most so many values.
func (row *MetricDataQuery) result(sets []statisticSet, most int) MetricDataResult {
	d := MetricDataResult{ID: row.ID, Label: row.Label, Timestamps: []shape.Time{}, Values: []float64{}, StatusCode: complete}
	if d.Label == "" {
		d.Label = row.MetricStat.Metric.MetricName
	}
	if len(sets) > most {
		sets, d.StatusCode = sets[:most], partial
	}
	for _, s := range sets {
		d.Timestamps = append(d.Timestamps, shape.At(time.Unix(s.start, 0)))
		d.Values = append(d.Values, s.value(row.MetricStat.Stat))
	}
	return d
}

var rowID = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[a-z][a-zA-Z0-9_]*$`) })

func (r *GetMetricDataRequest) check() error {
	if !r.StartTime.Before(r.EndTime.Time) {
		return shape.Invalid(textStartBeforeEnd)
	}
	ids := map[string]bool{}
	for i := range r.MetricDataQueries {
		row := &r.MetricDataQueries[i]
		switch {
		case !rowID().MatchString(row.ID):
			return shape.Invalid(textRowID, row.ID, i+1)
		case ids[row.ID]:
			return shape.Invalid(textRowIDTwice)
		case (row.MetricStat == nil) == (row.Expression == ""):
			return shape.Invalid(textRowKind, i+1)
		case row.Expression != "":
			return shape.Invalid(textNoMath, row.ID)
		case row.MetricStat.Metric.Namespace == "":
			return shape.Invalid(textRowMissing, i+1, "Namespace")
		case row.MetricStat.Metric.MetricName == "":
			return shape.Invalid(textRowMissing, i+1, "MetricName")
		case !slices.Contains(statistics, row.MetricStat.Stat):
			return shape.Invalid(textRowStat, row.MetricStat.Stat, i+1)
		case !periodOK(*row.MetricStat.Period):
			return shape.Invalid(textPeriod)
		}
		ids[row.ID] = true
	}
	return nil
}
