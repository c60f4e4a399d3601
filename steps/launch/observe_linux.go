package launch

import (
	"slices"
	"strings"

	"casebook/steps/snapshot"
)

// targetWatch is a watch of what the target itself writes, on one of the
// launch's streams. It sleeps until a target's descriptor turns out to be that stream.
type targetWatch struct {
	fds    []int // 1, 2 or both
	stream int
	w      *watcher
}

// openDrains prepares the readers of the launch's ends and starts them.
func (h *helper) openDrains() error {
	names := streamNames(h.io.tty, h.io.given)
	for i, f := range h.io.ours {
		d := &drain{name: names[i], file: f, tty: h.io.tty, since: h.since, keep: newKeeper(h.spec.HeadBytes, h.spec.TailBytes),
			begins: h.started, match: h.matched, dirty: h.out.nudge, gone: h.gone, done: make(chan struct{})}
		for _, w := range h.spec.Watch {
			if err := h.watch(d, i, w); err != nil {
				h.io.closeAll()
				return err
			}
		}
		h.drains = append(h.drains, d)
	}
	h.out.drains = h.drains
	for _, d := range h.drains {
		go d.run()
	}
	return nil
}

// watch puts a watch on a stream where it belongs there.
func (h *helper) watch(d *drain, stream int, w Watch) error {
	own, ofTarget := strings.CutPrefix(w.Stream, "target.")
	if !ofTarget && own != "output" && own != d.name && d.name != "tty" {
		return nil
	}
	m, err := newWatcher(w, !ofTarget)
	if err != nil {
		return &Error{Kind: BadSpec, What: "pattern of the check: " + err.Error(), Err: err}
	}
	d.lines.watchers = append(d.lines.watchers, m)
	if ofTarget {
		fds := map[string][]int{"stdout": {1}, "stderr": {2}, "output": {1, 2}}[own]
		h.targets = append(h.targets, targetWatch{fds: fds, stream: stream, w: m})
	}
	return nil
}

// observe wakes the watches of what a target writes, where its ends are the launch's.
func (h *helper) observe(p *snapshot.Process) {
	for _, tw := range h.targets {
		for _, fd := range p.FDs {
			if slices.Contains(tw.fds, fd.Num) && fd.Target == h.io.names[tw.stream] {
				tw.w.active.Store(true)
			}
		}
	}
}

func (h *helper) matched(m Match) {
	h.mu.Lock()
	h.matches = append(h.matches, m)
	h.mu.Unlock()
	h.out.event(Event{At: m.At, Match: &m})
}

// blind lists the watches of what a target writes that could see nothing; h.mu is held.
func (h *helper) blind() []int {
	seen := map[int]bool{}
	for _, tw := range h.targets {
		seen[tw.w.id] = seen[tw.w.id] || tw.w.active.Load()
	}
	var out []int
	for _, w := range h.spec.Watch {
		if active, ok := seen[w.ID]; ok && !active {
			out = append(out, w.ID)
			why := "no target was seen"
			if h.seen {
				why = "the target writes to something else than the launch's own output"
			}
			h.troubles = append(h.troubles, w.Stream+" can't be observed: "+why)
		}
	}
	return out
}
