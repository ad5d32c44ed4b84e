package lab

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/hsmlab/hsmlab/commands/practice"
	"github.com/hsmlab/hsmlab/commands/runbook"
	"github.com/hsmlab/hsmlab/hsmsim/lab"
	"github.com/hsmlab/hsmlab/hsmsim/lab/scenario"
)

// running is how runbooks are played without a person.
type running struct {
	client  string // classic, late or both
	aws     string
	jobs    int
	verbose bool
	update  bool
	without bool
}

func runCommand() *cobra.Command {
	r := &running{}
	cmd := &cobra.Command{
		Use:   "run FILE...",
		Short: "Play runbooks without a person and verify every output",
		Long: `Play runbooks, each in a lab of its own: its goals must not be met at the beginning, the consoles of its
solution must look as it shows them, and its goals must be met at the end. FILE is a runbook's file, or the
name of one of hsmlab's own. A runbook's commands are run as you, by your shell: play those that you trust.`,
		Example: "  hsmlab run docs/runbooks/*.md\n  hsmlab run --client late kmsuser-login",
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := r.validate(); err != nil {
				return err
			}
			return r.all(cmd.Context(), cmd.OutOrStdout(), args)
		},
	}
	f := cmd.Flags()
	f.StringVar(&r.client, "client", "both", "output family of the tools: classic, late or both")
	f.StringVar(&r.aws, "aws", "own", "which aws is run: own or real")
	f.IntVar(&r.jobs, "jobs", defaultJobs(), "how many are played at the same time, 1 to 64")
	f.BoolVarP(&r.verbose, "verbose", "v", false, "show the consoles")
	f.BoolVar(&r.update, "update", false, "write what was seen into the files")
	f.BoolVar(&r.without, "without-decisive", false, "leave out the decisive consoles; then the goals must not be met")
	return cmd
}

func defaultJobs() int { return min(runtime.NumCPU(), 4) }

func (r *running) validate() error {
	switch {
	case !slices.Contains([]string{scenario.Classic, scenario.Late, "both"}, r.client):
		return fmt.Errorf("--client %q: not classic, late or both", r.client)
	case r.aws != "own" && r.aws != "real":
		return fmt.Errorf("--aws %q: not own or real", r.aws)
	case r.jobs < 1 || r.jobs > 64:
		return fmt.Errorf("--jobs %d: 1 to 64 are allowed", r.jobs)
	case r.update && (r.without || r.client == "both"):
		return errors.New("--update needs one --client and every console")
	}
	return nil
}

// clients are the generations that are played.
func (r *running) clients() []string {
	if r.client == "both" {
		return []string{scenario.Classic, scenario.Late}
	}
	return []string{r.client}
}

// all plays runbooks side by side and tells of each in the order of the files. Error: errAnyBook.
func (r *running) all(ctx context.Context, out io.Writer, files []string) error {
	var plays []func(io.Writer) error
	for _, file := range files {
		for _, client := range r.clients() {
			plays = append(plays, func(out io.Writer) error {
				begun := time.Now()
				name, err := r.one(ctx, out, file, client)
				if err != nil {
					fmt.Fprintf(out, "FAIL  %-24s %-8s\n%s\n", name, client, indent(err.Error()))
					return errAnyBook
				}
				fmt.Fprintf(out, "ok    %-24s %-8s %5.1fs\n", name, client, time.Since(begun).Seconds())
				return nil
			})
		}
	}
	return sideBySide(out, r.jobs, plays)
}

// sideBySide does so many things at the same time, and passes on what they say in their order. It gives the last of their
// errors.
func sideBySide(out io.Writer, jobs int, work []func(io.Writer) error) error {
	type result struct {
		said strings.Builder
		err  error
		done chan struct{}
	}
	var running sync.WaitGroup
	defer running.Wait()
	turn := make(chan struct{}, jobs)
	results := make([]*result, len(work))
	for i, do := range work {
		res := &result{done: make(chan struct{})}
		results[i] = res
		running.Go(func() {
			defer close(res.done)
			turn <- struct{}{}
			defer func() { <-turn }()
			res.err = do(&res.said)
		})
	}
	var failed error
	for _, res := range results {
		<-res.done
		fmt.Fprint(out, res.said.String())
		if res.err != nil {
			failed = res.err
		}
	}
	return failed
}

func indent(text string) string { return "  " + strings.ReplaceAll(text, "\n", "\n  ") }

// one plays one runbook in a lab of its own.
func (r *running) one(ctx context.Context, out io.Writer, file, client string) (name string, err error) {
	at, text, err := bookText(file)
	if err != nil {
		return file, err
	}
	book, err := runbook.Parse(at, text)
	if err != nil {
		return file, err
	}
	h, remove, err := passingLab("lab")
	if err != nil {
		return book.Name, err
	}
	defer remove()
	stage := newStage(h, book)
	defer func() {
		err = errors.Join(err, stage.Leave(), lab.Down(context.WithoutCancel(ctx), h))
	}()
	how := practice.Playing{Client: client, AWS: r.aws, Without: r.without, Loose: r.update}
	if r.verbose {
		how.Show = func(text string) { fmt.Fprint(out, text) }
	}
	seen, err := r.prove(ctx, stage, how)
	if _, differs := errors.AsType[*runbook.Mismatch](err); r.update && (err == nil || differs) {
		return book.Name, errors.Join(err, os.WriteFile(at, runbook.Update(text, book.Consoles(client), seen), 0o644))
	}
	return book.Name, err
}

// prove sets the runbook's world up, makes sure that it fails, plays the solution, and makes sure that it passes; or does
// not, where what is decisive was left out.
func (r *running) prove(ctx context.Context, stage *practice.Stage, how practice.Playing) (map[int][][]string, error) {
	if err := stage.Set(ctx, false); err != nil {
		return nil, err
	}
	grades, err := stage.Grade(ctx)
	if err != nil {
		return nil, err
	}
	if runbook.AllMet(grades) {
		return nil, errors.New("all goals are met before anything is done")
	}
	seen, err := stage.Play(ctx, how)
	if err != nil {
		return seen, err
	}
	if grades, err = stage.Grade(ctx); err != nil {
		return seen, err
	}
	switch met := runbook.AllMet(grades); {
	case met && how.Without:
		return seen, errors.New("all goals are met without what is marked decisive")
	case !met && !how.Without:
		return seen, fmt.Errorf("the solution does not meet all goals:\n%s", unmet(grades))
	}
	return seen, nil
}

func unmet(grades []runbook.Grade) string {
	var list []string
	for _, g := range grades {
		if !g.Met {
			list = append(list, g.Says+": "+g.Wrong)
		}
	}
	return strings.Join(list, "\n")
}
