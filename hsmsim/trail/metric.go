package trail

import (
	"cmp"
	"slices"
	"strings"
)

// The namespaces of the metrics.
const (
	cloudHSMNamespace = "AWS/CloudHSM"
	kmsNamespace      = "AWS/KMS"
)

// The units of the metrics.
const (
	unitNone    = "None"
	unitCount   = "Count"
	unitBytes   = "Bytes"
	unitSeconds = "Seconds"
)

// hsmMetric is a metric of each HSM.
type hsmMetric struct {
	name, unit string
	value      func(*Sample) float64
}

// hsmMetrics are the metrics of an HSM (user guide, CloudWatch metrics). Their units are a guess.
var hsmMetrics = []hsmMetric{
	{"HsmUnhealthy", unitCount, func(s *Sample) float64 {
		if s.Unhealthy {
			return 1
		}
		return 0
	}},
	{"HsmTemperature", unitNone, func(s *Sample) float64 { return float64(s.Temperature) }},
	{"HsmKeysSessionOccupied", unitCount, func(s *Sample) float64 { return float64(s.SessionKeys) }},
	{"HsmKeysTokenOccupied", unitCount, func(s *Sample) float64 { return float64(s.TokenKeys) }},
	{"HsmSslCtxsOccupied", unitCount, func(s *Sample) float64 { return float64(s.Channels) }},
	{"HsmSessionCount", unitCount, func(s *Sample) float64 { return float64(s.Sessions) }},
	{"HsmUsersAvailable", unitCount, func(s *Sample) float64 { return float64(s.UsersAvailable) }},
	{"HsmUsersMax", unitCount, func(s *Sample) float64 { return float64(s.UsersMax) }},
	{"InterfaceEth2OctetsInput", unitBytes, func(s *Sample) float64 { return float64(s.OctetsIn) }},
	{"InterfaceEth2OctetsOutput", unitBytes, func(s *Sample) float64 { return float64(s.OctetsOut) }},
}

// expirationMetric is the metric of KMS keys with imported key material that expires.
const expirationMetric = "SecondsUntilKeyMaterialExpiration"

// Metric is the name of a row of values.
type Metric struct {
	Namespace  string      `json:"Namespace,omitempty" len:"1:255" pattern:"[^:].*"`
	MetricName string      `json:"MetricName,omitempty" len:"1:255"`
	Dimensions []Dimension `json:"Dimensions" len:"0:30"`
}

// Dimension is one part of a metric's name.
type Dimension struct {
	Name  string `json:"Name" required:"true" len:"1:255"`
	Value string `json:"Value" required:"true" len:"1:1024"`
}

func (a Metric) compare(b Metric) int {
	return cmp.Or(strings.Compare(a.Namespace, b.Namespace), strings.Compare(a.MetricName, b.MetricName),
		slices.CompareFunc(a.Dimensions, b.Dimensions, func(x, y Dimension) int {
			return cmp.Or(strings.Compare(x.Name, y.Name), strings.Compare(x.Value, y.Value))
		}))
}

// groups are the dimensions that the values of an HSM count for: region, cluster, and the HSM itself.
func (s *Sample) groups() [][]Dimension {
	return [][]Dimension{{{"Region", s.Region}}, {{"ClusterId", s.Cluster}}, {{"ClusterId", s.Cluster}, {"HsmId", s.HSM}}}
}

// values are what a metric of a region had in the minute: of an HSM one, of a cluster one for each HSM.
func (m *minute) values(region string, metric *Metric) []float64 {
	var list []float64
	switch metric.Namespace {
	case cloudHSMNamespace:
		i := slices.IndexFunc(hsmMetrics, func(h hsmMetric) bool { return h.name == metric.MetricName })
		for n := range m.hsms {
			s := &m.hsms[n]
			if i >= 0 && s.Region == region && slices.ContainsFunc(s.groups(), metric.hasDimensions) {
				list = append(list, hsmMetrics[i].value(s))
			}
		}
	case kmsNamespace:
		for _, e := range m.expirations {
			if metric.MetricName == expirationMetric && e.Region == region && metric.hasDimensions([]Dimension{{"KeyId", e.KeyID}}) {
				list = append(list, max(0, e.At.Sub(m.at).Seconds()))
			}
		}
	}
	return list
}

// hasDimensions reports whether the metric has these dimensions, in any order, and no others.
func (a *Metric) hasDimensions(d []Dimension) bool {
	return len(a.Dimensions) == len(d) && !slices.ContainsFunc(d, func(x Dimension) bool { return !slices.Contains(a.Dimensions, x) })
}

// metrics gives the names of all metrics that a region had in the minute, some of them more than once.
func (m *minute) metrics(region string) []Metric {
	var list []Metric
	for n := range m.hsms {
		if m.hsms[n].Region != region {
			continue
		}
		for _, d := range m.hsms[n].groups() {
			for _, h := range hsmMetrics {
				list = append(list, Metric{cloudHSMNamespace, h.name, d})
			}
		}
	}
	for _, e := range m.expirations {
		if e.Region == region {
			list = append(list, Metric{kmsNamespace, expirationMetric, []Dimension{{"KeyId", e.KeyID}}})
		}
	}
	return list
}

// unit is the unit of a metric's values.
func (a *Metric) unit() string {
	if a.Namespace == kmsNamespace {
		return unitSeconds
	}
	for _, h := range hsmMetrics {
		if h.name == a.MetricName {
			return h.unit
		}
	}
	return unitNone
}
