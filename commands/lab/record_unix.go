//go:build linux || darwin

package lab

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/creack/pty"
	"golang.org/x/term"

	"github.com/hsmlab/hsmlab/shell"
	"github.com/hsmlab/hsmlab/shell/record"
)

// lastWords is how long a program's last output may take when it has ended and others still have its terminal, real
// time.
const lastWords = 200 * time.Millisecond

// run runs a program on a terminal of its own, between it and the person's.
func (r recording) run(program *exec.Cmd) error {
	columns, rows := windowSize(os.Stdin)
	master, terminal, err := pty.Open()
	if err != nil {
		return fmt.Errorf("cannot make a terminal: %w", err)
	}
	defer master.Close()
	defer terminal.Close()
	if err := pty.Setsize(master, &pty.Winsize{Cols: uint16(columns), Rows: uint16(rows)}); err != nil {
		return fmt.Errorf("cannot make a terminal: %w", err)
	}
	recorder, closeFiles, err := r.open(program, columns, rows)
	if err != nil {
		return err
	}
	if r.command == "" {
		greeting := strings.ReplaceAll(fmt.Sprintf(shellGreeting, r.home.Name), "\n", "\r\n")
		recorder.Output([]byte(greeting))
		io.WriteString(os.Stdout, greeting)
	}
	program.Env = append(program.Env, "HSMLAB_TTY="+terminal.Name())
	program.Stdin, program.Stdout, program.Stderr = terminal, terminal, terminal
	program.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if found, err := term.MakeRaw(int(os.Stdin.Fd())); err == nil { // else it is no terminal
		defer term.Restore(int(os.Stdin.Fd()), found)
	}
	if err := program.Start(); err != nil {
		return errors.Join(fmt.Errorf("cannot run %s: %w", program.Path, err), closeFiles())
	}
	terminal.Close()
	defer watchSignals(program, master, recorder)()
	go typeInto(master, recorder)
	shown := make(chan struct{})
	go func() {
		defer close(shown)
		show(master, recorder)
	}()
	err = program.Wait()
	select {
	case <-shown:
	case <-time.After(lastWords):
	}
	recorder.Close()
	if err := closeFiles(); err != nil {
		return fmt.Errorf("cannot end the recording: %w", err)
	}
	return ended(program, err)
}

// ended makes an exit status of the end of a program, as shells do it.
func ended(program *exec.Cmd, err error) error {
	exit, ok := errors.AsType[*exec.ExitError](err)
	if !ok && err != nil {
		return fmt.Errorf("cannot run %s: %w", program.Path, err)
	}
	if !ok {
		return nil
	}
	if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return exitStatus(128 + int(status.Signal()))
	}
	return exitStatus(exit.ExitCode())
}

// watchSignals hands changes of the window over, and an end from outside.
func watchSignals(program *exec.Cmd, master *os.File, recorder *record.Recorder) (stop func()) {
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, syscall.SIGWINCH, syscall.SIGTERM, syscall.SIGHUP)
	go func() {
		for s := range signals {
			if s != syscall.SIGWINCH {
				program.Process.Signal(syscall.SIGHUP)
				continue
			}
			columns, rows := windowSize(os.Stdin)
			recorder.Resize(columns, rows)
			pty.Setsize(master, &pty.Winsize{Cols: uint16(columns), Rows: uint16(rows)})
		}
	}()
	return func() {
		signal.Stop(signals)
		close(signals)
	}
}

const ctrlD = "\x04"

// typeInto hands over what is typed until its end, which is Ctrl-D for the program.
func typeInto(master *os.File, recorder *record.Recorder) {
	keys := make([]byte, 4096)
	for {
		n, err := os.Stdin.Read(keys)
		if n > 0 {
			recorder.Input(keys[:n], shell.Hides(master))
			master.Write(keys[:n])
		}
		if err != nil {
			io.WriteString(master, ctrlD)
			return
		}
	}
}

// show hands over what the program writes until its end.
func show(master *os.File, recorder *record.Recorder) {
	output := make([]byte, 32<<10)
	for {
		n, err := master.Read(output)
		if n > 0 {
			recorder.Output(output[:n]) // first: whoever sees a prompt may type at once
			os.Stdout.Write(output[:n])
		}
		if err != nil {
			return
		}
	}
}
