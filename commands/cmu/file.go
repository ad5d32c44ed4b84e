package cmu

import (
	"io/fs"

	"github.com/hsmlab/hsmlab/commands/tool"
)

// maxKeyFile bounds the files of keys, tokens and signatures that registrations name, bytes.
const maxKeyFile = 64 << 10

// readFile reads a file that the operator names.
func (c *console) readFile(path string, limit int) ([]byte, error) {
	data, err := tool.ReadFile(c.env.Resolve(path), limit)
	if err != nil {
		return nil, complain(textCannotRead, path, err)
	}
	return data, nil
}

// writeFile writes a file that the operator names.
func (c *console) writeFile(path string, data []byte, mode fs.FileMode) error {
	if err := tool.WriteFile(c.env.Resolve(path), data, mode); err != nil {
		return complain(textCannotWrite, path, err)
	}
	return nil
}
