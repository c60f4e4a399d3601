package steps

import (
	"slices"

	"casebook/steps/fact"
	"casebook/steps/isolate"
	"casebook/steps/secret"
	"casebook/steps/snapshot"
)

// parts are the elements on which two values of a list variable disagree. A
// cause that is the whole variable is narrowed down to those that matter.
type parts struct {
	diffs []fact.Difference // by ID, after those of the movable differences
	of    map[isolate.ID][]isolate.ID
}

// takeApart finds the list variables that both launches have.
func (w *searcher) takeApart() {
	w.parts.of = map[isolate.ID][]isolate.ID{}
	for id, i := range w.movable {
		d := w.cmp.Differences[i]
		for _, e := range w.elements(d) {
			w.parts.of[isolate.ID(id)] = append(w.parts.of[isolate.ID(id)], isolate.ID(len(w.movable)+len(w.parts.diffs)))
			w.parts.diffs = append(w.parts.diffs, e)
		}
	}
}

// elements are a difference's parts; none where it is no list, or where an
// element alone can't be moved: one that is there twice, a secret, the order.
func (w *searcher) elements(d fact.Difference) []fact.Difference {
	if d.Kind != fact.Env || !snapshot.IsList(d.Name) || d.Good.State != fact.Present || d.Bad.State != fact.Present {
		return nil
	}
	g, b := w.t.in.Mask.Show(d.Good.Exact), w.t.in.Mask.Show(d.Bad.Exact)
	good, bad := snapshot.ListElements(g), snapshot.ListElements(b)
	if secret.IsMark(g) || secret.IsMark(b) || len(good) == 0 || len(bad) == 0 {
		return nil
	}
	var out []fact.Difference
	for _, e := range good {
		if !slices.Contains(bad, e) && !twice(good, e) {
			out = append(out, part(d, e, fact.Good))
		}
	}
	for _, e := range bad {
		if !slices.Contains(good, e) && !twice(bad, e) {
			out = append(out, part(d, e, fact.Bad))
		}
	}
	return slices.DeleteFunc(out, func(p fact.Difference) bool { return len(w.refusal(p)) > 0 })
}

func part(d fact.Difference, element string, has fact.Side) fact.Difference {
	v := fact.Value{State: fact.Present, Shown: element, Exact: secret.New(element)}
	p := d
	p.Name, p.Good, p.Bad = d.Name+"["+element+"]", fact.Value{}, fact.Value{}
	if has == fact.Good {
		p.Good = v
	} else {
		p.Bad = v
	}
	return p
}

func twice(list []string, element string) bool {
	i := slices.Index(list, element)
	return i >= 0 && slices.Contains(list[i+1:], element)
}

// difference is what an ID of the search stands for.
func (w *searcher) difference(id isolate.ID) fact.Difference {
	if int(id) < len(w.movable) {
		return w.cmp.Differences[w.movable[id]]
	}
	return w.parts.diffs[int(id)-len(w.movable)]
}

// joined are the differences of a set; of a variable of which several elements matter, all of it is named.
func (w *searcher) joined(set []isolate.ID) []fact.Difference {
	of := map[isolate.ID]isolate.ID{}
	for id, ps := range w.parts.of {
		for _, p := range ps {
			of[p] = id
		}
	}
	several := map[isolate.ID]int{}
	for _, id := range set {
		if v, is := of[id]; is {
			several[v]++
		}
	}
	var out []isolate.ID
	for _, id := range set {
		if v, is := of[id]; is && several[v] > 1 {
			id = v
		}
		if !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return w.diffs(out)
}

// ids finds the differences and their parts by factor.
func (w *searcher) ids() map[fact.Factor]isolate.ID {
	out := map[fact.Factor]isolate.ID{}
	for id := range len(w.movable) + len(w.parts.diffs) {
		out[w.difference(isolate.ID(id)).Factor] = isolate.ID(id)
	}
	return out
}
