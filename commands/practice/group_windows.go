package practice

import (
	"os"
	"syscall"
)

func ownGroup() *syscall.SysProcAttr { return nil }

func endGroup(first int) {
	if p, err := os.FindProcess(first); err == nil {
		p.Kill()
	}
}
