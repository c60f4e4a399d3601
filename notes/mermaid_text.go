package notes

import (
	"fmt"
	"strings"

	"casebook/notes/safe"
)

// MermaidText writes a graph as a mermaid flowchart that ParseMermaid reads back.
func MermaidText(g Graph) string {
	var b strings.Builder
	b.WriteString("graph TD\n")
	for _, n := range g.Nodes {
		open, end := brackets(n.Shape)
		fmt.Fprintf(&b, "    %s%s\"%s\"%s\n", n.ID, open, encodeLabel(n.Label), end)
	}
	for _, e := range g.Edges {
		arrow := "-->"
		if e.Label != "" {
			arrow = "-->|\"" + encodeLabel(e.Label) + "\"|"
		}
		fmt.Fprintf(&b, "    %s %s %s\n", e.From, arrow, e.To)
	}
	return b.String()
}

func brackets(shape string) (open, end string) {
	switch shape {
	case "decision":
		return "{", "}"
	case "round":
		return "(", ")"
	case "circle":
		return "((", "))"
	case "other":
		return "{{", "}}"
	}
	return "[", "]"
}

var labelCodes = strings.NewReplacer(`"`, "#quot;", "#", "#35;", "|", "#124;", "`", "#96;", "&", "#amp;", "<", "#lt;", ">", "#gt;", ";", "#59;")

func encodeLabel(s string) string { return labelCodes.Replace(safe.Line(s)) }
