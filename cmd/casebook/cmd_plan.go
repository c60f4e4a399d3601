package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"casebook/notes"
)

func (a *app) planCmd() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "plan FILE",
		Short: "print what was understood of a Markdown plan",
		Args:  args(1, "FILE", "casebook plan PLAN.md"),
		RunE: func(c *cobra.Command, argv []string) error {
			src, err := os.ReadFile(argv[0])
			if err != nil {
				return fmt.Errorf("plan: %w", err)
			}
			p := notes.ParsePlan(argv[0], src)
			if asJSON {
				err = writeJSON(a.out, p)
			} else {
				a.printPlan(p)
			}
			if err == nil && len(p.Steps) == 0 {
				err = noSteps(argv[0])
			}
			return err
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "for machines")
	return c
}

func (a *app) printPlan(p notes.Plan) {
	w := a.out
	if p.Title != "" {
		fmt.Fprintln(w, a.clean(p.Title))
	}
	if p.Objective != "" {
		fmt.Fprintln(w, "  "+a.clean(oneLine(p.Objective)))
	}
	for _, s := range p.Steps {
		fmt.Fprintf(w, "\n%s. %s [%s]", s.ID, a.clean(s.Title), s.Kind)
		if s.Condition != "" {
			fmt.Fprintf(w, " (%s)", a.clean(s.Condition))
		}
		fmt.Fprintln(w)
		if s.Goal != "" {
			fmt.Fprintln(w, "   goal: "+a.clean(oneLine(s.Goal)))
		}
		a.printActions(w, s.Actions, "   ")
	}
	if p.Graph != nil {
		fmt.Fprintf(w, "\ngraph: %d nodes, %d edges\n", len(p.Graph.Nodes), len(p.Graph.Edges))
	}
	a.printProblems(p)
}

// usablePlan tells what is wrong in a plan before a session starts from it. One without steps is
// refused, or left out where two commands make steps of their own.
func (a *app) usablePlan(path string, commands bool) (string, error) {
	src, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("plan: %w", err)
	}
	p := notes.ParsePlan(path, src)
	a.printProblems(p)
	switch {
	case len(p.Steps) > 0:
		return path, nil
	case commands:
		fmt.Fprintf(a.err, "%s: no steps were found; the two commands make the investigation\n", a.clean(path))
		return "", nil
	}
	return "", noSteps(path)
}

func noSteps(path string) error {
	return usage("a plan is Markdown with headings or a numbered list, a step each\n"+
		"without one: casebook new --good CMD --bad CMD", "%s: no steps were found", path)
}

func (a *app) printProblems(p notes.Plan) {
	for _, pr := range p.Problems {
		place := pr.File
		if pr.Line > 0 {
			place = fmt.Sprintf("%s:%d", pr.File, pr.Line)
		}
		fmt.Fprintf(a.err, "%s: %s\n", a.clean(place), a.clean(pr.Message))
	}
}

func (a *app) printActions(w io.Writer, actions []notes.Action, indent string) {
	for _, x := range actions {
		fmt.Fprintf(w, "%s%s %s\n", indent, x.ID, a.clean(oneLine(x.Text)))
		a.printActions(w, x.Sub, indent+"  ")
	}
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// writeJSON writes one indented object and a newline.
func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
