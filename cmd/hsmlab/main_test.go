package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/hsmlab/hsmlab/hsmsim/lab"
	"github.com/hsmlab/hsmlab/hsmsim/lab/scenario"
)

var update = flag.Bool("update", false, "write the expected outputs in testdata anew")

// TestMain lets the test program be hsmlab and each of its tools, by the name that it is called by.
func TestMain(m *testing.M) {
	programs := map[string]func(){"hsmlab": main, "play": play}
	for _, name := range lab.Tools {
		programs[name] = main
	}
	// testscript would take the directory off the name, by which a tool finds its installation.
	name := filepath.Base(os.Args[0])
	if name == "aws" { // that of a lab; the scripts find the real one under the name
		main()
	}
	if run := programs[name]; run != nil {
		run()
	}
	testscript.Main(m, programs)
}

// TestScripts runs the scripts of testdata, each with a home directory and a lab of its own.
func TestScripts(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the scripts need a pseudo-terminal and a POSIX shell")
	}
	g := &goldens{}
	t.Cleanup(func() { g.write(t) })
	testscript.Run(t, testscript.Params{
		Dir:                "testdata",
		Setup:              setUp,
		Condition:          installed,
		Cmds:               map[string]func(*testscript.TestScript, bool, []string){"session": g.session},
		UpdateScripts:      *update,
		RequireUniqueNames: true,
	})
}

// setUp gives a script what it sees of the machine. Whatever labs it leaves running are stopped at its end.
func setUp(e *testscript.Env) error {
	home := filepath.Join(e.WorkDir, "home")
	e.Setenv("HOME", home)
	e.Setenv("HSMLAB_HOME", filepath.Join(e.WorkDir, "lab"))
	e.Setenv("TERM", "xterm")
	e.Setenv("PYENV_ROOT", os.Getenv("PYENV_ROOT")) // of Python programs that are installed so
	e.Setenv("NODE_MODULES", os.Getenv("HSMLAB_NODE_MODULES"))
	e.Setenv("NODE_NO_WARNINGS", "1")
	runbooks, err := filepath.Abs("../../docs/runbooks")
	if err != nil {
		return err
	}
	e.Setenv("RUNBOOKS", runbooks)
	// At its end a program that looks for races waits a second for more of them.
	e.Setenv("GORACE", strings.TrimSpace(os.Getenv("GORACE")+" atexit_sleep_ms=0"))
	e.Defer(func() { tidy(e) })
	if err := os.Mkdir(home, 0o700); err != nil {
		return err
	}
	return withoutKeyStore(filepath.Join(e.WorkDir, "no_key_store.yaml"))
}

// withoutKeyStore writes the default world with a kmsuser who belongs to the operators.
func withoutKeyStore(path string) error {
	w := scenario.Default()
	w.KMS = scenario.KMS{}
	text, err := w.YAML()
	if err != nil {
		return err
	}
	return os.WriteFile(path, text, 0o600)
}

// crash is what a daemon that fails leaves in its log; nobody else would hear of it.
var crash = regexp.MustCompile(`(?ms)^(WARNING: DATA RACE|panic: |fatal error: ).*`)

// tidy stops the labs of a script.
func tidy(e *testscript.Env) {
	if err := stopLabs(e.WorkDir); err != nil {
		e.T().Log(err)
		e.T().FailNow()
	}
}

// stopLabs stops every lab below a directory and looks into its log.
func stopLabs(dir string) error {
	return filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.Name() != "lab.json" {
			return err
		}
		return stop(filepath.Dir(path))
	})
}

func stop(dir string) error {
	h, err := lab.Locate(func(name string) string { return map[string]string{"HSMLAB_HOME": dir}[name] }, "")
	if err != nil {
		return err
	}
	defer os.RemoveAll(h.Run)
	if err := lab.Down(context.Background(), h); err != nil {
		return err
	}
	log, err := os.ReadFile(h.LogFile())
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if found := crash.Find(log); found != nil {
		return fmt.Errorf("the daemon of %s has failed:\n%s", dir, found)
	}
	return nil
}

// installed is the conditions [pexpect] and [boto3], that Python can be found and has the package of that name, and
// [javascript], that there is the AWS SDK for JavaScript.
func installed(condition string) (bool, error) {
	switch condition {
	case "pexpect", "boto3":
		return exec.Command("python3", "-c", "import "+condition).Run() == nil, nil
	case "javascript":
		_, err := os.Stat(filepath.Join(os.Getenv("HSMLAB_NODE_MODULES"), "@aws-sdk", "client-kms"))
		return err == nil && os.Getenv("HSMLAB_NODE_MODULES") != "", nil
	}
	return false, fmt.Errorf("unknown condition %s", condition)
}
