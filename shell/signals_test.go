//go:build linux || darwin

package shell_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

func TestASignalLeavesTheTerminalAsItWas(t *testing.T) {
	for _, kind := range []syscall.Signal{
		syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT,
	} {
		for state, keys := range map[string]string{
			"at the prompt":    "",
			"in a line":        "echo a",
			"at a password":    "pw\r",
			"while work is on": "sleep\r",
		} {
			t.Run(fmt.Sprint(kind, " ", state), func(t *testing.T) {
				bothEditors(t, func(t *testing.T, editor string) {
					if editor == "rich" && kind == syscall.SIGINT && keys == "sleep\r" {
						t.Skip("interrupts the command")
					}
					s := start(t, editor)
					s.shows(ready)
					s.send(keys)
					switch keys {
					case "pw\r":
						s.until("Enter password: ")
					case "sleep\r":
						s.until("sleeping\r\n")
					default:
						s.until(keys)
					}
					s.cmd.Process.Signal(kind)
					if rest, status := s.exit(); status != 128+int(kind) {
						t.Errorf("exit %d after %q", status, rest)
					}
				})
			})
		}
	}
}

func TestCtrlCInThePlainReaderEndsTheProcess(t *testing.T) {
	t.Parallel()
	s := start(t, "plain")
	s.shows(ready)
	s.send("echo \x03")
	if rest, status := s.exit(); status != 130 {
		t.Errorf("exit %d after %q", status, rest)
	}
}

func TestCtrlCInTheRichEditorInterruptsTheCommand(t *testing.T) {
	t.Parallel()
	s := start(t, "rich")
	s.shows(ready)
	s.send("sleep\r")
	s.shows("sleep\r\nsleeping\r\n")
	s.send("\x03")
	s.shows("woken: interrupted\r\n" + ready)
	s.send("quit\r")
	s.exit()
}

func TestAPanicLeavesTheTerminalAsItWas(t *testing.T) {
	bothEditors(t, func(t *testing.T, editor string) {
		s := start(t, editor)
		s.shows(ready)
		s.send("panic\r")
		if rest, status := s.exit(); status != 2 || !strings.Contains(rest, "at the disco") {
			t.Errorf("exit %d after %q", status, rest)
		}
	})
}

func TestAHangUpIsTheEndOfInput(t *testing.T) {
	bothEditors(t, func(t *testing.T, editor string) {
		s := start(t, editor, "SHELL_TEST_NOHUP=1")
		s.shows(ready)
		s.send("echo a")
		s.until("echo a")
		s.hangUp()
		if err := s.cmd.Wait(); err != nil {
			t.Error(err)
		}
	})
}

func TestAHangUpWhileWorkIsOnIsTheEndOfInput(t *testing.T) {
	bothEditors(t, func(t *testing.T, editor string) {
		s := start(t, editor, "SHELL_TEST_NOHUP=1")
		s.shows(ready)
		s.send("sleep\r")
		s.until("sleeping\r\n")
		s.hangUp()
		s.cmd.Process.Signal(syscall.SIGUSR1)
		if err := s.cmd.Wait(); err != nil {
			t.Error(err)
		}
	})
}

// TestAHangUpEndsTheProcess allows for any order of the signal and the end of input.
func TestAHangUpEndsTheProcess(t *testing.T) {
	bothEditors(t, func(t *testing.T, editor string) {
		s := start(t, editor)
		s.shows(ready)
		s.hangUp()
		s.cmd.Wait()
		status := s.cmd.ProcessState.Sys().(syscall.WaitStatus)
		if code := status.ExitStatus(); code != 129 && code != 0 && status.Signal() != syscall.SIGHUP {
			t.Errorf("%v", s.cmd.ProcessState)
		}
	})
}

func TestAProcessThatNobodyCanContinueIsNotSuspended(t *testing.T) {
	bothEditors(t, func(t *testing.T, editor string) {
		s := start(t, editor)
		s.shows(ready)
		s.cmd.Process.Signal(syscall.SIGTSTP)
		s.send("echo on\r")
		s.until("\r\non\r\n" + ready)
		s.send("quit\r")
		s.exit()
	})
}

// TestASuspendedConsoleGivesTheTerminalBack runs the console under leader, which
// does what a shell with job control does.
func TestASuspendedConsoleGivesTheTerminalBack(t *testing.T) {
	bothEditors(t, func(t *testing.T, editor string) {
		s := newSession(t)
		s.run("leader", "SHELL_TEST_EDITOR="+editor)
		s.shows(ready)
		s.cmd.Process.Signal(syscall.SIGUSR1)
		s.shows("stopped\r\n")
		s.restored()
		s.send("fg\r")
		s.shows("fg\r\n") // by the kernel
		s.taken()
		s.send("echo on\rquit\r")
		want := "echo on\r\non\r\n" + ready + "quit\r\nbye\r\n"
		if rest, status := s.exit(); rest != want || status != 7 {
			t.Errorf("exit %d after %q, want %q", status, rest, want)
		}
	})
}

// leader starts the console in a process group of its own, in the foreground. It
// suspends the console when it is told to by SIGUSR1, reads a line from the
// terminal, and continues the console.
func leader() int {
	told := make(chan os.Signal, 1)
	signal.Notify(told, syscall.SIGUSR1)
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "SHELL_TEST_CONSOLE="+os.Getenv("SHELL_TEST_EDITOR"))
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Foreground: true}
	if err := cmd.Start(); err != nil {
		fmt.Println(err)
		return 96
	}
	job := cmd.Process.Pid
	signal.Ignore(syscall.SIGTTOU)
	<-told
	unix.Kill(-job, unix.SIGTSTP)
	var status unix.WaitStatus
	unix.Wait4(job, &status, unix.WUNTRACED, nil)
	unix.IoctlSetPointerInt(0, unix.TIOCSPGRP, unix.Getpgrp())
	if status.Stopped() {
		fmt.Println("stopped")
	}
	bufio.NewReader(os.Stdin).ReadString('\n')
	unix.IoctlSetPointerInt(0, unix.TIOCSPGRP, job)
	unix.Kill(-job, unix.SIGCONT)
	unix.Wait4(job, &status, 0, nil)
	return status.ExitStatus()
}
