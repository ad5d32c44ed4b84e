package awsapi

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hsmlab/hsmlab/hsmsim/awsapi/shape"
)

func TestListen(t *testing.T) {
	for _, address := range []string{"127.0.0.1:0", "127.9.8.7:0", "localhost:0"} {
		l, err := Listen(address, false)
		if err != nil {
			t.Errorf("%s: %v", address, err)
			continue
		}
		l.Close()
	}
	for _, address := range []string{":0", "0.0.0.0:0", "[::]:0", "192.0.2.1:0", "example.com:0"} {
		if l, err := Listen(address, false); err == nil || !strings.Contains(err.Error(), "other machines could reach it") {
			t.Errorf("%s: %v, %v", address, l, err)
		}
	}
	for _, address := range []string{"", "127.0.0.1", "4566"} {
		if l, err := Listen(address, true); err == nil || !strings.Contains(err.Error(), "an address and a port") {
			t.Errorf("%s: %v, %v", address, l, err)
		}
	}
	l, err := Listen("0.0.0.0:0", true)
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
}

// dial opens a connection that ends with the test.
func dial(t *testing.T, url string) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	c.SetDeadline(time.Now().Add(10 * time.Second))
	return c
}

// answer reads one answer's status and body.
func answer(t *testing.T, c net.Conn) string {
	t.Helper()
	r, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		return err.Error()
	}
	body, _ := io.ReadAll(r.Body)
	return fmt.Sprint(r.StatusCode, " ", string(body))
}

