package store

import (
	"os"
	"testing"

	"golang.org/x/sys/unix"
)

// immutable sets or clears the attribute that binds root too; false where that can't be done.
func immutable(t *testing.T, path string, on bool) bool {
	t.Helper()
	const immutableFlag = 0x10 // FS_IMMUTABLE_FL
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	flags, err := unix.IoctlGetUint32(int(f.Fd()), unix.FS_IOC_GETFLAGS)
	if err != nil {
		return false
	}
	if flags |= immutableFlag; !on {
		flags &^= immutableFlag
	}
	return unix.IoctlSetPointerInt(int(f.Fd()), unix.FS_IOC_SETFLAGS, int(flags)) == nil
}

func mountTiny(dir string) error { return unix.Mount("tmpfs", dir, "tmpfs", 0, "size=1m") }

func unmount(dir string) { _ = unix.Unmount(dir, unix.MNT_DETACH) }
