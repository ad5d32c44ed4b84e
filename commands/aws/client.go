package aws

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/hsmlab/hsmlab/commands/aws/model"
	"github.com/hsmlab/hsmlab/commands/aws/sigv4"
	"github.com/hsmlab/hsmlab/commands/aws/value"
)

// attempts is how often a request is sent that the service may grant later; maxAnswer bounds an answer in bytes.
const (
	attempts  = 3
	maxAnswer = 64 << 20
)

// client calls one operation.
type client struct {
	env         Env
	op          *model.Operation
	endpoint    string
	region      string
	sign        bool
	credentials sigv4.Credentials
	codec       codec
}

// codec is how a protocol writes requests and reads answers.
type codec interface {
	encode(op *model.Operation, params value.Object) (body []byte, header http.Header)
	decode(op *model.Operation, body []byte) (value.Object, error)
	decodeError(status int, body []byte) (code, message string)
}

func newClient(e Env, g *globals, config *configuration, op *model.Operation) (*client, error) {
	c := &client{env: e, op: op, sign: g.sign}
	var err error
	if c.region, err = config.region(g.region); err != nil {
		return nil, err
	}
	if c.endpoint, err = config.endpoint(g.endpoint, op.Service); err != nil {
		return nil, err
	}
	if c.sign {
		if c.credentials, err = config.credentials(g.profile != ""); err != nil {
			return nil, err
		}
	}
	form := timeForm{zone: e.Zone, wire: config.config["cli_timestamp_format"] == "wire"}
	if op.Service.Protocol == model.JSON11 {
		c.codec = jsonCodec{form}
	} else {
		c.codec = queryCodec{form}
	}
	return c, nil
}

// throttled are the error codes that say: later.
var throttled = []string{
	"Throttling", "ThrottlingException", "ThrottledException", "RequestThrottledException",
	"TooManyRequestsException", "ProvisionedThroughputExceededException", "TransactionInProgressException",
	"RequestLimitExceeded", "BandwidthLimitExceeded", "LimitExceededException", "RequestThrottled", "SlowDown",
	"PriorRequestNotComplete", "EC2ThrottledException", "RequestTimeout", "RequestTimeoutException",
}

// call sends a request and gives the answer. Parameters must have been validated. Errors are those of the CLI.
func (c *client) call(ctx context.Context, params value.Object) (value.Object, error) {
	body, header := c.codec.encode(c.op, params)
	for attempt := 1; ; attempt++ {
		status, answer, err := c.send(ctx, body, header)
		if err == nil && status < 300 {
			return c.codec.decode(c.op, answer)
		}
		var code, message string
		if err == nil {
			code, message = c.codec.decodeError(status, answer)
		}
		again := err != nil || slices.Contains([]int{500, 502, 503, 504}, status) || slices.Contains(throttled, code)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if again && attempt < attempts {
			pause := time.Duration(rand.Float64() * float64(time.Second) * float64(int(1)<<(attempt-1)))
			if err := c.env.Sleep(ctx, pause); err != nil {
				return nil, err
			}
			continue
		}
		if err != nil {
			return nil, fail(statusOther, "%s", c.unreachable(err))
		}
		retried := ""
		if again {
			retried = fmt.Sprintf(" (reached max retries: %d)", attempts-1)
		}
		return nil, fail(statusService, "An error occurred (%s) when calling the %s operation%s: %s", code, c.op.Name, retried, message)
	}
}

func (c *client) unreachable(err error) string {
	endpoint := c.endpoint
	if u, parseErr := url.Parse(endpoint); parseErr == nil && u.Path == "" {
		endpoint += "/"
	}
	if u, ok := err.(*url.Error); ok && u.Timeout() {
		return fmt.Sprintf("Read timeout on endpoint URL: \"%s\"", endpoint)
	}
	if strings.Contains(err.Error(), "EOF") || strings.Contains(err.Error(), "reset by peer") {
		return fmt.Sprintf("Connection was closed before we received a valid response from endpoint URL: \"%s\".", endpoint)
	}
	return fmt.Sprintf("Could not connect to the endpoint URL: \"%s\"", endpoint)
}

// send makes one attempt.
func (c *client) send(ctx context.Context, body []byte, header http.Header) (int, []byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.endpoint, bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	r.Header = header.Clone()
	r.Header.Set("User-Agent", c.env.agent()+" command/"+c.op.Service.Name+"."+c.op.Command)
	if r.URL.Path == "" {
		r.URL.Path = "/"
	}
	if c.sign {
		sigv4.Sign(r, body, c.credentials, sigv4.Scope{Region: c.region, Service: c.op.Service.Signing, Time: c.env.Now()})
	}
	response, err := c.env.HTTP.Do(r)
	if err != nil {
		return 0, nil, err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	return response.StatusCode, answer, err
}
