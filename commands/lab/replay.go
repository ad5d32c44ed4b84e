package lab

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/hsmlab/hsmlab/commands/replay"
	"github.com/hsmlab/hsmlab/commands/runbook"
	"github.com/hsmlab/hsmlab/hsmsim/lab"
	"github.com/hsmlab/hsmlab/shell/cast"
	"github.com/hsmlab/hsmlab/shell/play"
	"github.com/hsmlab/hsmlab/shell/record"
)

// replaying is how a session is replayed.
type replaying struct {
	*options
	scenarioFile string
	secrets      []string
	show         showing
}

func replayCommand(o *options) *cobra.Command {
	r := &replaying{options: o}
	show := false
	cmd := &cobra.Command{
		Use:   "replay FILE.cast|FILE.txt|-",
		Short: "Type a recorded session into a fresh world and compare, or show it",
		Long: `Type a recorded session into a world of its own that is made of the same scenario as the lab's, each line when
the program waits for it, and compare what is to be seen with what was recorded. Times, ids that are made up and the
like do not count. Prints the difference; the exit status is 0 where there is none, and 1 otherwise.
The session's commands are run, by the shell too, in an empty directory. Passwords are not in a recording: they are
given in their order, or by the user's name.`,
		Example: "  hsmlab replay --secret adminpw1 session.cast\n  hsmlab replay --secret admin=adminpw1 --secret kmsuser=tempPassword session.txt\n" +
			"  hsmlab replay --show --speed 2 session.cast",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			text, err := readSession(cmd.InOrStdin(), args[0])
			if err != nil {
				return err
			}
			if show {
				return r.show.run(cmd.Context(), cmd.OutOrStdout(), args[0], text)
			}
			session, err := parseSession(args[0], text)
			if err != nil {
				return err
			}
			if err := session.Unlock(r.secrets); err != nil {
				return err
			}
			difference, err := r.play(cmd.Context(), session)
			if err != nil {
				return err
			}
			if difference != "" {
				printDifference(cmd.OutOrStdout(), difference)
				return exitStatus(1)
			}
			fmt.Fprintf(cmd.OutOrStdout(), "the session looks the same: %d lines typed\n", len(session.Turns))
			return nil
		},
	}
	f := cmd.Flags()
	f.BoolVar(&show, "show", false, "show the recording as it was, with its times")
	f.Float64Var(&r.show.speed, "speed", 1, "so many times faster, with --show")
	f.DurationVar(&r.show.maxIdle, "max-idle", 2*time.Second, "wait no longer than this, with --show")
	f.StringVar(&r.scenarioFile, "scenario", "", "scenario file of the world (default: the lab's)")
	f.StringArrayVar(&r.secrets, "secret", nil, "a password that is not in the recording, or USER=PASSWORD")
	return cmd
}

// readSession reads a file, or standard input for "-".
func readSession(in io.Reader, name string) ([]byte, error) {
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, fmt.Errorf("cannot read the session: %w", err)
		}
		defer f.Close()
		in = f
	}
	text, err := io.ReadAll(io.LimitReader(in, cast.MaxSize+1))
	if err != nil {
		return nil, fmt.Errorf("cannot read the session: %w", err)
	}
	return text, nil
}

func parseSession(name string, text []byte) (s *replay.Session, err error) {
	if cast.Is(text) {
		header, events, readErr := cast.Read(bytes.NewReader(text))
		if readErr != nil {
			return nil, fmt.Errorf("%s: %w", name, readErr)
		}
		s, err = replay.FromCast(header, events, func(lab string) record.Secrets { return recordedSecrets("[" + lab + "] ") })
	} else {
		s, err = replay.FromText(text)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return s, nil
}

// replayPatience bounds how long a program may be silent, real time.
const replayPatience = 30 * time.Second

// play replays a session in a lab of its own.
func (r *replaying) play(ctx context.Context, s *replay.Session) (difference string, err error) {
	name := s.Lab
	if name == "" {
		name = "lab"
	}
	h, remove, err := passingLab(name)
	if err != nil {
		return "", err
	}
	defer remove()
	if err := r.choose(ctx, h); err != nil {
		return "", err
	}
	c, err := lab.Ensure(ctx, h)
	if err != nil {
		return "", err
	}
	settings := c.Settings()
	c.Close()
	defer func() { err = errors.Join(err, lab.Down(context.WithoutCancel(ctx), h)) }()
	program, err := replayShell(ctx, h, s.Command)
	if err != nil {
		return "", err
	}
	program.Env = append(environment(h, settings), program.Env...)
	started, err := play.Start(program, replayPatience)
	if err != nil {
		return "", err
	}
	defer started.Kill()
	return s.Play(ctx, started, recordedSecrets("[lab] "), func(ctx context.Context, d time.Duration) error { return passTime(ctx, h, d) })
}

// passTime moves a lab's time ahead as if so much real time had passed. A lab that the session has stopped has no time.
func passTime(ctx context.Context, h lab.Home, d time.Duration) error {
	c, err := lab.Connect(ctx, h)
	if err != nil {
		return nil
	}
	defer c.Close()
	s, err := c.Status(ctx)
	if err != nil {
		return err
	}
	return c.AdvanceClock(ctx, time.Duration(min(float64(d)*s.Rate, float64(maxJump))))
}

// choose gives a new lab its scenario: the file's, or that of the lab that the command is about, if it has a world.
func (r *replaying) choose(ctx context.Context, h lab.Home) error {
	if r.scenarioFile != "" {
		return h.Choose(r.scenarioFile)
	}
	from, err := r.home()
	if err != nil || !from.Exists() {
		return err
	}
	c, err := lab.Ensure(ctx, from)
	if err != nil {
		return err
	}
	defer c.Close()
	text, err := c.Scenario(ctx)
	if err != nil {
		return err
	}
	return h.ChooseText("the lab's scenario", []byte(text))
}

// replayShell is a shell with prompts that are recognised, or with a command in its place.
func replayShell(ctx context.Context, h lab.Home, command string) (*exec.Cmd, error) {
	var b strings.Builder
	writeShellCommon(&b, h)
	b.WriteString(replay.ShellStart())
	if err := os.MkdirAll(h.Work(), 0o700); err != nil {
		return nil, fmt.Errorf("cannot make ready for the session: %w", err)
	}
	cmd, err := runbook.Shell(ctx, h.Run, b.String())
	if err != nil {
		return nil, err
	}
	if command != "" {
		env := cmd.Env
		cmd = exec.CommandContext(ctx, "sh", "-c", "exec "+command)
		cmd.Env = env
	}
	cmd.Dir = h.Work()
	return cmd, nil
}

// maxDifference bounds how many lines of a difference are printed: what comes first is what matters.
const maxDifference = 60

func printDifference(out io.Writer, difference string) {
	list := strings.SplitAfter(difference, "\n")
	fmt.Fprint(out, strings.Join(list[:min(len(list), maxDifference)], ""))
	if left := len(list) - maxDifference; left > 0 {
		fmt.Fprintf(out, "... and %d lines more\n", left)
	}
}
