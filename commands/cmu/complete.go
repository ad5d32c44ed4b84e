package cmu

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/hsmlab/hsmlab/hsmsim/hsm"
	"github.com/hsmlab/hsmlab/hsmsim/wire"
	"github.com/hsmlab/hsmlab/shell"
)

// seen is what the last listUsers and findAllKeys have shown, for completion.
type seen struct {
	users []hsm.UserInfo
	keys  []hsm.FoundKey
}

// complete suggests what the last word of a line can become.
func (c *console) complete(ctx context.Context, line string) []shell.Suggestion {
	words := split(line)
	if len(words) == 0 || strings.HasSuffix(line, " ") || strings.HasSuffix(line, "\t") {
		words = append(words, "")
	}
	last := len(words) - 1
	if last == 0 {
		return matching(commandNames(c.mode()), words[0])
	}
	cmd, ok := find(words[0], c.mode())
	if !ok {
		return nil
	}
	arguments := cmd.arguments
	if len(arguments) > 1 && arguments[0].optional() && !strings.HasPrefix(words[1], "-") {
		arguments = arguments[1:]
	}
	if last > len(arguments) {
		return nil
	}
	return matching(c.suggestions(ctx, arguments[last-1], words[last]), words[last])
}

// suggestions are all values that are known for an argument.
func (c *console) suggestions(ctx context.Context, a argument, word string) []shell.Suggestion {
	var list []shell.Suggestion
	add := func(text any, description string) {
		list = append(list, shell.Suggestion{Text: fmt.Sprint(text), Description: description})
	}
	switch a.kind {
	case kindWord:
		add(a.word(), "")
	case kindCommand:
		return commandNames(both)
	case kindUserType:
		add("CO", "crypto officer")
		add("CU", "crypto user")
		add("PCO", "primary crypto officer")
		add("PRECO", "officer before the activation")
	case kindPassword:
		add(hiddenPassword, "ask for it")
	case kindUserName:
		for _, u := range c.knownUsers(ctx) {
			add(u.Name, u.Type.String())
		}
	case kindUserID:
		for _, u := range c.knownUsers(ctx) {
			add(u.ID, u.Name)
		}
	case kindHandle:
		for _, k := range c.seen.keys {
			add(k.Handle, "")
		}
	case kindAttribute:
		for _, a := range attributes {
			add(a.id, a.name)
		}
	case kindServer:
		for _, s := range c.fleet.Servers {
			add(s.Number, s.Name)
		}
	case kindService:
		for _, s := range []hsm.Service{hsm.UserManagement, hsm.MiscOfficer} {
			add(uint8(s), s.String())
		}
	case kindCertificate:
		for _, k := range certificates {
			add(uint8(k.kind), k.about)
		}
	case kindFile:
		return files(word)
	}
	return list
}

func commandNames(in modes) []shell.Suggestion {
	var list []shell.Suggestion
	for _, cmd := range commands() {
		if cmd.modes&in != 0 {
			list = append(list, shell.Suggestion{Text: cmd.name, Description: cmd.summary})
		}
	}
	return list
}

// knownUsers are those of the last listUsers, or of the first server that is connected: that needs no login.
func (c *console) knownUsers(ctx context.Context) []hsm.UserInfo {
	for _, s := range c.servers() {
		if len(c.seen.users) == 0 && s.Connected() {
			c.seen.users = ask(ctx, c, s, wire.ListUsers, hsm.Done{}).Value
		}
	}
	return c.seen.users
}

// files are those of the directory that a path has been typed into.
func files(path string) []shell.Suggestion {
	dir, _ := filepath.Split(path)
	entries, err := os.ReadDir(cmp.Or(dir, "."))
	if err != nil {
		return nil
	}
	var list []shell.Suggestion
	for _, e := range entries {
		name := dir + e.Name()
		if e.IsDir() {
			name += string(filepath.Separator)
		}
		list = append(list, shell.Suggestion{Text: name})
	}
	return list
}

// matching keeps what begins with a word.
func matching(list []shell.Suggestion, word string) []shell.Suggestion {
	var kept []shell.Suggestion
	for _, s := range list {
		if strings.HasPrefix(s.Text, word) {
			kept = append(kept, s)
		}
	}
	return kept
}