// Clients that are slow, rude or broken get an error or nothing, and do not harm others.
func TestPeers(t *testing.T) {
	w := newWorld(t, func(o *Options) { o.PeerTimeout = 200 * time.Millisecond })
	url := w.start(t)
	const head = "POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: TrentService.EnableKey\r\n"
	for _, c := range []struct{ name, send, want string }{
		{"says nothing", "", "unexpected EOF"},
		{"stops in the headers", head, "unexpected EOF"},
		{"garbage", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\r\n\r\n", "400 400 Bad Request"},
		{"no host", "POST / HTTP/1.1\r\n\r\n", "400 400 Bad Request: missing required Host header"},
		{"large headers", head + "X: " + strings.Repeat("x", 100<<10) + "\r\n\r\n", "431 431 Request Header Fields Too Large"},
		{"large body", head + "Content-Length: 10485760\r\n\r\n", `413 {"__type":"RequestEntityTooLargeException","message":"Request must be smaller than 1048576 bytes"}`},
		{"large form", "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 10485760\r\n\r\nAction=x", "413 <ErrorResponse><Error><Type>Sender</Type><Code>RequestEntityTooLarge</Code><Message>Request must be smaller than 1048576 bytes</Message></Error><RequestId>ID</RequestId></ErrorResponse>\n"},
		{"endless form", "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n180000\r\n" + strings.Repeat("x", 0x180000), "413 <ErrorResponse><Error><Type>Sender</Type><Code>RequestEntityTooLarge</Code><Message>Request must be smaller than 1048576 bytes</Message></Error><RequestId>ID</RequestId></ErrorResponse>\n"},
		{"stops in the body", "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\nAction=x", "400 <ErrorResponse><Error><Type>Sender</Type><Code>MalformedInput</Code><Message>The request body could not be read to its end</Message></Error><RequestId>ID</RequestId></ErrorResponse>\n"},
		{"wrong chunks", "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "400 <ErrorResponse><Error><Type>Sender</Type><Code>MalformedInput</Code><Message>The request body could not be read to its end</Message></Error><RequestId>ID</RequestId></ErrorResponse>\n"},
		{"not signed", head + "\r\n", `400 {"__type":"MissingAuthenticationTokenException","message":"Missing Authentication Token"}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			conn := dial(t, url)
			go io.WriteString(conn, c.send)
			if got := uuids.ReplaceAllString(answer(t, conn), "ID"); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
	t.Run("well-behaved", func(t *testing.T) {
		t.Parallel()
		for range 50 {
			if got := signed(t, url, "EnableKey", "{}"); got != "200 {}" {
				t.Error(got)
			}
		}
	})
}

// signed sends a KMS request over the network.
func signed(t *testing.T, url, operation, body string) string {
	return signedContext(t.Context(), t, url, operation, body)
}

func signedContext(ctx context.Context, t *testing.T, url, operation, body string) string {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url+"/", strings.NewReader(body))
	if err != nil {
		t.Error(err)
		return ""
	}
	r.Header.Set("X-Amz-Target", "TrentService."+operation)
	sign(t, r, body, "kms", time.Now())
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	answer, err := client.Do(r)
	if err != nil {
		return err.Error()
	}
	defer answer.Body.Close()
	text, _ := io.ReadAll(answer.Body)
	return fmt.Sprint(answer.StatusCode, " ", string(text))
}

// More clients than there are places wait for those before them.
func TestConnectionLimit(t *testing.T) {
	w := newWorld(t, func(o *Options) { o.MaxConnections = 2 })
	enter, leave := make(chan struct{}), make(chan struct{})
	var mu sync.Mutex
	inside, most := 0, 0
	w.kms.fails = func(*shape.Call) error {
		mu.Lock()
		inside++
		most = max(most, inside)
		mu.Unlock()
		enter <- struct{}{}
		<-leave
		mu.Lock()
		inside--
		mu.Unlock()
		return nil
	}
	url := w.start(t)
	var wait sync.WaitGroup
	for range 6 {
		wait.Go(func() {
			if got := signed(t, url, "EnableKey", "{}"); got != "200 {}" {
				t.Error(got)
			}
		})
	}
	for range 3 {
		<-enter
		<-enter
		leave <- struct{}{}
		leave <- struct{}{}
	}
	wait.Wait()
	if most != 2 {
		t.Errorf("%d clients were served at once, not 2", most)
	}
}

// The end of its context ends the endpoint with all its connections, and leaves nothing running.
func TestServeEnds(t *testing.T) {
	before := runtime.NumGoroutine()
	w := newWorld(t)
	started, ended := make(chan struct{}), make(chan struct{})
	w.kms.fails = func(*shape.Call) error {
		close(started)
		<-ended
		return nil
	}
	l, err := Listen("127.0.0.1:0", false)
	if err != nil {
		t.Fatal(err)
	}
	url := "http://" + l.Addr().String()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- w.Serve(ctx, l) }()

	idle := dial(t, url)
	fmt.Fprint(idle, "PUT / HTTP/1.1\r\nHost: localhost\r\n\r\n")
	if got := answer(t, idle); !strings.HasPrefix(got, "405 ") {
		t.Error(got)
	}
	got := make(chan string, 1)
	go func() { got <- signed(t, url, "EnableKey", "{}") }()
	<-started
	cancel()
	if _, err := idle.Read(make([]byte, 1)); err != io.EOF {
		t.Errorf("an idle connection is still there: %v", err)
	}
	select {
	case err := <-done:
		t.Errorf("Serve returned during a call: %v", err)
	default:
	}
	close(ended)
	if s := <-got; s != "200 {}" {
		t.Errorf("the call that was under way got %s", s)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
	idle.Close()
	for start := time.Now(); runtime.NumGoroutine() > before; {
		if time.Since(start) > 5*time.Second {
			var b bytes.Buffer
			stack := make([]byte, 1<<20)
			b.Write(stack[:runtime.Stack(stack, true)])
			t.Fatalf("%d goroutines are left of %d:\n%s", runtime.NumGoroutine(), before, &b)
		}
		runtime.Gosched()
	}
}

// An endpoint whose listener is closed ends too.
func TestListenerCloses(t *testing.T) {
	w := newWorld(t)
	l, err := Listen("127.0.0.1:0", false)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- w.Serve(t.Context(), l) }()
	if got := signed(t, "http://"+l.Addr().String(), "EnableKey", "{}"); got != "200 {}" {
		t.Error(got)
	}
	l.Close()
	if err := <-done; err != nil {
		t.Error(err)
	}
}
