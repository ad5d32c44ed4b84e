package main

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/hsmlab/hsmlab/hsmsim/lab/scenario"
)

// TestDocuments does what the documents say. Each has a directory with the files that it shows and a shell in it, in
// which its consoles are typed one after the other, from the first to the last; what is there to be seen must be what
// they show. A lab has the name default, as a reader's first one. Ports 127.0.0.1:4500 to 4599 stand for free ones.
func TestDocuments(t *testing.T) {
	eachDocument(t, func(t *testing.T, d *document) {
		for i := range d.blocks {
			d.check(t, i)
		}
		d.run(t, "own")
	})
}

// TestDocumentsWithTheRealCommand plays them once more with the AWS CLI of this machine.
func TestDocumentsWithTheRealCommand(t *testing.T) {
	if _, err := exec.LookPath("aws"); err != nil || testing.Short() {
		t.Skip("the aws command is not installed, or there is no time for it")
	}
	eachDocument(t, func(t *testing.T, d *document) { d.run(t, "real") })
}

func eachDocument(t *testing.T, f func(*testing.T, *document)) {
	if runtime.GOOS == "windows" {
		t.Skip("the consoles need a pseudo-terminal and a POSIX shell")
	}
	paths, err := filepath.Glob("../../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range append(paths, "../../README.md") {
		name := filepath.Base(path)
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := read(t, path)
			blocks, err := blocksOf(text)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			f(t, &document{name: name, dir: t.TempDir(), text: text, blocks: blocks, ports: map[string]string{}})
		})
	}
}

// A document is played in a directory of its own.
type document struct {
	name, dir, text string
	blocks          []block
	ports           map[string]string // what stands for those of the document
}

// check looks at a block that is not played, and whether one that is played uses its file.
func (d *document) check(t *testing.T, i int) {
	b := d.blocks[i]
	uses := func(later block) bool { return later.played() && strings.Contains(later.text, b.file) }
	if b.file != "" && b.skip == "" && !slices.ContainsFunc(d.blocks[i+1:], uses) {
		t.Errorf("%s:%d: nothing uses %s", d.name, b.line, b.file)
	}
	switch {
	case b.lang == "yaml" && b.skip != "":
		var any any
		if err := yaml.Unmarshal([]byte(b.text), &any); err != nil {
			t.Errorf("%s:%d: %v", d.name, b.line, err)
		}
	case b.kind == "scenario", b.kind == "part":
		text := b.text
		if b.kind == "part" {
			text += "clusters: [{}]\n"
		}
		if _, err := scenario.Parse(d.name, []byte(text)); err != nil {
			t.Errorf("the scenario of %s:%d: %v", d.name, b.line, err)
		}
	case b.kind == "refused":
		_, err := scenario.Parse(b.file, []byte(b.text))
		if err == nil {
			t.Errorf("%s:%d: the scenario is taken", d.name, b.line)
			break
		}
		for _, line := range strings.Split(err.Error(), "\n") {
			if !strings.Contains(d.text, line+"\n") {
				t.Errorf("%s:%d: the document does not show %q", d.name, b.line, line)
			}
		}
	}
}

