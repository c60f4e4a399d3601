package tui

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	tea "charm.land/bubbletea/v2"
	"mvdan.cc/sh/v3/shell"
)

// This is the one file of the screen that starts a program, and the only
// program it starts is the user's editor, with the terminal handed over.

// editedMsg says that the editor is closed again. text is set where a draft was edited.
type editedMsg struct {
	draft bool
	text  string
	err   error
}

// editor is the user's editor as words: CASEBOOK_EDITOR, VISUAL, EDITOR, vi.
func (a *App) editor() ([]string, error) {
	line := "vi"
	for _, name := range []string{"CASEBOOK_EDITOR", "VISUAL", "EDITOR"} {
		if v := a.getenv(name); strings.TrimSpace(v) != "" {
			line = v
			break
		}
	}
	words, err := shell.Fields(line, a.getenv)
	if err != nil || len(words) == 0 {
		return nil, fmt.Errorf("editor %q: not a command line (set CASEBOOK_EDITOR)", line)
	}
	return words, nil
}

// getenv is the variable of the screen's own environment; the last one counts.
func (a *App) getenv(name string) string {
	for i := len(a.env) - 1; i >= 0; i-- {
		if v, ok := strings.CutPrefix(a.env[i], name+"="); ok {
			return v
		}
	}
	return ""
}

// plusLine are the editors that take +N for a line; any other one gets only the file.
var plusLine = map[string]bool{"vi": true, "vim": true, "nvim": true, "ex": true, "nano": true, "pico": true, "emacs": true, "emacsclient": true,
	"micro": true, "kak": true, "joe": true, "jed": true, "ne": true, "mg": true, "mcedit": true, "gvim": true, "gedit": true, "kate": true}

// editorArgs is a file at a line, in the way that the editor understands.
func editorArgs(words []string, file string, line int) []string {
	args := append([]string{}, words[1:]...)
	if line < 1 {
		return append(args, file)
	}
	switch filepath.Base(words[0]) {
	case "code", "codium", "cursor", "subl", "zed", "hx", "helix":
		if strings.HasPrefix(filepath.Base(words[0]), "co") || filepath.Base(words[0]) == "cursor" {
			args = append(args, "--goto")
		}
		return append(args, fmt.Sprintf("%s:%d", file, line))
	}
	if !plusLine[filepath.Base(words[0])] {
		return append(args, file)
	}
	return append(args, fmt.Sprintf("+%d", line), file)
}

func (a *App) editorCommand(file string, line int) (*exec.Cmd, error) {
	words, err := a.editor()
	if err != nil {
		return nil, err
	}
	c := exec.Command(words[0], editorArgs(words, file, line)...)
	c.Env = a.env
	return c, nil
}

// editFile opens a file of the investigation at a line; a line past the end is the end.
func (a *App) editFile(file string, line int) tea.Cmd {
	if file == "" {
		a.say("there is no file to open")
		return nil
	}
	if line > 1 {
		line = min(line, linesOf(file))
	}
	c, err := a.editorCommand(file, line)
	if err != nil {
		a.warn(err.Error())
		return nil
	}
	return tea.ExecProcess(c, func(err error) tea.Msg { return editedMsg{err: err} })
}

// linesOf counts the lines of the end of a file, enough to open it where it ends.
func linesOf(file string) int {
	b, err := os.ReadFile(file)
	if err != nil {
		return 1
	}
	return strings.Count(string(b), "\n") + 1
}

// editText hands a draft to the editor and takes back what it became.
func (a *App) editText(text string) tea.Cmd {
	f, err := os.CreateTemp("", "casebook-*.md")
	if err == nil {
		_, err = f.WriteString(text)
		if e := f.Close(); err == nil {
			err = e
		}
	}
	if err != nil {
		a.warn("a file for the editor: " + err.Error())
		return nil
	}
	name := f.Name()
	c, err := a.editorCommand(name, strings.Count(text, "\n")+1)
	if err != nil {
		_ = os.Remove(name)
		a.warn(err.Error())
		return nil
	}
	return tea.ExecProcess(c, func(err error) tea.Msg {
		defer os.Remove(name)
		if err != nil {
			return editedMsg{draft: true, text: text, err: err}
		}
		b, err := os.ReadFile(name)
		return editedMsg{draft: true, text: string(b), err: err}
	})
}

// edited takes the text back; where the editor failed, everything stays as it was.
func (a *App) edited(m editedMsg) tea.Cmd {
	if m.err != nil {
		a.warn("the editor: " + m.err.Error() + "; nothing was changed (CASEBOOK_EDITOR names another one)")
		return nil
	}
	if m.draft {
		a.note.area.SetValue(strings.TrimRight(m.text, "\n"))
		return a.note.focus()
	}
	return a.log.refresh(true)
}
