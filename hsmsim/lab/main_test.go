package lab_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"github.com/hsmlab/hsmlab/hsmsim/lab"
)

// TestMain lets the test program be the daemon that lab.Ensure starts.
func TestMain(m *testing.M) {
	if filepath.Base(os.Args[0]) == "hsmlab" {
		os.Exit(daemon())
	}
	os.Exit(m.Run())
}

func daemon() int {
	h, err := lab.Locate(os.Getenv, "")
	if err != nil {
		fmt.Println(err)
		return 1
	}
	l, err := lab.Open(h, slog.New(slog.DiscardHandler))
	if errors.Is(err, lab.ErrRunning) {
		fmt.Println(lab.SaysRunning)
		return 1
	}
	if err != nil {
		fmt.Println(err)
		return 1
	}
	if err := lab.Serve(context.Background(), l, func() { fmt.Println(lab.SaysReady) }); err != nil {
		return 1
	}
	if l.Close() != nil {
		return 1
	}
	return 0
}
