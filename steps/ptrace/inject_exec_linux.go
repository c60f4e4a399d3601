//go:build linux && (amd64 || arm64)

package ptrace

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

const (
	atExecFn   = 31   // auxv: the path that was given to execve
	maxPath    = 4096 // PATH_MAX
	selfExe    = "/proc/self/exe"
	prSetName  = 15
	pointerLen = 8
)

// Exec replaces the image: the process starts afresh with these arguments and
// this environment, and stands before its first instruction again. An empty
// path is the file that runs now, by inode; a script goes through its
// interpreter line again, so that AT_EXECFN and comm stay as they were. What
// execve does to any process (addresses drawn anew, close-on-exec) happens once more.
//
// A failed execve leaves the process as it was before Exec. One that came to
// another image than it was asked for is killed, and the error says so.
func (in *Injector) Exec(path string, argv, env []string) error {
	was, err := in.image()
	if err != nil {
		return err
	}
	how := plan{path: path, argv: argv, want: argv}
	if path == "" {
		if how, err = in.samePath(was, argv); err != nil {
			return err
		}
	}
	if err := in.execve(how.path, how.argv, env); err != nil {
		return err
	}
	if err := in.checkImage(was, path == "", how.want); err != nil {
		in.Kill()
		return fmt.Errorf("ptrace: process %d: %w (it was killed)", in.Pid, err)
	}
	if how.rename {
		return in.rename(was.comm)
	}
	return nil
}

// plan is how to reach an image: what execve is called with, and what has to come out.
type plan struct {
	path   string
	argv   []string
	want   []string
	rename bool // comm would come out as "exe"
}

// image is what a process runs.
type image struct {
	execfn string // as given to execve; a script's own path
	argv   []string
	comm   string
	file   unix.Stat_t
}

func (in *Injector) image() (image, error) {
	var im image
	at, err := in.auxv(atExecFn)
	if err == nil {
		im.execfn, err = in.peekString(at, maxPath)
	}
	if err != nil {
		return im, err
	}
	dir := fmt.Sprintf("/proc/%d/", in.Pid)
	if err := unix.Stat(dir+"exe", &im.file); err != nil {
		return im, fmt.Errorf("ptrace: the file that process %d runs: %w", in.Pid, err)
	}
	cmdline, err := os.ReadFile(dir + "cmdline")
	if err != nil {
		return im, fmt.Errorf("ptrace: %w", err)
	}
	im.argv = splitZero(cmdline)
	comm, err := os.ReadFile(dir + "comm")
	if err != nil {
		return im, fmt.Errorf("ptrace: %w", err)
	}
	im.comm = strings.TrimSuffix(string(comm), "\n")
	return im, nil
}

// samePath finds the call that starts the same file again, with the least difference.
func (in *Injector) samePath(was image, argv []string) (plan, error) {
	file, err := in.fileAt(was.execfn)
	switch {
	case err != nil && !errors.As(err, new(unix.Errno)):
		return plan{}, err
	case err == nil && sameFile(file, was.file):
		return plan{path: was.execfn, argv: argv, want: argv}, nil
	}
	// A script: the kernel put the interpreter line's words and the script's
	// path in front. If they are wanted as they are, it may do so again.
	k := slices.Index(was.argv, was.execfn)
	if err == nil && k > 0 && len(argv) > k && slices.Equal(argv[:k+1], was.argv[:k+1]) {
		return plan{path: was.execfn, argv: append([]string{was.execfn}, argv[k+1:]...), want: argv}, nil
	}
	return plan{path: selfExe, argv: argv, want: argv, rename: true}, nil
}

// fileAt is stat(2) in the eyes of the process: its root, its cwd, its rights.
func (in *Injector) fileAt(path string) (unix.Stat_t, error) {
	var st unix.Stat_t
	p, err := in.WriteString(path)
	if err != nil {
		return st, err
	}
	fd, err := in.Call(unix.SYS_OPENAT, atCwd, p, unix.O_PATH|unix.O_CLOEXEC)
	if err != nil {
		return st, err
	}
	err = unix.Stat(fmt.Sprintf("/proc/%d/fd/%d", in.Pid, fd), &st)
	_, cerr := in.Call(unix.SYS_CLOSE, fd)
	return st, errors.Join(err, cerr)
}

const atCwd = ^uint64(99) // AT_FDCWD, -100

func sameFile(a, b unix.Stat_t) bool { return a.Dev == b.Dev && a.Ino == b.Ino }

// execve makes the call.
func (in *Injector) execve(path string, argv, env []string) error {
	a, err := in.layOut(path, argv, env)
	if err != nil {
		return err
	}
	if _, err := in.Call(unix.SYS_EXECVE, a[:3]...); err != nil {
		return fmt.Errorf("ptrace: execve in process %d: %w", in.Pid, err)
	}
	in.text, in.scratch = nil, nil // gone with the old image
	if in.regs, err = getRegs(in.Pid); err != nil {
		in.Kill()
		return fmt.Errorf("%w (it was killed)", err)
	}
	return nil
}

// layOut writes the arguments of an execve in one block of scratch memory.
func (in *Injector) layOut(path string, argv, env []string) (args [6]uint64, err error) {
	size := uint64(len(argv)+len(env)+2)*pointerLen + uint64(len(path)) + 1
	for _, s := range slices.Concat(argv, env) {
		if strings.ContainsRune(s, 0) {
			return args, fmt.Errorf("ptrace: an argument or variable holds a zero byte: %w", unix.EINVAL)
		}
		size += uint64(len(s)) + 1
	}
	base, err := in.reserve(size)
	if err != nil {
		return args, err
	}
	block, pathAt := execBlock(base, path, argv, env)
	return [6]uint64{pathAt, base, base + uint64(len(argv)+1)*pointerLen}, in.Poke(base, block)
}

// execBlock lays out both pointer lists and the strings after them, for memory that begins at base.
func execBlock(base uint64, path string, argv, env []string) (block []byte, pathAt uint64) {
	at := base + uint64(len(argv)+len(env)+2)*pointerLen
	var pointers, text []byte
	for _, list := range [][]string{argv, env} {
		for _, s := range list {
			pointers = binary.NativeEndian.AppendUint64(pointers, at+uint64(len(text)))
			text = append(append(text, s...), 0)
		}
		pointers = binary.NativeEndian.AppendUint64(pointers, 0)
	}
	pathAt = at + uint64(len(text))
	text = append(append(text, path...), 0)
	return append(pointers, text...), pathAt
}

// checkImage looks at what came out of execve.
func (in *Injector) checkImage(was image, sameFileWanted bool, argv []string) error {
	is, err := in.image()
	switch {
	case err != nil:
		return err
	case sameFileWanted && !sameFile(is.file, was.file):
		return fmt.Errorf("%s is another file than a moment ago", was.execfn)
	case sameFileWanted && !slices.Equal(is.argv, argv):
		return fmt.Errorf("%s started with other arguments than asked for", was.execfn)
	}
	return nil
}

// rename sets comm, which execve takes from the path.
func (in *Injector) rename(comm string) error {
	at, err := in.WriteString(comm)
	if err != nil {
		return err
	}
	_, err = in.Call(unix.SYS_PRCTL, prSetName, at)
	return err
}

func splitZero(b []byte) []string {
	if len(b) == 0 {
		return nil
	}
	parts := bytes.Split(bytes.TrimSuffix(b, []byte{0}), []byte{0})
	out := make([]string, len(parts))
	for i, p := range parts {
		out[i] = string(p)
	}
	return out
}
