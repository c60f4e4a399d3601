package check

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

// ProbeTime bounds one look at the world.
const ProbeTime = 2 * time.Second

// Prober looks at the world for the atoms of a check that need it.
type Prober struct {
	Check *Check
	Dir   string                                       // relative paths start here, and run: commands
	Split func(string) (argv, env []string, err error) // how a run: command becomes words
}

// Look says which atoms hold now, with the evidence; want limits it to atoms not yet decided.
func (p *Prober) Look(ctx context.Context, want func(id int) bool) map[int]string {
	held := map[int]string{}
	for _, a := range p.Check.Atoms {
		if !a.probes() || want != nil && !want(a.ID) {
			continue
		}
		if ev, ok := p.look(ctx, a); ok {
			held[a.ID] = ev
		}
	}
	return held
}

// Undecided says whether an atom is still open; it is what Look's want wants.
func (e *Eval) Undecided(id int) bool { return e.state[id] == pending }

func (p *Prober) look(ctx context.Context, a *Node) (string, bool) {
	ctx, cancel := context.WithTimeout(ctx, ProbeTime)
	defer cancel()
	switch a.Kind {
	case "file":
		path := a.Arg
		if !filepath.IsAbs(path) {
			path = filepath.Join(p.Dir, path)
		}
		st, err := os.Stat(path)
		if err != nil {
			return "", false
		}
		return fmt.Sprintf("%s exists, %d bytes", a.Arg, st.Size()), true
	case "tcp":
		var d net.Dialer
		c, err := d.DialContext(ctx, "tcp", a.Arg)
		if err != nil {
			return "", false
		}
		_ = c.Close()
		return a.Arg + " accepts connections", true
	case "http":
		return lookHTTP(ctx, a.Arg)
	case "run":
		return p.run(ctx, a.Arg)
	}
	return "", false
}

func lookHTTP(ctx context.Context, url string) (string, bool) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return "", false
	}
	// Proxy variables are what an investigation is about; they must not bend its eye.
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	res, err := client.Do(req)
	if err != nil {
		return "", false
	}
	_ = res.Body.Close()
	return url + " answered " + res.Status, res.StatusCode < 400
}

func (p *Prober) run(ctx context.Context, command string) (string, bool) {
	argv, env, err := p.Split(command)
	if err != nil || len(argv) == 0 {
		return "", false
	}
	c := exec.CommandContext(ctx, argv[0], argv[1:]...)
	c.Dir, c.Env = p.Dir, append(os.Environ(), env...)
	c.WaitDelay = 100 * time.Millisecond
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	c.Cancel = func() error { return syscall.Kill(-c.Process.Pid, syscall.SIGKILL) }
	if c.Run() != nil {
		return "", false
	}
	return command + " exited with 0", true
}
