//go:build linux || darwin

package shell_test

import (
	"os"
	"os/exec"
	"testing"
)

func TestExpectDrivesTheConsole(t *testing.T) {
	expect, err := exec.LookPath("expect")
	if err != nil {
		t.Skip(err)
	}
	drive(t, expect, "testdata/session.exp")
}

func TestPexpectDrivesTheConsole(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip(err)
	}
	if err := exec.Command(python, "-c", "import pexpect").Run(); err != nil {
		t.Skip("python3 has no pexpect")
	}
	drive(t, python, "testdata/session.py")
}

// drive runs a script that drives the console through a session.
func drive(t *testing.T, program, script string) {
	bothEditors(t, func(t *testing.T, editor string) {
		cmd := exec.Command(program, script)
		cmd.Env = append(os.Environ(), "CONSOLE="+os.Args[0], "SHELL_TEST_CONSOLE="+editor,
			"SHELL_TEST_HISTORY="+t.TempDir()+"/history", "GORACE=atexit_sleep_ms=0")
		out, err := cmd.CombinedOutput()
		if err != nil || string(out) != "exit 7\n" {
			t.Errorf("%v: %s", err, out)
		}
	})
}
