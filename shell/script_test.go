package shell_test

import (
	"context"
	"errors"
	"io"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hsmlab/hsmlab/shell"
)

func TestAScriptAnswersAndRemembers(t *testing.T) {
	ctx := context.Background()
	s := shell.Script("listUsers", "secret")
	var r shell.Reader = s
	line, err := r.ReadLine(ctx, "aws-cloudhsm>")
	if line != "listUsers" || err != nil {
		t.Errorf("got %q, %v", line, err)
	}
	line, err = r.ReadPassword(ctx, "Enter password: ")
	if line != "secret" || err != nil {
		t.Errorf("got %q, %v", line, err)
	}
	if _, err = r.ReadLine(ctx, "aws-cloudhsm>"); err != io.EOF {
		t.Errorf("got %v at the end", err)
	}
	ctx, stop := r.Interrupts(ctx)
	stop()
	if _, err = r.ReadLine(ctx, "y?"); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v when cancelled", err)
	}
	if err := errors.Join(r.Close(), r.Close()); err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff([]string{"aws-cloudhsm>", "Enter password: ", "aws-cloudhsm>", "y?"}, s.Prompts); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"Enter password: "}, s.Hidden); diff != "" {
		t.Error(diff)
	}
}
