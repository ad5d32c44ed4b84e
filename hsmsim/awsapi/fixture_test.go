package awsapi

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
	"github.com/hsmlab/hsmlab/hsmsim/clock"
	"github.com/hsmlab/hsmlab/hsmsim/trail/trailtest"
)

// The services of these tests: small ones that speak all protocols.
var (
	testKMS = service{
		name: "kms", signing: "kms", source: "kms.amazonaws.com", target: "TrentService",
		internal: "KMSInternalException", faults: "DependencyTimeoutException KMSInternalException",
		operations: []operation{
			op("Encrypt", reads, (*fakeKMS).encrypt, "NotFound DependencyTimeout"),
			op("ScheduleKeyDeletion", responds, (*fakeKMS).schedule, "NotFound"),
			op("EnableKey", writes, (*fakeKMS).enable, "NotFound"),
		},
	}
	testHSM = service{
		name: "cloudhsm", signing: "cloudhsm", source: "cloudhsm.amazonaws.com", target: "BaldrApiService", capital: true,
		internal: "CloudHsmInternalFailureException", faults: "CloudHsmInternalFailureException",
		operations: []operation{op("DeleteCluster", writes, (*fakeKMS).enable, "CloudHsmResourceNotFound")},
	}
	testWatch = service{
		name: "monitoring", signing: "monitoring", target: "GraniteServiceVersion20100801", version: "2010-08-01",
		namespace: "http://monitoring.amazonaws.com/doc/2010-08-01/", internal: "InternalServiceFault", faults: "InternalServiceFault",
		codes: map[string]string{"InvalidParameterValueException": "InvalidParameterValue", "InternalServiceFault": "InternalServiceError"},
		operations: []operation{
			op("GetMetricStatistics", reads, (*fakeWatch).statistics, "InvalidParameterValue =InternalServiceFault"),
			op("PutMetricData", writes, (*fakeWatch).put, ""),
		},
	}
	testEC2 = service{
		name: "ec2", signing: "ec2", source: "ec2.amazonaws.com", version: "2016-11-15", ec2: true,
		namespace: "http://ec2.amazonaws.com/doc/2016-11-15/",
		operations: []operation{
			op("DescribeSubnets", reads, fakeEC2.describe, "=InvalidSubnetID.NotFound"),
			op("DeleteSubnet", writes, fakeEC2.delete, "=InvalidSubnetID.NotFound"),
		},
	}
)

type encryptRequest struct {
	KeyID     string            `json:"KeyId" required:"true" len:"1:2048"`
	Plaintext []byte            `json:"Plaintext" required:"true" len:"1:4096"`
	Context   map[string]string `json:"EncryptionContext"`
	Algorithm string            `json:"EncryptionAlgorithm"`
	Password  string            `json:"KeyStorePassword" secret:"true"`
	Hidden    string            `json:"Hidden" trail:"-"`
	ValidTo   *shape.Time       `json:"ValidTo"`
	DryRun    *bool             `json:"DryRun"`
	Days      *int              `json:"PendingWindowInDays" trail:"days"`
	Tags      []tag             `json:"Tags"`
}

type tag struct {
	Key   string `json:"TagKey"`
	Value string `json:"TagValue"`
}

type encryptResponse struct {
	CiphertextBlob []byte `json:"CiphertextBlob"`
	KeyID          string `json:"KeyId"`
}

type fakeKMS struct{ fails func(c *shape.Call) error }

func (f *fakeKMS) encrypt(_ context.Context, c *shape.Call, r encryptRequest) (encryptResponse, error) {
	if f.fails != nil {
		if err := f.fails(c); err != nil {
			return encryptResponse{}, err
		}
	}
	c.About("AWS::KMS::Key", r.KeyID)
	return encryptResponse{append([]byte("sealed "), r.Plaintext...), r.KeyID}, nil
}

type scheduleResponse struct {
	KeyID        string      `json:"KeyId"`
	DeletionDate *shape.Time `json:"DeletionDate,omitempty"`
	Token        []byte      `json:"Token"`
	Secret       string      `json:"Secret" trail:"-"`
}

func (f *fakeKMS) schedule(_ context.Context, c *shape.Call, r struct {
	KeyID string `json:"KeyId"`
}) (scheduleResponse, error) {
	c.Note("customKeyStoreId", "cks-1234567890abcdef0")
	return scheduleResponse{r.KeyID, shape.Ref(time.Date(2021, 11, 2, 23, 25, 25, 0, time.UTC)), []byte("t"), "s"}, nil
}

func (f *fakeKMS) enable(_ context.Context, c *shape.Call, _ shape.Empty) (shape.Empty, error) {
	if f.fails != nil {
		return shape.Empty{}, f.fails(c)
	}
	return shape.Empty{}, nil
}

type dimension struct {
	Name  string `json:"Name"`
	Value string `json:"Value"`
}

