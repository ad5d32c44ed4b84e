package shell

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// openPiped returns a reader of the text, and a function that returns what has
// been written.
func openPiped(t *testing.T, text string) (Reader, func() string) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "in"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	in, err := os.Open(filepath.Join(dir, "in"))
	if err != nil {
		t.Fatal(err)
	}
	out, err := os.Create(filepath.Join(dir, "out"))
	if err != nil {
		t.Fatal(err)
	}
	r, err := Open(Options{In: in, Out: out, Editor: Rich})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		r.Close()
		in.Close()
		out.Close()
	})
	return r, func() string {
		written, err := os.ReadFile(out.Name())
		if err != nil {
			t.Fatal(err)
		}
		return string(written)
	}
}

func TestLinesOfAFile(t *testing.T) {
	for name, test := range map[string]struct {
		text string
		want []string
	}{
		"an empty file has none":                {"", nil},
		"lines end with LF":                     {"a\nb\n", []string{"a", "b"}},
		"lines end with CR LF":                  {"a\r\n\r\nb\r\n", []string{"a", "", "b"}},
		"the last line may have no end":         {"a\nb", []string{"a", "b"}},
		"the last CR is taken off too":          {"a\r", []string{"a"}},
		"blanks, tabs and bad UTF-8 stay":       {" a\t\xff \n", []string{" a\t\xff "}},
		"a line may be 1 MiB":                   {strings.Repeat("a", MaxLine) + "\r\nb", []string{strings.Repeat("a", MaxLine), "b"}},
		"a longer line is dropped":              {strings.Repeat("a", MaxLine+1) + "\nb", []string{"(line too long: more than 1048576 bytes)", "b"}},
		"a much longer line is dropped as well": {strings.Repeat("a", 5*MaxLine) + "\nb", []string{"(line too long: more than 1048576 bytes)", "b"}},
		"a longer line may be the last":         {"b\n" + strings.Repeat("a", 2*MaxLine), []string{"b", "(line too long: more than 1048576 bytes)"}},
	} {
		t.Run(name, func(t *testing.T) {
			r, written := openPiped(t, test.text)
			var got []string
			prompts := ""
			for {
				prompts += "aws-cloudhsm>"
				line, err := r.ReadLine(context.Background(), "aws-cloudhsm>")
				if err == io.EOF {
					break
				}
				if errors.Is(err, ErrTooLong) {
					line = "(" + err.Error() + ")"
				} else if err != nil {
					t.Fatal(err)
				}
				got = append(got, line)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
			if written() != prompts {
				t.Errorf("written: %q", written())
			}
		})
	}
}

func TestAPasswordComesFromTheSameFile(t *testing.T) {
	r, written := openPiped(t, "one\nsecret\r\ntwo")
	ctx := context.Background()
	for _, want := range []string{"one", "secret", "two"} {
		read := r.ReadLine
		if want == "secret" {
			read = r.ReadPassword
		}
		if got, err := read(ctx, want+"?"); got != want || err != nil {
			t.Errorf("got %q, %v, want %q", got, err, want)
		}
	}
	if want := "one?secret?\ntwo?"; written() != want {
		t.Errorf("written: %q, want %q", written(), want)
	}
	if _, err := r.ReadPassword(ctx, "more?"); err != io.EOF {
		t.Errorf("at the end: %v", err)
	}
}

func TestAContextThatIsDoneEndsTheWaitForAPipe(t *testing.T) {
	in, typing, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer typing.Close()
	out, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	r, err := Open(Options{In: in, Out: out})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := r.ReadLine(ctx, ">"); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	typing.WriteString("later\n")
	if line, err := r.ReadLine(context.Background(), ">"); line != "later" || err != nil {
		t.Errorf("got %q, %v", line, err)
	}
}

func TestAConsoleNeedsBothEnds(t *testing.T) {
	if _, err := Open(Options{In: os.Stdin}); err == nil {
		t.Error("opened without output")
	}
	if _, err := Open(Options{Out: os.Stdout}); err == nil {
		t.Error("opened without input")
	}
}

func TestAFullDiskIsAnError(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip(err)
	}
	defer full.Close()
	in, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	r, err := Open(Options{In: in, Out: full})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.ReadLine(context.Background(), ">"); err == nil || err == io.EOF {
		t.Errorf("got %v", err)
	}
}

func FuzzLine(f *testing.F) {
	f.Add([]byte("a\r\nb\n\nc"))
	f.Add([]byte("\r\r\n\x00"))
	f.Fuzz(func(t *testing.T, text []byte) {
		in := &input{err: io.EOF}
		in.received(text)
		var got strings.Builder
		for {
			line, err := in.line(context.Background())
			if err != nil {
				break
			}
			if strings.Contains(line, "\n") {
				t.Fatalf("a line is %q", line)
			}
			got.WriteString(line + "\n")
		}
		want := string(text)
		if want != "" && !strings.HasSuffix(want, "\n") {
			want += "\n"
		}
		if want = strings.ReplaceAll(want, "\r\n", "\n"); got.String() != want {
			t.Errorf("got %q, want %q", got.String(), want)
		}
	})
}
