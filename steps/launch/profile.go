package launch

import (
	"crypto/rand"
	"encoding/hex"
	"os"
	"os/user"
	"path/filepath"
	"strings"

	"casebook/steps/secret"
)

// ground is what a profile and a Spec give a launch, all decided.
type ground struct {
	path      string   // file to execute
	argv, env []string // exact
	dir       string   // absolute
	tty       bool     // a pty for all three ends; else null and two pipes
	sigpipe   bool     // SIGPIPE ignored
	inherit   bool     // everything as the caller has it
}

// groundOf decides. environ and wd are the caller's.
func groundOf(s *Spec, environ []string, wd string) (*ground, error) {
	profile := s.Profile
	if profile == "" {
		profile = Shell
	}
	g := &ground{argv: s.Command.Argv, tty: profile == Shell, sigpipe: profile == Service, inherit: profile == Inherit}
	base := s.Dir
	if base == "" {
		base = wd
	}
	base = under(wd, base)
	who := account(environ)
	g.env, g.dir = profileEnv(profile, environ, who), base
	switch profile {
	case Cron:
		g.dir = who.home
	case Service:
		g.dir = "/"
	}
	switch {
	case s.Env != nil:
		g.env = s.Env
	case g.dir != wd && getenv(g.env, "PWD") != "":
		g.env = setVars(g.env, []string{"PWD=" + g.dir}) // as a shell's cd does
	}
	g.env = setVars(g.env, s.Command.Env)
	for _, v := range s.Secrets {
		g.env = setVars(g.env, []string{v.Name + "=" + secret.Reveal(v.Value)})
	}
	for _, dir := range []string{base, g.dir} {
		if err := isDir(dir); err != nil {
			return nil, err
		}
	}
	var err error
	g.path, err = lookup(g.argv[0], launchPath(g.env), base, g.dir)
	return g, err
}

func isDir(dir string) error {
	st, err := os.Stat(dir)
	if err == nil && st.IsDir() {
		return nil
	}
	e := &Error{Kind: NoDir, What: dir + " is not a directory to start in", Err: err, Hint: "it has to exist before the launch"}
	if err == nil {
		e.What = dir + " is a file, not a directory"
	}
	return e
}

// profileEnv is the environment that a profile states.
func profileEnv(profile string, environ []string, who who) []string {
	switch profile {
	case Cron:
		return []string{"HOME=" + who.home, "LOGNAME=" + who.name, "PATH=/usr/bin:/bin", "SHELL=/bin/sh"}
	case Service:
		env := []string{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}
		if lang := systemLang(); lang != "" {
			env = append(env, "LANG="+lang)
		}
		var id [16]byte
		_, _ = rand.Read(id[:])
		return append(env, "INVOCATION_ID="+hex.EncodeToString(id[:]))
	}
	if profile == Inherit {
		return givenEnv(environ)
	}
	return append([]string(nil), environ...)
}

// systemLang is the language that systemd gives its services.
func systemLang() string {
	for _, file := range []string{"/etc/locale.conf", "/etc/default/locale"} {
		b, err := os.ReadFile(file)
		if err != nil {
			continue
		}
		for line := range strings.Lines(string(b)) {
			if v, ok := strings.CutPrefix(strings.TrimSpace(line), "LANG="); ok {
				return strings.Trim(v, `"'`)
			}
		}
	}
	return ""
}

type who struct{ name, home string }

// account is whose launch it is: by the password file, else by the caller's environment.
func account(environ []string) who {
	w := who{name: getenv(environ, "LOGNAME"), home: getenv(environ, "HOME")}
	if u, err := user.Current(); err == nil {
		w.name = u.Username
		if u.HomeDir != "" {
			w.home = u.HomeDir
		}
	}
	if w.home == "" || !filepath.IsAbs(w.home) {
		w.home = "/"
	}
	return w
}

func getenv(env []string, name string) string {
	for _, e := range env {
		if v, ok := strings.CutPrefix(e, name+"="); ok {
			return v
		}
	}
	return ""
}

// setVars puts NAME=value into an environment: in place where the name is
// there, at the end where it is not. The last of several wins, as in a shell.
func setVars(env, vars []string) []string {
	if len(vars) == 0 {
		return env
	}
	out := append([]string(nil), env...)
next:
	for _, v := range vars {
		name, _, _ := strings.Cut(v, "=")
		for i, e := range out {
			if strings.HasPrefix(e, name+"=") {
				out[i] = v
				continue next
			}
		}
		out = append(out, v)
	}
	return out
}
