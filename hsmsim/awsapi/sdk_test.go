package awsapi

import (
	"errors"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	cwtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	kmstypes "github.com/aws/aws-sdk-go-v2/service/kms/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

// config is the SDK's configuration for a client of the lab.
func config(url, id, secret string) aws.Config {
	return aws.Config{
		Region: "us-west-2", BaseEndpoint: aws.String(url), RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider(id, secret, ""),
	}
}

func TestSDKCallerIdentity(t *testing.T) {
	w := newWorld(t)
	url := w.start(t)
	for id, want := range map[string][2]string{
		testKeyID: {"arn:aws:iam::111122223333:user/Alice", "AIDACKCEVSQ6C2EXAMPLE"},
		rootKeyID: {"arn:aws:iam::111122223333:root", testAccount},
	} {
		got, err := sts.NewFromConfig(config(url, id, testSecret)).GetCallerIdentity(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		if *got.Arn != want[0] || *got.UserId != want[1] || *got.Account != testAccount {
			t.Errorf("%s is %s, %s, %s", id, *got.Arn, *got.UserId, *got.Account)
		}
	}
	events := w.trail.Events()
	if len(events) != 2 || events[0].Name != "GetCallerIdentity" || !events[0].ReadOnly || events[0].Region != "us-west-2" {
		t.Errorf("events %+v", events)
	}
}

func TestSDKRefused(t *testing.T) {
	url := newWorld(t).start(t)
	for _, c := range []struct{ id, secret, json, query string }{
		{testKeyID, "wrong", "InvalidSignatureException", "SignatureDoesNotMatch"},
		{"AKIANOBODY", testSecret, "UnrecognizedClientException", "InvalidClientTokenId"},
	} {
		_, err := kms.NewFromConfig(config(url, c.id, c.secret)).EnableKey(t.Context(), &kms.EnableKeyInput{KeyId: aws.String("k")})
		wantCode(t, err, c.json)
		_, err = sts.NewFromConfig(config(url, c.id, c.secret)).GetCallerIdentity(t.Context(), nil)
		wantCode(t, err, c.query)
	}
}

func wantCode(t *testing.T, err error, code string) {
	t.Helper()
	var api smithy.APIError
	if !errors.As(err, &api) || api.ErrorCode() != code {
		t.Errorf("got %v, want %s", err, code)
	}
}

func TestSDKKMS(t *testing.T) {
	w := newWorld(t)
	client := kms.NewFromConfig(config(w.start(t), testKeyID, testSecret))
	got, err := client.Encrypt(t.Context(), &kms.EncryptInput{KeyId: aws.String("alias/a"), Plaintext: []byte("text")})
	if err != nil {
		t.Fatal(err)
	}
	if string(got.CiphertextBlob) != "sealed text" || *got.KeyId != "alias/a" {
		t.Errorf("got %q of %s", got.CiphertextBlob, *got.KeyId)
	}
	w.kms.fails = func(*shape.Call) error { return shape.Errorf("NotFoundException", "Invalid keyId 'k'") }
	_, err = client.Encrypt(t.Context(), &kms.EncryptInput{KeyId: aws.String("k"), Plaintext: []byte("text")})
	var missing *kmstypes.NotFoundException
	if !errors.As(err, &missing) || missing.ErrorMessage() != "Invalid keyId 'k'" {
		t.Errorf("got %v", err)
	}
}

func TestSDKCloudWatch(t *testing.T) {
	w := newWorld(t)
	client := cloudwatch.NewFromConfig(config(w.start(t), testKeyID, testSecret))
	start := time.Date(2021, 10, 21, 20, 0, 0, 0, time.UTC)
	in := &cloudwatch.GetMetricStatisticsInput{
		Namespace: aws.String("AWS/CloudHSM"), MetricName: aws.String("HsmUnhealthy"), Period: aws.Int32(60),
		StartTime: &start, EndTime: aws.Time(start.Add(90 * time.Millisecond)), Statistics: []cwtypes.Statistic{cwtypes.StatisticAverage},
		Dimensions: []cwtypes.Dimension{{Name: aws.String("ClusterId"), Value: aws.String("c")}, {Name: aws.String("HsmId"), Value: aws.String("h")}},
	}
	got, err := client.GetMetricStatistics(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Datapoints) != 1 || !got.Datapoints[0].Timestamp.Equal(start) || *got.Datapoints[0].Average != 2.5 || *got.Label != "HsmUnhealthy" {
		t.Errorf("got %+v", got)
	}
	if w.watch.last.Dimensions[1] != (dimension{"HsmId", "h"}) || !w.watch.last.EndTime.Equal(*in.EndTime) {
		t.Errorf("the service got %+v", w.watch.last)
	}
	in.Period = aws.Int32(61)
	_, err = client.GetMetricStatistics(t.Context(), in)
	var value *cwtypes.InvalidParameterValueException
	if !errors.As(err, &value) || value.ErrorMessage() != "The parameter Period must be a multiple of 60." {
		t.Errorf("got %v", err)
	}
	// The SDK packs large requests.
	data := &cloudwatch.PutMetricDataInput{Namespace: aws.String("n")}
	for range 400 {
		data.MetricData = append(data.MetricData, cwtypes.MetricDatum{MetricName: aws.String("a metric with a long name"), Value: aws.Float64(1)})
	}
	if _, err := client.PutMetricData(t.Context(), data); err != nil {
		t.Error(err)
	}
}
