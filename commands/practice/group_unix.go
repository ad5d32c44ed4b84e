//go:build unix

package practice

import "syscall"

// ownGroup makes a process the first of a group, so that it can be ended with all that it has started.
func ownGroup() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setsid: true} }

// endGroup ends a group of processes; it may have ended.
func endGroup(first int) { syscall.Kill(-first, syscall.SIGKILL) }
