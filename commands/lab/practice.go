package lab

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/hsmlab/hsmlab/commands/practice"
	"github.com/hsmlab/hsmlab/commands/runbook"
	"github.com/hsmlab/hsmlab/hsmsim/lab"
)

// practiceLab is the lab that runbooks are practised in unless somebody says otherwise.
const practiceLab = "practice"

// practising is how a runbook is begun.
type practising struct {
	*options
	exam    bool
	limit   time.Duration
	seed    seed
	fresh   bool
	noShell bool

	putBy string // name or file of the runbook that this one has interrupted
}

func practiceCommand(o *options) *cobra.Command {
	p := &practising{options: o}
	cmd := &cobra.Command{
		Use:   "practice [RUNBOOK]",
		Short: "List the runbooks with your progress, or set one up and begin",
		Long: `Without a runbook: list hsmlab's own with your progress; * is for beginners, *** for the advanced. With one, by its name or the file of one of your own:
set up its world in the lab "practice", print the brief and open the lab shell. There 'hsmlab check' grades,
'hsmlab hint' helps a step further, 'hsmlab undo' takes back what the last command did, 'hsmlab reset' begins
again. One that was begun before is gone on with.`,
		Example: "  hsmlab practice\n  hsmlab practice kmsuser-login\n  hsmlab practice --exam --time 20m --seed 7 my-runbook.md",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return listBooks(cmd.OutOrStdout())
			}
			return p.begin(cmd.Context(), cmd.OutOrStdout(), args[0])
		},
	}
	f := cmd.Flags()
	f.BoolVar(&p.exam, "exam", false, "with a time limit, and without hints and solution")
	f.DurationVar(&p.limit, "time", 0, "time limit of an exam (default: the runbook's time)")
	f.Var(&p.seed, "seed", "give the world other ids and handles, the same for the same number, 1 to 2^53")
	f.BoolVar(&p.fresh, "new", false, "begin from the beginning, whatever was done before")
	f.BoolVar(&p.noShell, "no-shell", false, "set the world up and print the brief only")
	return cmd
}

// practiceHome is the lab of practice: that of --lab; the one whose shell this is, if it is one of practice or has no world; else
// the lab "practice". A lab that somebody uses for something else is not taken.
func (o *options) practiceHome() (lab.Home, error) {
	if o.lab == "" && os.Getenv("HSMLAB_HOME") != "" {
		h, err := o.home()
		if err != nil {
			return h, err
		}
		if _, _, err := practice.Current(h); err == nil || !h.Exists() {
			return h, nil
		}
	}
	if o.lab != "" {
		return o.home()
	}
	return lab.Locate(os.Getenv, practiceLab)
}

// current is the stage of what is being practised.
func (o *options) current() (*practice.Stage, *practice.State, error) {
	h, err := o.practiceHome()
	if err != nil {
		return nil, nil, err
	}
	return stageIn(h)
}

// stageIn is the stage of what is being practised in a lab.
func stageIn(h lab.Home) (*practice.Stage, *practice.State, error) {
	st, book, err := practice.Current(h)
	if err != nil {
		return nil, nil, err
	}
	stage := newStage(h, book)
	stage.Seed = st.Seed
	return stage, st, nil
}

func (p *practising) begin(ctx context.Context, out io.Writer, name string) error {
	if !p.exam && p.limit != 0 {
		return errors.New("--time is the limit of an exam: add --exam")
	}
	if p.limit < 0 || p.limit > 24*time.Hour {
		return errors.New("--time: up to 24h are allowed")
	}
	file, text, err := bookText(name)
	if err != nil {
		return err
	}
	if p.seed.value != 0 {
		if text, err = runbook.Vary(file, text, p.seed.value); err != nil {
			return err
		}
	}
	book, err := runbook.Parse(file, text)
	if err != nil {
		return err
	}
	h, err := p.practiceHome()
	if err != nil {
		return err
	}
	stage := newStage(h, book)
	stage.Seed = p.seed.value
	st := &practice.State{File: file, Text: text, Seed: p.seed.value, Begun: time.Now(), Exam: p.exam}
	if p.exam {
		st.Until = st.Begun.Add(book.Time)
		if p.limit > 0 {
			st.Until = st.Begun.Add(p.limit)
		}
	}
	taken, err := p.set(ctx, stage, st)
	if errors.Is(err, practice.ErrElsewhere) {
		fmt.Fprintf(os.Stderr, "hsmlab: %v\n", err)
	} else if err != nil {
		return err
	}
	if p.putBy != "" {
		fmt.Fprintf(out, "%s is put by; 'hsmlab practice %[1]s' goes on with it.\n\n", p.putBy)
	}
	if taken == st {
		err := practice.Note(os.Getenv, book.Name, func(r *practice.Record) {
			if r.Begun.IsZero() {
				r.Begun = st.Begun
			}
			r.Of = book.Points()
		})
		if err != nil {
			return err
		}
	} else {
		fmt.Fprintf(out, "Going on with what was begun %s ago; 'hsmlab reset' begins again.\n\n", time.Since(taken.Begun).Round(time.Second))
	}
	printBrief(out, stage.Book, taken)
	if p.noShell || inShellOf(h) {
		return nil
	}
	return openShellOf(ctx, h, shellLook{dir: h.Work(), mark: true})
}

