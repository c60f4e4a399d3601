package notes

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"
	"unicode"
)

// logFolder is where logs go: debugging/ of the memory bank that the working
// directory or a parent within the same repository has, else debugging/ here.
func logFolder(dir string) string {
	if bank := FindMemoryBank(dir); bank != "" {
		return filepath.Join(bank, "debugging")
	}
	return filepath.Join(dir, "debugging")
}

// FindMemoryBank is the memory-bank/ of dir or of a parent within the same
// repository, or "". Outside of a repository no parent is looked at.
func FindMemoryBank(dir string) string {
	if abs, err := filepath.Abs(dir); err == nil {
		dir = abs
	}
	root := repositoryRoot(dir)
	for d := dir; ; d = filepath.Dir(d) {
		bank := filepath.Join(d, "memory-bank")
		if fi, err := os.Stat(bank); err == nil && fi.IsDir() {
			return bank
		}
		if d == root || d == filepath.Dir(d) {
			return ""
		}
	}
}

func repositoryRoot(dir string) string {
	for d := dir; ; d = filepath.Dir(d) {
		if _, err := os.Lstat(filepath.Join(d, ".git")); err == nil {
			return d
		}
		if d == filepath.Dir(d) {
			return dir
		}
	}
}

// logName is YYYY-MM-DD_<task>_<slug>.md; without a task there is no part for it.
func logName(day time.Time, task, title string) string {
	return day.Format(time.DateOnly) + "_" + logSubject(task, title) + ".md"
}

func logSubject(task, title string) string {
	if task == "" {
		task = TaskOf(title)
	}
	if t := slug(task, 1, true); t != "" {
		if !strings.HasPrefix(t, "task") {
			t = "task" + t
		}
		return t + "_" + TitleSlug(title)
	}
	return TitleSlug(title)
}

var (
	taskIn    = regexp.MustCompile(`(?i)\btask[ _-]?#?(\d[\w.]*\w|\d)`)
	titleKind = regexp.MustCompile(`(?i)^\s*(planning|debug log|debug plan|plan|log)\s*:\s*`)
	titleTask = regexp.MustCompile(`(?i)\(?\btask[ _-]?#?\d[\w.]*( continuation)?\)?\s*[-:–—]?\s*`)
)

// TaskOf reads the task's number off a title: "7.2" of "Task 7.2 - Debug ...".
func TaskOf(title string) string {
	if m := taskIn.FindStringSubmatch(title); m != nil {
		return m[1]
	}
	return ""
}

// TitleSlug is a title as part of a file name: "debug_dramatiq_worker".
func TitleSlug(title string) string {
	title = titleKind.ReplaceAllString(title, "")
	title = titleTask.ReplaceAllString(title, "")
	title = conditionParens.ReplaceAllString(title, "")
	if s := slug(title, 7, false); s != "" {
		return s
	}
	return "investigation"
}

// slug keeps letters and digits, at most so many words and 60 bytes of them.
func slug(s string, words int, dots bool) string {
	fields := strings.FieldsFunc(strings.ToLower(s), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !(dots && r == '.')
	})
	out := ""
	for i, f := range fields {
		f = strings.Trim(f, ".")
		if i == words || len(out)+len(f) > 60 && out != "" {
			break
		}
		if f == "" {
			continue
		}
		if out != "" {
			out += "_"
		}
		out += clipBytes(f, 60)
	}
	return out
}

func clipBytes(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "")
}

// lastLogBefore is the newest log of the same subject that is older than name, or "".
func lastLogBefore(folder, name string) string {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return ""
	}
	best := ""
	for _, e := range entries {
		n := e.Name()
		if len(n) == len(name) && len(n) > 10 && n[10:] == name[10:] && n < name && n > best {
			if _, err := time.Parse(time.DateOnly, n[:10]); err == nil {
				best = n
			}
		}
	}
	if best == "" {
		return ""
	}
	return filepath.Join(folder, best)
}

// relativeLink is a Markdown link from one file to another.
func relativeLink(from, to string) string {
	text := filepath.Base(to)
	if rel, err := filepath.Rel(filepath.Dir(from), to); err == nil {
		to = rel
	}
	return fmt.Sprintf("[%s](%s)", linkText(text), linkTarget(to))
}
