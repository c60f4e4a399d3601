package steps_test

import (
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
	"unsafe"
)

// playerArg makes the test binary a launcher: what a shell can't do to a child.
const playerArg = "launch-with"

// play does each of the words up to "--" and becomes the command after it. The
// words that need a parent beside the child (feed, unread, group) start it as a child.
func play(args []string) int {
	runtime.LockOSThread() // the signal mask is a thread's
	argv0 := ""
	for i, word := range args {
		if word == "--" {
			return become(argv0, args[i+1:])
		}
		name, value, _ := strings.Cut(word, "=")
		switch name {
		case "argv0":
			argv0 = value
		case "block":
			n, _ := strconv.Atoi(value)
			mask := uint64(1) << (n - 1)
			syscall.RawSyscall6(syscall.SYS_RT_SIGPROCMASK, 0, uintptr(unsafe.Pointer(&mask)), 0, 8, 0, 0)
		case "ignore":
			n, _ := strconv.Atoi(value)
			signal.Ignore(syscall.Signal(n))
		case "seccomp":
			if err := harmlessFilter(); err != nil {
				fmt.Fprintln(os.Stderr, "launcher: seccomp:", err)
				return 1
			}
		case "feed", "feed-nonblocking", "unread", "read", "group":
			return parent(name, args[i+1:])
		default:
			fmt.Fprintln(os.Stderr, "launcher: what is", word)
			return 2
		}
	}
	return 2
}

func become(argv0 string, argv []string) int {
	path, err := exec.LookPath(argv[0])
	if err == nil {
		if argv0 != "" {
			argv[0] = argv0
		}
		err = syscall.Exec(path, argv, os.Environ())
	}
	fmt.Fprintln(os.Stderr, "launcher:", err)
	return 127
}

// parent starts the command and stays.
func parent(how string, argv []string) int {
	if len(argv) > 0 && argv[0] == "--" {
		argv = argv[1:]
	}
	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	var feed, drain *os.File
	switch how {
	case "feed", "feed-nonblocking":
		var p [2]int
		_ = syscall.Pipe2(p[:], syscall.O_CLOEXEC)
		_ = syscall.SetNonblock(p[0], how == "feed-nonblocking")
		cmd.Stdin, feed = os.NewFile(uintptr(p[0]), "feed"), os.NewFile(uintptr(p[1]), "feeder")
	case "unread", "read":
		r, w, err := os.Pipe()
		if err != nil {
			return 1
		}
		cmd.Stdout, drain = w, r
	case "group":
		cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	}
	var err error
	if how == "feed-nonblocking" { // os/exec's Fd() would make it blocking again
		err = startRaw(cmd)
	} else {
		err = cmd.Start()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "launcher:", err)
		return 127
	}
	if feed != nil {
		time.Sleep(30 * time.Millisecond) // the child is waiting for it by then, and a child that can't wait is gone
		fmt.Fprintln(feed, "hello")
		feed.Close()
	}
	if drain != nil {
		cmd.Stdout.(*os.File).Close()
		if how == "read" {
			go func() {
				buf := make([]byte, 4096)
				for n := 1; n > 0; n, _ = drain.Read(buf) {
				}
			}()
		}
	}
	if cmd.Process == nil {
		return 1
	}
	st, _ := cmd.Process.Wait()
	runtime.KeepAlive(drain)
	return st.ExitCode()
}

// startRaw starts without asking the files for their descriptors in a way that changes them.
func startRaw(cmd *exec.Cmd) error {
	path, err := exec.LookPath(cmd.Args[0])
	if err != nil {
		return err
	}
	in := cmd.Stdin.(*os.File)
	raw, err := in.SyscallConn()
	if err != nil {
		return err
	}
	return control(raw, func(fd uintptr) error {
		pid, _, err := syscall.StartProcess(path, cmd.Args, &syscall.ProcAttr{Env: os.Environ(), Files: []uintptr{fd, 1, 2}})
		if err != nil {
			return err
		}
		cmd.Process, err = os.FindProcess(pid)
		return err
	})
}

func control(raw syscall.RawConn, f func(uintptr) error) (err error) {
	if cerr := raw.Control(func(fd uintptr) { err = f(fd) }); cerr != nil {
		return cerr
	}
	return err
}

// harmlessFilter installs a filter that makes uname fail and lets all else pass.
func harmlessFilter() error {
	type instruction struct {
		code   uint16
		jt, jf uint8
		k      uint32
	}
	const load, equal, ret = 0x20, 0x15, 0x06
	code := []instruction{{load, 0, 0, 0}, {equal, 0, 1, syscall.SYS_UNAME}, {ret, 0, 0, 0x00050000 | uint32(syscall.EPERM)}, {ret, 0, 0, 0x7fff0000}}
	prog := struct {
		n    uint16
		code *instruction
	}{uint16(len(code)), &code[0]}
	const setNoNewPrivs, setSeccomp, filter = 38, 22, 2
	if _, _, e := syscall.RawSyscall6(syscall.SYS_PRCTL, setNoNewPrivs, 1, 0, 0, 0, 0); e != 0 {
		return e
	}
	if _, _, e := syscall.RawSyscall6(syscall.SYS_PRCTL, setSeccomp, filter, uintptr(unsafe.Pointer(&prog)), 0, 0, 0); e != 0 {
		return e
	}
	return nil
}
