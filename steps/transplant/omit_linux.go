//go:build linux && (amd64 || arm64)

package transplant

import (
	"os"
	"slices"
	"strconv"
	"strings"

	"casebook/steps/fact"
	"casebook/steps/ptrace"
	"casebook/steps/secret"
	"casebook/steps/snapshot"
)

// omitter leaves calls of the launcher out.
type omitter struct {
	rules   []Omission
	images  map[int][]string    // what each process runs, by pid
	results map[int]int64       // by thread: the result of a call that is being left out
	made    map[fact.Factor]int // how many were
	trouble func(string)
}

func newOmitter(p Plan, trouble func(string)) *omitter {
	return &omitter{rules: p.Omit, images: map[int][]string{}, results: map[int]int64{}, made: map[fact.Factor]int{}, trouble: trouble}
}

// enter looks at a call at its entry.
func (o *omitter) enter(tid int, call ptrace.CallInfo) {
	delete(o.results, tid)
	name := snapshot.CallName(call.Nr)
	var left []Omission
	for _, r := range o.rules {
		if r.Call != name || !o.in(tid, r.After) || !r.matches(call.Args) {
			continue
		}
		if slices.ContainsFunc(left, func(l Omission) bool { return l.Bits == r.Bits }) {
			o.made[r.Factor]++ // once is enough for several factors
			continue
		}
		if err := o.leaveOut(tid, r, call); err != nil && !ptrace.IsGone(err) {
			o.trouble("leave " + name + " out: " + err.Error())
			continue
		}
		call.Args[max(r.Arg, 0)] &^= r.Bits // several kinds of namespace in one call
		o.made[r.Factor]++
		left = append(left, r)
	}
}

// matches compares the argument that tells calls of one name apart. A limit that
// is only asked for changes nothing.
func (r Omission) matches(args [6]uint64) bool {
	switch {
	case r.Call == "prlimit64" && args[2] == 0:
		return false
	case r.Arg < 0:
		return true
	case r.Bits != 0:
		return args[r.Arg]&r.Bits != 0
	}
	return args[r.Arg] == r.Value
}

func (o *omitter) leaveOut(tid int, r Omission, call ptrace.CallInfo) error {
	switch {
	case r.Bits != 0: // the rest of the call still counts
		return ptrace.SetCallArg(tid, r.Arg, call.Args[r.Arg]&^r.Bits)
	case r.Call == "prlimit64": // it may ask for the old limit as well
		return ptrace.SetCallArg(tid, 2, 0)
	}
	o.results[tid] = success(tid, r.Call)
	return ptrace.SkipCall(tid)
}

// exit writes the result of a call that was left out.
func (o *omitter) exit(tid int) {
	v, ok := o.results[tid]
	if !ok {
		return
	}
	delete(o.results, tid)
	if err := ptrace.SetCallResult(tid, v); err != nil && !ptrace.IsGone(err) {
		o.trouble("result of a call that was left out: " + err.Error())
	}
}

// success is what the call returns when it works.
func success(tid int, call string) int64 {
	if call != "setsid" {
		return 0
	}
	b, _ := os.ReadFile("/proc/" + strconv.Itoa(tid) + "/status")
	for line := range strings.Lines(string(b)) { // its number in its own pid namespace is the last
		if rest, ok := strings.CutPrefix(line, "NStgid:"); ok {
			if f := strings.Fields(rest); len(f) > 0 {
				n, _ := strconv.ParseInt(f[len(f)-1], 10, 64)
				return n
			}
		}
	}
	return int64(tid)
}

// in says whether the process of a thread runs the program that a rule is for.
func (o *omitter) in(tid int, after []secret.Text) bool {
	if after == nil {
		return true
	}
	image, ok := o.images[tid]
	if !ok {
		image = o.images[threadGroup(tid)]
	}
	return sameArgv(image, reveal(after))
}

func threadGroup(tid int) int {
	b, _ := os.ReadFile("/proc/" + strconv.Itoa(tid) + "/status")
	for line := range strings.Lines(string(b)) {
		if rest, ok := strings.CutPrefix(line, "Tgid:"); ok {
			n, _ := strconv.Atoi(strings.TrimSpace(rest))
			return n
		}
	}
	return tid
}