// run lays out the files, types the consoles and compares. aws is a value of HSMLAB_AWS.
func (d *document) run(t *testing.T, aws string) {
	var typed, want strings.Builder
	var lines []int // of the document, for each of want
	add := func(line int, text string) {
		want.WriteString(text)
		for i := range strings.Count(text, "\n") {
			lines = append(lines, line+i)
		}
	}
	for _, b := range d.blocks {
		text := d.free(t, b.text)
		if b.file != "" && b.skip == "" {
			d.write(t, b.file, text)
		}
		if !b.played() || !available(t, b.needs) {
			continue
		}
		if b.lang == "console" {
			typed.WriteString(text)
			add(b.line, text)
			continue
		}
		script := fmt.Sprintf("lines-%d.sh", b.line)
		d.write(t, script, text)
		fmt.Fprintf(&typed, "$ trap 'echo \"[failed: $BASH_COMMAND]\"' ERR; . ./%s; trap - ERR\n", script)
		add(b.line, "..."+script+"...\n")
		add(b.line, "...\n")
	}
	if typed.Len() == 0 {
		return
	}
	screen := d.play(t, typed.String(), aws)
	if failed := regexp.MustCompile(`(?m)^\[failed: .*`).FindString(screen); failed != "" {
		t.Errorf("%s: a command that is not to fail: %s", d.name, failed)
	}
	wanted, seen := linesOf(port.ReplaceAllString(want.String(), "http://127.0.0.1:PORT")), linesOf(screen)
	if i, at := shown(wanted, seen); i >= 0 {
		missing, line := "nothing more", 0
		if i < len(wanted) {
			missing, line = wanted[i], lines[i]
		}
		around := seen[max(0, at-20):min(len(seen), at+20)]
		t.Errorf("%s:%d: not seen on line %d of the screen: %s\n%s", d.name, line, at+1, missing, strings.Join(around, "\n"))
	}
}

// play is what can be seen after the session.
func (d *document) play(t *testing.T, session, aws string) string {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("bash is not installed")
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(self, filepath.Join(d.dir, "hsmlab")); err != nil {
		t.Fatal(err)
	}
	d.write(t, "session", session)
	d.write(t, "home/.bashrc", "PS1='$ '\n")
	d.write(t, "home/.inputrc", "set enable-bracketed-paste off\n")
	d.write(t, "go.mod", goModule(t))
	d.write(t, "go.sum", read(t, "../../go.sum"))
	if modules := os.Getenv("HSMLAB_NODE_MODULES"); modules != "" {
		if err := os.Symlink(modules, filepath.Join(d.dir, "node_modules")); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() {
		if err := stopLabs(d.dir); err != nil {
			t.Error(err)
		}
	})
	cmd := exec.Command("play", "-size", "24x500", "-patience", "5m", "session", bash)
	cmd.Dir = d.dir
	cmd.Env = d.environment(bash, aws)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, _ := cmd.Output() // its status is that of the last command
	if stderr.Len() > 0 {
		t.Fatalf("%s: %s\n%s", d.name, &stderr, out)
	}
	screen := string(out)
	if end := beyond.FindStringIndex(screen); end != nil {
		screen = screen[:end[0]]
	}
	return screen
}

// beyond is where the session has nothing more to type.
var beyond = regexp.MustCompile(`(?m)^(?:` + prompt + `)\^D`)

func (d *document) environment(bash, aws string) []string {
	env := []string{"HOME=" + filepath.Join(d.dir, "home"), "WORK=" + d.dir, "TERM=xterm", "SHELL=" + bash, "HSMLAB_AWS=" + aws,
		"GORACE=" + strings.TrimSpace(os.Getenv("GORACE")+" atexit_sleep_ms=0"), "GOFLAGS=-mod=mod", "NODE_NO_WARNINGS=1"}
	for _, name := range []string{"PATH", "PYENV_ROOT", "TMPDIR"} {
		env = append(env, name+"="+os.Getenv(name))
	}
	for _, name := range []string{"GOCACHE", "GOMODCACHE", "GOPROXY"} {
		out, err := exec.Command("go", "env", name).Output()
		if err != nil {
			break // consoles that need go are left out
		}
		env = append(env, name+"="+strings.TrimSpace(string(out)))
	}
	return env
}

// goModule is a module that has what hsmlab has, for examples in Go.
func goModule(t *testing.T) string {
	_, rest, _ := strings.Cut(read(t, "../../go.mod"), "\n")
	return "module example.com/application\n" + rest
}

