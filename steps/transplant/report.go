package transplant

import (
	"bytes"
	"encoding/gob"
	"fmt"
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

// Encode is the report as it travels back from the helper.
func (r Report) Encode() ([]byte, error) {
	var b bytes.Buffer
	err := gob.NewEncoder(&b).Encode(r)
	return b.Bytes(), err
}

// DecodeReport reads what Report.Encode wrote.
func DecodeReport(b []byte) (r Report, err error) {
	err = gob.NewDecoder(bytes.NewReader(b)).Decode(&r)
	return r, err
}
