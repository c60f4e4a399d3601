package snapshot

import "golang.org/x/sys/unix"

// archCallNames are the older calls that amd64 still has.
var archCallNames = map[uint64]string{
	unix.SYS_OPEN: "open", unix.SYS_CREAT: "creat", unix.SYS_DUP2: "dup2", unix.SYS_PIPE: "pipe", unix.SYS_POLL: "poll",
	unix.SYS_SELECT: "select", unix.SYS_EPOLL_WAIT: "epoll_wait", unix.SYS_PAUSE: "pause", unix.SYS_ALARM: "alarm",
	unix.SYS_GETPGRP: "getpgrp", unix.SYS_FORK: "fork", unix.SYS_VFORK: "vfork", unix.SYS_ARCH_PRCTL: "arch_prctl",
}
