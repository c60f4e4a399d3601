package snapshot

import (
	"bytes"
	"errors"
	"io/fs"
	"path"
	"strconv"
	"strings"

	"casebook/steps/fact"
	"casebook/steps/secret"
)

// source is a file of the target's own.
type source struct {
	name string
	text []byte
}

// Bounds of what is read to look for names.
const (
	sourcesMost = 12
	sourceMost  = 512 << 10
)

// ownFiles reads the scripts that the targets' arguments name: words that are
// files, and modules behind -m. A word of code behind -c is looked through as
// it stands.
func ownFiles(r *role, read func(string) ([]byte, error)) []source {
	var out []source
	seen := map[string]bool{}
	take := func(file string) bool {
		if seen[file] || len(out) >= sourcesMost {
			return seen[file]
		}
		text, err := read(file)
		if err != nil || len(text) == 0 || bytes.IndexByte(text[:min(len(text), 1024)], 0) >= 0 {
			return false
		}
		seen[file] = true
		out = append(out, source{path.Base(file), text[:min(len(text), sourceMost)]})
		return true
	}
	for _, in := range []*instance{r.good[0], r.bad[0]} {
		p := in.target.Process
		for i, a := range p.Argv {
			word := secret.Reveal(a)
			switch {
			case i > 0 && strings.HasPrefix(secret.Reveal(p.Argv[i-1]), "-") && strings.HasSuffix(secret.Reveal(p.Argv[i-1]), "c") && strings.ContainsAny(word, " \n("):
				out = append(out, source{"its -c argument", []byte(word)})
			case i > 0 && secret.Reveal(p.Argv[i-1]) == "-m":
				file := strings.ReplaceAll(word, ".", "/")
				for _, tail := range []string{".py", "/__main__.py", "/__init__.py"} {
					take(path.Join(p.Cwd.Path, file+tail))
				}
			case word == "" || strings.HasPrefix(word, "-") || strings.ContainsAny(word, "\n="):
			case path.IsAbs(word):
				take(word)
			default:
				take(path.Join(p.Cwd.Path, word))
			}
		}
	}
	return out
}

func missingFile(read func(string) ([]byte, error)) func(string) bool {
	return func(file string) bool {
		_, err := read(file)
		return errors.Is(err, fs.ErrNotExist)
	}
}

// namedIn finds a variable's name in the target's own files, as a string, as
// $NAME or as env.NAME: a name such as USER stands in any text.
func (c *context) namedIn(name string) string {
	for _, src := range c.sources {
		if line := findName(src.text, name); line > 0 {
			return src.at(line)
		}
	}
	return ""
}

func (s source) at(line int) string {
	if strings.HasPrefix(s.name, "its ") {
		return s.name
	}
	return s.name + ":" + strconv.Itoa(line)
}

func findName(text []byte, name string) (line int) {
	if name == "" {
		return 0
	}
	for at := 0; ; {
		i := bytes.Index(text[at:], []byte(name))
		if i < 0 {
			return 0
		}
		i += at
		end := i + len(name)
		at = i + 1
		if i == 0 || end < len(text) && isNameByte(text[end]) {
			continue
		}
		if names(text[max(0, i-8):i]) {
			return 1 + bytes.Count(text[:i], []byte{'\n'})
		}
	}
}

// names says whether what stands before a word makes it a variable's name.
func names(before []byte) bool {
	switch before[len(before)-1] {
	case '"', '\'', '$', '{', '`':
		return true
	}
	return bytes.HasSuffix(before, []byte("env.")) || bytes.HasSuffix(before, []byte("ENV."))
}

func isNameByte(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// hints are words in a program that show that it cares about a kind of factor.
var hints = map[fact.Kind][]string{
	fact.Stdin:             {"stdin", "input(", "fileinput"},
	fact.Stdout:            {"stdout.fileno", "isatty", "stdout.flush"},
	fact.Stderr:            {"stderr.fileno", "stderr.write"},
	fact.Affinity:          {"affinity", "cpu_count", "nproc"},
	fact.Umask:             {"umask", "chmod"},
	fact.LoginUID:          {"getlogin", "loginuid", "logname"},
	fact.Groups:            {"getgroups", "st_gid", "getgrnam", "grp."},
	fact.Session:           {"setsid", "getsid", "killpg"},
	fact.ProcessGroup:      {"killpg", "getpgrp", "getpgid", "tcgetpgrp", "tcsetpgrp"},
	fact.CTTY:              {"/dev/tty", "getpass", "tcgetpgrp", "ctermid"},
	fact.Cwd:               {"getcwd", "os.curdir", "Path.cwd", "process.cwd"},
	fact.Nice:              {"getpriority", "os.nice", "setpriority"},
	fact.Credentials:       {"getuid", "geteuid", "getpwuid", "id -u"},
	fact.Personality:       {"ADDR_NO_RANDOMIZE", "randomize_va_space", "/proc/self/maps", "id(object", "addressof"},
	fact.SignalMask:        {"sigmask", "sigwait", "setitimer", "signal.alarm"},
	fact.SignalDisposition: {"getsignal", "SIG_DFL"},
	fact.Argv0:             {"argv[0]", "basename \"$0\"", "basename $0"},
	fact.Sched:             {"sched_getscheduler"},
	fact.OOMScoreAdj:       {"oom_score"},
	fact.NoNewPrivs:        {"sudo", "setuid"},
}

// hint raises a kind that the target's own files speak of.
func (c *context) hint(d *fact.Difference, s *sum) {
	for _, word := range hints[d.Kind] {
		for _, src := range c.sources {
			if i := bytes.Index(src.text, []byte(word)); i >= 0 {
				s.raise(.35, strconv.Quote(word)+" stands in "+src.at(1+bytes.Count(src.text[:i], []byte{'\n'})))
				return
			}
		}
	}
}

// namedFD finds a descriptor's number where scripts name one: ">&9", "<&3", "fd 9", "fd=9".
func (c *context) namedFD(num string) string {
	for _, src := range c.sources {
		for _, form := range []string{">&" + num, "<&" + num, "fd " + num, "fd=" + num, "fdopen(" + num, "/dev/fd/" + num, "flock -n " + num, "flock " + num} {
			if i := bytes.Index(src.text, []byte(form)); i >= 0 {
				end := i + len(form)
				if end == len(src.text) || src.text[end] < '0' || src.text[end] > '9' {
					return src.at(1 + bytes.Count(src.text[:i], []byte{'\n'}))
				}
			}
		}
	}
	return ""
}
