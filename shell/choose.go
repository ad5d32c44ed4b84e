package shell

import (
	"os"

	"golang.org/x/term"
)

// Choose picks the editor. HSMLAB_EDITOR=rich or plain decides. Otherwise the rich
// one is for a person at the lab shell's own terminal only, whose device the lab
// shell names in HSMLAB_TTY: under expect and pexpect the terminal is another one,
// although the environment is the same. Without a terminal at both ends, and by
// default with TERM empty or "dumb", the answer is Plain.
func Choose(getenv func(string) string, in, out *os.File) Editor {
	if !isTerminal(in) || !isTerminal(out) {
		return Plain
	}
	switch getenv("HSMLAB_EDITOR") {
	case "rich":
		return Rich
	case "plain":
		return Plain
	}
	if name := getenv("TERM"); name == "" || name == "dumb" {
		return Plain
	}
	if path := getenv("HSMLAB_TTY"); path == "" || !sameDevice(in, path) {
		return Plain
	}
	return Rich
}

func isTerminal(f *os.File) bool {
	return term.IsTerminal(int(f.Fd()))
}
