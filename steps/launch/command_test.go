package launch

import (
	"errors"
	"os/exec"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestCommandsOfWordsAndQuotes(t *testing.T) {
	for text, want := range map[string]string{
		`true`:                             `| true`,
		`  A=1 B='x y' prog "a b" c\ d ''`: `A=1 B=x y | prog,a b,c d,`,
		`sh -c 'echo $HOME | wc > /dev/null; exit'`: `| sh,-c,echo $HOME | wc > /dev/null; exit`,
		`prog --x={a} 'a*b' "c?d" e\*f 10%`:         `| prog,--x={a},a*b,c?d,e*f,10%`,
		`prog $'a\tb' a=b`:                          `| prog,a	b,a=b`,
		`A= prog`:                                   `A= | prog`,
		"prog \\\n  next":                           `| prog,next`,
		`python -m worker --queue=x:5672/%2f`:       `| python,-m,worker,--queue=x:5672/%2f`,
		`prog a#b`:                                  `| prog,a#b`,
		`prog ünïcödé ‹x›`:                          `| prog,ünïcödé,‹x›`,
	} {
		c, err := ParseCommand(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got := strings.TrimSpace(strings.Join(c.Env, " ") + " | " + strings.Join(c.Argv, ",")); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}

func TestOtherShellSyntaxIsAnErrorWithItsPlace(t *testing.T) {
	for text, column := range map[string]int{
		`echo $HOME`: 6, "echo `date`": 6, `echo "a $(date)"`: 9, `a | b`: 3, `a && b`: 3, `a; b`: 4, `a;`: 2, `a &`: 3,
		`a > f`: 3, `a 2>&1`: 4, `a < f`: 3, `ls *.go`: 4, `ls a?`: 5, `ls [ab]`: 4, `ls ~/x`: 4, `(a)`: 1, `! a`: 1, `if a; then b; fi`: 1,
		`a {b,c}`: 3, `a # note`: 3, `A=1`: 1, ``: 1, `   `: 1, `'' a`: 1, `A=(1 2) b`: 1, `A+=1 b`: 1, `echo 'open`: 6, "a\x00b": 2,
		`cat <<E`: 5, `a <(b)`: 3, `{ a; }`: 1, `f() { a; }`: 1, `echo $((1+1))`: 6, `[[ a ]]`: 1, `A=$B c`: 3, `A=~/x c`: 3,
	} {
		_, err := ParseCommand(text)
		var se *SyntaxError
		if !errors.As(err, &se) {
			t.Errorf("%q: %v", text, err)
			continue
		}
		if se.Line != 1 || se.Column != column {
			t.Errorf("%q: column %d, want %d: %v", text, se.Column, column, err)
		}
	}
	_, err := ParseCommand("echo | wc")
	if err == nil || !strings.Contains(err.Error(), `sh -c 'echo | wc'`) {
		t.Error(err)
	}
}

// What is printed means the same to us and to real shells.
func TestCommandsCanBePasted(t *testing.T) {
	word := rapid.StringOf(rapid.RuneFrom([]rune("ab =$'\"\\|;&<>(){}*?[]~#!`\n\tä-0,.:/@%^")))
	rapid.Check(t, func(t *rapid.T) {
		c := Command{Argv: append([]string{rapid.StringMatching(`[a-z=~{}]{1,4}`).Draw(t, "name")}, rapid.SliceOfN(word, 0, 4).Draw(t, "args")...)}
		for _, v := range rapid.SliceOfN(word, 0, 2).Draw(t, "env") {
			c.Env = append(c.Env, "V="+v)
		}
		back, err := ParseCommand(c.String())
		if err != nil {
			t.Fatalf("%s: %v", c, err)
		}
		if strings.Join(back.Argv, "\x00") != strings.Join(c.Argv, "\x00") || strings.Join(back.Env, "\x00") != strings.Join(c.Env, "\x00") {
			t.Fatalf("%q became %q by %s", c, back, c)
		}
	})
}

func TestQuotesMeanTheSameToBash(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("no bash")
	}
	words := []string{"a b", "it's", `"x"`, "$HOME", "a\nb", "*", "~", "{a,b}", "!x", "", "#", "a=b", "\\", "ä", "`x`", "tab\there"}
	c := Command{Argv: append([]string{"printf", `%s\0`}, words...)}
	out, err := exec.Command(bash, "-c", c.String()).Output()
	if err != nil || string(out) != strings.Join(words, "\x00")+"\x00" {
		t.Fatalf("%v %q", err, out)
	}
}

func FuzzParseCommand(f *testing.F) {
	for _, s := range []string{"A=1 b 'c d'", "a | b", `"x$(y)"`, "a {b,c} \\", "$'\\x41'", "a=(b)"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, err := ParseCommand(text)
		if err != nil {
			var se *SyntaxError
			if !errors.As(err, &se) || se.Line < 1 || se.Column < 1 {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		back, err := ParseCommand(c.String())
		if err != nil || strings.Join(back.Argv, "\x00") != strings.Join(c.Argv, "\x00") {
			t.Fatalf("%q: %q, %v", text, c.String(), err)
		}
	})
}
