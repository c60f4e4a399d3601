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
				err = usage("a plan is Markdown with headings or a numbered list, a step each", "%s: no steps were found", argv[0])
			}
			return err
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "for machines")
	return c
}

func (a *app) printPlan(p notes.Plan) {
	w := a.out
	fmt.Fprintln(w, a.clean(p.Title))
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
	for _, pr := range p.Problems {
		fmt.Fprintf(a.err, "%s:%d: %s\n", pr.File, pr.Line, a.clean(pr.Message))
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
