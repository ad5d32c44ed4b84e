package approval

import (
	"fmt"

	"github.com/hsmlab/hsmlab/commands/tool"
	"github.com/hsmlab/hsmlab/hsmsim/hsm"
)

// maxSignature bounds a signature's file, bytes.
const maxSignature = 4 << 10

// Read reads an approval file and all that it names. resolve tells where a file really is.
func Read(path string, resolve func(string) string) (hsm.ApproveRequest, error) {
	var r hsm.ApproveRequest
	data, err := tool.ReadFile(resolve(path), MaxFile)
	if err != nil {
		return r, err
	}
	f, err := Parse(data)
	if err != nil {
		return r, err
	}
	if r.Tokens, err = tool.ReadFile(resolve(f.TokenFile), hsm.MaxTokenBytes); err != nil {
		return r, fmt.Errorf("%s: %w", f.TokenFile, err)
	}
	for _, a := range f.Approvers {
		signature, err := tool.ReadFile(resolve(a.Signature), maxSignature)
		if err != nil {
			return r, fmt.Errorf("%s: %w", a.Signature, err)
		}
		r.Approvals = append(r.Approvals, hsm.Approval{Type: a.Type, Name: a.Name, Signature: signature})
	}
	return r, nil
}
