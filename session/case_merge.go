package session

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"casebook/notes"
)

// caseOf reads the case that a plan's front matter gives. What can't be
// understood becomes a problem of the plan.
func caseOf(p *notes.Plan) (Case, error) {
	var c Case
	fields := c.fields()
	for key, value := range p.Case {
		switch f, known := fields[key]; {
		case known:
			*f = value
		case key == "as":
			c.GoodAs, c.BadAs = firstOf(c.GoodAs, value), firstOf(c.BadAs, value)
		case key == "deadline":
			d, err := readDeadline(value)
			if err != nil {
				p.Problems = append(p.Problems, notes.Problem{File: p.File, Line: p.CaseLines[key], Message: err.Error()})
			}
			c.Deadline = d
		default:
			p.Problems = append(p.Problems, notes.Problem{File: p.File, Message: fmt.Sprintf("the case has no %q", key)})
		}
	}
	return c, nil
}

// fields are the strings of a case, by the names they have in a plan.
func (c *Case) fields() map[string]*string {
	return map[string]*string{"good": &c.Good, "bad": &c.Bad, "target": &c.Target, "check": &c.Check,
		"good_as": &c.GoodAs, "bad_as": &c.BadAs, "dir": &c.Dir, "reset": &c.Reset}
}

// readDeadline takes "20s", "1m30s" or plain seconds.
func readDeadline(text string) (time.Duration, error) {
	if n, err := strconv.ParseFloat(text, 64); err == nil && n >= 0 {
		return time.Duration(n * float64(time.Second)), nil
	}
	d, err := time.ParseDuration(text)
	if err != nil || d < 0 {
		return 0, fmt.Errorf("the deadline %q is no length of time, such as 20s", text)
	}
	return d, nil
}

// commandFields hold command lines: they run only after somebody said yes to them.
var commandFields = []string{"good", "bad", "reset"}

// mergeCase lets the user's words win over the plan's, and says which command
// lines are still the plan's.
func mergeCase(planned, user Case) (Case, []string) {
	c := planned
	var fromPlan []string
	into, said := c.fields(), user.fields()
	for name, f := range into {
		switch {
		case *said[name] != "":
			*f = *said[name]
		case *f != "" && slices.Contains(commandFields, name):
			fromPlan = append(fromPlan, name)
		}
	}
	if user.Deadline != 0 {
		c.Deadline = user.Deadline
	}
	slices.Sort(fromPlan)
	return c, fromPlan
}
