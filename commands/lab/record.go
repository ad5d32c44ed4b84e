package lab

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/hsmlab/hsmlab/hsmsim/lab"
	"github.com/hsmlab/hsmlab/shell/cast"
	"github.com/hsmlab/hsmlab/shell/record"
)

func recordCommand(o *options) *cobra.Command {
	var textFile string
	var force bool
	cmd := &cobra.Command{
		Use:   "record [--text FILE.txt] FILE.cast [-- COMMAND [ARGUMENT...]]",
		Short: "Record a session in the lab's shell",
		Long: `Record a session in the lab's shell, or of a command in the lab, as asciinema does it,
and with --text also as a text that says what stood on the screen line by line.
Hidden passwords are not in it; those that are visible on a line for a tool are
stars. The exit status is that of the shell.`,
		Example: "  hsmlab record --text session.txt session.cast\n  hsmlab replay --show session.cast",
		Args: func(cmd *cobra.Command, args []string) error {
			if dash := cmd.ArgsLenAtDash(); dash != 1 && (dash != -1 || len(args) != 1) || dash == 1 && len(args) == 1 {
				return errors.New("one file to record to is needed, and behind it -- and a command if it is not the shell")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := o.connect(cmd.Context())
			if err != nil {
				return err
			}
			h, settings := c.Home(), c.Settings()
			c.Close()
			r := recording{home: h, castFile: args[0], textFile: textFile, force: force}
			program, err := labProgram(cmd.Context(), h, args[1:])
			if err != nil {
				return err
			}
			program.Env = append(environment(h, settings), program.Env...)
			if len(args) > 1 {
				r.command = argumentLine(args[1], args[2:])
			}
			return r.run(program)
		},
	}
	cmd.Flags().StringVar(&textFile, "text", "", "write a plain text, too")
	cmd.Flags().BoolVar(&force, "force", false, "replace files that are there")
	return cmd
}

// labProgram is the lab's shell, or a command that is found on its path.
func labProgram(ctx context.Context, h lab.Home, args []string) (*exec.Cmd, error) {
	if len(args) == 0 {
		return shellProgram(ctx, h, shellLook{})
	}
	path := args[0]
	if !strings.ContainsRune(path, filepath.Separator) {
		path = ""
		for _, dir := range filepath.SplitList(toolPath(h)) {
			if found, err := exec.LookPath(filepath.Join(dir, args[0])); err == nil {
				path = found
				break
			}
		}
		if path == "" {
			return nil, fmt.Errorf("cannot run %s: there is no such command", args[0])
		}
	}
	cmd := exec.CommandContext(ctx, path, args[1:]...)
	cmd.Args[0] = args[0]
	return cmd, nil
}

// recording is one run of hsmlab record.
type recording struct {
	home     lab.Home
	command  string // "" for the shell
	castFile string
	textFile string // "" for none
	force    bool
}

// open makes the files and begins the recording. What is closed in the end are the files.
func (r recording) open(program *exec.Cmd, columns, rows int) (*record.Recorder, func() error, error) {
	if r.textFile != "" && filepath.Clean(r.castFile) == filepath.Clean(r.textFile) {
		return nil, nil, fmt.Errorf("%s cannot be both the recording and its text", r.castFile)
	}
	castFile, err := createPrivate(r.castFile, r.force)
	if err != nil {
		return nil, nil, err
	}
	begun := time.Now()
	options := record.Options{
		Header: cast.Header{
			Width: columns, Height: rows, Timestamp: begun.Unix(), Command: r.command, Title: "hsmlab " + r.home.Name,
			Env: map[string]string{"SHELL": program.Path, "TERM": os.Getenv("TERM")},
		},
		Secrets: recordedSecrets(promptMark(r.home)),
		Cast:    castFile,
		Limit:   cast.MaxSize,
		Now:     func() time.Duration { return time.Since(begun) },
		Ended: func(err error) {
			fmt.Fprintf(os.Stderr, "\r\nhsmlab: %s is not recorded to any more, the session goes on: %v\r\n", r.castFile, err)
		},
	}
	closeFiles := castFile.Close
	if r.textFile != "" {
		text, err := createPrivate(r.textFile, r.force)
		if err != nil {
			castFile.Close()
			if !r.force {
				os.Remove(r.castFile)
			}
			return nil, nil, err
		}
		options.Text = text
		closeFiles = func() error { return errors.Join(castFile.Close(), text.Close()) }
	}
	recorder, err := record.New(options)
	if err != nil {
		return nil, nil, errors.Join(err, closeFiles())
	}
	return recorder, closeFiles, nil
}

// createPrivate makes a file for its owner only.
func createPrivate(path string, force bool) (*os.File, error) {
	how := os.O_EXCL
	if force {
		how = os.O_TRUNC
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|how, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("%s is there already; use --force to replace it", path)
	}
	if err != nil {
		return nil, fmt.Errorf("cannot make a file: %w", err)
	}
	if err := f.Chmod(0o600); err != nil {
		return nil, errors.Join(fmt.Errorf("cannot keep %s from others: %w", path, err), f.Close())
	}
	return f, nil
}
