package tui

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestEditorIsChosenAndSplitLikeAShellDoes(t *testing.T) {
	for _, c := range []struct {
		env  []string
		want string
	}{
		{nil, "vi|+3|f.md"},
		{[]string{"EDITOR=nano"}, "nano|+3|f.md"},
		{[]string{"EDITOR=nano", "VISUAL=code --wait"}, "code|--wait|--goto|f.md:3"},
		{[]string{"EDITOR=nano", "CASEBOOK_EDITOR='my editor' -x"}, "my editor|-x|f.md"},
		{[]string{"HOME=/h", "EDITOR=$HOME/bin/ed"}, "/h/bin/ed|f.md"},
		{[]string{"EDITOR=hx"}, "hx|f.md:3"},
	} {
		a := &App{env: c.env}
		words, err := a.editor()
		if err != nil {
			t.Fatal(err)
		}
		got := strings.Join(append(words[:1:1], editorArgs(words, "f.md", 3)...), "|")
		if got != c.want {
			t.Errorf("%v: %s, wanted %s", c.env, got, c.want)
		}
	}
	if _, err := (&App{env: []string{"EDITOR='open"}}).editor(); err == nil {
		t.Error("an open quote is no command line")
	}
	if _, err := (&App{env: []string{"EDITOR=$(reboot)"}}).editor(); err == nil {
		t.Error("a command substitution is not run")
	}
}

func TestEditorGetsTheEnvironmentOfTheScreen(t *testing.T) {
	a := newApp(context.Background(), Options{Env: []string{"EDITOR=ed", "A=1"}})
	defer a.cancel()
	c, err := a.editorCommand("f", 0)
	if err != nil || strings.Join(c.Env, " ") != "EDITOR=ed A=1" {
		t.Fatalf("%v %v", c, err)
	}
}

func TestAFileIsOpenedAtItsEndWhereTheLineIsPastIt(t *testing.T) {
	f := filepath.Join(t.TempDir(), "log.md")
	if err := os.WriteFile(f, []byte("a\nb\nc"), 0o600); err != nil {
		t.Fatal(err)
	}
	if n := linesOf(f); n != 3 {
		t.Fatalf("%d lines", n)
	}
}
