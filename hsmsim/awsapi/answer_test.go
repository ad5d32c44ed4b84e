package awsapi

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
	"github.com/hsmlab/hsmlab/hsmsim/trail"
)

// What answers look like in XML, through the endpoint.
func TestXMLAnswers(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct{ service, form, want string }{
		{"sts", "Action=GetCallerIdentity&Version=2011-06-15",
			`200 text/xml <GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>` +
				`<Arn>arn:aws:iam::111122223333:user/Alice</Arn><UserId>AIDACKCEVSQ6C2EXAMPLE</UserId><Account>111122223333</Account>` +
				`</GetCallerIdentityResult><ResponseMetadata><RequestId>ID</RequestId></ResponseMetadata></GetCallerIdentityResponse>`},
		{"monitoring", "Action=GetMetricStatistics&Version=2010-08-01&MetricName=m&Period=60&StartTime=2021-10-21T20%3A00%3A00Z&Dimensions.member.1.Name=n",
			`200 text/xml <GetMetricStatisticsResponse xmlns="http://monitoring.amazonaws.com/doc/2010-08-01/"><GetMetricStatisticsResult><Label>m</Label>` +
				`<Datapoints><member><Timestamp>2021-10-21T20:00:00Z</Timestamp><Average>1.5</Average><Unit>Count</Unit></member></Datapoints>` +
				`</GetMetricStatisticsResult><ResponseMetadata><RequestId>ID</RequestId></ResponseMetadata></GetMetricStatisticsResponse>`},
		{"monitoring", "Action=PutMetricData&Version=2010-08-01",
			`200 text/xml <PutMetricDataResponse xmlns="http://monitoring.amazonaws.com/doc/2010-08-01/"><ResponseMetadata><RequestId>ID</RequestId></ResponseMetadata></PutMetricDataResponse>`},
		{"ec2", "Action=DescribeSubnets&Version=2016-11-15&SubnetId.1=subnet-1",
			`200 text/xml;charset=UTF-8 ` + xmlHead + `<DescribeSubnetsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>ID</requestId>` +
				`<subnetSet><item><subnetId>subnet-1</subnetId><cidrBlock>10.0.1.0/24</cidrBlock><availableIpAddressCount>251</availableIpAddressCount>` +
				`<defaultForAz>false</defaultForAz><tagSet><item><key>Name</key><value>a &lt;b&gt;</value></item></tagSet></item></subnetSet></DescribeSubnetsResponse>`},
	} {
		if got := text(w.form(t, c.service, c.form)); got != c.want+"\n" {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
}

// What stands in XML for values of each kind.
func TestXMLValues(t *testing.T) {
	type values struct {
		Text   string            `json:"Text"`
		Empty  string            `json:"EmptyText,omitempty"`
		Ref    *string           `json:"Ref"`
		Blob   []byte            `json:"Blob"`
		When   shape.Time        `json:"When"`
		Later  time.Time         `json:"Later"`
		Real   float64           `json:"Real"`
		Nested *dimension        `json:"Nested" xml:"other"`
		None   []string          `json:"None"`
		NoneIn []string          `json:"NoneIn"`
		Map    map[string]string `json:"Map"`
	}
	v := values{
		Text: "<\x01>", Ref: new("r"), Blob: []byte{255}, When: when, Later: when.Truncate(time.Second), Real: 1e21,
		Nested: &dimension{"n", "v"}, NoneIn: []string{}, Map: map[string]string{"b": "2", "a": "1"},
	}
	for _, c := range []struct {
		write func(*exchange, any) error
		want  string
	}{
		{answerXML, `<Text>&lt;�&gt;</Text><Ref>r</Ref><Blob>/w==</Blob><When>2021-10-21T20:17:32.500Z</When><Later>2021-10-21T20:17:32Z</Later>` +
			`<Real>1000000000000000000000</Real><Nested><Name>n</Name><Value>v</Value></Nested><None></None><NoneIn></NoneIn>` +
			`<Map><entry><key>a</key><value>1</value></entry><entry><key>b</key><value>2</value></entry></Map>`},
		{answerEC2, `<text>&lt;�&gt;</text><ref>r</ref><blob>/w==</blob><when>2021-10-21T20:17:32.500Z</when><later>2021-10-21T20:17:32.000Z</later>` +
			`<real>1000000000000000000000</real><other><name>n</name><value>v</value></other><none></none><noneIn></noneIn>` +
			`<map><entry><key>a</key><value>1</value></entry><entry><key>b</key><value>2</value></entry></map>`},
	} {
		x := &exchange{id: "id", op: &operation{name: "Op"}, service: &mounted{service: &testWatch}, buffers: newBuffers()}
		if err := c.write(x, v); err != nil {
			t.Fatal(err)
		}
		if got := x.out.String(); !strings.Contains(got, c.want) {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
}

// An answer that cannot be told is a fault of ours, and no half of it goes out.
func TestAnswerFails(t *testing.T) {
	w := newWorld(t)
	log := &strings.Builder{}
	w.log = newLog(log)
	answer := w.send(t, request{service: "monitoring", body: `{"Period":60,"StartTime":-1.5}`, header: map[string]string{
		"X-Amz-Target": "GraniteServiceVersion20100801.GetMetricStatistics",
	}})
	if got, want := text(answer), `500 application/x-amz-json-1.1 {"__type":"InternalServiceFault","message":"`+msgInternal+`"}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if !strings.Contains(log.String(), "before 1970") {
		t.Errorf("log %q", log)
	}
}

// broken is a recorder that panics.
type broken struct{}

func (broken) Record(trail.Event) { panic("no room for events") }

// A panic outside of an operation is an answer too.
func TestPanic(t *testing.T) {
	log := &strings.Builder{}
	w := newWorld(t, func(o *Options) { o.Trail, o.Log = broken{}, newLog(log) })
	answer := w.form(t, "sts", "Action=GetCallerIdentity&Version=2011-06-15")
	want := `500 text/xml <ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Receiver</Type><Code>InternalFailure</Code>` +
		"<Message>" + msgInternal + "</Message></Error><RequestId>ID</RequestId></ErrorResponse>\n"
	if got := text(answer); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
	if !strings.Contains(log.String(), "no room for events") {
		t.Errorf("log %q", log)
	}
}

// Answers and requests of many calls at once do not mix.
func TestBuffersAreNotShared(t *testing.T) {
	w := newWorld(t)
	for i := range 8 {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			id := strings.Repeat(string(rune('a'+i)), 1+i*200)
			for range 100 {
				answer := w.send(t, request{service: "kms", body: `{"KeyId":"` + id + `","Plaintext":"AA=="}`, header: map[string]string{"X-Amz-Target": "TrentService.Encrypt"}})
				if got, want := answer.Body.String(), `{"CiphertextBlob":"c2VhbGVkIAA=","KeyId":"`+id+`"}`; got != want {
					t.Fatalf("got %s, want %s", got, want)
				}
			}
		})
	}
}

// An operation whose client has gone away learns of it.
func TestClientGone(t *testing.T) {
	w := newWorld(t)
	entered, told := make(chan struct{}), make(chan error, 1)
	testGone := service{name: "kms", signing: "kms", target: "TrentService", operations: []operation{
		op("Wait", writes, func(_ *fakeKMS, ctx context.Context, _ *shape.Call, _ shape.Empty) (shape.Empty, error) {
			close(entered)
			<-ctx.Done()
			told <- ctx.Err()
			return shape.Empty{}, ctx.Err()
		}, ""),
	}}
	o := w.options
	o.Services = map[string]any{"kms": w.kms}
	e, err := assemble(o, []*service{&testGone})
	if err != nil {
		t.Fatal(err)
	}
	w.Endpoint = e
	url := w.start(t)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-entered
		cancel()
	}()
	if got := signedContext(ctx, t, url, "Wait", "{}"); !strings.Contains(got, "context canceled") {
		t.Error(got)
	}
	if err := <-told; err != context.Canceled {
		t.Error(err)
	}
}
