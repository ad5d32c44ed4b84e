package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/hsmlab/hsmlab/cmd/conformance/transcript"
)

// prepare logs in, makes session keys and carries out the preparations, at the prompt of a tool that has just
// started.
func (s *stage) prepare(ctx context.Context, p *program) error {
	if l := s.file.Login; l != nil {
		if err := s.login(p, *l); err != nil {
			return err
		}
	}
	for i, k := range s.file.Keys {
		if k.Session && !(k.Class == "private" && k.Pair != 0 && s.file.Keys[i].Pair != 0) {
			if err := s.enter(p, sessionKeyLine(k), "SUCCESS"); err != nil {
				return err
			}
		}
	}
	for _, step := range s.file.Steps {
		switch {
		case step.Before != "":
			if err := s.enter(p, s.putIn(step.Before), ""); err != nil {
				return err
			}
		case isLate(step.File.Kind):
			if err := s.makeLate(step.File); err != nil {
				return fmt.Errorf("file %s: %w", step.File.Path, err)
			}
		}
	}
	if n := s.file.ServerMode; n != nil {
		return s.enter(p, fmt.Sprintf("server %d", *n), "")
	}
	return nil
}

func (s *stage) login(p *program, l transcript.Login) error {
	password := ""
	for _, u := range s.file.Users {
		if u.Name == l.Name {
			password = u.Password
		}
	}
	if s.file.Tool == transcript.KMU {
		return s.enter(p, fmt.Sprintf("loginHSM -u %s -s %s -p %s", l.Type, l.Name, password), "SUCCESS")
	}
	return s.enter(p, fmt.Sprintf("loginHSM %s %s %s", l.Type, l.Name, password), "success")
}

// enter types a line and waits for the prompt. want must stand in what is printed.
func (s *stage) enter(p *program, line, want string) error {
	if err := p.send(line); err != nil {
		return err
	}
	out, err := p.untilPrompt(s.file.Tool)
	if err == nil && !strings.Contains(out, want) {
		err = fmt.Errorf("%q is not in the output", want)
	}
	if err != nil {
		return fmt.Errorf("%s: %w:\n%s", line, err, out)
	}
	return nil
}

// sessionKeyLine is the command that makes a session key of the header; the public half of a pair stands for both.
func sessionKeyLine(k transcript.Key) string {
	curves := map[string]int{"P-256": 2, "P-384": 14, "P-521": 15, "secp256k1": 16}
	types := map[string]int{"AES": 31, "DES3": 21, "GENERIC": 16}
	var line string
	switch k.Type {
	case "RSA":
		line = fmt.Sprintf("genRSAKeyPair -m %d -e %d", k.Size, max(k.Exponent, 65537))
	case "DSA":
		line = fmt.Sprintf("genDSAKeyPair -m %d", k.Size)
	case "EC":
		line = fmt.Sprintf("genECCKeyPair -i %d", curves[k.Curve])
	default:
		line = fmt.Sprintf("genSymKey -t %d -s %d", types[k.Type], k.Size)
	}
	line += " -l " + k.Label
	if k.ID != "" {
		line += " -id " + k.ID
	}
	if k.NoExtract {
		line += " -nex"
	}
	return line + " -sess"
}

// makeFiles makes the files that need no HSM, in the order of the header.
func (s *stage) makeFiles() error {
	for _, step := range s.file.Steps {
		if f := step.File; f != nil && !isLate(f.Kind) && !needsTool(f.Kind) {
			data, err := s.content(f)
			if err == nil {
				err = s.store(f.Path, data)
			}
			if err != nil {
				return fmt.Errorf("file %s: %w", f.Path, err)
			}
		}
	}
	return nil
}

func (s *stage) store(path string, data []byte) error {
	full := filepath.Join(s.dir, path)
	if err := os.MkdirAll(filepath.Dir(full), 0o700); err != nil {
		return err
	}
	return os.WriteFile(full, data, 0o600)
}

// makeToolFiles makes the files that key_mgmt_util writes, each in a session of the key's owner, and deletes the
// keys that exist for them only.
func (s *stage) makeToolFiles(ctx context.Context) error {
	for _, step := range s.file.Steps {
		if f := step.File; f != nil && needsTool(f.Kind) {
			if err := s.makeToolFile(ctx, f); err != nil {
				return fmt.Errorf("file %s: %w", f.Path, err)
			}
		}
	}
	for _, k := range s.file.Keys {
		if k.Gone {
			if err := s.asOwner(ctx, k.Handle, fmt.Sprintf("deleteKey -k %d", k.Handle)); err != nil {
				return fmt.Errorf("key %d: %w", k.Handle, err)
			}
		}
	}
	return nil
}

func (s *stage) makeToolFile(ctx context.Context, f *transcript.NewFile) error {
	if err := s.store(f.Path, nil); err != nil {
		return err
	}
	switch f.Kind {
	case "wrapped":
		line := fmt.Sprintf("wrapKey -k %d -w %d -m %d -out %s", f.Key, f.Wrapping, f.Mechanism, f.Path)
		if f.NoHeader {
			line += " -noheader"
		}
		return s.asOwner(ctx, f.Key, line)
	case "aes-wrapped":
		plain := f.Path + ".plain"
		data, err := random(f.Bytes)
		if err != nil {
			return err
		}
		if err := s.store(plain, data); err != nil {
			return err
		}
		defer os.Remove(filepath.Join(s.dir, plain))
		return s.asOwner(ctx, f.Wrapping, fmt.Sprintf("aesWrapUnwrap -m 1 -f %s -w %d -out %s", plain, f.Wrapping, f.Path))
	case "signature":
		return s.asOwner(ctx, f.Key, fmt.Sprintf("sign -f %s -k %d -m %d -out %s", f.Input, f.Key, f.Mechanism, f.Path))
	case "masked":
		return s.asOwner(ctx, f.Key, fmt.Sprintf("extractMaskedObject -o %d -out %s", f.Key, f.Path))
	}
	return s.asOwner(ctx, f.Key, fmt.Sprintf("getCaviumPrivKey -k %d -out %s", f.Key, f.Path))
}

// asOwner runs a key_mgmt_util command as the owner of a key.
func (s *stage) asOwner(ctx context.Context, handle uint64, line string) error {
	var owner transcript.User
	for _, k := range s.file.Keys {
		for _, u := range s.file.Users {
			if k.Handle == handle && u.ID == k.Owner {
				owner = u
			}
		}
	}
	p, err := s.start(ctx, transcript.KMU)
	if err != nil {
		return err
	}
	defer p.kill()
	if _, err := p.untilPrompt(transcript.KMU); err != nil {
		return err
	}
	kmu := *s.file
	kmu.Tool = transcript.KMU
	session := &stage{file: &kmu}
	if err := session.login(p, transcript.Login{Type: owner.Type, Name: owner.Name}); err != nil {
		return err
	}
	if err := session.enter(p, line, "HSM Return: SUCCESS"); err != nil {
		return err
	}
	if err := p.send("exit"); err != nil {
		return err
	}
	return p.end()
}
