package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/hsmlab/hsmlab/cmd/conformance/transcript"
	"github.com/hsmlab/hsmlab/hsmsim/lab"
)

// originalPlace is the place of the tools in transcripts.
const originalPlace = "/opt/cloudhsm"

// playAll plays every file and gives the results in the order of the files.
func playAll(ctx context.Context, files []string, workers int) []result {
	results := make([]result, len(files))
	next := make(chan int)
	keys := newKeyring()
	var wait sync.WaitGroup
	for range workers {
		wait.Go(func() {
			for i := range next {
				results[i] = playFile(ctx, files[i], keys)
			}
		})
	}
	for i := range files {
		next <- i
	}
	close(next)
	wait.Wait()
	return results
}

func playFile(ctx context.Context, path string, keys *keyring) result {
	data, err := os.ReadFile(path)
	if err != nil {
		return result{path, failed, err.Error()}
	}
	f, err := transcript.Parse(data)
	if err != nil {
		return result{path, failed, err.Error()}
	}
	if reason, ok := f.Skipped(); ok {
		return result{path, skipped, reason}
	}
	var differences []string
	for _, generation := range f.Generations() {
		if diff := playGeneration(ctx, f, generation, keys); diff != "" {
			differences = append(differences, "in "+generation+":\n"+diff)
		}
	}
	if len(differences) > 0 {
		return result{path, failed, strings.Join(differences, "\n")}
	}
	return result{File: path, Verdict: passed}
}

// playGeneration plays a transcript once and tells what is different; "" means nothing.
func playGeneration(ctx context.Context, f *transcript.File, generation string, keys *keyring) string {
	s, err := setUp(ctx, f, generation, keys)
	if err != nil {
		return fmt.Sprintf("cannot set up: %v", err)
	}
	defer s.tearDown()
	outputs, err := s.play(ctx)
	if err != nil {
		return err.Error()
	}
	for i := range outputs {
		outputs[i] = s.takeBack(outputs[i])
	}
	if r := f.Compare(outputs); !r.OK {
		return r.Diff
	}
	return ""
}

// stage is the lab that one transcript is played in.
type stage struct {
	file   *transcript.File
	keys   *keyring
	lab    *lab.Lab
	root   string // everything of the stage
	dir    string // working directory
	prefix string // stands for originalPlace
	ca     []byte // customerCA.crt, to be put in place late
	env    []string
	served chan error
}

func setUp(ctx context.Context, f *transcript.File, generation string, keys *keyring) (*stage, error) {
	root, err := os.MkdirTemp("", "conformance-")
	if err != nil {
		return nil, err
	}
	s := &stage{file: f, keys: keys, root: root, dir: filepath.Join(root, "work")}
	if err := s.build(ctx, generation); err != nil {
		s.tearDown()
		return nil, err
	}
	return s, nil
}

func (s *stage) build(ctx context.Context, generation string) error {
	if err := os.Mkdir(s.dir, 0o700); err != nil {
		return err
	}
	if err := s.makeFiles(); err != nil {
		return err
	}
	w, err := buildWorld(s.file, generation, s.dir, s.keys)
	if err != nil {
		return err
	}
	text, err := w.YAML()
	if err != nil {
		return err
	}
	scenarioFile := filepath.Join(s.root, "scenario.yaml")
	if err := os.WriteFile(scenarioFile, text, 0o600); err != nil {
		return err
	}
	home := filepath.Join(s.root, "lab")
	h, err := lab.Locate(func(name string) string { return map[string]string{"HSMLAB_HOME": home}[name] }, "")
	if err != nil {
		return err
	}
	if err := h.Choose(scenarioFile); err != nil {
		return err
	}
	if s.lab, err = lab.Open(h, slog.New(slog.DiscardHandler)); err != nil {
		return err
	}
	ready := make(chan struct{})
	s.served = make(chan error, 1)
	go func() { s.served <- lab.Serve(ctx, s.lab, func() { close(ready) }) }()
	select {
	case <-ready:
	case err := <-s.served:
		s.served <- err
		return err
	}
	s.prefix = h.Prefix()
	s.env = []string{"HSMLAB_HOME=" + home, "PATH=" + filepath.Join(s.prefix, "bin") + ":" + os.Getenv("PATH"),
		"HOME=" + s.root, "TERM=dumb", "LC_ALL=C"}
	if err := s.makeToolFiles(ctx); err != nil {
		return err
	}
	return s.placeCA()
}

