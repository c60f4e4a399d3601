package steps

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"casebook/steps/check"
	"casebook/steps/launch"
)

// Wrong says what can't be understood in a case, all of it, one error per line,
// each with the field's name in front: "check: ...". Empty fields are not wrong.
func (c Case) Wrong() error {
	var all []error
	wrong := func(field string, err error) {
		if err != nil {
			all = append(all, fmt.Errorf("%s: %w", field, err))
		}
	}
	for _, f := range []struct{ name, text string }{{"good", c.Good}, {"bad", c.Bad}, {"reset", c.Reset}} {
		if f.text == "" || isElsewhere(f.text) {
			continue
		}
		_, err := launch.ParseCommand(f.text)
		wrong(f.name, err)
	}
	if c.Check != "" {
		_, err := check.Parse(c.Check)
		wrong("check", err)
	}
	_, err := regexp.Compile(c.Target)
	wrong("target", err)
	if c.Deadline < 0 {
		wrong("deadline", errors.New("a deadline lies ahead: more than 0 s"))
	}
	for _, f := range []struct{ name, text string }{{"good_as", c.GoodAs}, {"bad_as", c.BadAs}} {
		if f.text != "" && !slices.Contains(launch.Profiles(), f.text) {
			wrong(f.name, fmt.Errorf("there is no profile %q; profiles are %s", f.text, strings.Join(launch.Profiles(), ", ")))
		}
	}
	return errors.Join(all...)
}
