package approval

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

const whole = `# Who has signed.
Multi Token File Path = night.token; # all servers
Token File Path = ;

Number of Approvals = 2;
Approver Type = 2; # a CO
  Approver Name = officer1;
Approval File=night.sig1
	Approver Type	=	1 ;
Approver Name = alice;
Approval File = sig nals/night.sig2;
`

func TestParse(t *testing.T) {
	want := &File{TokenFile: "night.token", Approvers: []Approver{
		{"CO", "officer1", "night.sig1"}, {"CU", "alice", "sig nals/night.sig2"}}}
	for about, text := range map[string]string{
		"a file with comments and blanks":  whole,
		"a file with lines of Windows":     strings.ReplaceAll(whole, "\n", "\r\n"),
		"a file without a last line break": strings.TrimSpace(whole),
		"a file with both token paths":     strings.Replace(whole, "Token File Path = ;", "Token File Path = other.token;", 1),
		"a file with the second token path only": strings.NewReplacer("= night.token", "=", "Token File Path = ;",
			"Token File Path = night.token;").Replace(whole),
	} {
		got, err := Parse([]byte(text))
		if err != nil {
			t.Errorf("%s: %v", about, err)
			continue
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", about, diff)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for _, test := range []struct {
		about, old, new, want string
	}{
		{"no token at all", "night.token", "", "line 11: Multi Token File Path is empty"},
		{"a missing line", "Token File Path = ;\n\n", "\n", `Token File Path is missing, "Number of Approvals = 2;" stands in its place`},
		{"a name in small letters", "Number of", "number of", `line 5: Number of Approvals is missing`},
		{"no approvals", "Approvals = 2", "Approvals = 0", "line 5: Number of Approvals must be a number from 1 to 20"},
		{"a number that is none", "Approvals = 2", "Approvals = two", "line 5: Number of Approvals must be a number from 1 to 20"},
		{"an approver fewer than said", "Approvals = 2", "Approvals = 3", "line 11: Approver Type is missing"},
		{"an approver more than said", "Approvals = 2", "Approvals = 1", `line 9: "Approver Type\t=\t1 ;" after the last approval`},
		{"a type that is none", "Type = 2", "Type = CO", "line 6: Approver Type must be 2 for a CO or 1 for a CU"},
		{"no name", "= alice", "=", "line 10: Approver Name is empty"},
		{"no signature", "night.sig1", "", "line 8: Approval File is empty"},
		{"bytes that are no text", "alice", "\xff", "not UTF-8 text"},
		{"a file that is too long", "# Who", "#" + strings.Repeat(" ", MaxFile), "more than 65536 bytes"},
	} {
		if !strings.Contains(whole, test.old) {
			t.Fatalf("%s: %q is not in the file", test.about, test.old)
		}
		f, err := Parse([]byte(strings.Replace(whole, test.old, test.new, 1)))
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %+v, error %v, want %q", test.about, f, err, test.want)
		}
	}
	if _, err := Parse([]byte(strings.Replace(whole, "Approvals = 2", "Approvals = 21", 1))); !errors.Is(err, ErrTooMany) {
		t.Errorf("21 approvals: %v", err)
	}
}

func TestReadReadsAllThatIsNamed(t *testing.T) {
	dir := t.TempDir()
	resolve := func(path string) string { return filepath.Join(dir, path) }
	write := func(name, content string) {
		t.Helper()
		if err := os.WriteFile(resolve(name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("approval.txt", strings.ReplaceAll(whole, "sig nals/", ""))
	for _, missing := range []string{"night.token", "night.sig1", "night.sig2"} {
		if _, err := Read("approval.txt", resolve); err == nil || !strings.HasPrefix(err.Error(), missing+": ") {
			t.Errorf("without %s: %v", missing, err)
		}
		write(missing, "content of "+missing)
	}
	got, err := Read("approval.txt", resolve)
	want := hsm.ApproveRequest{Tokens: []byte("content of night.token"), Approvals: []hsm.Approval{
		{Type: "CO", Name: "officer1", Signature: []byte("content of night.sig1")},
		{Type: "CU", Name: "alice", Signature: []byte("content of night.sig2")}}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("error %v (-want +got):\n%s", err, diff)
	}
	write("night.token", strings.Repeat("x", hsm.MaxTokenBytes+1))
	if _, err := Read("approval.txt", resolve); err == nil || err.Error() != fmt.Sprintf("night.token: more than %d bytes", hsm.MaxTokenBytes) {
		t.Errorf("a token file that is too long: %v", err)
	}
}

// FuzzParse reads any file: what is taken is whole, and bounded.
func FuzzParse(f *testing.F) {
	f.Add([]byte(whole))
	f.Add([]byte(""))
	f.Add([]byte("Multi Token File Path = a;\nToken File Path = a;\nNumber of Approvals = 20;\n"))
	f.Add(bytes.ReplaceAll([]byte(whole), []byte(" = "), []byte("==")))
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := Parse(data)
		if err != nil {
			if file != nil || strings.Contains(err.Error(), "%!") {
				t.Errorf("%+v with error %v", file, err)
			}
			return
		}
		if file.TokenFile == "" || len(file.Approvers) == 0 || len(file.Approvers) > hsm.MaxApprovals {
			t.Errorf("%+v is taken", file)
		}
		for _, a := range file.Approvers {
			if a.Type != "CO" && a.Type != "CU" || a.Name == "" || a.Signature == "" {
				t.Errorf("approver %+v is taken", a)
			}
		}
	})
}
