package transplant

import (
	"slices"

	"casebook/steps/fact"
	"casebook/steps/launch"
	"casebook/steps/secret"
)

// Direct puts a plan into the launch itself, where the launched command is the
// target or nobody may trace: the same changes as attributes of the fork. What
// a Spec can't say is refused. env is the environment that the launch would have.
func (p Plan) Direct(spec launch.Spec, env []string) (launch.Spec, []Refusal) {
	var refused []Refusal
	argv := slices.Clone(spec.Command.Argv)
	own := slices.Clone(spec.Command.Env)
	env = slices.Clone(env)
	for _, c := range p.Changes {
		ok := true
		switch {
		case c.Kind == fact.Env && len(c.Refs) == 0:
			own = unsetVar(own, c.Name)
			if c.Absent {
				env = unsetVar(env, c.Name)
			} else {
				env = setVar(env, c.Name, secret.Reveal(c.Text))
			}
		case c.Kind == fact.Argv:
			at := 1
			if len(c.Numbers) > 0 {
				at = int(c.Numbers[0])
			}
			argv, ok = replaceWords(argv, at, reveal(c.From), reveal(c.List))
		case c.Kind == fact.Cwd && len(c.Refs) == 0:
			spec.Dir = secret.Reveal(c.Text)
		default:
			ok = false
		}
		if !ok {
			refused = append(refused, Refusal{c.Factor, "without ptrace it can't be changed"})
		}
	}
	for _, o := range p.Omit {
		refused = append(refused, Refusal{o.Factor, "without ptrace no call can be left out"})
	}
	for _, l := range p.Leaps {
		refused = append(refused, Refusal{l.Factor, "without ptrace no hop can be left out"})
	}
	spec.Command.Argv, spec.Command.Env, spec.Env = argv, own, env
	return spec, refused
}
