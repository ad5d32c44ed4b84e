package lab

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math"
	"os"
	"os/signal"
	"time"

	"github.com/hsmlab/hsmlab/shell/cast"
)

// showing is how a recording is shown.
type showing struct {
	speed   float64
	maxIdle time.Duration
}

// run shows a recording as it was, until its end or Ctrl-C.
func (s showing) run(ctx context.Context, out io.Writer, name string, text []byte) error {
	switch {
	case !(s.speed > 0) || math.IsInf(s.speed, 0):
		return fmt.Errorf("--speed %g: more than 0 is needed", s.speed)
	case s.maxIdle < 0:
		return fmt.Errorf("--max-idle %v: less than 0", s.maxIdle)
	case !cast.Is(text):
		return fmt.Errorf("%s is no recording: only such can be shown", name)
	}
	_, events, err := cast.Read(bytes.NewReader(text))
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt)
	defer stop()
	last := time.Duration(0)
	for _, e := range events {
		if e.Kind != cast.Output {
			continue
		}
		wait := time.Duration(min(float64(e.After-last)/s.speed, float64(s.maxIdle)))
		last = e.After
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			fmt.Fprint(out, "\x1b[0m\r\n")
			return nil
		}
		if _, err := io.WriteString(out, e.Text); err != nil {
			return fmt.Errorf("cannot show the recording: %w", err)
		}
	}
	return nil
}
