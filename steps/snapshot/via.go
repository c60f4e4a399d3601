package snapshot

import (
	"path"

	"casebook/steps/fact"
	"casebook/steps/secret"
)

// via says which hop of the bad launch, else of the good one, made the value
// of a difference what it is.
func (r *role) via(d *fact.Difference) string {
	if via := r.bad[0].changedBy(d.Factor); via != "" {
		return via
	}
	return r.good[0].changedBy(d.Factor)
}

// changedBy finds the last hop of the chain behind which the factor was as the
// target has it and before which it was not.
func (in *instance) changedBy(f fact.Factor) string {
	if ofProgram[f.Kind] || steadyKind(f.Kind) {
		return "" // each program has its own
	}
	in.hopsOnce()
	for i := len(in.hops) - 1; i > 0; i-- {
		before, after := in.hops[i-1].values[f], in.hops[i].values[f]
		if before.State != after.State || before.Shown != after.Shown {
			return in.hops[i-1].name
		}
	}
	return ""
}

// ofProgram are kinds that every exec sets anew, or that a light capture has not.
var ofProgram = map[fact.Kind]bool{
	fact.Argv: true, fact.Argv0: true, fact.Exe: true, fact.FD: true, fact.FDFlags: true, fact.Cgroup: true,
}

// hopValues is what one hop was given.
type hopValues struct {
	name   string
	values map[fact.Factor]fact.Value
}

func (in *instance) hopsOnce() {
	if in.hops != nil {
		return
	}
	for i := range in.target.Chain {
		h := &in.target.Chain[i]
		if h.Process == nil {
			continue
		}
		v := hopValues{h.name(), map[fact.Factor]fact.Value{}}
		for _, r := range Factors(&Target{Process: h.Process, Launcher: in.target.Launcher}, &in.mask) {
			if _, twice := v.values[r.Factor]; !twice {
				v.values[r.Factor] = r.Value
			}
		}
		in.hops = append(in.hops, v)
	}
}

func (h *Hop) name() string {
	if len(h.Argv) > 0 {
		return clean(path.Base(secret.Reveal(h.Argv[0])))
	}
	return clean(path.Base(h.Path))
}
