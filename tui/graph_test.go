package tui

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"casebook/notes"
)

// Whatever the graph, every node is drawn once and every arrow once.
func TestGraphDrawsEverythingOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 12).Draw(t, "nodes")
		g := &notes.Graph{}
		for i := range n {
			g.Nodes = append(g.Nodes, notes.Node{ID: fmt.Sprint(i), Label: fmt.Sprint("node ", i)})
		}
		for i := range rapid.IntRange(0, 30).Draw(t, "edges") {
			g.Edges = append(g.Edges, notes.Edge{From: fmt.Sprint(rapid.IntRange(0, n).Draw(t, "from")), To: fmt.Sprint(rapid.IntRange(0, n).Draw(t, "to")), Label: fmt.Sprint("e", i)})
		}
		nodes, edges := map[string]int{}, map[string]int{}
		for _, l := range drawGraph(g) {
			if l.node != "" && !l.ref {
				nodes[l.node]++
			}
			if l.edge != "" {
				edges[l.edge]++
			}
		}
		for _, nd := range g.Nodes {
			if nodes[nd.ID] != 1 {
				t.Fatalf("node %s is drawn %d times", nd.ID, nodes[nd.ID])
			}
		}
		for _, e := range g.Edges {
			if edges[e.Label] != 1 {
				t.Fatalf("arrow %+v is drawn %d times", e, edges[e.Label])
			}
		}
	})
}
