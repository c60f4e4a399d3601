package steps

import (
	"fmt"
	"path/filepath"
	"strings"

	"casebook/steps/fact"
	"casebook/steps/secret"
	"casebook/steps/snapshot"
)

// popen is the smallest fix in the words of Python's subprocess.Popen, where
// the failing target was started by a Python process.
func (w *searcher) popen(a *WhyAnswer) []string {
	if len(a.Causes) == 0 || !w.runnable(fact.Bad) {
		return nil
	}
	bad := w.cmp.target(fact.Bad)
	if bad.ForkParent == nil || !strings.HasPrefix(filepath.Base(bad.ForkParent.Exe.Path), "python") {
		return nil
	}
	c := a.Causes[0]
	fix := c.Factors
	if len(c.Fixes) > 0 {
		fix = c.Fixes[0]
	}
	var out []string
	for _, d := range fix {
		if s := popenWords(d, w.cmp.target(fact.Good).Process, w.t.in.Mask); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// popenWords is what gives one factor the good value in a call of Popen. "": Popen has no word for it.
func popenWords(d fact.Difference, good *snapshot.Process, m secret.Masker) string {
	switch d.Kind {
	case fact.Env:
		return popenEnv(whole(d.Factor).Name, good, m)
	case fact.Cwd:
		return "cwd=" + pyQuote(m.Text(good.Cwd.Path))
	case fact.Umask:
		return fmt.Sprintf("umask=0o%03o", good.Umask)
	case fact.Stdin, fact.Stdout, fact.Stderr:
		return popenStream(d)
	case fact.Session, fact.CTTY:
		if d.Kind == fact.Session && strings.HasPrefix(d.Good.Shown, "own") {
			return "start_new_session=True"
		}
		return "start_new_session=False"
	case fact.ProcessGroup:
		if strings.HasPrefix(d.Good.Shown, "own") {
			return "process_group=0"
		}
		return "process_group=None"
	case fact.SignalDisposition, fact.SignalMask:
		return popenSignal(d)
	case fact.FD:
		if d.Good.State == fact.Absent {
			return "close_fds=True"
		}
		return "pass_fds=(" + d.Name + ",)"
	case fact.Exe:
		return "executable=" + pyQuote(m.Text(good.Exe.Path))
	case fact.Argv:
		if d.Good.State == fact.Absent {
			return "args without " + d.Bad.Shown
		}
		return "args with " + d.Good.Shown
	}
	return popenNumbers(d, good)
}

func popenEnv(name string, good *snapshot.Process, m secret.Masker) string {
	v, ok := variables(good.Env)[name]
	if !ok {
		return "env.pop(" + pyQuote(name) + ", None)"
	}
	if s := m.ShowVar(name, v); !secret.IsMark(s) {
		return "env[" + pyQuote(name) + "] = " + pyQuote(s)
	}
	return "env[" + pyQuote(name) + "] = os.environ[" + pyQuote(name) + "]"
}

func popenStream(d fact.Difference) string {
	kind, target, _ := strings.Cut(d.Good.Shown, " ")
	kind = strings.TrimSuffix(kind, ",")
	arg := string(d.Kind) + "="
	mode := `"ab"`
	if d.Kind == fact.Stdin {
		mode = `"rb"`
	}
	switch {
	case kind == "null":
		return arg + "subprocess.DEVNULL"
	case d.Kind == fact.Stderr && strings.Contains(d.Good.Shown, "same as stdout"):
		return arg + "subprocess.STDOUT"
	case kind == "file":
		return arg + "open(" + pyQuote(strings.TrimSuffix(target, " (append)")) + ", " + mode + ")"
	case kind == "pipe" && d.Kind == fact.Stdin:
		return arg + "subprocess.PIPE"
	case kind == "closed":
		return "preexec_fn=lambda: os.close(" + map[fact.Kind]string{fact.Stdin: "0", fact.Stdout: "1", fact.Stderr: "2"}[d.Kind] + ")"
	case strings.Contains(d.Bad.Shown, string(snapshot.NobodyReads)):
		return arg + `open("` + string(d.Kind) + `.log", "ab"), or read the pipe: communicate(), or a thread`
	case kind == "tty":
		return arg + "None where the caller has a terminal, else a pty"
	case kind == "pipe":
		return arg + "subprocess.PIPE, and read it: communicate(), or a thread"
	}
	return ""
}

func popenSignal(d fact.Difference) string {
	name := pySignal(d.Name)
	switch {
	case d.Kind == fact.SignalMask && !setSignal(d.Good):
		return "preexec_fn=lambda: signal.pthread_sigmask(signal.SIG_UNBLOCK, {" + name + "})"
	case d.Kind == fact.SignalMask:
		return "preexec_fn=lambda: signal.pthread_sigmask(signal.SIG_BLOCK, {" + name + "})"
	case d.Name == "SIGPIPE" || d.Name == "SIGXFSZ":
		return "restore_signals=" + pyBool(!setSignal(d.Good))
	case !setSignal(d.Good):
		return "preexec_fn=lambda: signal.signal(" + name + ", signal.SIG_DFL)"
	}
	return "preexec_fn=lambda: signal.signal(" + name + ", signal.SIG_IGN)"
}

func popenNumbers(d fact.Difference, good *snapshot.Process) string {
	switch d.Kind {
	case fact.Credentials:
		if d.Name == "gid" {
			return fmt.Sprintf("group=%d", good.GIDs[1])
		}
		return fmt.Sprintf("user=%d", good.UIDs[1])
	case fact.Groups:
		return "extra_groups=[" + strings.ReplaceAll(joinInts(good.Groups), ",", ", ") + "]"
	case fact.Affinity:
		return "preexec_fn=lambda: os.sched_setaffinity(0, {" + strings.ReplaceAll(joinInts(good.Affinity), ",", ", ") + "})"
	case fact.Rlimit:
		for _, l := range good.Rlimits {
			if l.Name == d.Name {
				return fmt.Sprintf("preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_%s, (%s, %s))", l.Name, pyLimit(l.Soft), pyLimit(l.Hard))
			}
		}
	}
	return ""
}

func pyLimit(n uint64) string {
	if n == snapshot.Unlimited {
		return "resource.RLIM_INFINITY"
	}
	return limitWord(n)
}
