package steps

import (
	"context"
	"fmt"
	"strings"
	"time"

	"casebook/steps/fact"
	"casebook/steps/launch"
)

// commandDeadline is how long a command of a plan may take.
const commandDeadline = 10 * time.Minute

// command is the kind "command": what the plan's code spans say, after approval.
type command struct{}

func (command) Expect(in Input) Estimate {
	e := Estimate{Runs: len(in.Commands), Upper: time.Duration(len(in.Commands)) * commandDeadline}
	if len(in.Commands) == 0 {
		e.Missing = append(e.Missing, "a command in the step's actions")
	}
	for _, text := range in.Commands {
		c, err := launch.ParseCommand(text)
		if err != nil {
			e.Missing = append(e.Missing, err.Error())
			continue
		}
		e.Will = append(e.Will, in.Mask.Command(c.String()))
	}
	return e
}

func (command) Run(ctx context.Context, in Input, emit func(Event) error) error {
	in.Case.Check, in.Case.Good, in.Case.Bad, in.Case.Target, in.Case.Reset = "exit:0", "", "", "", ""
	t, err := newTrialist(in, emit)
	if err != nil {
		return err
	}
	defer t.close()
	for i, text := range in.Commands {
		c, err := launch.ParseCommand(text)
		if err != nil {
			return err
		}
		out, err := t.run(ctx, order{role: "command", command: &c, profile: launch.Shell, profiled: true, deadline: commandDeadline})
		if err != nil {
			return err
		}
		f := fact.Finding{Level: "lead", Text: fmt.Sprintf("%s: %s after %s", out.Command, out.Exit, out.Took.Round(time.Millisecond)), Trials: []string{out.ID}}
		if line := lastLine(out.Trial); line != "" {
			f.Text += "; last line: " + in.Mask.Text(line)
		}
		if err := t.tell(Event{Finding: &f}); err != nil {
			return err
		}
		if err := t.tell(Event{Progress: &Progress{Text: "commands", Done: i + 1, Left: len(in.Commands) - i - 1}}); err != nil {
			return err
		}
	}
	return nil
}

func lastLine(t fact.Trial) string {
	for i := len(t.Output) - 1; i >= 0; i-- {
		b := t.Output[i].Tail
		if len(b) == 0 {
			b = t.Output[i].Head
		}
		if lines := strings.Split(strings.TrimSpace(string(b)), "\n"); lines[len(lines)-1] != "" {
			return strings.TrimSpace(lines[len(lines)-1])
		}
	}
	return ""
}
