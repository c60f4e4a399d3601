package transplant

import (
	"casebook/steps/fact"
	"casebook/steps/secret"
)

// Reach is one change that is also made on the way to the target: in every
// process of the launch that has the value that the recipient's target has. It is
// how a variable is moved that a launcher reads before it starts the target.
type Reach struct {
	Want Change        // what the process has to get
	Was  Change        // what it has, where it is one of those that hand the value down
	At   []secret.Text // only the hop with these arguments, whatever it has; nil: wherever Was holds
}

// Reaches says whether a difference can also be changed on the way to the target.
func Reaches(d fact.Difference) bool { return reaches(d.Kind) }

// reaches are the kinds that a process hands down to what it starts, and that
// can be changed on the way without breaking what is done there.
func reaches(k fact.Kind) bool {
	switch k {
	case fact.Env, fact.Umask, fact.Rlimit, fact.Nice, fact.Affinity, fact.SignalMask, fact.SignalDisposition,
		fact.Personality, fact.OOMScoreAdj:
		return true
	}
	return false
}

// widen adds what has to be changed on the way, for the changes of a plan that can be.
func (m *maker) widen(moved []fact.Difference) {
	back := maker{Request: m.Request, own: m.own}
	back.Donor, back.From, back.To, back.Again = fact.Good, m.To, m.From, nil
	if m.Donor == fact.Good {
		back.Donor = fact.Bad
	}
	for _, d := range moved {
		if !reaches(d.Kind) {
			continue
		}
		for _, c := range m.plan.Changes {
			if c.Factor != d.Factor || c.Omitted {
				continue
			}
			if was, err := back.change(d); err == nil && was != nil {
				m.plan.Reach = append(m.plan.Reach, Reach{Want: c, Was: *was})
			}
		}
	}
}
