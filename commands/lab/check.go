package lab

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/hsmlab/hsmlab/commands/practice"
	"github.com/hsmlab/hsmlab/commands/runbook"
)

// graded is what check prints as JSON.
type graded struct {
	Runbook string          `json:"runbook"`
	Met     bool            `json:"met"`
	Points  int             `json:"points"`
	Of      int             `json:"of"`
	Hints   int             `json:"hints"`
	Shown   bool            `json:"shown"`   // the solution was played
	Seconds int             `json:"seconds"` // since it was begun
	Exam    bool            `json:"exam"`
	Over    bool            `json:"over"` // the exam's time has passed; what counts is the best grade before
	Goals   []runbook.Grade `json:"goals"`
}

func checkCommand(o *options) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Grade the world against the runbook",
		Long:  "Tell for each goal of the runbook whether it is met, and what is still wrong. The exit status is 0 if all goals are met, else 1.",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			stage, st, err := o.current()
			if err != nil {
				return err
			}
			return check(cmd.Context(), cmd.OutOrStdout(), stage, st, asJSON)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print as JSON, with the points of each goal")
	return cmd
}

func check(ctx context.Context, out io.Writer, stage *practice.Stage, st *practice.State, asJSON bool) error {
	now := time.Now()
	g := graded{Runbook: stage.Book.Name, Of: stage.Book.Points(), Hints: st.Hints, Shown: st.Shown, Seconds: int(now.Sub(st.Begun).Seconds()), Exam: st.Exam,
		Over: st.Over(now)}
	var err error
	if g.Goals, err = stage.Grade(ctx); err != nil {
		return err
	}
	for i := range g.Goals {
		if g.Goals[i].Met {
			g.Points += g.Goals[i].Points
		}
		if st.Exam {
			g.Goals[i].Wrong = ""
		}
	}
	g.Met = runbook.AllMet(g.Goals)
	if g.Over {
		g.Points, g.Met = st.Best, !st.Done.IsZero()
	}
	first := g.Met && st.Done.IsZero()
	if err := note(stage, st, g, now); err != nil {
		return err
	}
	if asJSON {
		enc := json.NewEncoder(out)
		enc.SetIndent("", "  ")
		if err := enc.Encode(g); err != nil {
			return err
		}
	} else {
		printGrades(out, stage.Book, g, first)
	}
	if !g.Met {
		return exitStatus(1)
	}
	return nil
}

// note keeps a grade in the state and in the person's progress.
func note(stage *practice.Stage, st *practice.State, g graded, now time.Time) error {
	st.Best = max(st.Best, g.Points)
	if g.Met && st.Done.IsZero() {
		st.Done = now
	}
	if err := stage.Keep(st); err != nil {
		return err
	}
	return practice.Note(os.Getenv, stage.Book.Name, func(r *practice.Record) {
		r.Of = g.Of
		if st.Shown {
			return // by the solution, not by the person
		}
		r.Points = max(r.Points, g.Points)
		if st.Exam {
			r.Exam = &practice.ExamRecord{Ended: now, Points: st.Best, Of: g.Of}
		}
		if !g.Met {
			return
		}
		if took := st.Done.Sub(st.Begun); r.Best == 0 || took < r.Best {
			r.Best = took
		}
		if r.Solved.IsZero() {
			r.Solved, r.Hints = st.Done, st.Hints
		}
	})
}

func printGrades(out io.Writer, book *runbook.Runbook, g graded, first bool) {
	for _, goal := range g.Goals {
		mark, points := "x", goal.Points
		if !goal.Met {
			mark, points = " ", 0
		}
		fmt.Fprintln(out, hang(fmt.Sprintf("[%s] %2d/%d  ", mark, points, goal.Points), goal.Says))
		if goal.Wrong != "" {
			fmt.Fprintln(out, hang("           ", goal.Wrong))
		}
	}
	if g.Over {
		fmt.Fprintf(out, "The time of the exam is over. What counts is the best grade before: %d of %d points.\n", g.Points, g.Of)
		return
	}
	fmt.Fprintf(out, "%d of %d points\n", g.Points, g.Of)
	if !g.Met {
		return
	}
	switch took := minutes(time.Duration(g.Seconds) * time.Second); {
	case g.Shown:
		fmt.Fprintln(out, "\nThis was the solution. 'hsmlab reset' begins again, for your own.")
	case g.Hints == 0:
		fmt.Fprintf(out, "\nDone in %s.\n", took)
	default:
		fmt.Fprintf(out, "\nDone in %s; hints: %d.\n", took, g.Hints)
	}
	if first {
		printWhy(out, book)
	}
}

// printWhy is what a person should understand in the end, and where to read more.
func printWhy(out io.Writer, book *runbook.Runbook) {
	fmt.Fprintf(out, "\nWhy it works\n\n%s\n\nTo read:\n", fill(book.Why))
	for _, page := range book.Guide {
		fmt.Fprintf(out, "  %s\n", page)
	}
	fmt.Fprint(out, "\n'hsmlab next' goes on to the next runbook.\n")
}
