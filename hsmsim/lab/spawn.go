package lab

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"
)

// DaemonCommand is the hidden command of the hsmlab program that runs a lab's daemon.
const DaemonCommand = "daemon"

// What the daemon says on its standard output when it is ready, and when another one was faster.
const (
	SaysReady   = "ready"
	SaysRunning = "running"
)

const (
	// startTimeout bounds the start of a daemon, real time; a world of many keys takes a while.
	startTimeout = 60 * time.Second
	// runningTimeout is how long a daemon that somebody else has started may be out of reach.
	runningTimeout = 5 * time.Second
)

// Ensure reaches the lab's daemon and starts one where none runs.
func Ensure(ctx context.Context, h Home) (*Client, error) {
	if c, err := Connect(ctx, h); err == nil {
		return c, nil
	}
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	begun := time.Now()
	for pause := 5 * time.Millisecond; ; pause = min(2*pause, 200*time.Millisecond) {
		said, err := spawn(ctx, h)
		if err != nil {
			return nil, fmt.Errorf("cannot start the daemon of lab %s: %w", h.Name, err)
		}
		c, err := Connect(ctx, h)
		switch {
		case err == nil:
			return c, nil
		case said == SaysReady:
			return nil, err
		case time.Since(begun) > runningTimeout:
			return nil, fmt.Errorf("lab %s has a daemon, which cannot be reached at %s; 'hsmlab down' ends it: %w", h.Name, h.Run, err)
		}
		// Another process starts the same lab, or the last daemon is about to end.
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// spawn starts a daemon that outlives this process and waits for its first word.
func spawn(ctx context.Context, h Home) (string, error) {
	self, err := os.Executable()
	if err != nil {
		return "", fmt.Errorf("cannot find the program: %w", err)
	}
	cmd := exec.Command(self, DaemonCommand)
	cmd.Args[0] = "hsmlab"
	cmd.Env = append(os.Environ(), "HSMLAB_HOME="+h.Dir)
	cmd.SysProcAttr = detached()
	cmd.Dir = h.Dir // it would keep its starter's from being removed
	if err := os.MkdirAll(h.Dir, 0o700); err != nil {
		return "", err
	}
	log, err := os.OpenFile(h.LogFile(), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return "", err
	}
	defer log.Close()
	cmd.Stderr = log
	out, err := cmd.StdoutPipe()
	if err != nil {
		return "", err
	}
	if err := cmd.Start(); err != nil {
		return "", err
	}
	stop := context.AfterFunc(ctx, func() { out.Close() })
	line, err := bufio.NewReader(out).ReadString('\n')
	stop()
	go cmd.Wait() // nobody asks how it ends, but its remains must go
	line = strings.TrimSpace(line)
	switch {
	case line == SaysReady || line == SaysRunning:
		return line, nil
	case line != "":
		return "", errors.New(line)
	case errors.Is(err, io.EOF):
		return "", fmt.Errorf("it ended without a word; see %s", h.LogFile())
	}
	return "", err
}
