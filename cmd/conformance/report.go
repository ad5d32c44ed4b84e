package main

import (
	"encoding/json"
	"fmt"
	"io"
)

// The verdicts on a file.
const (
	passed  = "passed"
	failed  = "failed"
	skipped = "skipped"
)

// result is what became of one file. A file that is played in both generations passes when both do.
type result struct {
	File    string `json:"file"`
	Verdict string `json:"verdict"`
	Reason  string `json:"reason,omitempty"` // why it was skipped, or the differences
}

// report prints the differences of failed files, or everything as JSON, and the count as the last line.
func report(w io.Writer, results []result, asJSON bool) error {
	count := map[string]int{}
	for _, r := range results {
		count[r.Verdict]++
		if r.Verdict == failed && !asJSON {
			fmt.Fprintf(w, "--- %s\n%s\n", r.File, r.Reason)
		}
	}
	if asJSON {
		enc := json.NewEncoder(w)
		enc.SetIndent("", "  ")
		if err := enc.Encode(results); err != nil {
			return fmt.Errorf("cannot print the results: %w", err)
		}
	}
	_, err := fmt.Fprintf(w, "%d passed, %d failed, %d skipped\n", count[passed], count[failed], count[skipped])
	return err
}
