package trail

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
	"github.com/hsmlab/hsmlab/hsmsim/clock"
)

// meter is a source whose values tests set.
type meter struct {
	mu          sync.Mutex
	samples     []Sample
	expirations []Expiration
	asked       int
}

func (m *meter) HSMs() []Sample {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.asked++
	return append([]Sample(nil), m.samples...)
}

func (m *meter) Expirations() []Expiration {
	m.mu.Lock()
	defer m.mu.Unlock()
	return append([]Expiration(nil), m.expirations...)
}

// count is how often it was asked.
func (m *meter) count() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.asked
}

// tokens sets the token keys of the HSMs.
func (m *meter) tokens(n ...int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for i := range n {
		m.samples[i].TokenKeys = n[i]
	}
}

// noon is the beginning of a minute.
var noon = time.Date(2026, 2, 3, 12, 0, 0, 0, time.UTC)

// watch is the metrics of two HSMs of one cluster and of one elsewhere, from noon on.
func watch(t testing.TB) (*Metrics, *meter, *clock.Lab) {
	t.Helper()
	c := clock.New(noon, 0)
	t.Cleanup(c.Close)
	source := &meter{
		samples: []Sample{
			{Region: region, Cluster: cluster, HSM: "hsm-aaaaaaaaaaa", Temperature: 56, UsersMax: 1024, UsersAvailable: 1020},
			{Region: region, Cluster: cluster, HSM: "hsm-bbbbbbbbbbb", Temperature: 58, UsersMax: 1024, UsersAvailable: 1019, Unhealthy: true, OctetsIn: 1 << 40},
			{Region: "eu-west-1", Cluster: "cluster-aaaaaaaaaaa", HSM: "hsm-cccccccccca"},
		},
		expirations: []Expiration{{region, "1234abcd-12ab-34cd-56ef-1234567890ab", noon.Add(time.Hour)}},
	}
	m := NewMetrics(c, source)
	t.Cleanup(m.Close)
	return m, source, c
}

func dimensions(pairs ...string) []Dimension {
	var list []Dimension
	for i := 0; i < len(pairs); i += 2 {
		list = append(list, Dimension{pairs[i], pairs[i+1]})
	}
	return list
}

var ofHSM, ofCluster = dimensions("HsmId", "hsm-aaaaaaaaaaa", "ClusterId", cluster), dimensions("ClusterId", cluster)

// tokenKeys asks for the token keys from noon on and gives a line for each period.
func tokenKeys(t *testing.T, m *Metrics, d []Dimension, period int) []string {
	t.Helper()
	answer, err := m.GetMetricStatistics(t.Context(), call(), GetMetricStatisticsRequest{Namespace: "AWS/CloudHSM", MetricName: "HsmKeysTokenOccupied",
		Dimensions: d, StartTime: shape.Ref(noon), EndTime: shape.Ref(noon.Add(24 * time.Hour)), Period: &period, Statistics: statistics})
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, p := range answer.Datapoints {
		list = append(list, fmt.Sprintf("%s n=%g sum=%g avg=%g min=%g max=%g %s", p.Timestamp.Format("15:04"), *p.SampleCount, *p.Sum, *p.Average, *p.Minimum, *p.Maximum, p.Unit))
	}
	return list
}

func TestHSMsAreMeasuredEachMinute(t *testing.T) {
	m, source, c := watch(t)
	source.tokens(1, 3)
	if err := c.Advance(90 * time.Second); err != nil {
		t.Fatal(err)
	}
	source.tokens(2, 3)
	if err := c.Advance(90 * time.Second); err != nil {
		t.Fatal(err)
	}
	source.tokens(5, 4)
	want := []string{"12:00 n=1 sum=0 avg=0 min=0 max=0 Count", "12:01 n=1 sum=1 avg=1 min=1 max=1 Count",
		"12:02 n=1 sum=2 avg=2 min=2 max=2 Count", "12:03 n=1 sum=5 avg=5 min=5 max=5 Count"}
	if diff := cmp.Diff(want, tokenKeys(t, m, ofHSM, 60)); diff != "" {
		t.Error("of an HSM: ", diff)
	}
	source.tokens(6, 7)
	want = []string{"12:00 n=4 sum=4 avg=1 min=0 max=3 Count", "12:02 n=4 sum=18 avg=4.5 min=2 max=7 Count"}
	if diff := cmp.Diff(want, tokenKeys(t, m, ofCluster, 120)); diff != "" {
		t.Error("of a cluster: ", diff)
	}
	want = []string{"12:00 n=8 sum=22 avg=2.75 min=0 max=7 Count"}
	if diff := cmp.Diff(want, tokenKeys(t, m, dimensions("Region", region), 3600)); diff != "" {
		t.Error("of a region: ", diff)
	}
	for _, d := range [][]Dimension{nil, dimensions("Region", "eu-west-1"), dimensions("HsmId", "hsm-aaaaaaaaaaa"), dimensions("ClusterId", "cluster-aaaaaaaaaaa")} {
		if got := tokenKeys(t, m, d, 60); got != nil {
			t.Errorf("%v has %s", d, got)
		}
	}
}

