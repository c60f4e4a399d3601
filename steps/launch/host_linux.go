package launch

import (
	"os"
	"os/user"
	"runtime"
	"strconv"

	"golang.org/x/sys/unix"

	"casebook/steps/snapshot"
)

// host says where a launch ran.
func host() snapshot.Host {
	h := snapshot.Host{Arch: runtime.GOARCH, User: strconv.Itoa(os.Getuid())}
	var u unix.Utsname
	if unix.Uname(&u) == nil {
		h.Kernel = unix.ByteSliceToString(u.Sysname[:]) + " " + unix.ByteSliceToString(u.Release[:])
		h.Hostname = unix.ByteSliceToString(u.Nodename[:])
	}
	if who, err := user.Current(); err == nil {
		h.User = who.Username
	}
	return h
}
