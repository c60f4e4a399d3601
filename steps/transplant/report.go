package transplant

import (
	"bytes"
	"encoding/gob"
	"errors"
	"fmt"
	"slices"
	"strings"

	"casebook/steps/fact"
	"casebook/steps/snapshot"
)

// Report says what became of a plan at one exec.
type Report struct {
	PID      int
	Outcomes []Outcome
	Relays   []string          // streams that the helper stands in, in words
	Killed   bool              // the process was half changed and was ended
	After    *snapshot.Process // read back; nil: nothing was changed, or it is gone
	Trouble  string            // why nothing could be changed at all
	Way      bool              // no target, but a process on the way to it, see Reach
}

// Outcome is what became of one change.
type Outcome struct {
	fact.Factor
	Applied bool   // set, and read back as wanted
	Reason  string // if not: why
	Note    string // how, where it is not plain: "left out: setsid"
}

// Err is nil when everything was applied and read back.
func (r Report) Err() error {
	if r.Trouble != "" {
		return fmt.Errorf("could not be transplanted: %s", r.Trouble)
	}
	var bad []string
	for _, o := range r.Outcomes {
		if !o.Applied {
			bad = append(bad, o.Factor.String()+": "+o.Reason)
		}
	}
	if len(bad) == 0 {
		return nil
	}
	return fmt.Errorf("could not be transplanted: %s", strings.Join(bad, "; "))
}

func encodeReports(list []Report) ([]byte, error) {
	var b bytes.Buffer
	err := gob.NewEncoder(&b).Encode(list)
	return b.Bytes(), err
}

// Reports reads what the hooks of a run left in its Result.Extra.
func Reports(extra []byte) (list []Report, err error) {
	if len(extra) == 0 {
		return nil, nil
	}
	if err = gob.NewDecoder(bytes.NewReader(extra)).Decode(&list); err != nil {
		return nil, fmt.Errorf("transplant: decode the report: %w", err)
	}
	return list, nil
}

// Verify says whether a run was the one that its plan asked for: every process
// of the role has every change. Anything else is an error, and makes the trial unresolved.
func Verify(p Plan, extra []byte) error {
	if p.Empty() {
		return nil
	}
	list, err := Reports(extra)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(list, func(r Report) bool { return !r.Way }) {
		return errors.New("could not be transplanted: the target was never exec'd under the tracer")
	}
	for _, r := range list {
		if err := r.Err(); err != nil {
			return err
		}
		if r.Way {
			continue
		}
		for _, l := range p.Leaps {
			if !slices.ContainsFunc(r.Outcomes, func(o Outcome) bool { return o.Factor == l.Factor }) {
				return fmt.Errorf("could not be transplanted: %s did not turn up to be left out", l.Factor)
			}
		}
	}
	return nil
}
