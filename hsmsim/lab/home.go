package lab

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"sync"
)

// maxSocketPath is the longest path of a socket on the systems that hsmlab runs on (104 bytes with the final
// zero on darwin).
const maxSocketPath = 103

// A Home is where a lab lives.
type Home struct {
	Name string // for prompts and messages
	Dir  string // state, absolute
	Run  string // sockets, absolute and short whatever Dir is called
}

var labName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{0,30}$`) })

// Locate finds a lab: the directory HSMLAB_HOME, or the lab of that name below the user's state directory.
// An empty name means the lab "default". It makes no directory.
func Locate(getenv func(string) string, name string) (Home, error) {
	dir := getenv("HSMLAB_HOME")
	switch {
	case name != "" && !labName().MatchString(name):
		return Home{}, fmt.Errorf("lab name %q: 1 to 31 letters, digits, - and _ are allowed", name)
	case name != "" || dir == "":
		state, err := stateDir(getenv)
		if err != nil {
			return Home{}, err
		}
		if name == "" {
			name = "default"
		}
		dir = filepath.Join(state, "hsmlab", name)
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return Home{}, fmt.Errorf("cannot find the lab's directory: %w", err)
	}
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		dir = real // a lab is the same by whatever name it is called
	}
	return Home{Name: filepath.Base(dir), Dir: dir, Run: runDir(getenv, dir)}, nil
}

func stateDir(getenv func(string) string) (string, error) {
	if dir := getenv("XDG_STATE_HOME"); filepath.IsAbs(dir) {
		return dir, nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("cannot find the home directory; set HSMLAB_HOME: %w", err)
	}
	return filepath.Join(home, ".local", "state"), nil
}

// runDir is short and different for each lab. Sockets of the longest names must fit below it.
func runDir(getenv func(string) string, dir string) string {
	sum := sha256.Sum256([]byte(dir))
	id := hex.EncodeToString(sum[:6])
	if base := getenv("XDG_RUNTIME_DIR"); filepath.IsAbs(base) && exists(base) {
		if run := filepath.Join(base, "hsmlab", id); len(run)+len("/255.255.255.255.sock") <= maxSocketPath {
			return run
		}
	}
	return filepath.Join(shortTemp(), fmt.Sprintf("hsmlab-%d", os.Getuid()), id)
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// make creates the lab's directories. A run directory that somebody else could write to is refused, since
// sockets of a stranger could stand in it.
func (h Home) make() error {
	if err := os.MkdirAll(h.Dir, 0o700); err != nil {
		return fmt.Errorf("cannot make the lab's directory: %w", err)
	}
	if err := os.MkdirAll(h.Run, 0o700); err != nil {
		return fmt.Errorf("cannot make the directory of the lab's sockets: %w", err)
	}
	for _, dir := range []string{filepath.Dir(h.Run), h.Run} {
		if err := private(dir); err != nil {
			return fmt.Errorf("cannot use %s for sockets: %w", dir, err)
		}
	}
	return nil
}

// errNotPrivate is why a run directory is refused.
var errNotPrivate = errors.New("it must belong to this user and be closed to all others")

// Prefix is where the lab has the tools and their configuration: what /opt/cloudhsm is on a real machine.
func (h Home) Prefix() string { return filepath.Join(h.Dir, "opt", "cloudhsm") }

// Bin is where the lab has its aws command.
func (h Home) Bin() string { return filepath.Join(h.Dir, "bin") }

// Work is the working directory of whoever practises in the lab.
func (h Home) Work() string { return filepath.Join(h.Dir, workPart) }

// Socket is the socket that stands for an HSM's address.
func (h Home) Socket(address string) string { return filepath.Join(h.Run, address+".sock") }

// control is the socket of the lab's daemon, clientDaemon that of the simulated cloudhsm_client.
func (h Home) control() string      { return filepath.Join(h.Run, "control.sock") }
func (h Home) clientDaemon() string { return filepath.Join(h.Run, "client.sock") }

func (h Home) manifest() string          { return filepath.Join(h.Dir, "lab.json") }
func (h Home) lockFile() string          { return filepath.Join(h.Dir, "daemon.lock") }
func (h Home) nodes() string             { return filepath.Join(h.Dir, "nodes") }
func (h Home) backups() string           { return filepath.Join(h.Dir, "backups") }
func (h Home) nodeFile(id string) string { return filepath.Join(h.nodes(), id+".db") }

func (h Home) kmsFile() string      { return filepath.Join(h.Dir, "kms.db") }
func (h Home) endpointFile() string { return filepath.Join(h.Dir, "endpoint") }

// Trail is the directory of the lab's CloudTrail events, which are lines of JSON.
func (h Home) Trail() string { return filepath.Join(h.Dir, "trail") }

// LogFile is the log of the lab's daemon.
func (h Home) LogFile() string { return filepath.Join(h.Dir, "daemon.log") }

// History is the file of what was typed in a tool of the lab.
func (h Home) History(tool string) string { return filepath.Join(h.Dir, "history-"+tool) }
