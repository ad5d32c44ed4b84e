package trail

import (
	"context"
	"slices"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// ListMetricsRequest asks for the names of metrics of the caller's region.
type ListMetricsRequest struct {
	Namespace             string            `json:"Namespace,omitempty" len:"1:255" pattern:"[^:].*"`
	MetricName            string            `json:"MetricName,omitempty" len:"1:255"`
	Dimensions            []DimensionFilter `json:"Dimensions,omitempty" len:"0:30"`
	NextToken             string            `json:"NextToken,omitempty"`
	RecentlyActive        string            `json:"RecentlyActive,omitempty"`
	IncludeLinkedAccounts *bool             `json:"IncludeLinkedAccounts,omitempty"`
	OwningAccount         string            `json:"OwningAccount,omitempty" len:"1:255"`
}

// DimensionFilter is a dimension that metrics must have, with any value where it has none.
type DimensionFilter struct {
	Name  string `json:"Name" required:"true" len:"1:255"`
	Value string `json:"Value,omitempty" len:"1:1024"`
}

// ListMetricsResponse lists metrics.
type ListMetricsResponse struct {
	Metrics   []Metric `json:"Metrics"`
	NextToken string   `json:"NextToken,omitempty"`
}

// maxMetrics is how many metrics are listed at a time.
const maxMetrics = 500

// ListMetrics lists the metrics that have values. Exceptions: InvalidParameterValueException.
func (m *Metrics) ListMetrics(_ context.Context, c *shape.Call, r ListMetricsRequest) (ListMetricsResponse, error) {
	answer := ListMetricsResponse{Metrics: []Metric{}}
	if r.RecentlyActive != "" && r.RecentlyActive != "PT3H" {
		return answer, invalidValue(textRecentlyActive)
	}
	minutes := m.measured()
	if r.RecentlyActive != "" {
		recent := m.clock.Now().Add(-3 * time.Hour).Unix()
		minutes = slices.DeleteFunc(minutes, func(m minute) bool { return m.start < recent })
	}
	var list []Metric
	if r.OwningAccount == "" || r.OwningAccount == c.Account {
		list = r.choose(minutes, c.Region)
	}
	t := token{[]any{"metrics", c.Region, r.Namespace, r.MetricName, r.Dimensions, r.RecentlyActive}}
	if r.NextToken != "" {
		var last Metric
		if !t.open(r.NextToken, &last) {
			return answer, invalidValue(textMetricsNextToken)
		}
		list = slices.DeleteFunc(list, func(a Metric) bool { return a.compare(last) <= 0 })
	}
	if len(list) > maxMetrics {
		list = list[:maxMetrics]
		answer.NextToken = t.seal(list[maxMetrics-1])
	}
	answer.Metrics = append(answer.Metrics, list...)
	return answer, nil
}

// choose gives the metrics of the minutes that fit, each once, sorted.
func (r *ListMetricsRequest) choose(minutes []minute, region string) []Metric {
	var list []Metric
	for i := range minutes {
		if i > 0 && sameSlice(minutes[i].hsms, minutes[i-1].hsms) && sameSlice(minutes[i].expirations, minutes[i-1].expirations) {
			continue
		}
		for _, metric := range minutes[i].metrics(region) {
			if r.fits(&metric) {
				list = append(list, metric)
			}
		}
		slices.SortFunc(list, Metric.compare)
		list = slices.CompactFunc(list, func(a, b Metric) bool { return a.compare(b) == 0 })
	}
	return list
}

// sameSlice reports whether two slices are one.
func sameSlice[T any](a, b []T) bool { return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0]) }

func (r *ListMetricsRequest) fits(m *Metric) bool {
	if r.Namespace != "" && r.Namespace != m.Namespace || r.MetricName != "" && r.MetricName != m.MetricName {
		return false
	}
	for _, f := range r.Dimensions {
		if !slices.ContainsFunc(m.Dimensions, func(d Dimension) bool { return d.Name == f.Name && (f.Value == "" || d.Value == f.Value) }) {
			return false
		}
	}
	return true
}

// invalidValue is CloudWatch's exception for a parameter that is wrong by itself.
func invalidValue(format string, args ...any) error {
	return shape.Errorf("InvalidParameterValueException", format, args...)
}
