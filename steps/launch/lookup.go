package launch

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// lookup finds the file of a command as execvp does in the launch: by the
// launch's own PATH, relative to its directory. base is where a relative
// command is looked up; cwd where the launch will be. The path is as execvp
// would pass it, relative where it was, unless base and cwd differ.
func lookup(name string, path []string, base, cwd string) (string, error) {
	if strings.Contains(name, "/") {
		abs := under(base, name)
		if err := executable(abs); err != nil {
			return "", notStarted(name, abs, err)
		}
		if base != cwd {
			return abs, nil
		}
		return name, nil
	}
	var denied error
	var deniedAt string
	for _, dir := range path {
		if dir == "" {
			dir = "."
		}
		file := dir + "/" + name
		abs := under(cwd, file)
		switch err := executable(abs); {
		case err == nil:
			return file, nil
		case errors.Is(err, fs.ErrPermission) && denied == nil:
			denied, deniedAt = err, abs
		}
	}
	if denied != nil {
		return "", notStarted(name, deniedAt, denied)
	}
	return "", &Error{Kind: NotFound, What: name + ": command not found", Err: fs.ErrNotExist,
		Hint: "it is in none of the directories of the launch's PATH: " + strings.Join(path, ":")}
}

func under(dir, name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(dir, name)
}

// executable says why a file can't be executed. What access(2) can't know (a
// missing interpreter, a file that is no program) is told by the exec itself.
func executable(path string) error {
	st, err := os.Stat(path)
	if err != nil {
		return err
	}
	if st.IsDir() {
		return syscall.EISDIR
	}
	if st.Mode()&0o111 == 0 {
		return fs.ErrPermission
	}
	const xOK = 1
	return syscall.Access(path, xOK)
}

func notStarted(name, path string, err error) error {
	switch {
	case errors.Is(err, syscall.EISDIR):
		return &Error{Kind: NotExecutable, What: path + " is a directory", Err: err}
	case errors.Is(err, fs.ErrPermission):
		return &Error{Kind: NotExecutable, What: path + " is not executable", Err: err, Hint: "chmod +x it, or start it with its interpreter"}
	case errors.Is(err, fs.ErrNotExist):
		return &Error{Kind: NotFound, What: name + ": no such file", Err: err, Hint: "looked for " + path}
	}
	return &Error{Kind: NotExecutable, What: path + ": " + err.Error(), Err: err}
}

// launchPath is the PATH of an environment, as execvp takes it.
func launchPath(env []string) []string {
	for _, e := range env {
		if v, ok := strings.CutPrefix(e, "PATH="); ok {
			return strings.Split(v, ":")
		}
	}
	return []string{"/bin", "/usr/bin"}
}
