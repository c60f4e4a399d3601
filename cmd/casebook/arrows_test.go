package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// An arrow says who may not import what, and why.
type arrow struct {
	imports string   // import path, or a prefix ending in /
	only    []string // folders that may; a trailing / takes all below, a file is one file
	because string
}

var arrows = []arrow{
	{"casebook/cmd/", nil, "the door is imported by nobody"},
	{"casebook/tui", []string{"cmd/"}, "the core has no face"},
	{"casebook/session", []string{"cmd/", "tui/", "session/"}, "steps and notes never ask who runs them"},
	{"casebook/session/", []string{"cmd/", "session/"}, "the face sees the session, not its store"},
	{"casebook/notes", []string{"cmd/", "tui/", "session/", "notes/"}, "experiments have never heard of Markdown"},
	{"casebook/steps", []string{"cmd/", "session/", "steps/", "tui/"}, "Markdown has never heard of processes"},
	{"casebook/steps/", []string{"cmd/", "session/", "steps/", "tui/"}, "Markdown has never heard of processes"},
	{"os/exec", []string{"steps/", "tui/editor.go"}, "processes are started by experiments, and $EDITOR by one file"},
	{"charm.land/bubbletea/", []string{"tui/"}, "one face knows the terminal library"},
	{"charm.land/lipgloss/", []string{"tui/"}, "the core names a style, only the face knows a colour"},
	{"charm.land/bubbles/", []string{"tui/"}, "one face knows the terminal library"},
	{"github.com/yuin/goldmark", []string{"notes/"}, "Markdown is parsed in one place"},
	{"go.abhg.dev/goldmark/", []string{"notes/"}, "Markdown is parsed in one place"},
	{"modernc.org/sqlite", []string{"session/store/"}, "one package knows how a session is kept"},
	{"database/sql", []string{"session/store/"}, "one package knows how a session is kept"},
	{"encoding/gob", []string{"steps/launch/", "steps/transplant/", "session/store/"}, "gob carries exact secrets: the helper's pipe and the store's raw records"},
}

// Values that cross walls: everybody may import them.
var everybody = map[string]bool{"casebook/steps/fact": true, "casebook/steps/secret": true, "casebook/notes/safe": true}

// The face may see values of the experiments, and what a step is expected to cost, but nothing that acts.
var faceSees = map[string]bool{
	"casebook/steps": true, "casebook/steps/fact": true, "casebook/steps/snapshot": true,
}

// A power is a selector that only some places may use.
type power struct {
	pkg, name string
	only      []string
	because   string
}

var powers = []power{
	{"os", "Exit", []string{"cmd/", "steps/launch/"}, "an exit in the middle loses what is not yet written (the helper ends its own process)"},
	{"os", "Args", []string{"cmd/"}, "what a function touches is a parameter"},
	{"casebook/steps/secret", "Reveal", []string{"steps/secret/", "steps/transplant/", "steps/launch/", "steps/snapshot/", "session/store/"}, "a secret is shown to a process, not to people"},
}

func TestArrowsAndPowers(t *testing.T) {
	root := filepath.Join("..", "..")
	files := 0
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(root, path)
		if d.IsDir() && rel != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata") {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		files++
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		checkArrows(t, filepath.ToSlash(rel), f)
		checkPowers(t, filepath.ToSlash(rel), f)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 20 {
		t.Fatalf("read %d files: the test looks in the wrong place", files)
	}
}

func checkArrows(t *testing.T, rel string, f *ast.File) {
	t.Helper()
	for _, imp := range f.Imports {
		path := strings.Trim(imp.Path.Value, `"`)
		if strings.HasPrefix(rel, "tui/") && strings.HasPrefix(path, "casebook/steps") && !faceSees[path] {
			t.Errorf("%s imports %s: the face knows no process", rel, path)
		}
		for _, a := range arrows {
			if covers(a.imports, path) && !everybody[path] && !allowed(a.only, rel) {
				t.Errorf("%s imports %s: %s", rel, path, a.because)
			}
		}
	}
}

// covers says whether an import falls under an arrow: the path itself, or, with a trailing slash, all below it.
func covers(rule, path string) bool {
	if strings.HasSuffix(rule, "/") {
		return strings.HasPrefix(path, rule)
	}
	return path == rule
}

func allowed(only []string, rel string) bool {
	for _, o := range only {
		if o == rel || strings.HasSuffix(o, "/") && strings.HasPrefix(rel, o) {
			return true
		}
	}
	return false
}

func checkPowers(t *testing.T, rel string, f *ast.File) {
	t.Helper()
	names := map[string]string{} // local name -> import path
	for _, imp := range f.Imports {
		path := strings.Trim(imp.Path.Value, `"`)
		name := path[strings.LastIndexByte(path, '/')+1:]
		if imp.Name != nil {
			name = imp.Name.Name
		}
		names[name] = path
	}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.SelectorExpr:
			if id, ok := n.X.(*ast.Ident); ok {
				for _, p := range powers {
					if names[id.Name] == p.pkg && n.Sel.Name == p.name && !allowed(p.only, rel) {
						t.Errorf("%s uses %s.%s: %s", rel, id.Name, p.name, p.because)
					}
				}
			}
		case *ast.BasicLit:
			if n.Kind == token.STRING && strings.HasPrefix(strings.Trim(n.Value, "`\""), "/proc/") && !strings.HasPrefix(rel, "steps/") {
				t.Errorf("%s reads %s: only experiments look at processes", rel, n.Value)
			}
		case *ast.FuncDecl:
			if n.Name.Name == "init" && n.Recv == nil {
				t.Errorf("%s has an init: what runs at start is called by main", rel)
			}
		}
		return true
	})
}

func TestTopLevelStaysAsItIs(t *testing.T) {
	want := map[string]bool{"cmd": true, "tui": true, "session": true, "steps": true, "notes": true, "bin": true, "casebook": true,
		"go.mod": true, "go.sum": true, "README.md": true, "Makefile": true, "LICENSE": true}
	entries, err := os.ReadDir(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !want[e.Name()] && !strings.HasPrefix(e.Name(), ".") {
			t.Errorf("%s does not belong at the top", e.Name())
		}
	}
}