// placeCA takes the trust anchor away where the transcript has none at the start.
func (s *stage) placeCA() error {
	if s.file.CA == "" {
		return nil
	}
	var err error
	if s.ca, err = os.ReadFile(s.caPath()); err != nil {
		return err
	}
	return os.Remove(s.caPath())
}

func (s *stage) caPath() string { return filepath.Join(s.prefix, "etc", "customerCA.crt") }

func (s *stage) tearDown() {
	if s.lab != nil {
		s.lab.Stop()
		if s.served != nil {
			<-s.served
		}
		s.lab.Close()
		os.RemoveAll(s.lab.Home().Run)
	}
	os.RemoveAll(s.root)
}

// putIn and takeBack exchange the original's place for the stage's.
func (s *stage) putIn(line string) string { return strings.ReplaceAll(line, originalPlace, s.prefix) }
func (s *stage) takeBack(out string) string {
	return strings.ReplaceAll(out, s.prefix, originalPlace)
}

// play runs the transcript and gives the output of each turn, or the content of the file that it shows.
func (s *stage) play(ctx context.Context) ([]string, error) {
	var outputs []string
	var err error
	switch s.file.Tool {
	case transcript.CMU, transcript.KMU:
		outputs, err = s.playTool(ctx)
	default:
		outputs, err = s.playShell(ctx)
	}
	if err != nil || s.file.Shows == "" {
		return outputs, err
	}
	path := s.putIn(s.file.Shows)
	if !filepath.IsAbs(path) {
		path = filepath.Join(s.dir, path)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return []string{string(content)}, nil
}

// playTool starts a tool, prepares what the header asks for, and follows the dialogue.
func (s *stage) playTool(ctx context.Context) ([]string, error) {
	p, err := s.startTool(ctx)
	if err != nil {
		return nil, err
	}
	defer p.kill()
	if err := s.prepare(ctx, p); err != nil {
		return nil, fmt.Errorf("cannot prepare: %w", err)
	}
	d, err := s.file.Dialogue()
	if err != nil {
		return nil, err
	}
	f := follower{stage: s, dialogue: d, program: p}
	if err := f.do(ctx, d.Start()); err != nil {
		return nil, err
	}
	if err := f.follow(ctx); err != nil {
		return nil, fmt.Errorf("%w; the output so far:\n%s", err, strings.Join(d.Outputs(), "\n"))
	}
	return d.Outputs(), nil
}

func (s *stage) startTool(ctx context.Context) (*program, error) {
	p, err := s.start(ctx, s.file.Tool)
	if err != nil {
		return nil, err
	}
	if out, err := p.untilPrompt(s.file.Tool); err != nil {
		p.kill()
		return nil, fmt.Errorf("%w:\n%s", err, out)
	}
	if s.file.CA == "late" {
		if err := os.WriteFile(s.caPath(), s.ca, 0o600); err != nil {
			p.kill()
			return nil, err
		}
	}
	return p, nil
}

func (s *stage) start(ctx context.Context, tool string) (*program, error) {
	bin, etc := filepath.Join(s.prefix, "bin"), filepath.Join(s.prefix, "etc")
	if tool == transcript.KMU {
		return startProgram(ctx, s.dir, s.env, filepath.Join(bin, "key_mgmt_util"))
	}
	return startProgram(ctx, s.dir, s.env, filepath.Join(bin, "cloudhsm_mgmt_util"), filepath.Join(etc, "cloudhsm_mgmt_util.cfg"))
}

// playShell runs shell commands one after the other.
func (s *stage) playShell(ctx context.Context) ([]string, error) {
	d, err := s.file.Dialogue()
	if err != nil {
		return nil, err
	}
	f := follower{stage: s, dialogue: d}
	defer f.killAll()
	if err := f.do(ctx, d.Start()); err != nil {
		return nil, err
	}
	if err := f.follow(ctx); err != nil {
		return nil, fmt.Errorf("%w; the output so far:\n%s", err, strings.Join(d.Outputs(), "\n"))
	}
	return d.Outputs(), nil
}

// errEnds is why a transcript fails whose tool leaves before it is asked to.
var errEnds = errors.New("the program ends too early")
