package lab

import (
	"context"

	"github.com/hsmlab/hsmlab/hsmsim/lab"
)

// connect reaches the daemon of the command's lab and starts it where it does not run.
func (o *options) connect(ctx context.Context) (*lab.Client, error) {
	h, err := o.home()
	if err != nil {
		return nil, err
	}
	return lab.Ensure(ctx, h)
}
