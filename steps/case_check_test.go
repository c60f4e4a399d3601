package steps

import (
	"strings"
	"testing"
	"time"
)

func TestWhatIsWrongInACaseIsToldByField(t *testing.T) {
	good := Case{Good: "A=1 ./worker --queue default", Bad: "pid:4711", Target: `worker$`, Check: "exit:0", Deadline: time.Second, GoodAs: "shell", BadAs: "ci", Reset: "rm -f spool"}
	if err := good.Wrong(); err != nil {
		t.Errorf("nothing is wrong with it: %v", err)
	}
	if err := (Case{}).Wrong(); err != nil {
		t.Errorf("an empty case is not wrong: %v", err)
	}
	bad := Case{Good: "echo 'open", Bad: "./bad", Target: "[", Check: "exit:zero", Deadline: -1, BadAs: "moon", Reset: `"`}
	err := bad.Wrong()
	if err == nil {
		t.Fatal("nothing was found wrong")
	}
	var fields []string
	for _, l := range strings.Split(err.Error(), "\n") {
		f, rest, _ := strings.Cut(l, ": ")
		fields = append(fields, f)
		if rest == "" {
			t.Errorf("%q says nothing", l)
		}
	}
	if got := strings.Join(fields, " "); got != "good reset check target deadline bad_as" {
		t.Errorf("wrong are %q", got)
	}
}
