package snapshot

import (
	"strconv"
	"strings"

	"casebook/steps/secret"
)

// CallWords are the calls between a fork and an exec in the words of a manual
// page: "dup2(4,1) chdir(/srv) umask(077) setsid". A failed call says so;
// several of one kind in a row are counted.
func CallWords(calls []Call) string {
	var words []string
	for i := 0; i < len(calls); {
		j := i
		for j+1 < len(calls) && repeats(calls[i], calls[j+1]) {
			j++
		}
		if n := j - i + 1; n > 2 {
			words = append(words, calls[i].name()+"×"+strconv.Itoa(n))
		} else {
			for ; i <= j; i++ {
				words = append(words, calls[i].words())
			}
		}
		i = j + 1
	}
	return strings.Join(words, " ")
}

// repeats says whether two calls are of a kind that launchers make in rows.
func repeats(a, b Call) bool {
	if a.Name != b.Name {
		return false
	}
	switch a.Name {
	case "close", "fcntl", "rt_sigaction", "read", "write":
		return true
	}
	return false
}

func (c Call) name() string {
	if c.Name == "" {
		return "syscall " + strconv.FormatUint(c.Nr, 10)
	}
	return c.Name
}

func (c Call) words() string {
	s := c.name()
	if args := c.arguments(); args != "" {
		s += "(" + args + ")"
	}
	if c.Ret < 0 && c.Ret > -4096 {
		s += "=" + ErrnoWords(int(-c.Ret))
	}
	return s
}

// resources are Linux's numbers of limits.
var resources = [...]string{"CPU", "FSIZE", "DATA", "STACK", "CORE", "RSS", "NPROC", "NOFILE", "MEMLOCK", "AS", "LOCKS",
	"SIGPENDING", "MSGQUEUE", "NICE", "RTPRIO", "RTTIME"}

func (c Call) arguments() string {
	num := func(i int) string { return strconv.Itoa(int(int32(c.Args[i]))) }
	switch c.Name {
	case "dup2", "dup3", "setpgid", "setreuid", "setregid", "setpriority":
		return num(0) + "," + num(1)
	case "setresuid", "setresgid":
		return num(0) + "," + num(1) + "," + num(2)
	case "close", "setuid", "setgid", "dup", "fchdir", "setgroups", "prctl", "close_range", "unshare":
		if c.Name == "unshare" {
			return "0x" + strconv.FormatUint(c.Args[0], 16)
		}
		return num(0)
	case "umask":
		return "0" + strconv.FormatUint(c.Args[0]&0o777, 8)
	case "rt_sigaction", "kill":
		return signalName(int(c.Args[0]))
	case "prlimit64":
		return at(resources[:], c.Args[1])
	case "setrlimit":
		return at(resources[:], c.Args[0])
	case "personality":
		return personalityWords(c.Args[0])
	case "chdir", "chroot", "open", "openat", "creat", "openat2":
		return clean(secret.Reveal(c.Path))
	}
	return ""
}

func at(words []string, i uint64) string {
	if i < uint64(len(words)) {
		return words[i]
	}
	return strconv.FormatUint(i, 10)
}

// errnoNames are the errors that launching meets; Linux's numbers.
var errnoNames = map[int]string{
	1: "EPERM (not permitted)", 2: "ENOENT (no such file)", 3: "ESRCH (no such process)", 4: "EINTR (interrupted)", 5: "EIO (input/output error)",
	7: "E2BIG (arguments and environment too large)", 8: "ENOEXEC (not an executable format)", 9: "EBADF (bad descriptor)",
	10: "ECHILD (no child)", 11: "EAGAIN (try again, or a limit)", 12: "ENOMEM (no memory)", 13: "EACCES (permission denied)", 14: "EFAULT (bad address)",
	17: "EEXIST (it exists)", 20: "ENOTDIR (not a directory)", 21: "EISDIR (a directory)", 22: "EINVAL (invalid argument)",
	23: "ENFILE (no files left in the system)", 24: "EMFILE (too many open files)", 25: "ENOTTY (no terminal)", 26: "ETXTBSY (the file is being written)",
	27: "EFBIG (file too large)", 28: "ENOSPC (no space left)", 30: "EROFS (read-only)", 32: "EPIPE (broken pipe)", 36: "ENAMETOOLONG (name too long)",
	38: "ENOSYS (no such call)", 40: "ELOOP (too many links)",
}

// ErrnoWords is an error number of Linux in words.
func ErrnoWords(n int) string {
	if s, ok := errnoNames[n]; ok {
		return s
	}
	return "error " + strconv.Itoa(n)
}