func TestAJumpOfTheClockLeavesAGap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, source, c := watch(t)
		defer m.Close()
		if err := c.Advance(400 * 24 * time.Hour); err != nil {
			t.Fatal(err)
		}
		if source.count() > maxSamples || len(m.minutes) > maxMinutes {
			t.Errorf("asked %d times for %d minutes", source.count(), len(m.minutes))
		}
		if got := tokenKeys(t, m, ofHSM, 60); len(got) != maxMinutes-1 {
			t.Errorf("%d minutes from before the jump: %s", len(got), got)
		}
		before := source.count()
		<-time.After(2 * time.Second) // of real time, after which all goes on
		for range 3 {
			if err := c.Advance(time.Minute); err != nil {
				t.Fatal(err)
			}
		}
		if got := source.count() - before; got != 4 {
			t.Errorf("asked %d times in three minutes after the jump", got)
		}
	})
}

func TestMeasuringGoesOnForMoreThanItRemembers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, source, c := watch(t)
		defer m.Close()
		for range 3 * maxMinutes { // at the pace of a fast clock
			<-time.After(10 * time.Millisecond)
			if err := c.Advance(time.Minute); err != nil {
				t.Fatal(err)
			}
		}
		if source.count() != 3*maxMinutes+1 || len(m.minutes) != maxMinutes {
			t.Errorf("asked %d times for %d minutes", source.count(), len(m.minutes))
		}
	})
}

func TestClosedMetricsMeasureNoMore(t *testing.T) {
	m, source, c := watch(t)
	m.Close()
	if err := c.Advance(time.Hour); err != nil {
		t.Fatal(err)
	}
	if source.count() != 1 {
		t.Errorf("asked %d times", source.count())
	}
}

func TestEveryMetricHasItsValue(t *testing.T) {
	m, source, _ := watch(t)
	source.samples = []Sample{{Region: region, Cluster: cluster, HSM: "hsm-aaaaaaaaaaa", Unhealthy: true, Temperature: 2, SessionKeys: 3, TokenKeys: 4,
		Channels: 5, Sessions: 6, UsersAvailable: 7, UsersMax: 8, OctetsIn: 9, OctetsOut: 10}}
	for i, name := range strings.Fields("HsmUnhealthy HsmTemperature HsmKeysSessionOccupied HsmKeysTokenOccupied HsmSslCtxsOccupied " +
		"HsmSessionCount HsmUsersAvailable HsmUsersMax InterfaceEth2OctetsInput InterfaceEth2OctetsOutput") {
		if got := m.measured()[0].values(region, &Metric{"AWS/CloudHSM", name, ofHSM}); len(got) != 1 || got[0] != float64(i+1) {
			t.Errorf("%s is %v", name, got)
		}
	}
}

