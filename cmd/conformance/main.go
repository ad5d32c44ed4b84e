// Command conformance plays console transcripts of the original tools against hsmlab's and counts how many come out
// the same. Each transcript is played in a throw-away lab whose world is built from its header alone.
//
//	go run ./cmd/conformance FILE|DIR…
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/hsmlab/hsmlab/commands/lab"
	world "github.com/hsmlab/hsmlab/hsmsim/lab"
)

func main() {
	// The labs' tools are links to this very program.
	if slices.Contains(world.Tools, filepath.Base(os.Args[0])) {
		os.Exit(lab.Main())
	}
	os.Exit(run(context.Background(), os.Args[1:]))
}

func run(ctx context.Context, args []string) int {
	flags := flag.NewFlagSet("conformance", flag.ContinueOnError)
	asJSON := flags.Bool("json", false, "list the result of every file as JSON")
	workers := flags.Int("parallel", 4, "how many transcripts are played at once")
	if err := flags.Parse(args); err != nil {
		return 2
	}
	files, err := collect(flags.Args())
	if err != nil {
		fmt.Fprintf(os.Stderr, "conformance: %v\n", err)
		return 2
	}
	results := playAll(ctx, files, max(1, *workers))
	if err := report(os.Stdout, results, *asJSON); err != nil {
		fmt.Fprintf(os.Stderr, "conformance: %v\n", err)
		return 2
	}
	if slices.ContainsFunc(results, func(r result) bool { return r.Verdict == failed }) {
		return 1
	}
	return 0
}

// collect lists the transcripts: files as they are named, of a folder every .txt file in any folder below it.
func collect(paths []string) ([]string, error) {
	if len(paths) == 0 {
		return nil, fmt.Errorf("no transcript is named: conformance [-json] FILE|DIR…")
	}
	var files []string
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			return nil, fmt.Errorf("cannot read transcripts: %w", err)
		}
		if !info.IsDir() {
			files = append(files, path)
			continue
		}
		err = filepath.WalkDir(path, func(name string, d os.DirEntry, err error) error {
			if err == nil && d.Type().IsRegular() && filepath.Ext(name) == ".txt" {
				files = append(files, name)
			}
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("cannot read transcripts: %w", err)
		}
	}
	return files, nil
}
