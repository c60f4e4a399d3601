package flow

import (
	"regexp"
	"strconv"
	"strings"
)

// ConditionKind is what a condition asks.
type ConditionKind int

const (
	Always   ConditionKind = iota // there is no condition
	Optional                      // it may be left out
	NoCause                       // only if the steps named (or all before) gave no cause
	Judged                        // something else: the user judges
)

// Condition is what was understood of a plan's words.
type Condition struct {
	Kind ConditionKind
	Text string
	On   []int // indexes of the steps it depends on
}

var (
	named    = regexp.MustCompile(`(?i)\b(?:steps?|phases?|stages?|parts?)\s+(\d+(?:\s*(?:,|&|and|or|-|–|to|through)\s*(?:and\s+)?\d+)*)`)
	numbers  = regexp.MustCompile(`(\d+)(?:\s*(?:-|–|to|through)\s*(\d+))?`)
	noCause  = regexp.MustCompile(`(?i)no (?:clear )?(?:root )?(?:cause|result|finding|answer)|inconclusive|if (?:still )?(?:necessary|needed|required)|as needed|last resort|unsuccessful|not resolved|unresolved|don'?t (?:help|resolve)|fails? to`)
	optional = regexp.MustCompile(`(?i)\boptional`)
)

// Read understands the condition of step at among all steps.
func Read(text string, at int, steps []Step) Condition {
	c := Condition{Text: strings.TrimSpace(text)}
	switch {
	case c.Text == "":
		return c
	case noCause.MatchString(c.Text):
		c.Kind, c.On = NoCause, mentioned(c.Text, steps)
		if c.On == nil {
			c.On = upTo(at)
		}
	case optional.MatchString(c.Text):
		c.Kind = Optional
	default:
		c.Kind, c.On = Judged, mentioned(c.Text, steps)
	}
	return c
}

func upTo(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}

// mentioned finds "Steps 1-4", "Phases 1 & 2": a number is a step's ID.
func mentioned(text string, steps []Step) []int {
	var on []int
	for _, m := range named.FindAllStringSubmatch(text, -1) {
		for _, r := range numbers.FindAllStringSubmatch(m[1], -1) {
			from, _ := strconv.Atoi(r[1])
			to := from
			if r[2] != "" {
				to, _ = strconv.Atoi(r[2])
			}
			for i, s := range steps {
				if id, err := strconv.Atoi(s.ID); err == nil && from <= id && id <= to {
					on = append(on, i)
				}
			}
		}
	}
	return on
}

// Met says whether the step may be proposed now.
func (c Condition) Met(in Standing) bool {
	switch c.Kind {
	case NoCause:
		return !in.Proven && c.over(in)
	case Judged:
		return c.over(in)
	}
	return true
}

// Void says whether the step is not needed any more.
func (c Condition) Void(in Standing) bool { return in.Proven && c.Kind == NoCause }

// Open says whether the condition is not met, or not met yet: the step is shown as conditional.
func (c Condition) Open(in Standing) bool {
	return c.Kind == Judged || c.Kind == NoCause && !c.Met(in)
}

// over says whether the steps that it depends on are behind us.
func (c Condition) over(in Standing) bool {
	for _, i := range c.On {
		switch in.Steps[i].Status {
		case "done", "skipped", "blocked":
		default:
			return false
		}
	}
	return true
}

func (c Condition) reason() string {
	switch c.Kind {
	case Optional:
		return "it is optional: " + c.Text
	case NoCause:
		return "no cause is proven so far"
	}
	return "whether it applies is yours to judge: " + c.Text
}
