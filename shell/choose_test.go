//go:build linux || darwin

package shell_test

import (
	"os"
	"testing"

	"github.com/creack/pty"

	"github.com/hsmlab/hsmlab/shell"
)

func TestChoose(t *testing.T) {
	keys, terminal, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer keys.Close()
	defer terminal.Close()
	keys2, other, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer keys2.Close()
	defer other.Close()
	pipe, end, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer pipe.Close()
	defer end.Close()

	type env map[string]string
	for name, test := range map[string]struct {
		env     env
		in, out *os.File
		want    shell.Editor
	}{
		"the lab shell's own terminal":      {env{"TERM": "xterm", "HSMLAB_TTY": terminal.Name()}, terminal, terminal, shell.Rich},
		"another terminal, as under expect": {env{"TERM": "xterm", "HSMLAB_TTY": other.Name()}, terminal, terminal, shell.Plain},
		"no lab shell":                      {env{"TERM": "xterm"}, terminal, terminal, shell.Plain},
		"a terminal that is gone":           {env{"TERM": "xterm", "HSMLAB_TTY": "/dev/pts/none"}, terminal, terminal, shell.Plain},
		"something that is no terminal":     {env{"TERM": "xterm", "HSMLAB_TTY": os.TempDir()}, terminal, terminal, shell.Plain},
		"no TERM":                           {env{"HSMLAB_TTY": terminal.Name()}, terminal, terminal, shell.Plain},
		"a dumb terminal":                   {env{"TERM": "dumb", "HSMLAB_TTY": terminal.Name()}, terminal, terminal, shell.Plain},
		"rich on request":                   {env{"TERM": "dumb", "HSMLAB_EDITOR": "rich"}, terminal, terminal, shell.Rich},
		"plain on request":                  {env{"TERM": "xterm", "HSMLAB_TTY": terminal.Name(), "HSMLAB_EDITOR": "plain"}, terminal, terminal, shell.Plain},
		"a request that is none":            {env{"TERM": "xterm", "HSMLAB_EDITOR": "emacs"}, terminal, terminal, shell.Plain},
		"input from a pipe":                 {env{"TERM": "xterm", "HSMLAB_EDITOR": "rich"}, pipe, terminal, shell.Plain},
		"output to a pipe":                  {env{"TERM": "xterm", "HSMLAB_EDITOR": "rich"}, terminal, end, shell.Plain},
	} {
		t.Run(name, func(t *testing.T) {
			getenv := func(key string) string { return test.env[key] }
			if got := shell.Choose(getenv, test.in, test.out); got != test.want {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}
