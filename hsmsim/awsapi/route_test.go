package awsapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

const (
	json11Type = "application/x-amz-json-1.1"
	json10Type = "application/x-amz-json-1.0"
	formType   = "application/x-www-form-urlencoded"
)

// How requests are recognised, and what those get that are not.
func TestRecognise(t *testing.T) {
	w := newWorld(t)
	const metric = `{"MetricName":"m","Period":60,"StartTime":0}`
	const metricAnswer = `{"Label":"m","Datapoints":[{"Timestamp":0.0,"Average":0.5,"Unit":"Count"}]}`
	const unknown = `{"__type":"UnknownOperationException"}`
	for _, c := range []struct {
		name   string
		q      request
		target string
		media  string
		want   string
	}{
		{"KMS", request{service: "kms"}, "TrentService.EnableKey", json11Type, "200 " + json11Type + " {}"},
		{"with a namespace", request{service: "kms", body: "{}"}, "com.amazonaws.kms.TrentService.EnableKey", json11Type, "200 " + json11Type + " {}"},
		{"the end of another name", request{service: "kms"}, "XTrentService.EnableKey", json11Type, "400 " + json11Type + " " + unknown},
		{"CloudHSM", request{service: "cloudhsm", body: "{}"}, "BaldrApiService.DeleteCluster", json11Type, "200 " + json11Type + " {}"},
		{"no such operation", request{service: "kms", body: "{}"}, "TrentService.MakeKey", json11Type, "400 " + json11Type + " " + unknown},
		{"no such service", request{service: "kms", body: "{}"}, "Service.EnableKey", json11Type, "400 " + json11Type + " " + unknown},
		{"no dot", request{service: "kms", body: "{}"}, "EnableKey", json11Type, "400 " + json11Type + " " + unknown},
		{"no target", request{service: "kms", body: "{}"}, "", json11Type, "400 " + json11Type + " " + unknown},
		{"only dots", request{service: "kms", body: "{}"}, "..", json11Type, "400 " + json11Type + " " + unknown},
		{"JSON 1.0", request{service: "monitoring", body: metric}, "GraniteServiceVersion20100801.GetMetricStatistics", json10Type, "200 " + json10Type + " " + metricAnswer},
		{"other path", request{service: "kms", path: "/kms"}, "TrentService.EnableKey", json11Type, "404 " + json11Type + " " + unknown},
		{"other method", request{service: "kms", method: http.MethodPut}, "TrentService.EnableKey", json11Type, "405 " + json11Type + " " + unknown},
		{"a browser", request{service: "kms", method: http.MethodGet}, "", "", "405 " + json11Type + " " + unknown},
		{"Query in the address", request{service: "ec2", method: http.MethodGet, path: "/?Action=DeleteSubnet&Version=2016-11-15&SubnetId=subnet-1"}, "", "",
			"400 text/xml;charset=UTF-8 " + xmlHead + "<Response><Errors><Error><Code>InvalidSubnetID.NotFound</Code><Message>The subnet ID &#39;subnet-1&#39; does not exist</Message></Error></Errors><RequestID>ID</RequestID></Response>\n"},
		{"Query with no such operation", request{service: "sts", body: "Action=AssumeRole&Version=2011-06-15"}, "", formType,
			`400 text/xml <ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>InvalidAction</Code><Message>Could not find operation AssumeRole for version 2011-06-15</Message></Error><RequestId>ID</RequestId></ErrorResponse>` + "\n"},
		{"Query of no service", request{service: "iam", body: "Action=ListUsers&Version=2010-05-08"}, "", formType,
			"400 text/xml <ErrorResponse><Error><Type>Sender</Type><Code>InvalidAction</Code><Message>Could not find operation ListUsers for version 2010-05-08</Message></Error><RequestId>ID</RequestId></ErrorResponse>\n"},
		{"Query without an action", request{service: "sts", body: "Version=2011-06-15"}, "", formType,
			`400 text/xml <ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>InvalidAction</Code><Message>The request must contain the parameter Action</Message></Error><RequestId>ID</RequestId></ErrorResponse>` + "\n"},
		{"scope of another service", request{service: "sts", body: "{}"}, "TrentService.EnableKey", json11Type,
			"400 " + json11Type + ` {"__type":"InvalidSignatureException","message":"Credential should be scoped to correct service: 'kms'."}`},
		{"packed in a strange way", request{service: "kms", body: "{}", header: map[string]string{"Content-Encoding": "br"}}, "TrentService.EnableKey", json11Type,
			"415 " + json11Type + ` {"__type":"UnsupportedMediaTypeException","message":"The request body is not what its Content-Encoding 'br' says"}`},
		{"not packed", request{service: "kms", body: "{}", header: map[string]string{"Content-Encoding": "gzip"}}, "TrentService.EnableKey", json11Type,
			"400 " + json11Type + ` {"__type":"SerializationException","message":"The request body is not what its Content-Encoding 'gzip' says"}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.q.header == nil {
				c.q.header = map[string]string{}
			}
			if c.target != "" {
				c.q.header["X-Amz-Target"] = c.target
			}
			if c.media != "" {
				c.q.header["Content-Type"] = c.media
			}
			answer := w.send(t, c.q)
			if got := text(answer); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
			if id := header(answer, "x-amzn-RequestId"); !uuids.MatchString(id) {
				t.Errorf("request id %q", id)
			}
		})
	}
}

func TestCBORRoute(t *testing.T) {
	w := newWorld(t)
	const path = "/service/GraniteServiceVersion20100801/operation/PutMetricData"
	for _, c := range []struct {
		path, smithy, body string
		status             int
		want               string
	}{
		{path, "rpc-v2-cbor", "", 200, "\xa0"},
		{path, "rpc-v2-cbor", "\xbf\xff", 200, "\xa0"},
		{path, "rpc-v2-cbor", "\x80", 400, "\xa1f__typevSerializationException"},
		{path, "rpc-v2-cbor", "\xa1", 400, "\xa1f__typevSerializationException"},
		{path, "rpc-v2-cbor", "\xa1iNamespace\x01", 400, "\xa1f__typevSerializationException"},
		{path, "", "", 404, "\xa1f__typex\x19UnknownOperationException"},
		{path + "/x", "rpc-v2-cbor", "", 404, "\xa1f__typex\x19UnknownOperationException"},
		{path + "x", "rpc-v2-cbor", "", 400, "\xa1f__typex\x19UnknownOperationException"},
		{"/service/X/operation/PutMetricData", "rpc-v2-cbor", "", 400, "\xa1f__typex\x19UnknownOperationException"},
	} {
		header := map[string]string{"Content-Type": "application/cbor"}
		if c.smithy != "" {
			header["Smithy-Protocol"] = c.smithy
		}
		answer := w.send(t, request{service: "monitoring", path: c.path, body: c.body, header: header})
		if answer.Code != c.status || answer.Body.String() != c.want {
			t.Errorf("%s with %q: got %d %q, want %d %q", c.path, c.body, answer.Code, answer.Body, c.status, c.want)
		}
		if got := answer.Header().Get("Smithy-Protocol"); got != "rpc-v2-cbor" {
			t.Errorf("Smithy-Protocol %q", got)
		}
	}
}

// What becomes of the errors of a service in each protocol.
func TestErrors(t *testing.T) {
	var fails error
	try := func(struct{}, context.Context, *shape.Call, shape.Empty) (shape.Empty, error) {
		if fails == nil {
			panic("here and there")
		}
		return shape.Empty{}, fails
	}
	table := func(s service) *service {
		s.operations = []operation{op("Try", writes, try, "NotFound DependencyTimeout CloudHsmInvalidRequest InvalidParameterValue =InvalidSubnetID.NotFound =InternalServiceFault")}
		return &s
	}
	o := newWorld(t).options
	log := &strings.Builder{}
	o.Log = newLog(log)
	o.Services = map[string]any{"kms": struct{}{}, "cloudhsm": struct{}{}, "monitoring": struct{}{}, "ec2": struct{}{}}
	e, err := assemble(o, []*service{table(testKMS), table(testHSM), table(testWatch), table(testEC2)})
	if err != nil {
		t.Fatal(err)
	}
	w := &world{Endpoint: e}
	requests := map[string]request{
		"kms":      {service: "kms", header: map[string]string{"X-Amz-Target": "TrentService.Try"}},
		"cloudhsm": {service: "cloudhsm", header: map[string]string{"X-Amz-Target": "BaldrApiService.Try"}},
		"watch":    {service: "monitoring", header: map[string]string{"X-Amz-Target": "GraniteServiceVersion20100801.Try", "Content-Type": json10Type, "x-amzn-query-mode": "true"}},
		"query":    {service: "monitoring", body: "Action=Try&Version=2010-08-01", header: map[string]string{"Content-Type": formType}},
		"ec2":      {service: "ec2", body: "Action=Try&Version=2016-11-15", header: map[string]string{"Content-Type": formType}},
	}
	xml := func(status int, kind, code, message string) string {
		return fmt.Sprintf(`%d text/xml <ErrorResponse xmlns="http://monitoring.amazonaws.com/doc/2010-08-01/"><Error><Type>%s</Type><Code>%s</Code><Message>%s</Message></Error><RequestId>ID</RequestId></ErrorResponse>`+"\n", status, kind, code, message)
	}
	ec2 := func(status int, code, message string) string {
		return fmt.Sprintf("%d text/xml;charset=UTF-8 "+xmlHead+"<Response><Errors><Error><Code>%s</Code><Message>%s</Message></Error></Errors><RequestID>ID</RequestID></Response>\n", status, code, message)
	}
	const internal = `"An internal error occurred. The request can be retried."`
	for _, c := range []struct {
		to     string
		err    error
		want   string
		logged bool
		query  string
	}{
		{"kms", shape.Errorf("NotFoundException", "Invalid keyId 'k'"), `400 ` + json11Type + ` {"__type":"NotFoundException","message":"Invalid keyId 'k'"}`, false, ""},
		{"kms", fmt.Errorf("cannot find: %w", shape.Errorf("NotFoundException", "<&>")), `400 ` + json11Type + ` {"__type":"NotFoundException","message":"<&>"}`, false, ""},
		{"kms", shape.Errorf("NotFoundException", ""), `400 ` + json11Type + ` {"__type":"NotFoundException"}`, false, ""},
		{"kms", shape.Errorf("DependencyTimeoutException", "d"), `500 ` + json11Type + ` {"__type":"DependencyTimeoutException","message":"d"}`, false, ""},
		{"kms", shape.Invalid("v"), `400 ` + json11Type + ` {"__type":"ValidationException","message":"v"}`, false, ""},
		{"kms", shape.Errorf("OtherException", "o"), `500 ` + json11Type + ` {"__type":"KMSInternalException","message":` + internal + `}`, true, ""},
		{"kms", errors.New("disk full"), `500 ` + json11Type + ` {"__type":"KMSInternalException","message":` + internal + `}`, true, ""},
		{"kms", context.Canceled, `500 ` + json11Type + ` {"__type":"KMSInternalException","message":` + internal + `}`, false, ""},
		{"kms", nil, `500 ` + json11Type + ` {"__type":"KMSInternalException","message":` + internal + `}`, true, ""},
		{"cloudhsm", shape.Errorf("CloudHsmInvalidRequestException", "i"), `400 ` + json11Type + ` {"__type":"CloudHsmInvalidRequestException","Message":"i","message":"i"}`, false, ""},
		{"cloudhsm", errors.New("disk full"), `500 ` + json11Type + ` {"__type":"CloudHsmInternalFailureException","Message":` + internal + `,"message":` + internal + `}`, true, ""},
		{"watch", shape.Errorf("InvalidParameterValueException", "p"), `400 ` + json10Type + ` {"__type":"InvalidParameterValueException","message":"p"}`, false, "InvalidParameterValue;Sender"},
		{"watch", shape.Invalid("v"), `400 ` + json10Type + ` {"__type":"ValidationException","message":"v"}`, false, "ValidationError;Sender"},
		{"watch", shape.Errorf("InternalServiceFault", "f"), `500 ` + json10Type + ` {"__type":"InternalServiceFault","message":"f"}`, false, "InternalServiceError;Receiver"},
		{"query", shape.Errorf("InvalidParameterValueException", "p"), xml(400, "Sender", "InvalidParameterValue", "p"), false, ""},
		{"query", shape.Invalid("v"), xml(400, "Sender", "ValidationError", "v"), false, ""},
		{"query", nil, xml(500, "Receiver", "InternalServiceError", strings.Trim(internal, `"`)), true, ""},
		{"ec2", shape.Errorf("InvalidSubnetID.NotFound", "s"), ec2(400, "InvalidSubnetID.NotFound", "s"), false, ""},
		{"ec2", shape.Invalid("v"), ec2(400, "InvalidParameterValue", "v"), false, ""},
		{"ec2", nil, ec2(500, "InternalError", strings.Trim(internal, `"`)), true, ""},
	} {
		t.Run(fmt.Sprintf("%s %v", c.to, c.err), func(t *testing.T) {
			log.Reset()
			fails = c.err
			answer := w.send(t, requests[c.to])
			if got := text(answer); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
			if logged := log.Len() > 0; logged != c.logged {
				t.Errorf("logged: %q", log)
			}
			if c.err == nil && !strings.Contains(log.String(), "here and there") {
				t.Errorf("the log does not tell of the panic: %q", log)
			}
			if got := header(answer, "x-amzn-query-error"); got != c.query {
				t.Errorf("x-amzn-query-error %q, want %q", got, c.query)
			}
		})
	}
}

// Query has 403 for wrong signatures, EC2 words of its own.
func TestQueryRefused(t *testing.T) {
	w := newWorld(t)
	send := func(service, body string, header map[string]string) string {
		r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
		r.Header.Set("Content-Type", formType)
		for k, v := range header {
			r.Header.Set(k, v)
		}
		answer := httptest.NewRecorder()
		w.ServeHTTP(answer, r)
		_, code, _ := strings.Cut(answer.Body.String(), "<Code>")
		code, rest, _ := strings.Cut(code, "</Code><Message>")
		message, _, _ := strings.Cut(rest, "</Message>")
		return fmt.Sprintf("%d %s: %s", answer.Code, code, message)
	}
	wrong := func(service string) map[string]string {
		at := w.now().UTC().Format(amzDate)
		return map[string]string{"X-Amz-Date": at, "Authorization": algorithm + " Credential=" + testKeyID + "/" + at[:8] + "/us-east-1/" + service + "/aws4_request, SignedHeaders=host;x-amz-date, Signature=00"}
	}
	const subnets, who = "Action=DescribeSubnets&Version=2016-11-15", "Action=GetCallerIdentity&Version=2011-06-15"
	for _, c := range []struct {
		service, body string
		header        map[string]string
		want          string
	}{
		{"sts", who, nil, "403 MissingAuthenticationToken: Request is missing Authentication Token"},
		{"sts", who, wrong("sts"), "403 SignatureDoesNotMatch: " + msgWrongSignature},
		{"ec2", subnets, wrong("ec2"), "401 AuthFailure: AWS was not able to validate the provided access credentials"},
	} {
		if got := send(c.service, c.body, c.header); got != c.want {
			t.Errorf("got %s\nwant %s", got, c.want)
		}
	}
}

func TestOperations(t *testing.T) {
	got := newWorld(t).Operations()
	if !slices.Equal(got["kms"], []string{"Encrypt", "ScheduleKeyDeletion", "EnableKey"}) || !slices.Equal(got["sts"], []string{"GetCallerIdentity"}) {
		t.Errorf("got %v", got)
	}
}

// Options and tables that cannot be right are refused at once.
func TestNewRefused(t *testing.T) {
	good := newWorld(t).options
	for _, c := range []struct {
		want   string
		change func(*Options)
	}{
		{"without a clock", func(o *Options) { o.Clock = nil }},
		{`there is no service "s3"`, func(o *Options) { o.Services = map[string]any{"s3": 1} }},
		{"a *awsapi.fakeWatch cannot serve operation Encrypt of service kms", func(o *Options) { o.Services = map[string]any{"kms": &fakeWatch{}} }},
		{`access key "A" of user "Bob" has no id or no secret`, func(o *Options) { o.Keys = []Key{{ID: "A", UserName: "Bob"}} }},
		{"access key A is there twice", func(o *Options) { o.Keys = []Key{{ID: "A", Secret: "s"}, {ID: "A", Secret: "s"}} }},
	} {
		o := good
		c.change(&o)
		if _, err := assemble(o, []*service{&testKMS, &testWatch, &testHSM, &testEC2, &stsService}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
	o := good
	o.Services = nil
	e, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	if got := e.Operations()["sts"]; len(got) != 1 {
		t.Errorf("a new endpoint has %v", e.Operations())
	}
}

func FuzzRoute(f *testing.F) {
	f.Add("POST", "/", "TrentService.Encrypt", json11Type, "", "{}")
	f.Add("POST", "/service/GraniteServiceVersion20100801/operation/PutMetricData", "", "application/cbor", "rpc-v2-cbor", "\xa0")
	f.Add("GET", "/?Action=GetCallerIdentity&Version=2011-06-15", "", "", "", "")
	f.Add("POST", "/?X-Amz-Algorithm=AWS4-HMAC-SHA256", "", formType, "", "Action=Try&Version=2010-08-01")
	w := newWorld(f)
	f.Fuzz(func(t *testing.T, method, path, target, media, smithy, body string) {
		r, err := http.NewRequest(method, "http://localhost"+path, strings.NewReader(body))
		if err != nil {
			return
		}
		r.Header["X-Amz-Target"], r.Header["Content-Type"], r.Header["Smithy-Protocol"] = []string{target}, []string{media}, []string{smithy}
		answer := httptest.NewRecorder()
		w.ServeHTTP(answer, r)
		if answer.Code < 400 || answer.Code >= 500 {
			t.Errorf("got %d %s", answer.Code, answer.Body)
		}
	})
}