func TestListMetrics(t *testing.T) {
	m, source, c := watch(t)
	list := func(r ListMetricsRequest) []Metric {
		t.Helper()
		var list []Metric
		for {
			answer, err := m.ListMetrics(t.Context(), call(), r)
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, answer.Metrics...)
			if r.NextToken = answer.NextToken; r.NextToken == "" {
				return list
			}
		}
	}
	const expiration = `{"Namespace":"AWS/KMS","MetricName":"SecondsUntilKeyMaterialExpiration","Dimensions":[{"Name":"KeyId","Value":"1234abcd-12ab-34cd-56ef-1234567890ab"}]}`
	if got := asJSON(t, list(ListMetricsRequest{Namespace: "AWS/KMS"})); got != "["+expiration+"]" {
		t.Error(got)
	}
	const temperature = `{"Namespace":"AWS/CloudHSM","MetricName":"HsmTemperature","Dimensions":`
	want := "[" + temperature + `[{"Name":"ClusterId","Value":"cluster-likphkxygsn"}]},` +
		temperature + `[{"Name":"ClusterId","Value":"cluster-likphkxygsn"},{"Name":"HsmId","Value":"hsm-aaaaaaaaaaa"}]},` +
		temperature + `[{"Name":"ClusterId","Value":"cluster-likphkxygsn"},{"Name":"HsmId","Value":"hsm-bbbbbbbbbbb"}]},` +
		temperature + `[{"Name":"Region","Value":"us-east-1"}]}]`
	if diff := cmp.Diff(want, asJSON(t, list(ListMetricsRequest{MetricName: "HsmTemperature"}))); diff != "" {
		t.Error(diff)
	}
	for _, test := range []struct {
		request ListMetricsRequest
		want    int
	}{
		{ListMetricsRequest{}, 41},
		{ListMetricsRequest{Dimensions: []DimensionFilter{{Name: "HsmId"}}}, 20},
		{ListMetricsRequest{Dimensions: []DimensionFilter{{Name: "HsmId", Value: "hsm-bbbbbbbbbbb"}, {Name: "ClusterId"}}}, 10},
		{ListMetricsRequest{Dimensions: []DimensionFilter{{Name: "ClusterId", Value: "cluster-aaaaaaaaaaa"}}}, 0},
		{ListMetricsRequest{Namespace: "AWS/EC2"}, 0},
		{ListMetricsRequest{OwningAccount: "999999999999"}, 0},
		{ListMetricsRequest{RecentlyActive: "PT3H"}, 41},
	} {
		if got := list(test.request); len(got) != test.want {
			t.Errorf("%+v: %d metrics, want %d", test.request, len(got), test.want)
		}
	}
	source.samples, source.expirations = nil, nil
	for n := range 60 {
		source.samples = append(source.samples, Sample{Region: region, Cluster: cluster, HSM: fmt.Sprintf("hsm-%011d", n)})
	}
	if err := c.Advance(170 * time.Minute); err != nil {
		t.Fatal(err)
	}
	if err := c.Advance(20 * time.Minute); err != nil {
		t.Fatal(err)
	}
	if got := list(ListMetricsRequest{RecentlyActive: "PT3H"}); len(got) != 620 {
		t.Errorf("%d metrics of 60 HSMs", len(got))
	}
}

func TestKeyMaterialThatExpires(t *testing.T) {
	m, _, c := watch(t)
	if err := c.Advance(90 * time.Second); err != nil {
		t.Fatal(err)
	}
	answer, err := m.GetMetricData(t.Context(), call(), GetMetricDataRequest{StartTime: shape.Ref(noon), EndTime: shape.Ref(noon.Add(time.Hour)),
		MetricDataQueries: []MetricDataQuery{{ID: "left", MetricStat: &MetricStat{Period: new(60), Stat: "Minimum",
			Metric: Metric{"AWS/KMS", "SecondsUntilKeyMaterialExpiration", dimensions("KeyId", "1234abcd-12ab-34cd-56ef-1234567890ab")}}}}})
	if err != nil {
		t.Fatal(err)
	}
	want := `{"MetricDataResults":[{"Id":"left","Label":"SecondsUntilKeyMaterialExpiration","Timestamps":[1770120060.0,1770120000.0],` +
		`"Values":[3510,3600],"StatusCode":"Complete"}],"Messages":[]}`
	if diff := cmp.Diff(want, asJSON(t, answer)); diff != "" {
		t.Error(diff)
	}
}

func TestPagesOfGetMetricData(t *testing.T) {
	m, source, c := watch(t)
	for n := range 5 {
		source.tokens(n, 10*n)
		m.measure()
		if n < 4 {
			if err := c.Advance(time.Minute); err != nil {
				t.Fatal(err)
			}
		}
	}
	stat := func(hsm string) *MetricStat {
		return &MetricStat{Metric: Metric{"AWS/CloudHSM", "HsmKeysTokenOccupied", dimensions("ClusterId", cluster, "HsmId", hsm)}, Period: new(60), Stat: "Maximum"}
	}
	for _, order := range []ScanBy{"", newestFirst, oldestFirst} {
		for _, size := range []int{1, 2, 3, 5, 9, 10, 100} {
			r := GetMetricDataRequest{StartTime: shape.Ref(noon), EndTime: shape.Ref(noon.Add(time.Hour)), ScanBy: order, MaxDatapoints: &size,
				MetricDataQueries: []MetricDataQuery{
					{ID: "a", Label: "A", MetricStat: stat("hsm-aaaaaaaaaaa")},
					{ID: "hidden", MetricStat: stat("hsm-aaaaaaaaaaa"), ReturnData: new(false)},
					{ID: "b", MetricStat: stat("hsm-bbbbbbbbbbb")}}}
			got := map[string]string{}
			for {
				answer, err := m.GetMetricData(t.Context(), call(), r)
				if err != nil {
					t.Fatal(err)
				}
				total := 0
				for _, row := range answer.MetricDataResults {
					for i, v := range row.Values {
						got[row.ID] += fmt.Sprintf("%s=%g ", row.Timestamps[i].Format("04"), v)
					}
					total += len(row.Values)
				}
				if total > size {
					t.Fatalf("%d values on a page of %d", total, size)
				}
				if r.NextToken = answer.NextToken; r.NextToken == "" {
					break
				}
			}
			want := map[string]string{"a": "04=4 03=3 02=2 01=1 00=0 ", "b": "04=40 03=30 02=20 01=10 00=0 "}
			if order == oldestFirst {
				want = map[string]string{"a": "00=0 01=1 02=2 03=3 04=4 ", "b": "00=0 01=10 02=20 03=30 04=40 "}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s, pages of %d: %s", order, size, diff)
			}
		}
	}
}

