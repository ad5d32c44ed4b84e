//go:build linux || darwin

package shell

import (
	"context"
	"io"
	"os"
	"strings"
	"testing"
)

func TestATypedLineMayBeOneMiB(t *testing.T) {
	in, typing, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	c := &typed{in: &input{file: in, chunk: pipeChunk}}
	go func() {
		defer typing.Close()
		longest := strings.Repeat("a", MaxLine)
		io.WriteString(typing, longest+"\r"+longest+"a\r"+longest+"aa\x15\rnext\r")
	}()
	for _, want := range []int{MaxLine, -1, -1, len("next")} {
		line, err := c.edit(context.Background(), io.Discard)
		if want < 0 && (line != "" || err == nil || err.Error() != "line too long: more than 1048576 bytes") {
			t.Fatalf("got %d bytes, %v for a line that is too long", len(line), err)
		}
		if want >= 0 && (len(line) != want || err != nil) {
			t.Fatalf("got %d bytes, %v, want %d", len(line), err, want)
		}
	}
}
