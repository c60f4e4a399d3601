//go:build linux

package launch

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The test binary is also the helper and the programs that tests launch.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 {
		if os.Args[1] == HelperArg {
			os.Exit(HelperMain(nil))
		}
		if play, ok := players[os.Args[1]]; ok {
			os.Exit(play(os.Args[2:]))
		}
	}
	os.Exit(m.Run())
}

var players = map[string]func([]string) int{
	"__caller":     playCaller,
	"__front":      playFront,
	"__threadexec": playThreadExec,
	"__ttin":       playTTIN,
}

// self is the command line of a player.
func self(t *testing.T, name string, args ...string) string {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return Command{Argv: append([]string{exe, name}, args...)}.String()
}

// playCaller runs a command as Casebook would, and says so; it waits to be killed.
func playCaller(args []string) int {
	c, err := ParseCommand(args[1])
	if err != nil {
		fmt.Println(err)
		return 1
	}
	r, err := Start(context.Background(), Spec{Command: c, Profile: CI, Trace: args[0] == "traced", Grace: 50 * time.Millisecond})
	if err != nil {
		fmt.Println(err)
		return 1
	}
	fmt.Println("started", r.helper.cmd.Process.Pid)
	_, _ = r.Wait()
	return 0
}

// playThreadExec calls exec from a thread that is not the first.
func playThreadExec(args []string) int {
	runtime.LockOSThread() // the first thread stays here
	go func() {
		runtime.LockOSThread()
		if syscall.Gettid() == os.Getpid() {
			fmt.Println("on the first thread")
			os.Exit(1)
		}
		fmt.Println(syscall.Exec(args[0], args, os.Environ()))
		os.Exit(1)
	}()
	select {}
}

// playTTIN starts a background reader of its terminal and tells how that stopped.
func playTTIN([]string) int {
	cat := exec.Command("cat", "/dev/tty")
	cat.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cat.Start(); err != nil {
		fmt.Println(err)
		return 1
	}
	var ws syscall.WaitStatus
	for {
		pid, err := syscall.Wait4(cat.Process.Pid, &ws, syscall.WUNTRACED, nil)
		if err != syscall.EINTR || pid > 0 {
			break
		}
	}
	fmt.Println("stopped:", ws.Stopped(), ws.StopSignal())
	_ = syscall.Kill(cat.Process.Pid, syscall.SIGTERM)
	_ = syscall.Kill(cat.Process.Pid, syscall.SIGCONT)
	_, _ = syscall.Wait4(cat.Process.Pid, &ws, 0, nil)
	fmt.Println("then:", ws.Signaled(), ws.Signal())
	return 0
}

// spec is a launch of a command line, traced, as ci.
func spec(t testing.TB, command string) Spec {
	t.Helper()
	c, err := ParseCommand(command)
	if err != nil {
		t.Fatal(err)
	}
	return Spec{Command: c, Profile: CI, Trace: true, Deadline: 20 * time.Second, Grace: 100 * time.Millisecond, SkipSteady: true}
}

func run(t testing.TB, s Spec) Result {
	t.Helper()
	r, err := Start(context.Background(), s)
	if err != nil {
		t.Fatal(err)
	}
	res, err := r.Wait()
	if err != nil {
		t.Fatal(err)
	}
	return res
}

func output(r Result, name string) string {
	for _, s := range r.Streams {
		if s.Name == name {
			return string(s.Head) + string(s.Tail)
		}
	}
	return ""
}

// eventually waits for a condition.
func eventually(t testing.TB, what string, cond func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(2 * time.Millisecond) {
		if cond() {
			return
		}
	}
	t.Fatalf("never: %s", what)
}

// marked are the living processes whose environment or argv has a mark.
func marked(mark string) []int {
	var out []int
	entries, _ := os.ReadDir("/proc")
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil || pid == os.Getpid() {
			continue
		}
		argv, _ := os.ReadFile("/proc/" + e.Name() + "/cmdline")
		env, _ := os.ReadFile("/proc/" + e.Name() + "/environ")
		if strings.Contains(string(env), "MARK="+mark+"\x00") && len(argv) > 0 {
			out = append(out, pid)
		}
	}
	return out
}

// mark is a value that no other test uses.
func mark(t testing.TB) string {
	return fmt.Sprintf("%s-%d-%d", t.Name(), os.Getpid(), time.Now().UnixNano())
}

// python is a real interpreter, not a shim.
func python(t testing.TB) string {
	t.Helper()
	for _, p := range []string{"/usr/bin/python3", "/usr/local/bin/python3"} {
		if _, err := os.Stat(p); err == nil {
			return p
		}
	}
	out, err := exec.Command("python3", "-c", "import sys; print(sys.executable)").Output()
	if err != nil {
		t.Skip("no python3")
	}
	return strings.TrimSpace(string(out))
}
