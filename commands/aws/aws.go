// Package aws is a small AWS CLI for machines without the real one. It knows the services that a lab serves, and
// speaks, prints and fails as version 2 of the real one does. It knows nothing of labs: the endpoint, the
// credentials and the region come from the options, the variables and the files that the real one reads.
package aws

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"slices"
	"time"

	"github.com/hsmlab/hsmlab/commands/aws/model"
)

// Env is what the program runs in.
type Env struct {
	Args           []string // without the program's name
	Stdout, Stderr io.Writer
	Getenv         func(string) string
	Width          int    // of the terminal, in characters; 0 where there is none
	Version        string // of hsmlab, for --version and the user agent; "" where it is not known

	HTTP  *http.Client                                     // nil is a client of its own
	Now   func() time.Time                                 // the time of signatures; nil is the machine's
	Sleep func(ctx context.Context, d time.Duration) error // between attempts; nil waits on the machine's clock
	Zone  *time.Location                                   // nil is the machine's
}

// Exit statuses of the AWS CLI, version 2 (its user guide, "return codes").
const (
	statusUsage         = 252 // the command line or a parameter is wrong; nothing was sent
	statusConfiguration = 253 // region or credentials are missing
	statusService       = 254 // the service answered with an error
	statusOther         = 255
)

// Main runs the program and gives its exit status.
func Main(ctx context.Context, e Env) int {
	e = e.complete()
	err := run(ctx, e)
	if err == nil {
		return 0
	}
	status := statusOther
	var f *failure
	if errors.As(err, &f) {
		status = f.status
	}
	fmt.Fprintf(e.Stderr, "\n%v\n", err)
	return status
}

func (e Env) complete() Env {
	if e.HTTP == nil {
		e.HTTP = &http.Client{Timeout: 2 * time.Minute}
	}
	if e.Now == nil {
		e.Now = time.Now
	}
	if e.Zone == nil {
		e.Zone = time.Local
	}
	if e.Sleep == nil {
		e.Sleep = func(ctx context.Context, d time.Duration) error {
			t := time.NewTimer(d)
			defer t.Stop()
			select {
			case <-t.C:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	}
	if e.Version == "" {
		e.Version = "unknown"
	}
	return e
}

// agent names the program as the real one names itself, and whose it is.
func (e Env) agent() string {
	return fmt.Sprintf("aws-cli/2.9.19 hsmlab/%s Go/%s %s/%s", e.Version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
}

func run(ctx context.Context, e Env) error {
	g, rest, err := parseGlobals(e.Args)
	if err != nil {
		return err
	}
	if g.version {
		_, err := fmt.Fprintln(e.Stdout, e.agent())
		return err
	}
	command, rest, err := positional(rest, "command", append(serviceNames(), "help"))
	if err != nil {
		return err
	}
	if command == "help" {
		return helpAll(e.Stdout)
	}
	service, _ := model.Find(command)
	name, rest, err := positional(rest, "operation", append(service.Commands(), "help"))
	if err != nil {
		return err
	}
	if name == "help" {
		return helpService(e.Stdout, service)
	}
	op, err := service.Operation(name)
	if err != nil {
		return err
	}
	if slices.Equal(rest, []string{"help"}) {
		return helpOperation(e.Stdout, op)
	}
	return runOperation(ctx, e, g, op, rest)
}

func serviceNames() []string {
	var names []string
	for _, s := range model.Services() {
		names = append(names, s.Name)
	}
	slices.Sort(names)
	return names
}
