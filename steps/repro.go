package steps

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"casebook/steps/fact"
	"casebook/steps/secret"
	"casebook/steps/snapshot"
)

// reproduction is a cause as a shell script that starts the target directly, without Casebook:
// as the good launch has it, as the bad one, and with only the cause brought in or undone.
type reproduction struct {
	good, bad *snapshot.Target
	diffs     []fact.Difference // what the two launches give differently and could be moved
	broken    []fact.Difference // of them: what breaks good
	fixed     []fact.Difference // and what mends bad
	environ   []string          // what the script will inherit
	mask      secret.Masker
}

// Modes of the script, in the order in which its usage names them.
const (
	runGood   = "good"
	runBad    = "bad"
	runFixed  = "fixed"
	runBroken = "broken"
)

// reproScript is the text, and the secrets that whoever runs it has to set.
type reproScript struct {
	Text    string
	Needs   []snapshot.Var
	TTY     bool // it has to be run in a terminal
	LeftOut []string
}

// stage is where in the script something is set up; they stand in the order of the text.
// A wrapper of a later stage is started earlier, and hands on to the one before.
type stage int

const (
	stageCommand stage = iota
	stageEnv
	stageLimits
	stageRights
	stageSchedule
	stageInside // Python statements in the target's own process
	stageSession
	stageUmask
	stageCwd
	stageStreams
	stageHow
)

// piece is what one factor takes in one stage: words or statements for the good and for the bad value.
type piece struct {
	stage     stage
	tool      string // the wrapper that takes the words; pieces of one tool are one call
	good, bad string // "": nothing to do
	factor    fact.Factor
}

// build writes the script. The error says what no script can do.
func (r *reproduction) build() (*reproScript, error) {
	w := &reproWriter{reproduction: r, out: &reproScript{}}
	if err := w.collect(); err != nil {
		return nil, err
	}
	w.out.Text = w.text()
	return w.out, nil
}

type reproWriter struct {
	*reproduction
	out     *reproScript
	pieces  []piece
	differs map[fact.Factor]bool
}

func (w *reproWriter) add(p piece) { w.pieces = append(w.pieces, p) }

// badIn are the modes in which a factor has its bad value.
func (w *reproWriter) badIn(f fact.Factor) string {
	modes := []string{runBad}
	if !hasFactor(w.fixed, f) {
		modes = append(modes, runFixed)
	}
	if hasFactor(w.broken, f) {
		modes = append(modes, runBroken)
	}
	return strings.Join(modes, "|")
}

// goodIn are the other modes.
func goodIn(bad string) string {
	var modes []string
	for _, m := range []string{runGood, runFixed, runBroken} {
		if !slices.Contains(strings.Split(bad, "|"), m) {
			modes = append(modes, m)
		}
	}
	return strings.Join(modes, "|")
}

func hasFactor(ds []fact.Difference, f fact.Factor) bool {
	return slices.ContainsFunc(ds, func(d fact.Difference) bool { return d.Factor == f || whole(d.Factor) == f })
}

// whole is the factor itself, or the variable of which it is an element.
func whole(f fact.Factor) fact.Factor {
	if i := strings.IndexByte(f.Name, '['); f.Kind == fact.Env && i > 0 {
		f.Name = f.Name[:i]
	}
	return f
}

// blamed says whether a factor is part of the cause.
func (w *reproWriter) blamed(f fact.Factor) bool {
	return hasFactor(w.broken, f) || hasFactor(w.fixed, f)
}

// quote writes a word for any POSIX shell.
func quote(s string) string {
	plain := s != ""
	for i := 0; i < len(s) && plain; i++ {
		c := s[i]
		plain = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("_-./,:+@%=", c) >= 0
	}
	if plain {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// word is an exact text as the script may hold it: quoted, or read from a variable where it is secret.
func (w *reproWriter) word(name string, t secret.Text, side string) string {
	shown := w.mask.ShowVar(name, t)
	if !secret.IsMark(shown) {
		return quote(shown)
	}
	if name = variable(name); name == "" {
		name = "SECRET"
	}
	return `"${` + w.need(name, t, side) + `:?}"`
}

// need is the name under which a secret is asked for; two values of one name get two.
func (w *reproWriter) need(name string, t secret.Text, side string) string {
	for n, try := 0, name; ; n++ {
		switch n {
		case 0:
		case 1:
			try = name + "_" + strings.ToUpper(side)
		default:
			try = name + "_" + strconv.Itoa(n)
		}
		i := slices.IndexFunc(w.out.Needs, func(v snapshot.Var) bool { return v.Name == try })
		if i < 0 {
			w.out.Needs = append(w.out.Needs, snapshot.Var{Name: try, Value: t})
			return try
		}
		if w.out.Needs[i].Value.Equal(t) {
			return try
		}
	}
}

// variable is a name that a shell takes.
func variable(name string) string {
	name = strings.ReplaceAll(strings.TrimLeft(name, "-"), "-", "_")
	for i := 0; i < len(name); i++ {
		c := name[i]
		if c != '_' && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') && (i == 0 || c < '0' || c > '9') {
			return ""
		}
	}
	return name
}

// leave notes what the script does not set.
func (w *reproWriter) leave(f fact.Factor, why string) error {
	if w.blamed(f) {
		return fmt.Errorf("a script can't set %s: %s", f, why)
	}
	w.out.LeftOut = append(w.out.LeftOut, f.String()+": "+why)
	return nil
}
