package awsapi

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
	"github.com/hsmlab/hsmlab/hsmsim/clock"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/trail"
)

// oneHSM is what the services of package trail see of the world.
type oneHSM struct{}

func (oneHSM) HSMs() []trail.Sample {
	return []trail.Sample{{Region: "us-east-1", Cluster: "cluster-likphkxygsn", HSM: "hsm-tk2n5vbz2vq"}}
}

func (oneHSM) Expirations() []trail.Expiration { return nil }

func (oneHSM) AuditLogs(string) []trail.AuditLog {
	return []trail.AuditLog{{Cluster: "cluster-likphkxygsn", HSM: "hsm-tk2n5vbz2vq", Records: func() []hsm.AuditRecord { return nil }}}
}

// Every operation of the three services answers a request in JSON, and refuses one that breaks the model.
func TestOperationsOfTrail(t *testing.T) {
	c := clock.New(time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC), 0)
	t.Cleanup(c.Close)
	events, err := trail.Open(trail.Options{Dir: t.TempDir(), Account: "111122223333", Clock: c})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { events.Close() })
	metrics := trail.NewMetrics(c, oneHSM{})
	t.Cleanup(metrics.Close)
	logs := trail.NewLogs("111122223333", oneHSM{})

	const group, times = `"logGroupName":"/aws/cloudhsm/cluster-likphkxygsn"`, `"StartTime":1770091506.0,"EndTime":1.77009151E9`
	for _, test := range []struct {
		service          *service
		impl             any
		name, good, want string
		wrong, problem   string
	}{
		{&cloudTrail, events, "LookupEvents", `{"LookupAttributes":[{"AttributeKey":"EventName","AttributeValue":"x"}]}`, `{"Events":[]}`,
			`{"LookupAttributes":[{"AttributeKey":"EventName"}]}`, "Value null at 'lookupAttributes.1.member.attributeValue' failed to satisfy constraint: Member must not be null"},
		{&cloudWatch, metrics, "GetMetricData", `{"MetricDataQueries":[{"Id":"a","MetricStat":{"Metric":{"Namespace":"AWS/CloudHSM","MetricName":"HsmUsersMax"},"Period":60,"Stat":"Sum"}}],` + times + `}`,
			`{"MetricDataResults":[{"Id":"a","Label":"HsmUsersMax","Timestamps":[],"Values":[],"StatusCode":"Complete"}],"Messages":[]}`,
			`{"MetricDataQueries":[],` + times + `,"ScanBy":"x"}`, "Value 'x' at 'scanBy' failed to satisfy constraint: Member must satisfy enum value set: [TimestampDescending, TimestampAscending]"},
		{&cloudWatch, metrics, "GetMetricStatistics", `{"Namespace":"AWS/CloudHSM","MetricName":"HsmUsersMax","Period":60,"Statistics":["Sum"],` + times + `}`,
			`{"Label":"HsmUsersMax","Datapoints":[]}`,
			`{"Namespace":":"}`, "Value ':' at 'namespace' failed to satisfy constraint: Member must satisfy regular expression pattern: [^:].*"},
		{&cloudWatch, metrics, "ListMetrics", `{"Namespace":"AWS/KMS"}`, `{"Metrics":[]}`,
			`{"Dimensions":[{}]}`, "Value null at 'dimensions.1.member.name' failed to satisfy constraint: Member must not be null"},
		{&cloudWatchLogs, logs, "DescribeLogGroups", `{"logGroupNamePrefix":"/aws/x"}`, `{"logGroups":[]}`,
			`{"limit":51}`, "Value '51' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 50"},
		{&cloudWatchLogs, logs, "DescribeLogStreams", `{` + group + `,"logStreamNamePrefix":"x"}`, `{"logStreams":[]}`,
			`{` + group + `,"orderBy":"x"}`, "Value 'x' at 'orderBy' failed to satisfy constraint: Member must satisfy enum value set: [LogStreamName, LastEventTime]"},
		{&cloudWatchLogs, logs, "FilterLogEvents", `{` + group + `}`, `{"events":[],"searchedLogStreams":[]}`,
			`{"logGroupName":"a b"}`, `Value 'a b' at 'logGroupName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\.\-_/#A-Za-z0-9]+`},
		{&cloudWatchLogs, logs, "GetLogEvents", `{` + group + `,"logStreamName":"hsm-tk2n5vbz2vq"}`, "",
			`{` + group + `}`, "Value null at 'logStreamName' failed to satisfy constraint: Member must not be null"},
	} {
		t.Run(test.name, func(t *testing.T) {
			send := func(body string) (string, error) {
				for _, o := range test.service.operations {
					if o.name != test.name {
						continue
					}
					call := &shape.Call{Caller: shape.Caller{Account: "111122223333", Region: "us-east-1"}}
					_, answer, err := o.run(t.Context(), test.impl, call, passage{decode: func(r any) error { return json.Unmarshal([]byte(body), r) }})
					if err != nil {
						return "", err
					}
					b, err := json.Marshal(answer)
					return string(b), err
				}
				t.Fatal("the operation is not in its table")
				return "", nil
			}
			if got, err := send(test.good); err != nil || test.want != "" && got != test.want {
				t.Errorf("got %s %v, want %s", got, err, test.want)
			}
			_, err := send(test.wrong)
			var ex *shape.Exception
			if want := "1 validation error detected: " + test.problem; !errors.As(err, &ex) || ex.Code != shape.ValidationException || ex.Message != want {
				t.Errorf("got  %v\nwant %s", err, want)
			}
		})
	}
}