// inShellOf reports whether this runs in the shell of a lab.
func inShellOf(h lab.Home) bool { return os.Getenv(shellVariable) == h.Dir }

// set brings the lab to the runbook: to where it was left, if that is wanted and possible, or to its beginning. It gives the
// state that holds now. What was practised before is put by.
func (p *practising) set(ctx context.Context, stage *practice.Stage, st *practice.State) (*practice.State, error) {
	goOn := !p.fresh && !p.exam && p.seed.value == 0
	before, book, err := practice.Current(stage.Home)
	if err == nil && stage.Home.Exists() {
		open := before.Done.IsZero() && !before.Over(time.Now())
		if book.Name == stage.Book.Name && open && goOn {
			stage.Book = book
			return before, stage.GoOn(ctx)
		}
		if book.Name == stage.Book.Name && before.Exam && open && !p.fresh {
			return nil, fmt.Errorf("the exam in %s goes on; --new ends it", book.Name)
		}
		if book.Name != stage.Book.Name && open {
			if err := newStage(stage.Home, book).PutBy(ctx); err != nil {
				fmt.Fprintf(os.Stderr, "hsmlab: %v\n", err) // its world is damaged; that must not keep anybody from going on
			} else {
				p.putBy = book.Name
				if _, _, err := bookText(book.Name); err != nil { // one of the person's own
					p.putBy = before.File
				}
			}
		}
	}
	if goOn {
		if taken, err := stage.TakeUp(ctx); err != nil || taken != nil {
			return taken, err
		}
	}
	return st, stage.Begin(ctx, st)
}

func printBrief(out io.Writer, book *runbook.Runbook, st *practice.State) {
	fmt.Fprintf(out, "%s: %s\n%s, about %s\n%s\n\n%s\n\nGoals (%d points):\n", book.Name, book.Title, book.Level, minutes(book.Time),
		fill("Teaches "+book.Teaches), fill(book.Brief), book.Points())
	for _, g := range book.Goals {
		fmt.Fprintln(out, hang(fmt.Sprintf("  %2d  ", g.Points), g.Says))
	}
	fmt.Fprint(out, "\nConsoles: key_mgmt_util, and\ncloudhsm_mgmt_util /opt/cloudhsm/etc/cloudhsm_mgmt_util.cfg\n")
	if st.Exam {
		fmt.Fprintf(out, "\nThis is an exam: it ends at %s.\n'hsmlab check' grades, 'hsmlab brief' shows this again.\n", st.Until.Local().Format("15:04:05"))
		return
	}
	fmt.Fprint(out, "\n'hsmlab check' grades, 'hsmlab hint' helps, 'hsmlab brief' shows this again.\n")
}

func minutes(d time.Duration) string {
	if d < time.Minute {
		return d.Round(time.Second).String()
	}
	return strings.TrimSuffix(d.Round(time.Minute).String(), "0s")
}

// listBooks prints hsmlab's own runbooks with the person's progress.
func listBooks(out io.Writer) error {
	list, err := books()
	if err != nil {
		return err
	}
	progress, err := practice.ReadProgress(os.Getenv)
	if err != nil {
		return err
	}
	table := newList(out)
	table.Header("Runbook", "Title", "Level", "Time", "Progress")
	for _, b := range list {
		stars := strings.Repeat("*", 1+slices.Index(runbook.Levels, b.Level))
		if err := table.Append(b.Name, b.Title, stars, minutes(b.Time), progressOf(progress[b.Name])); err != nil {
			return err
		}
	}
	return table.Render()
}

// progressOf is a record in a few words.
func progressOf(r *practice.Record) string {
	switch {
	case r == nil:
		return ""
	case r.Exam != nil:
		return fmt.Sprintf("exam %d/%d", r.Exam.Points, r.Exam.Of)
	case !r.Solved.IsZero():
		return "done " + minutes(r.Best)
	case r.Points > 0:
		return fmt.Sprintf("%d/%d", r.Points, r.Of)
	}
	return "begun"
}
