package replay

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/hsmlab/hsmlab/shell/play"
)

// replayed plays a session in a shell of the machine, and tells how much time was to pass.
func replayed(t *testing.T, s *Session) (difference string, passed time.Duration) {
	t.Helper()
	dir := t.TempDir()
	start := filepath.Join(dir, "start")
	if err := os.WriteFile(start, []byte(ShellStart()), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("sh", "-i")
	if bash, err := exec.LookPath("bash"); err == nil {
		cmd = exec.Command(bash, "--noprofile", "--noediting", "--rcfile", start, "-i")
	}
	if s.Command != "" {
		cmd = exec.Command("sh", "-c", s.Command)
	}
	cmd.Env = []string{"ENV=" + start, "TERM=dumb", "PATH=" + os.Getenv("PATH")}
	cmd.Dir = dir
	program, err := play.Start(cmd, 20*time.Second)
	if err != nil {
		t.Skip(err)
	}
	defer program.Kill()
	difference, err = s.Play(t.Context(), program, noSecrets, func(_ context.Context, d time.Duration) error {
		passed += d
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return difference, passed
}

func TestASessionLooksTheSame(t *testing.T) {
	s := parsed(t, `Welcome
[x] me@host $ echo cluster-aaaaaaaaaaa | tr a b; date +%Y-%m-%d
cluster-ccccccccccc
2020-05-06
[x] me@host $ for i in 1 2; do
> echo $i
> done
1
2
[x] me@host $ nothing at all^C
[x] me@host $ echo cluster-ccccccccccc | tr b x | grep -c xxx
1
[x] me@host $ sh -c 'stty -echo; printf "Enter password: "; read x; stty echo; echo; test $x = secret && echo right'
Enter password: 
right
[x] me@host $ sh -c 'printf "aws-cloudhsm>"; cat; echo; echo gone'
aws-cloudhsm>
gone
[x] me@host $ echo end
end
`)
	if err := s.Unlock([]string{"secret"}); err != nil {
		t.Fatal(err)
	}
	difference, passed := replayed(t, s)
	if difference != "" {
		t.Error(difference)
	}
	if want := time.Duration(len(s.Turns)-1) * perLine; passed < want-perLine || passed > want {
		t.Errorf("%v have passed, want %v at most", passed, want)
	}
}

func TestASessionLooksOtherwise(t *testing.T) {
	s := parsed(t, "[x] $ echo one\ntwo\n[x] $ echo three\nthree\n")
	want := "diff recorded replayed\n--- recorded\n+++ replayed\n@@ -1,4 +1,4 @@\n [lab] $ echo one\n-two\n+one\n [lab] $ echo three\n three\n"
	if got, _ := replayed(t, s); got != want {
		t.Errorf("%s", got)
	}
}

func TestNothingIsTypedAtAnotherPrompt(t *testing.T) {
	s := parsed(t, "[x] $ touch made\n[x] $ printf 'aws-cloudhsm>'; cat\naws-cloudhsm>\n[x] $ rm made\n")
	s.Turns[0].Prompt = "aws-cloudhsm>"
	want := "diff recorded replayed\n--- recorded\n+++ replayed\n@@ -1,1 +1,1 @@\n-aws-cloudhsm>\n+[lab] $\n"
	if got, _ := replayed(t, s); got != want {
		t.Errorf("%s", got)
	}
}

func TestACommandIsReplayed(t *testing.T) {
	s := parsed(t, "Hello\naws-cloudhsm>one\nbye one\n")
	s.Command = "echo Hello; printf 'aws-cloudhsm>'; read x; echo bye $x"
	if got, _ := replayed(t, s); got != "" {
		t.Errorf("%s", got)
	}
	s.Command = "echo Hallo; printf 'aws-cloudhsm>'; read x; echo bye $x"
	want := "diff recorded replayed\n--- recorded\n+++ replayed\n@@ -1,3 +1,3 @@\n-Hello\n+Hallo\n aws-cloudhsm>one\n bye one\n"
	if got, _ := replayed(t, s); got != want {
		t.Errorf("%s", got)
	}
}
