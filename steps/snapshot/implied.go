package snapshot

import (
	"strconv"
	"strings"

	"casebook/steps/fact"
)

// impliedScore is the suspicion of what only follows from another difference.
const impliedScore = 0.04

// implied marks the differences that follow from others of the same list, and
// ranks them below: the other one is to be looked at first.
func implied(ds []fact.Difference) {
	has := finder(ds)
	for i := range ds {
		d := &ds[i]
		if by := implies(d, has); by != "" && !d.Noise {
			d.Score = min(d.Score, impliedScore)
			d.Reason = strings.TrimPrefix(d.Reason+"; implied by "+by, "; ")
		}
	}
}

// finder looks for a difference, and passes noise over.
func finder(ds []fact.Difference) func(fact.Kind, string) *fact.Difference {
	return func(k fact.Kind, name string) *fact.Difference {
		for i := range ds {
			if ds[i].Kind == k && (name == "" || ds[i].Name == name) && !ds[i].Noise {
				return &ds[i]
			}
		}
		return nil
	}
}

// Follows says whether a difference can't be had without the one of the session:
// whoever begins a session leads a process group of its own and has no terminal yet.
func Follows(d fact.Difference, ds []fact.Difference) bool {
	switch d.Kind {
	case fact.CTTY, fact.ProcessGroup:
		return implies(&d, finder(ds)) == string(fact.Session)
	}
	return false
}

func implies(d *fact.Difference, has func(fact.Kind, string) *fact.Difference) string {
	switch d.Kind {
	case fact.Capabilities:
		if u := has(fact.Credentials, "uid"); u != nil {
			return "credentials uid"
		}
		if u := has(fact.Namespace, "user"); u != nil {
			return "namespace user"
		}
	case fact.CTTY:
		if has(fact.Session, "") != nil {
			return "session"
		}
	case fact.ProcessGroup:
		if has(fact.Session, "") != nil && !strings.Contains(d.Good.Shown+d.Bad.Shown, "ground") {
			return "session"
		}
	case fact.Argv0:
		if has(fact.Exe, "") != nil {
			return "exe"
		}
	case fact.Env:
		if d.Name == "PWD" && has(fact.Cwd, "") != nil {
			return "cwd"
		}
	case fact.FDFlags:
		n, err := strconv.Atoi(d.Name)
		if err != nil {
			return ""
		}
		if n <= 2 && has(stdioKinds[n], "") != nil && strings.Contains(d.Good.Shown, "non") == strings.Contains(d.Bad.Shown, "non") {
			return string(stdioKinds[n])
		}
		if has(fact.FD, d.Name) != nil {
			return "fd " + d.Name
		}
	}
	return ""
}

// foldLeast is from how many neighbouring descriptors on a difference is one.
const foldLeast = 8

// foldDescriptors makes one difference of many neighbouring descriptors that
// are open on one side only: they were left open together.
func foldDescriptors(ds []fact.Difference) []fact.Difference {
	var out []fact.Difference
	for i := 0; i < len(ds); {
		j := i
		for j+1 < len(ds) && neighbours(&ds[j], &ds[j+1]) {
			j++
		}
		if j-i+1 < foldLeast {
			out = append(out, ds[i:j+1]...)
			i = j + 1
			continue
		}
		d := ds[i]
		d.Name = ds[i].Name + "-" + ds[j].Name
		v := &d.Good
		if v.State != fact.Present {
			v = &d.Bad
		}
		v.Shown = strconv.Itoa(j-i+1) + " descriptors, the first: " + v.Shown
		out = append(out, d)
		i = j + 1
	}
	return out
}

func neighbours(a, b *fact.Difference) bool {
	if a.Kind != fact.FD || b.Kind != fact.FD || a.Noise || b.Noise {
		return false
	}
	if (a.Good.State == fact.Present) != (b.Good.State == fact.Present) || a.Good.State == b.Good.State && a.Bad.State == b.Bad.State && a.Good.State == a.Bad.State {
		return false
	}
	x, err1 := strconv.Atoi(a.Name)
	y, err2 := strconv.Atoi(b.Name)
	return err1 == nil && err2 == nil && y-x <= 2
}
