package notes

import (
	"reflect"
	"strings"
	"testing"
)

func TestMermaid(t *testing.T) {
	g, problems := ParseMermaid(`flowchart LR;
  %% a comment
  A["Quoted (x) ]"] --> B(round) & C((circle));
  B -- yes, of course --> D{Is it? (a/b)}
  D -->|no| A; D -.-> E([stadium]) ==> F[[sub]]
  E -. maybe .-> G{{hex}} --- H>flag]
  I --x J --o K <--> L
  M[a #quot;b#quot; &amp; c<br/>d]:::cls --&gt; N@{ shape: rect }
  subgraph one [Title]
    direction TB
    P[/para/]
  end
  style A fill:#fff
  classDef cls fill:#f00
  linkStyle 0 stroke:red
  click A "https://x"
`)
	if len(problems) > 0 {
		t.Fatalf("problems %v", problems)
	}
	nodes := map[string]string{}
	for _, n := range g.Nodes {
		nodes[n.ID] = n.Shape + " " + n.Label
	}
	want := map[string]string{"A": "box Quoted (x) ]", "B": "round round", "C": "circle circle", "D": "decision Is it? (a/b)", "E": "round stadium", "F": "box sub", "G": "other hex",
		"H": "other flag", "I": "box I", "J": "box J", "K": "box K", "L": "box L", "M": `box a "b" & c d`, "N": "box N", "P": "other para"}
	if !reflect.DeepEqual(nodes, want) {
		t.Errorf("nodes %v", nodes)
	}
	var edges []string
	for _, e := range g.Edges {
		edges = append(edges, e.From+">"+e.To+" "+e.Label)
	}
	if got := strings.Join(edges, ";"); got != "A>B ;A>C ;B>D yes, of course;D>A no;D>E ;E>F ;E>G maybe;G>H ;I>J ;J>K ;K>L ;M>N " {
		t.Errorf("edges %s", got)
	}
}

func TestMermaidFaultsHaveLines(t *testing.T) {
	g, problems := ParseMermaid("graph TD\nA --> B\nB -> C\nD[open\n!!\nE --> F\n")
	var lines []int
	for _, p := range problems {
		lines = append(lines, p.Line)
	}
	if !reflect.DeepEqual(lines, []int{3, 4, 5}) || len(g.Edges) != 2 {
		t.Errorf("problems %v, edges %v", problems, g.Edges)
	}
	if _, p := ParseMermaid("sequenceDiagram\nA->>B: x\n"); len(p) != 1 || !strings.Contains(p[0].Message, "no flowchart") {
		t.Errorf("problems %v", p)
	}
}

// checkGraph holds for every graph that was read: edges join nodes that exist,
// what is written is read back, and the picture is whole.
func checkGraph(t interface{ Fatalf(string, ...any) }, g Graph) {
	ids := map[string]bool{}
	for _, n := range g.Nodes {
		if ids[n.ID] || n.ID == "" {
			t.Fatalf("node id %q is empty or stands twice", n.ID)
		}
		ids[n.ID] = true
	}
	for _, e := range g.Edges {
		if !ids[e.From] || !ids[e.To] {
			t.Fatalf("edge %v without its node", e)
		}
	}
	if svg := GraphSVG(g, nil); svg != "" && (!strings.HasSuffix(svg, "</svg>\n") || strings.Contains(svg, "NaN") || strings.Contains(svg, "<script")) {
		t.Fatalf("picture %.200q", svg)
	}
}

func FuzzMermaid(f *testing.F) {
	f.Add("graph TD\nA[x] --> B{y}\nB -- no --> A\n")
	f.Add("flowchart\nA --x B & C\n subgraph s\n")
	f.Add("graph\nA[\"a#quot;]\"]-->|b|A\n")
	f.Fuzz(func(t *testing.T, src string) {
		g, problems := ParseMermaid(src)
		for _, p := range problems {
			if p.Line < 1 || p.Line > strings.Count(src, "\n")+1 {
				t.Fatalf("problem %+v", p)
			}
		}
		if len(g.Nodes) < 60 {
			checkGraph(t, g)
		}
		again, _ := ParseMermaid(MermaidText(g))
		if len(again.Nodes) != len(g.Nodes) || len(again.Edges) != len(g.Edges) {
			t.Fatalf("%v is read back as %v from\n%s", g, again, MermaidText(g))
		}
	})
}