func TestMembersOfGetMetricStatistics(t *testing.T) {
	m, _, _ := watch(t)
	r := GetMetricStatisticsRequest{Namespace: "AWS/CloudHSM", MetricName: "HsmUsersAvailable", Dimensions: ofCluster, StartTime: shape.Ref(noon.Add(30 * time.Second)),
		EndTime: shape.Ref(noon.Add(time.Hour)), Period: new(300), Statistics: []string{"Average", "Minimum"}}
	answer, err := m.GetMetricStatistics(t.Context(), call(), r)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"Label":"HsmUsersAvailable","Datapoints":[{"Timestamp":1770120000.0,"Average":1019.5,"Minimum":1019,"Unit":"Count"}]}`
	if diff := cmp.Diff(want, asJSON(t, answer)); diff != "" {
		t.Error(diff)
	}
	for name, change := range map[string]func(*GetMetricStatisticsRequest){
		"another unit": func(r *GetMetricStatisticsRequest) { r.Unit = "Bytes" },
		"an early end": func(r *GetMetricStatisticsRequest) {
			r.StartTime, r.EndTime = shape.Ref(noon.Add(-time.Hour)), shape.Ref(noon)
		},
		"a late start":       func(r *GetMetricStatisticsRequest) { r.StartTime = shape.Ref(noon.Add(time.Minute)) },
		"another namespace":  func(r *GetMetricStatisticsRequest) { r.Namespace = "AWS/KMS" },
		"an unknown metric":  func(r *GetMetricStatisticsRequest) { r.MetricName = "HsmUsers" },
		"too few dimensions": func(r *GetMetricStatisticsRequest) { r.Dimensions = nil },
	} {
		changed := r
		change(&changed)
		if answer, err := m.GetMetricStatistics(t.Context(), call(), changed); err != nil || len(answer.Datapoints) > 0 {
			t.Errorf("%s: %+v %v", name, answer, err)
		}
	}
}

func TestWrongRequestsOfMetrics(t *testing.T) {
	m, _, _ := watch(t)
	good := GetMetricStatisticsRequest{Namespace: "AWS/CloudHSM", MetricName: "HsmTemperature", StartTime: shape.Ref(noon), EndTime: shape.Ref(noon.Add(time.Hour)),
		Period: new(60), Statistics: []string{"Sum"}}
	with := func(change func(*GetMetricStatisticsRequest)) error {
		r := good
		change(&r)
		_, err := m.GetMetricStatistics(t.Context(), call(), r)
		return err
	}
	data := func(change func(*GetMetricDataRequest, *MetricDataQuery)) error {
		r := GetMetricDataRequest{StartTime: good.StartTime, EndTime: good.EndTime, MetricDataQueries: []MetricDataQuery{{ID: "a",
			MetricStat: &MetricStat{Metric: Metric{Namespace: "AWS/CloudHSM", MetricName: "HsmTemperature"}, Period: new(60), Stat: "Sum"}}}}
		change(&r, &r.MetricDataQueries[0])
		_, err := m.GetMetricData(t.Context(), call(), r)
		return err
	}
	list := func(r ListMetricsRequest) error { _, err := m.ListMetrics(t.Context(), call(), r); return err }
	for _, test := range []struct {
		err  error
		want string
	}{
		{with(func(r *GetMetricStatisticsRequest) { r.Namespace = "" }), "MissingRequiredParameterException: The parameter Namespace is required."},
		{with(func(r *GetMetricStatisticsRequest) { r.MetricName = "" }), "MissingRequiredParameterException: The parameter MetricName is required."},
		{with(func(r *GetMetricStatisticsRequest) { r.StartTime = nil }), "MissingRequiredParameterException: The parameter StartTime is required."},
		{with(func(r *GetMetricStatisticsRequest) { r.EndTime = nil }), "MissingRequiredParameterException: The parameter EndTime is required."},
		{with(func(r *GetMetricStatisticsRequest) { r.Period = nil }), "MissingRequiredParameterException: The parameter Period is required."},
		{with(func(r *GetMetricStatisticsRequest) { r.Statistics = nil }), "InvalidParameterCombinationException: " + textNoStatistics},
		{with(func(r *GetMetricStatisticsRequest) { r.Statistics = []string{"Sum", "Mean"} }), "InvalidParameterValueException: The parameter Statistics.member.2 must be one of Average, Maximum, Minimum, SampleCount or Sum."},
		{with(func(r *GetMetricStatisticsRequest) { r.ExtendedStatistics = []string{"p90"} }), `InvalidParameterValueException: The extended statistic "p90" is not simulated: use Statistics.`},
		{with(func(r *GetMetricStatisticsRequest) { r.Period = new(61) }), "InvalidParameterValueException: " + textPeriod},
		{with(func(r *GetMetricStatisticsRequest) { r.Period = new(-60) }), "InvalidParameterValueException: " + textPeriod},
		{with(func(r *GetMetricStatisticsRequest) { r.EndTime = r.StartTime }), "InvalidParameterValueException: The parameter StartTime must be less than the parameter EndTime."},
		{with(func(r *GetMetricStatisticsRequest) { r.EndTime = shape.Ref(noon.Add(48 * time.Hour)) }), "InvalidParameterCombinationException: You have requested up to 2,880 datapoints, which exceeds the limit of 1,440. You may reduce the datapoints requested by increasing Period, or decreasing the time range."},
		{data(func(r *GetMetricDataRequest, _ *MetricDataQuery) { r.EndTime = r.StartTime }), "ValidationException: " + textStartBeforeEnd},
		{data(func(_ *GetMetricDataRequest, q *MetricDataQuery) { q.ID = "A" }), "ValidationException: The value A for parameter MetricDataQueries.member.1.Id is not matching the expected pattern ^[a-z][a-zA-Z0-9_]*$."},
		{data(func(r *GetMetricDataRequest, q *MetricDataQuery) {
			r.MetricDataQueries = append(r.MetricDataQueries, *q)
		}), "ValidationException: The values for parameter id in MetricDataQueries are not unique."},
		{data(func(_ *GetMetricDataRequest, q *MetricDataQuery) { q.MetricStat = nil }), "ValidationException: The parameter MetricDataQueries.member.1 must have either MetricStat or Expression."},
		{data(func(_ *GetMetricDataRequest, q *MetricDataQuery) { q.MetricStat, q.Expression = nil, "a*2" }), "ValidationException: Error in expression 'a': metric math is not simulated."},
		{data(func(_ *GetMetricDataRequest, q *MetricDataQuery) { q.MetricStat.Metric.Namespace = "" }), "ValidationException: The parameter MetricDataQueries.member.1.MetricStat.Metric.Namespace is required."},
		{data(func(_ *GetMetricDataRequest, q *MetricDataQuery) { q.MetricStat.Metric.MetricName = "" }), "ValidationException: The parameter MetricDataQueries.member.1.MetricStat.Metric.MetricName is required."},
		{data(func(_ *GetMetricDataRequest, q *MetricDataQuery) { q.MetricStat.Stat = "p90" }), "ValidationException: The value p90 for parameter MetricDataQueries.member.1.MetricStat.Stat is not supported."},
		{data(func(_ *GetMetricDataRequest, q *MetricDataQuery) { q.MetricStat.Period = new(0) }), "ValidationException: " + textPeriod},
		{data(func(r *GetMetricDataRequest, _ *MetricDataQuery) { r.NextToken = "x" }), "InvalidNextToken: " + textMetricsNextToken},
		{list(ListMetricsRequest{NextToken: "x"}), "InvalidParameterValueException: " + textMetricsNextToken},
		{list(ListMetricsRequest{RecentlyActive: "PT1H"}), "InvalidParameterValueException: " + textRecentlyActive},
	} {
		var e *shape.Exception
		if !errors.As(test.err, &e) || e.Error() != test.want {
			t.Errorf("got  %v\nwant %s", test.err, test.want)
		}
	}
}
