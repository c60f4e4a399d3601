package tui

import (
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
)

// keyMap is every key there is. Footer and help are made from it, so that no
// key works that is not told and none is told that does not work.
type keyMap struct {
	// moving
	Up, Down, PageUp, PageDown, Top, Bottom, Left, Right, Focus key.Binding
	// the step
	Enter, Run, Stop, Space, Conclude, Note, Mark, Kind, Case key.Binding
	// a table
	Filter, Sort, Reverse, Noise, Copy key.Binding
	// places
	Log, Graph, Plan, Output, Export, Edit, Help, Back, Hide key.Binding
	// the program
	Mouse, Doors, Suspend, Quit, Break key.Binding
	// writing and forms
	Save, Editor, Whole, Next, Prev, Offer, Accept key.Binding
	// approval
	Once, Session, Always, No key.Binding
}

func bind(help, what string, keys ...string) key.Binding {
	return key.NewBinding(key.WithKeys(keys...), key.WithHelp(help, what))
}

func newKeys() *keyMap {
	return &keyMap{
		Up:       bind("↑ k", "up", "up", "k"),
		Down:     bind("↓ j", "down", "down", "j"),
		PageUp:   bind("pgup ctrl+u", "a page up", "pgup", "ctrl+u", "ctrl+b"),
		PageDown: bind("pgdn ctrl+d", "a page down", "pgdown", "ctrl+d", "ctrl+f"),
		Top:      bind("home", "to the top", "home"),
		Bottom:   bind("end G", "to the end", "end", "G"),
		Left:     bind("←", "the step before", "left"),
		Right:    bind("→", "the next step", "right"),
		Focus:    bind("tab", "plan or step", "tab", "shift+tab"),

		Enter:    bind("enter", "open", "enter"),
		Run:      bind("r", "run", "r"),
		Stop:     bind("esc", "stop, keeping what was recorded", "esc"),
		Space:    bind("space", "tick", "space"),
		Conclude: bind("c", "conclude", "c"),
		Note:     bind("n", "note", "n"),
		Mark:     bind("m", "set status", "m"),
		Kind:     bind("K", "change the kind", "K"),
		Case:     bind("C", "case", "C"),

		Filter:  bind("/", "filter", "/"),
		Sort:    bind("s", "sort", "s"),
		Reverse: bind("S", "sort the other way", "S"),
		Noise:   bind("z", "noise", "z"),
		Copy:    bind("y", "copy", "y"),

		Log:    bind("l", "log", "l"),
		Graph:  bind("g", "graph", "g"),
		Plan:   bind("p", "plan", "p"),
		Output: bind("o", "output", "o"),
		Export: bind("e", "export", "e"),
		Edit:   bind("E", "open the file in your editor", "E"),
		Help:   bind("?", "keys", "?"),
		Back:   bind("esc", "back", "esc"),
		Hide:   bind("x", "hide what the start found", "x"),

		Mouse:   bind("M", "mouse on or off (off: select text)", "M"),
		Doors:   bind("H", "back to the start screen", "H"),
		Suspend: bind("ctrl+z", "suspend", "ctrl+z"),
		Quit:    bind("q", "quit", "q"),
		Break:   bind("ctrl+c", "stop, else quit", "ctrl+c"),

		Save:   bind("ctrl+s", "save", "ctrl+s"),
		Editor: bind("ctrl+o", "in your editor", "ctrl+o"),
		Whole:  bind("ctrl+t", "for the step or the whole", "ctrl+t"),
		Next:   bind("tab", "next", "tab", "down"),
		Prev:   bind("shift+tab", "previous", "shift+tab", "up"),
		Offer:  bind("ctrl+n", "from the plan", "ctrl+n"),
		Accept: bind("enter", "go on", "enter"),

		Once:    bind("y", "yes, once", "y"),
		Session: bind("s", "yes, this session", "s"),
		Always:  bind("a", "always", "a"),
		No:      bind("n", "no", "n", "esc"),
	}
}

// as is the same key told with other words where it does something more exact.
func as(b key.Binding, what string) key.Binding {
	b.SetHelp(b.Help().Key, what)
	return b
}

// pair is two keys of opposite direction told as one.
func pair(a, b key.Binding, what string) key.Binding {
	one, _, _ := strings.Cut(a.Help().Key, " ")
	two, _, _ := strings.Cut(b.Help().Key, " ")
	return bind(one+two, what, append(a.Keys(), b.Keys()...)...)
}

// on says whether the key is one of b's.
func on(m tea.KeyPressMsg, b key.Binding) bool { return key.Matches(m, b) }

// keyGroup is one heading of the help.
type keyGroup struct {
	name string
	keys []key.Binding
}

// groups is the help: every key once, by what it is for.
func (k *keyMap) groups() []keyGroup {
	return []keyGroup{
		{"moving", []key.Binding{k.Up, k.Down, k.PageUp, k.PageDown, k.Top, k.Bottom, k.Left, k.Right, k.Focus, as(k.Back, "back")}},
		{"the step", []key.Binding{k.Run, k.Stop, k.Space, as(k.Enter, "open a row, a run"), k.Conclude, k.Note, k.Mark, k.Kind, k.Case}},
		{"a table", []key.Binding{k.Filter, k.Sort, k.Reverse, as(k.Noise, "noise, shown or hidden"), k.Copy}},
		{"places", []key.Binding{k.Log, k.Graph, k.Plan, k.Output, k.Export, k.Edit, k.Hide}},
		{"writing", []key.Binding{k.Save, k.Editor, k.Whole, as(k.Next, "next field"), as(k.Prev, "field before"), as(k.Offer, "offer a command of the plan")}},
		{"casebook", []key.Binding{k.Doors, k.Mouse, k.Suspend, k.Break, k.Quit, k.Help}},
	}
}
