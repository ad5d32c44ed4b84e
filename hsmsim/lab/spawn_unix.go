//go:build unix

package lab

import "syscall"

// detached lets the daemon live on when the terminal of its starter closes.
func detached() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setsid: true} }