type statisticsRequest struct {
	Namespace  string      `json:"Namespace"`
	MetricName string      `json:"MetricName"`
	Dimensions []dimension `json:"Dimensions"`
	StartTime  shape.Time  `json:"StartTime"`
	EndTime    shape.Time  `json:"EndTime"`
	Period     int         `json:"Period"`
	Statistics []string    `json:"Statistics"`
}

type datapoint struct {
	Timestamp shape.Time `json:"Timestamp"`
	Average   *float64   `json:"Average,omitempty"`
	Unit      string     `json:"Unit"`
}

type statisticsResponse struct {
	Label      string      `json:"Label"`
	Datapoints []datapoint `json:"Datapoints"`
}

type fakeWatch struct {
	mu   sync.Mutex
	last statisticsRequest
}

func (f *fakeWatch) statistics(_ context.Context, _ *shape.Call, r statisticsRequest) (statisticsResponse, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.last = r
	switch {
	case r.MetricName == "Broken":
		return statisticsResponse{}, errors.New("broken")
	case r.Period%60 != 0:
		return statisticsResponse{}, shape.Errorf("InvalidParameterValueException", "The parameter Period must be a multiple of 60.")
	}
	return statisticsResponse{r.MetricName, []datapoint{{r.StartTime, new(float64(len(r.Dimensions)) + 0.5), "Count"}}}, nil
}

func (f *fakeWatch) put(context.Context, *shape.Call, struct {
	Namespace string `json:"Namespace"`
}) (shape.Empty, error) {
	return shape.Empty{}, nil
}

type subnet struct {
	ID       string   `json:"SubnetId"`
	CIDR     string   `json:"CidrBlock"`
	Free     int      `json:"AvailableIpAddressCount"`
	Default  bool     `json:"DefaultForAz"`
	Tags     []ec2Tag `json:"Tags,omitempty" xml:"tagSet"`
	Attached any      `json:"-"`
}

type ec2Tag struct {
	Key   string `json:"Key"`
	Value string `json:"Value"`
}

type describeResponse struct {
	Subnets []subnet `json:"Subnets" xml:"subnetSet"`
}

type fakeEC2 struct{}

func (fakeEC2) describe(_ context.Context, _ *shape.Call, r struct {
	IDs []string `json:"SubnetIds" query:"SubnetId"`
}) (describeResponse, error) {
	var d describeResponse
	for _, id := range r.IDs {
		d.Subnets = append(d.Subnets, subnet{ID: id, CIDR: "10.0.1.0/24", Free: 251, Tags: []ec2Tag{{"Name", "a <b>"}}})
	}
	return d, nil
}

func (fakeEC2) delete(_ context.Context, _ *shape.Call, r struct {
	ID string `json:"SubnetId"`
}) (shape.Empty, error) {
	return shape.Empty{}, shape.Errorf("InvalidSubnetID.NotFound", "The subnet ID '%s' does not exist", r.ID)
}

const (
	testAccount = "111122223333"
	testKeyID   = "AKIAIOSFODNN7EXAMPLE"
	testSecret  = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
	rootKeyID   = "AKIAI44QH8DHBEXAMPLE"
)

var labTime = time.Date(2021, 10, 21, 20, 17, 32, 0, time.UTC)

// world is an endpoint with its services.
type world struct {
	*Endpoint
	kms   *fakeKMS
	watch *fakeWatch
	trail *trailtest.Recorder
}

func newWorld(t testing.TB, change ...func(*Options)) *world {
	t.Helper()
	w := &world{kms: &fakeKMS{}, watch: &fakeWatch{}, trail: &trailtest.Recorder{}}
	o := Options{
		Keys: []Key{
			{ID: testKeyID, Secret: testSecret, UserName: "Alice", PrincipalID: "AIDACKCEVSQ6C2EXAMPLE"},
			{ID: rootKeyID, Secret: testSecret},
		},
		Account:  testAccount,
		Services: map[string]any{"sts": identity{}, "kms": w.kms, "cloudhsm": w.kms, "monitoring": w.watch, "ec2": fakeEC2{}},
		Trail:    w.trail,
		Clock:    clock.New(labTime, 0),
	}
	for _, f := range change {
		f(&o)
	}
	var err error
	if w.Endpoint, err = assemble(o, []*service{&stsService, &testKMS, &testHSM, &testWatch, &testEC2}); err != nil {
		t.Fatal(err)
	}
	return w
}

// start serves the world on loopback until the test ends.
func (w *world) start(t testing.TB) (url string) {
	t.Helper()
	l, err := Listen("127.0.0.1:0", false)
	if err != nil {
		t.Fatal(err)
	}
	serve(t, w.Endpoint, l)
	return "http://" + l.Addr().String()
}

func serve(t testing.TB, e *Endpoint, l net.Listener) {
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- e.Serve(ctx, l) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

func newLog(w io.Writer) *slog.Logger { return slog.New(slog.NewTextHandler(w, nil)) }
