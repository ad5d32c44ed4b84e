package lab

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/hsmlab/hsmlab/hsmsim/clock"
)

// Fingerprint changes when the world of a lab that runs is changed: its HSMs, KMS, the CloudHSM service, backups, files of the
// tools and of the working directory. The passing of time alone does not change it, nor does what audit logs and
// CloudTrail note. It is made of files' times where that is enough, so a world that was restored has another one.
func (c *Client) Fingerprint(ctx context.Context) (string, error) {
	a, err := c.ask(ctx, controlRequest{Action: actionContents})
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	sum.Write(a.Plain)
	m, err := readManifest(c.home)
	if err != nil {
		return "", err
	}
	if m != nil {
		m.Clock = clock.State{}
		if err := json.NewEncoder(sum).Encode(m); err != nil {
			return "", fmt.Errorf("cannot look at the lab: %w", err)
		}
	}
	for _, part := range []string{"backups", "kms.db", filepath.Join("opt", "cloudhsm", "etc"), workPart} {
		err := filepath.WalkDir(filepath.Join(c.home.Dir, part), func(path string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() {
				return err
			}
			info, err := e.Info()
			if err == nil {
				fmt.Fprintln(sum, path, info.Size(), info.ModTime().UnixNano(), info.Mode())
			}
			return err
		})
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", fmt.Errorf("cannot look at the lab: %w", err)
		}
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// contents is a digest of what the HSMs hold. Their files change also when they note who has logged in.
func (l *Lab) contents() []byte {
	l.mu.Lock()
	defer l.mu.Unlock()
	sum := sha256.New()
	for _, n := range l.nodes {
		held := sha256.Sum256(n.hsm.Backup())
		fmt.Fprintf(sum, "%s %x\n", n.spec.ID, held)
	}
	return sum.Sum(nil)
}
