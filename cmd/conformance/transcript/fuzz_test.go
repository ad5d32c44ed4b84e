package transcript

import (
	"strings"
	"testing"
)

func seeds() []string {
	return []string{
		everything,
		head(CMU, Tokens, `# put: "<a>" "b"`, "# skip: ^-", "# answer: y") + "server 1> <a>\n-\nGo(y/n)? y\n\naws-cloudhsm>\n",
		head(KMU, Exact, "# empty-lines: compared", "# prompt: none", `# generated: (?m)^ *(\d+)(x)?$`) + "a\n\t1\nNode id 2\nNode id 1\n$ b\n",
		head(Shell, Shape, "# command: sudo a") + "HSM Error: x.\nCommand:  \n",
		head(Configure, Contains, "# command: a", "# shows: file b") + "'E2'\n",
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range seeds() {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := Parse(data)
		if err != nil {
			if file != nil || !strings.HasPrefix(err.Error(), "line ") {
				t.Fatalf("file %v with error %q", file, err)
			}
			return
		}
		if !strings.HasSuffix(string(data), file.Text) {
			t.Fatalf("text %q is not the end of the file", file.Text)
		}
		if _, skipped := file.Skipped(); skipped != (len(file.Generations()) == 0 || file.Check == None) {
			t.Fatalf("skipped %v with generation %s", skipped, file.Generation)
		}
		turns, err := file.Turns()
		if err == nil && file.Check != None && len(turns) == 0 {
			t.Fatal("no turns and no error")
		}
	})
}

func FuzzCompare(f *testing.F) {
	for _, seed := range seeds() {
		f.Add([]byte(seed), "a\r\n\tb\naws-cloudhsm>", "Go(y/n)?y\nNode id 1\n")
	}
	f.Fuzz(func(t *testing.T, data []byte, first, second string) {
		file, err := Parse(data)
		if err != nil {
			return
		}
		for _, outputs := range [][]string{nil, {first}, {first, second}} {
			if r := file.Compare(outputs); r.OK != (r.Diff == "") {
				t.Fatalf("result %+v", r)
			}
		}
		play(t, file, first, second)
		// What the shell runs is cut at a tool's prompt, which another text may contain.
		if _, err := file.compared(); err != nil || file.inShell() && file.Shows == "" {
			return
		}
		if r := file.Compare(printed(t, file)); !r.OK && !strings.HasPrefix(r.Diff, "cannot compare") {
			t.Fatalf("the text differs from itself:\n%s", r.Diff)
		}
	})
}

// play feeds the dialogue with output byte by byte and expects it to come to an end.
func play(t *testing.T, file *File, outputs ...string) {
	d, err := file.Dialogue()
	if err != nil {
		return
	}
	d.Start()
	replies := 0
	for _, out := range outputs {
		for i := range len(out) {
			if d.Read(out[i:i+1]).Action == Reply {
				replies++
			}
		}
		d.Ended()
	}
	if replies > len(file.Answers) || len(d.Outputs()) > len(d.turns) {
		t.Fatalf("%d replies of %d, %d outputs of %d", replies, len(file.Answers), len(d.Outputs()), len(d.turns))
	}
}
