package session

import (
	"encoding/json"
	"slices"

	"casebook/notes"
	"casebook/steps"
	"casebook/steps/launch"
	"casebook/steps/secret"
	"casebook/steps/snapshot"
)

// Plan and case are kept twice where they hold a secret: masked, for everybody,
// and as they were written, among the raw values, for the one who runs them.

// exactParts is the raw value of a record that sets them.
type exactParts struct {
	Plan notes.Plan
	Case Case
}

// bodyCase is a case in a record.
type bodyCase struct {
	Case
	Masked []string `json:"masked,omitempty"` // fields that are not what would be run
}

// maskCase makes a case fit for a record.
func maskCase(m snapshot.Mask, c Case) bodyCase {
	masked := c
	into, b := masked.fields(), bodyCase{}
	for name, exact := range c.fields() {
		mask := m.Text
		if slices.Contains(commandFields, name) {
			mask = m.Command
		}
		if *into[name] = mask(*exact); *into[name] != *exact {
			b.Masked = append(b.Masked, name)
		}
	}
	slices.Sort(b.Masked)
	b.Case = masked
	return b
}

// maskPlan makes a plan fit for a record; false if it held nothing secret.
func maskPlan(m snapshot.Mask, p notes.Plan) (notes.Plan, bool) {
	body, err := json.Marshal(p)
	if err != nil {
		return p, false
	}
	var tree any
	if err := json.Unmarshal(body, &tree); err != nil {
		return p, false
	}
	changed := false
	tree = maskTree(tree, "", m, &changed)
	if !changed {
		return p, false
	}
	var masked notes.Plan
	if body, err = json.Marshal(tree); err == nil {
		err = json.Unmarshal(body, &masked)
	}
	return masked, err == nil
}

// maskTree masks every text of a JSON value. Under "commands" they are command
// lines; hash and file are what the plan is found by.
func maskTree(v any, key string, m snapshot.Mask, changed *bool) any {
	switch v := v.(type) {
	case map[string]any:
		for k := range v {
			v[k] = maskTree(v[k], k, m, changed)
		}
	case []any:
		for i := range v {
			v[i] = maskTree(v[i], key, m, changed)
		}
	case string:
		masked := v
		switch {
		case key == "hash" || key == "file" || key == "id":
		case key == "commands" || slices.Contains(commandFields, key):
			masked = m.Command(v)
		default:
			masked = m.Text(v)
		}
		*changed = *changed || masked != v
		return masked
	}
	return v
}

// createdRecord makes the first record of a session.
func createdRecord(m snapshot.Mask, s start) *bodyAndRaw {
	b := s.created
	plan, secretPlan := maskPlan(m, b.Plan)
	masked := maskCase(m, s.Case)
	out := &bodyAndRaw{}
	if secretPlan || len(masked.Masked) > 0 {
		out.raw = exactParts{Plan: b.Plan, Case: s.Case}
	}
	b.Plan, b.Case, b.Title = plan, masked, m.Text(b.Title)
	if b.Begun != nil {
		begun := *b.Begun
		begun.Why, begun.Steps = m.Text(begun.Why), slices.Clone(begun.Steps)
		for i := range begun.Steps {
			st := &begun.Steps[i]
			st.Conclusion, st.Notes = m.Text(st.Conclusion), slices.Clone(st.Notes)
			for j := range st.Notes {
				st.Notes[j] = m.Text(st.Notes[j])
			}
		}
		b.Begun = &begun
	}
	out.body = b
	return out
}

type bodyAndRaw struct {
	body bodyCreated
	raw  any
}

// exact is the plan and the case as they were written. Where they were
// forgotten it is what is left of them, and what is missing is named.
func (s *Session) exact(st *State) (plan notes.Plan, c Case, missing []string) {
	plan, c = st.Plan, st.Case
	var first, last exactParts
	if ok, err := s.store.Raw(1, &first); ok && err == nil {
		plan = first.Plan
	}
	if ok, err := s.store.Raw(st.CaseRecord, &last); ok && err == nil {
		return plan, last.Case, nil
	}
	for _, name := range st.CaseMasked {
		missing = append(missing, "the "+name+" command again (it held a secret, and the secrets of this session were forgotten)")
	}
	return plan, c, missing
}

// SetCase says what the experiments work on. Whoever sets it has seen the
// commands in it: they count as approved. A field that is left as State shows
// it keeps the secret that State hides. What can't be understood is refused, each
// with the name of its field in front ("check: ..."); a field that is left as it
// is was there before and is not.
func (s *Session) SetCase(c Case) error {
	st := s.State()
	if err := changedOnly(c, st.Case).Wrong(); err != nil {
		learnCase(s.mask, c)
		return maskError(err, s.maskText)
	}
	_, was, missing := s.exact(st)
	shown := st.Case
	if len(missing) == 0 {
		before, now := was.fields(), c.fields()
		for name, f := range shown.fields() {
			if *now[name] == *f {
				*now[name] = *before[name]
			}
		}
	}
	b := maskCase(s.mask, c)
	r := newRecord(s.now(), recCase, "", b)
	if len(b.Masked) > 0 {
		r.Raw = exactParts{Case: c}
	}
	learnCase(s.mask, c)
	return s.record(r)
}

// changedOnly is what somebody wrote into a case, without what they left as it was.
func changedOnly(now, before Case) steps.Case {
	was := before.fields()
	for name, f := range now.fields() {
		if *f == *was[name] {
			*f = ""
		}
	}
	return steps.Case{Good: now.Good, Bad: now.Bad, Target: now.Target, Check: now.Check, Deadline: now.Deadline,
		GoodAs: now.GoodAs, BadAs: now.BadAs, Reset: now.Reset}
}

// learnCase makes the secrets that stand in a case known, so that they are
// masked in whatever the launches print.
func learnCase(m snapshot.Mask, c Case) {
	for _, name := range commandFields {
		line := *c.fields()[name]
		// Variables first: a value is asked for under the name it was learned by first.
		if cmd, err := launch.ParseCommand(line); err == nil {
			var words []secret.Text
			for _, w := range append(cmd.Env, cmd.Argv...) {
				words = append(words, secret.New(w))
			}
			m.LearnArgs(words)
		}
		m.LearnText("", secret.New(line))
	}
}

// newMask makes the mask of a new session, and the one of the environment that
// everything here starts from.
func newMask(key []byte) snapshot.Mask {
	m := secret.NewMasker(key)
	learnEnvironment(m)
	return m
}
