package launch

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
)

// Pool keeps one helper started, so that the next run does not wait for it.
// A nil Pool starts a helper for every run.
type Pool struct {
	mu      sync.Mutex
	waiting *helperProcess
	warming bool
	closed  bool
	idle    sync.WaitGroup
}

// NewPool starts the first helper. Close ends it.
func NewPool() *Pool {
	p := &Pool{}
	p.warm()
	return p
}

// Close ends the helper that waits for a run. Runs under way go on.
func (p *Pool) Close() {
	if p == nil {
		return
	}
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	p.idle.Wait()
	if h := p.pop(); h != nil {
		h.abandon()
	}
}

// warm starts a helper for the next run, in the background.
func (p *Pool) warm() {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed || p.warming || p.waiting != nil {
		return
	}
	p.warming = true
	p.idle.Go(func() {
		h, err := startHelper()
		p.mu.Lock()
		defer p.mu.Unlock()
		p.warming = false
		if err == nil { // else the next run tells
			p.waiting = h
		}
	})
}

func (p *Pool) pop() *helperProcess {
	p.mu.Lock()
	defer p.mu.Unlock()
	h := p.waiting
	p.waiting = nil
	return h
}

// take is a helper for a run.
func (p *Pool) take() (*helperProcess, error) {
	if p != nil {
		p.idle.Wait()
		if h := p.pop(); h != nil {
			return h, nil
		}
	}
	return startHelper()
}

// helperProcess is a helper as its caller sees it.
type helperProcess struct {
	cmd    *exec.Cmd
	in     *os.File
	out    *os.File
	write  *frameWriter
	frames *frameReader
	stderr *tailBuffer
}

// helperMark keeps a program that forgot to call HelperMain (a test binary, say)
// from starting itself as its own helper for ever.
const helperMark = "CASEBOOK_HELPER"

// startHelper starts this binary as a helper in a session of its own.
func startHelper() (*helperProcess, error) {
	return startHelperAs(func(*exec.Cmd, *os.File, *os.File) {})
}

func startHelperAs(change func(c *exec.Cmd, inR, outW *os.File)) (*helperProcess, error) {
	if os.Getenv(helperMark) != "" {
		return nil, errors.New("this program was started as a helper and did not call HelperMain")
	}
	inR, inW, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer inR.Close()
	outR, outW, err := os.Pipe()
	if err != nil {
		inW.Close()
		return nil, err
	}
	defer outW.Close()
	self, argv0, err := ownBinary()
	if err != nil {
		return nil, err
	}
	h := &helperProcess{in: inW, out: outR, write: newFrameWriter(inW), frames: newFrameReader(outR), stderr: &tailBuffer{}}
	h.cmd = &exec.Cmd{Path: self, Args: []string{argv0, HelperArg}, Env: helperEnv(os.Environ()), Stderr: h.stderr,
		ExtraFiles: []*os.File{inR, outW}, SysProcAttr: &syscall.SysProcAttr{Setsid: true}}
	change(h.cmd, inR, outW)
	if err := h.cmd.Start(); err != nil {
		inW.Close()
		outR.Close()
		return nil, err
	}
	return h, nil
}

func (h *helperProcess) send(kind frameKind, v any) error { return h.write.gob(kind, v) }

// wait takes leave of a helper that has told its result. An error is a helper
// that did not end well even so.
func (h *helperProcess) wait() error {
	err := h.cmd.Wait()
	h.in.Close()
	h.out.Close()
	if err != nil {
		return fmt.Errorf("the helper process: %w: %s", err, h.stderr.String())
	}
	return nil
}

// abandon lets a helper end everything and go, and returns its last words.
func (h *helperProcess) abandon() string {
	h.in.Close()
	_ = h.cmd.Wait()
	h.out.Close()
	return h.stderr.String()
}

// helperEnv is what a helper needs of the caller's environment: a launch gets
// its own by the pipe.
func helperEnv(environ []string) []string {
	env := []string{helperMark + "=1", "GORACE=atexit_sleep_ms=0"} // the race detector waits a second at every exit
	for _, e := range environ {
		name, _, _ := strings.Cut(e, "=")
		switch name {
		case "HOME", "USER", "LOGNAME", "PATH", "TMPDIR", "GOCOVERDIR", "GOTRACEBACK":
			env = append(env, e)
		}
	}
	return env
}

// tailBuffer keeps the last words of a helper.
type tailBuffer struct {
	mu sync.Mutex
	b  []byte
}

const lastWords = 16 << 10

func (t *tailBuffer) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.b = append(t.b, b...)
	if over := len(t.b) - lastWords; over > 0 {
		t.b = t.b[:copy(t.b, t.b[over:])]
	}
	return len(b), nil
}

func (t *tailBuffer) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.TrimSpace(string(t.b))
}
