package launch

import (
	"regexp"
	"strings"
	"time"

	"casebook/steps/secret"
	"casebook/steps/snapshot"
)

// Bounds of what is kept about one launch, however much it does.
const (
	mostNodes   = 500 // execs in the tree
	mostFailed  = 200 // failed execs
	mostTargets = 64
	mostChain   = 100     // hops of one chain
	mostArgv    = 4 << 10 // bytes of one argv in the tree
)

// image is one program in one process: what an exec made. Images point to what
// was run before, in the same process or in the parent that forked it, so the
// chain of a process is kept alive by it and by nothing else.
type image struct {
	prev    *image
	depth   int
	pid     int
	ppid    int
	path    string
	process *snapshot.Process // light; nil where nobody needs it
	argv    []secret.Text
}

// process is one live process of the launch.
type process struct {
	pid    int
	ppid   int // who forked it
	image  *image
	execs  int               // its own
	parent *snapshot.Process // whoever forked it, at that moment; only where windows are stepped
	calls  []snapshot.Call   // since the fork or the exec before
	shared bool              // it lives in its parent's memory (vfork)
	target *target
}

// target is a process in question.
type target struct {
	image   *image
	process *snapshot.Process
	window  []snapshot.Call
	parent  *snapshot.Process
	first   bool // the first exec since its fork
	node    int
	exec    time.Duration
	end     time.Duration
	exit    Exit
	alive   bool
	steady  []*snapshot.Steady
}

// record is what is known about a launch's processes. It does nothing itself:
// it is told what happened. Its owner guards it by a lock.
type record struct {
	pattern *regexp.Regexp // nil: the launched command is the target
	live    map[int]*process
	root    int
	targets []*target
	nodes   []snapshot.ExecNode
	dropped int
	failed  []snapshot.Hop
	lost    int // failed execs beyond mostFailed
	over    int // targets beyond mostTargets
	cut     int // chains that lost their middle
	first   *snapshot.Process
}

func newRecord(pattern string) (*record, error) {
	r := &record{live: map[int]*process{}}
	if pattern != "" {
		re, err := regexp.Compile(pattern)
		if err != nil {
			return nil, err
		}
		r.pattern = re
	}
	return r, nil
}

// start is told the launched process.
func (r *record) start(pid, helper int) *process {
	r.root = pid
	p := &process{pid: pid, ppid: helper}
	r.live[pid] = p
	return p
}

// fork is told of a new process. It begins as what its parent is.
func (r *record) fork(parent, child int, shared bool) *process {
	p := &process{pid: child, ppid: parent, shared: shared}
	if from := r.live[parent]; from != nil {
		p.image = from.image
		if from.execs == 0 { // a launcher that forks twice: its work counts for the grandchild
			p.calls = append([]snapshot.Call(nil), from.calls...)
		}
	}
	r.live[child] = p
	return p
}

// matches says whether an exec is a target.
func (r *record) matches(p *process, argv []secret.Text) bool {
	if r.pattern == nil {
		return p.pid == r.root && p.execs == 0
	}
	return r.pattern.MatchString(joined(argv))
}

func joined(argv []secret.Text) string {
	words := make([]string, len(argv))
	for i, a := range argv {
		words[i] = secret.Reveal(a)
	}
	return strings.Join(words, " ")
}

// exec is told of a program that begins. captured is nil where it could not be
// read. It returns the target that this exec is, or nil.
func (r *record) exec(p *process, path string, argv []secret.Text, captured *snapshot.Process, isTarget bool, at time.Duration) *target {
	img := &image{prev: p.image, pid: p.pid, ppid: p.ppid, path: path, process: captured, argv: argv}
	r.link(img)
	p.image, p.execs, p.shared = img, p.execs+1, false
	calls := p.calls
	p.calls = nil
	node := r.node(img, at, 0)
	if p.pid == r.root && p.execs == 1 {
		r.first = captured
	}
	if !isTarget || captured == nil {
		return nil
	}
	return r.hit(p, img, calls, node, at)
}

// link bounds the chain: a program that execs itself for ever must not fill the memory.
func (r *record) link(img *image) {
	if img.prev == nil {
		return
	}
	img.depth = img.prev.depth + 1
	if img.depth >= mostChain {
		img.prev = img.prev.prev
		img.depth--
		r.cut++
	}
}

func (r *record) hit(p *process, img *image, calls []snapshot.Call, node int, at time.Duration) *target {
	t := p.target
	if t == nil {
		if len(r.targets) >= mostTargets {
			r.over++
			return nil
		}
		t = &target{alive: true, end: Never}
		r.targets = append(r.targets, t)
		p.target = t
	} else if t.node >= 0 {
		r.nodes[t.node].Target = false // the last match in a process counts
	}
	t.image, t.process, t.window, t.node, t.exec, t.first = img, img.process, calls, node, at, p.execs == 1
	if t.first {
		t.parent = p.parent
	}
	if node >= 0 {
		r.nodes[node].Target = true
	}
	return t
}

// node adds an exec to the tree and returns its place there, or -1.
func (r *record) node(img *image, at time.Duration, errno int) int {
	if len(r.nodes) >= mostNodes {
		r.dropped++
		return -1
	}
	r.nodes = append(r.nodes, snapshot.ExecNode{PID: img.pid, PPID: img.ppid, Argv: bounded(img.argv), At: at, Errno: errno})
	return len(r.nodes) - 1
}

// bounded is an argv with a bounded number of bytes.
func bounded(argv []secret.Text) []secret.Text {
	left := mostArgv
	for i, a := range argv {
		if left -= a.Len() + 1; left < 0 {
			return append(append([]secret.Text(nil), argv[:i]...), secret.New("…"))
		}
	}
	return argv
}

// execFailed is told of an exec that did not work.
func (r *record) execFailed(p *process, hop snapshot.Hop, at time.Duration) {
	if len(r.failed) >= mostFailed {
		r.lost++
		return
	}
	r.failed = append(r.failed, hop)
	r.node(&image{pid: p.pid, ppid: p.ppid, argv: hop.Argv}, at, hop.Errno)
}

// exit is told of the end of a process.
func (r *record) exit(pid int, exit Exit, at time.Duration) *process {
	p := r.live[pid]
	if p == nil {
		return nil
	}
	delete(r.live, pid)
	if t := p.target; t != nil {
		t.alive, t.end, t.exit = false, at, exit
	}
	return p
}
