package trail

import (
	"context"
	"slices"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// GetMetricStatisticsRequest asks for the values of one metric.
type GetMetricStatisticsRequest struct {
	Namespace          string      `json:"Namespace,omitempty" len:"1:255" pattern:"[^:].*"`
	MetricName         string      `json:"MetricName,omitempty" len:"1:255"`
	Dimensions         []Dimension `json:"Dimensions,omitempty" len:"0:30"`
	StartTime          *shape.Time `json:"StartTime,omitempty"`
	EndTime            *shape.Time `json:"EndTime,omitempty"` // not included
	Period             *int        `json:"Period,omitempty"`  // seconds
	Statistics         []string    `json:"Statistics,omitempty" len:"1:5"`
	ExtendedStatistics []string    `json:"ExtendedStatistics,omitempty" len:"1:10"`
	Unit               string      `json:"Unit,omitempty"`
}

// GetMetricStatisticsResponse has the periods that have values, the oldest first.
type GetMetricStatisticsResponse struct {
	Label      string      `json:"Label"`
	Datapoints []Datapoint `json:"Datapoints"`
}

// Datapoint is the values of one period: those statistics that were asked for.
type Datapoint struct {
	Timestamp   shape.Time `json:"Timestamp"` // the period's beginning
	SampleCount *float64   `json:"SampleCount,omitempty"`
	Average     *float64   `json:"Average,omitempty"`
	Sum         *float64   `json:"Sum,omitempty"`
	Minimum     *float64   `json:"Minimum,omitempty"`
	Maximum     *float64   `json:"Maximum,omitempty"`
	Unit        string     `json:"Unit"`
}

// maxDatapoints is how many periods can be asked for at once.
const maxDatapoints = 1440

// GetMetricStatistics gives values of a metric of the caller's region. Exceptions: InvalidParameterValueException,
// MissingRequiredParameterException, InvalidParameterCombinationException.
func (m *Metrics) GetMetricStatistics(_ context.Context, c *shape.Call, r GetMetricStatisticsRequest) (GetMetricStatisticsResponse, error) {
	answer := GetMetricStatisticsResponse{Label: r.MetricName, Datapoints: []Datapoint{}}
	if err := r.check(); err != nil {
		return answer, err
	}
	metric := &Metric{r.Namespace, r.MetricName, r.Dimensions}
	start := r.StartTime.Truncate(time.Minute).Unix()
	q := query{region: c.Region, metric: metric, unit: r.Unit, start: start, end: endOf(r.EndTime), period: int64(*r.Period)}
	for _, s := range q.sets(m.measured()) {
		d := Datapoint{Timestamp: shape.At(time.Unix(s.start, 0)), Unit: metric.unit()}
		for name, member := range map[string]**float64{"SampleCount": &d.SampleCount, "Average": &d.Average, "Sum": &d.Sum, "Minimum": &d.Minimum, "Maximum": &d.Maximum} {
			if slices.Contains(r.Statistics, name) {
				*member = new(s.value(name))
			}
		}
		answer.Datapoints = append(answer.Datapoints, d)
	}
	return answer, nil
}

// endOf is the first whole second that is not before a time.
func endOf(t *shape.Time) int64 { return t.Add(time.Second - 1).Unix() }

func (r *GetMetricStatisticsRequest) check() error {
	for _, p := range []struct {
		name    string
		missing bool
	}{
		{"Namespace", r.Namespace == ""}, {"MetricName", r.MetricName == ""}, {"StartTime", r.StartTime == nil},
		{"EndTime", r.EndTime == nil}, {"Period", r.Period == nil},
	} {
		if p.missing {
			return shape.Errorf("MissingRequiredParameterException", textMissing, p.name)
		}
	}
	if r.Statistics == nil && r.ExtendedStatistics == nil {
		return shape.Errorf("InvalidParameterCombinationException", textNoStatistics)
	}
	for i, s := range r.Statistics {
		if !slices.Contains(statistics, s) {
			return invalidValue(textStatistic, i+1)
		}
	}
	if len(r.ExtendedStatistics) > 0 {
		return invalidValue(textNoPercentiles, r.ExtendedStatistics[0])
	}
	if !periodOK(*r.Period) {
		return invalidValue(textPeriod)
	}
	if !r.StartTime.Before(r.EndTime.Time) {
		return invalidValue(textStartBeforeEnd)
	}
	if n := (r.EndTime.Unix() - r.StartTime.Unix()) / int64(*r.Period); n > maxDatapoints {
		return shape.Errorf("InvalidParameterCombinationException", textTooManyDatapoints, grouped(n), grouped(maxDatapoints))
	}
	return nil
}
