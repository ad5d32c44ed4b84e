package lab

import (
	"syscall"

	"golang.org/x/sys/windows"
)

// detached lets the daemon live on when the console of its starter closes.
func detached() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{CreationFlags: windows.DETACHED_PROCESS | windows.CREATE_NEW_PROCESS_GROUP}
}