func (d *document) write(t *testing.T, name, text string) {
	t.Helper()
	path := filepath.Join(d.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// available reports whether the machine has what a block needs.
func available(t *testing.T, needs string) bool {
	switch needs {
	case "":
		return true
	case "boto3", "javascript":
		ok, err := installed(needs)
		if err != nil {
			t.Fatal(err)
		}
		return ok
	}
	_, err := exec.LookPath(needs)
	return err == nil
}

var fixedPort = regexp.MustCompile(`127\.0\.0\.1:45\d\d`)

// free puts free ports for those of a document.
func (d *document) free(t *testing.T, text string) string {
	return fixedPort.ReplaceAllStringFunc(text, func(address string) string {
		if d.ports[address] == "" {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			defer l.Close()
			d.ports[address] = l.Addr().String()
		}
		return d.ports[address]
	})
}

var (
	place   = regexp.MustCompile("`((?:cmd|commands|docs|hsmsim|shell)(?:/[a-zA-Z0-9_./-]+)?)`")
	link    = regexp.MustCompile(`\]\(([^)#:]*)(#[^)]*)?\)`)
	heading = regexp.MustCompile(`(?m)^#+ (.*)$`)
	symbol  = regexp.MustCompile(`\.[A-Z]\w*$`) // lab.Main
)

// TestDocumentsNameWhatThereIs looks for the files, folders and headings that documents name.
func TestDocumentsNameWhatThereIs(t *testing.T) {
	eachDocument(t, func(t *testing.T, d *document) {
		for _, m := range place.FindAllStringSubmatch(d.text, -1) {
			if _, err := os.Stat(filepath.Join("../..", symbol.ReplaceAllString(m[1], ""))); err != nil {
				t.Errorf("%s: %v", d.name, err)
			}
		}
		for _, m := range link.FindAllStringSubmatch(d.text, -1) {
			path := filepath.Join("../../docs", m[1])
			if d.name == "README.md" {
				path = filepath.Join("../..", m[1])
			}
			text := d.text
			if _, err := os.Stat(path); err != nil {
				t.Errorf("%s: %v", d.name, err)
				continue
			} else if m[1] != "" && m[2] != "" {
				text = read(t, path)
			}
			if m[2] != "" && !slices.ContainsFunc(heading.FindAllStringSubmatch(text, -1), func(h []string) bool { return m[2] == "#"+anchor(h[1]) }) {
				t.Errorf("%s: there is no heading for %s%s", d.name, m[1], m[2])
			}
		}
	})
}

// anchor is what a heading is called in links.
func anchor(heading string) string {
	return regexp.MustCompile(`[^a-z0-9 _-]`).ReplaceAllString(strings.ReplaceAll(strings.ToLower(heading), " ", "-"), "")
}

// TestFidelityHasADegreeForEachPart reads the tables of docs/fidelity.md: their degrees are those that the document explains,
// one for a row or one for each of its parts.
func TestFidelityHasADegreeForEachPart(t *testing.T) {
	text := read(t, "../../docs/fidelity.md")
	var degrees []string
	for _, m := range regexp.MustCompile(`(?m)^\| \*\*(.*)\*\* \|`).FindAllStringSubmatch(text, -1) {
		degrees = append(degrees, m[1])
	}
	rows := regexp.MustCompile("(?m)^\\|[^|]*\\|([^|]*)\\| ([^|]*) \\| `[^`|]*` \\|$").FindAllStringSubmatch(text, -1)
	if len(degrees) != 6 || len(rows) < 150 {
		t.Fatalf("%d degrees, %d rows", len(degrees), len(rows))
	}
	for _, row := range rows {
		given := strings.Split(row[2], "; ")
		if n := len(strings.Split(row[1], "; ")); len(given) > 1 && n != len(given) {
			t.Errorf("%d parts, %d degrees: %s", n, len(given), row[0])
		}
		for _, g := range given {
			if !slices.ContainsFunc(degrees, func(d string) bool { return strings.HasPrefix(g, d) }) {
				t.Errorf("%q is not explained: %s", g, row[0])
			}
		}
	}
}
