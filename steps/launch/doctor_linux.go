package launch

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"casebook/steps/launch/atstart"
	"casebook/steps/ptrace"
)

// Capabilities tells what this host allows. It starts and ends a few processes
// of its own and changes nothing.
func Capabilities() []Capability {
	caps := []Capability{kernelVersion()}
	caps = append(caps, probeTracee()...)
	caps = append(caps, subreaper(), ptyCapability(), openFilesCapability())
	caps = append(caps, namespaceCapability("user namespace", unix.CLONE_NEWUSER), namespaceCapability("net namespace", unix.CLONE_NEWNET))
	caps = append(caps, privileges()...)
	caps = append(caps, yama(), loginUID())
	for _, tool := range []string{"strace", "py-spy", "tmux"} {
		caps = append(caps, toolCapability(tool))
	}
	return caps
}

func kernelVersion() Capability {
	h := host()
	return Capability{Name: "kernel", OK: true, Detail: h.Kernel + " " + h.Arch}
}

// probeTracee forks a process of our own and tries on it what a run needs.
func probeTracee() []Capability {
	seize := Capability{Name: "ptrace seize", Hint: "without it only the launched command itself is seen; allow ptrace (container: --cap-add SYS_PTRACE; seccomp; yama)"}
	fd := Capability{Name: "pidfd_getfd", Hint: "needed to take over a pipe in a transplant; Linux 5.6"}
	mem := Capability{Name: "process_vm_writev", Hint: "needed to change a launch in flight"}
	done := make(chan struct{})
	go func() { // never unlocked: the thread ends with what it traced
		defer close(done)
		runtime.LockOSThread()
		probeChild(&seize, &fd, &mem)
	}()
	<-done
	return []Capability{seize, fd, mem}
}

func probeChild(seize, fd, mem *Capability) {
	null, err := os.OpenFile("/dev/null", os.O_RDWR, 0)
	if err != nil {
		seize.Detail = err.Error()
		return
	}
	defer null.Close()
	c, err := fork(forkRequest{path: "/proc/self/exe", argv: []string{"probe"}, dir: "/", stdio: [3]*os.File{null, null, null}})
	if err != nil {
		seize.Detail = err.Error()
		return
	}
	defer func() { // it never passes its gate
		_ = unix.Kill(c.pid, unix.SIGKILL)
		_, _ = unix.Wait4(c.pid, nil, unix.WALL, nil)
		c.gate.Close()
		c.report.Close()
	}()
	verdict(seize, ptrace.Seize(c.pid, ptrace.Options))
	pidfd, err := unix.PidfdOpen(c.pid, 0)
	if err == nil {
		var got int
		if got, err = unix.PidfdGetfd(pidfd, 0, 0); err == nil {
			unix.Close(got)
		}
		unix.Close(pidfd)
	}
	verdict(fd, err)
	word := []byte{1} // the same byte at the same place: it is a copy of us
	local := []unix.Iovec{{Base: &word[0]}}
	local[0].SetLen(1)
	_, err = unix.ProcessVMWritev(c.pid, local, []unix.RemoteIovec{{Base: addressOf(&word[0]), Len: 1}}, 0)
	verdict(mem, err)
}

func verdict(c *Capability, err error) {
	c.OK = err == nil
	if err != nil {
		c.Detail = err.Error()
		return
	}
	c.Detail, c.Hint = "works", ""
}

func subreaper() Capability {
	c := Capability{Name: "subreaper", Hint: "without it a process that daemonises may stay behind"}
	var is int32
	verdict(&c, unix.Prctl(unix.PR_GET_CHILD_SUBREAPER, uintptr(addressOf(&is)), 0, 0, 0))
	return c
}

func ptyCapability() Capability {
	c := Capability{Name: "pty", Hint: "the profile shell needs /dev/ptmx and /dev/pts; use --as ci"}
	io, err := openTTY(DefaultRows, DefaultCols)
	if err == nil {
		io.closeAll()
	}
	verdict(&c, err)
	return c
}

func openFilesCapability() Capability {
	r := atstart.OpenFiles
	return Capability{Name: "open files", OK: r.Hard != 0, Detail: fmt.Sprintf("soft limit %d, hard %d: given to launches as they are", r.Soft, r.Hard)}
}

// namespaceCapability tries to unshare in a child that ends at once.
func namespaceCapability(name string, flag uintptr) Capability {
	c := Capability{Name: name, Hint: "needs root, or user namespaces (kernel.unprivileged_userns_clone, user.max_user_namespaces)"}
	path, err := exec.LookPath("true")
	if err == nil {
		cmd := exec.Command(path)
		cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: flag}
		if flag != unix.CLONE_NEWUSER && os.Geteuid() != 0 {
			cmd.SysProcAttr.Cloneflags |= unix.CLONE_NEWUSER
		}
		cmd.WaitDelay = time.Second
		err = cmd.Run()
	}
	verdict(&c, err)
	return c
}

// privileges are the capabilities that move credentials, limits and priorities.
func privileges() []Capability {
	hdr := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	var data [2]unix.CapUserData
	err := unix.Capget(&hdr, &data[0])
	var out []Capability
	for _, p := range []struct {
		name string
		bit  int
		what string
	}{
		{"CAP_SYS_PTRACE", unix.CAP_SYS_PTRACE, "processes of other users can't be looked at"},
		{"CAP_SYS_ADMIN", unix.CAP_SYS_ADMIN, "namespaces can't be moved"},
		{"CAP_SETUID", unix.CAP_SETUID, "users and groups can't be moved"},
		{"CAP_SYS_RESOURCE", unix.CAP_SYS_RESOURCE, "hard limits can't be raised"},
		{"CAP_SYS_NICE", unix.CAP_SYS_NICE, "priorities can't be raised"},
	} {
		c := Capability{Name: p.name, OK: err == nil && data[p.bit/32].Effective>>(p.bit%32)&1 != 0, Detail: "held"}
		if !c.OK {
			c.Detail, c.Hint = "not held: "+p.what, "run as root where that difference matters"
		}
		out = append(out, c)
	}
	return out
}

func yama() Capability {
	b, err := os.ReadFile("/proc/sys/kernel/yama/ptrace_scope")
	if err != nil {
		return Capability{Name: "yama", OK: true, Detail: "not in this kernel: no restriction"}
	}
	scope := strings.TrimSpace(string(b))
	c := Capability{Name: "yama", OK: scope == "0" || scope == "1", Detail: "ptrace_scope " + scope}
	if !c.OK {
		c.Hint = "ptrace_scope 2 asks for CAP_SYS_PTRACE, 3 forbids tracing; sysctl kernel.yama.ptrace_scope=1"
	}
	return c
}

func loginUID() Capability {
	c := Capability{Name: "loginuid", Hint: "moving loginuid needs CAP_AUDIT_CONTROL and a kernel with audit"}
	f, err := os.OpenFile("/proc/self/loginuid", os.O_WRONLY, 0)
	if err == nil {
		f.Close()
		if os.Geteuid() != 0 {
			err = unix.EPERM
		}
	}
	verdict(&c, err)
	return c
}

func toolCapability(name string) Capability {
	path, err := exec.LookPath(name)
	if err != nil {
		return Capability{Name: name, Detail: "not installed", Hint: "optional; install it for more detail"}
	}
	return Capability{Name: name, OK: true, Detail: path}
}
