package snapshot

import (
	"slices"
	"strconv"
	"strings"

	"casebook/steps/fact"
	"casebook/steps/secret"
)

// argChange is one place where two argument lists disagree.
type argChange struct {
	name      string
	good, bad []secret.Text // nil: absent
	note      string
}

// argvChanges aligns two argument lists (without argv[0]) and names what
// differs: an option by its name, whether its value stands behind '=' or is
// the next word; all else by its place. Words that were replaced together are
// one change, since none of them means anything alone.
func argvChanges(good, bad []secret.Text) []argChange {
	var out []argChange
	for _, h := range hunks(good, bad) {
		out = append(out, h.changes(good, bad)...)
	}
	return out
}

// hunk is good[gi:gj] in the place of bad[bi:bj].
type hunk struct{ gi, gj, bi, bj int }

// alignMost bounds the table of the alignment; longer lists are one hunk
// between their common ends.
const alignMost = 1 << 20

// hunks finds what is left of two lists when their longest common part is taken out.
func hunks(a, b []secret.Text) []hunk {
	start := 0
	for start < len(a) && start < len(b) && a[start].Equal(b[start]) {
		start++
	}
	ea, eb := len(a), len(b)
	for ea > start && eb > start && a[ea-1].Equal(b[eb-1]) {
		ea, eb = ea-1, eb-1
	}
	n, m := ea-start, eb-start
	switch {
	case n == 0 && m == 0:
		return nil
	case n == 0 || m == 0 || n*m > alignMost:
		return []hunk{{start, ea, start, eb}}
	}
	common := make([][]int, n+1) // of a[start+i:] and b[start+j:]
	for i := range common {
		common[i] = make([]int, m+1)
	}
	for i := n - 1; i >= 0; i-- {
		for j := m - 1; j >= 0; j-- {
			if a[start+i].Equal(b[start+j]) {
				common[i][j] = common[i+1][j+1] + 1
			} else {
				common[i][j] = max(common[i+1][j], common[i][j+1])
			}
		}
	}
	var out []hunk
	i, j := 0, 0
	for i < n || j < m {
		h := hunk{start + i, 0, start + j, 0}
		for i < n && j < m && !a[start+i].Equal(b[start+j]) {
			if common[i+1][j] >= common[i][j+1] {
				i++
			} else {
				j++
			}
		}
		if i == n || j == m {
			i, j = n, m
		}
		if h.gj, h.bj = start+i, start+j; h.gj > h.gi || h.bj > h.bi {
			out = append(out, h)
		}
		for i < n && j < m && a[start+i].Equal(b[start+j]) {
			i, j = i+1, j+1
		}
	}
	return out
}

// optionName is the name of "--x=1", "--x" and "-x"; a lone "-" or "--" is none.
func optionName(word string) (name string, inline bool) {
	if len(word) < 2 || word[0] != '-' || word == "--" || word[1] >= '0' && word[1] <= '9' {
		return "", false
	}
	name, _, inline = strings.Cut(word, "=")
	return name, inline
}

func (h hunk) changes(good, bad []secret.Text) []argChange {
	gw, bw := good[h.gi:h.gj], bad[h.bi:h.bj]
	if sameWords(gw, bw) {
		return []argChange{{name: place(h.gi), good: gw, bad: bw, note: "the same words, split differently"}}
	}
	var out []argChange
	gLeft, bLeft := options(gw), options(bw)
	var gRest, bRest []secret.Text
	for _, o := range gLeft {
		k := slices.IndexFunc(bLeft, func(p option) bool { return p.name != "" && p.name == o.name })
		switch {
		case o.name == "":
			gRest = append(gRest, o.words...)
		case k >= 0:
			out = append(out, argChange{name: o.name, good: o.words, bad: bLeft[k].words})
			bLeft = slices.Delete(bLeft, k, k+1)
		default:
			out = append(out, argChange{name: o.name, good: o.words})
		}
	}
	for _, o := range bLeft {
		if o.name == "" {
			bRest = append(bRest, o.words...)
		} else {
			out = append(out, argChange{name: o.name, bad: o.words})
		}
	}
	// An option on one side in the place of words on the other is one change: "-m server" for "bin/server".
	if len(gRest)+len(bRest) > 0 && (len(gRest) == 0 || len(bRest) == 0) && len(gw) > 0 && len(bw) > 0 && len(out) > 0 {
		return []argChange{{name: place(h.gi), good: gw, bad: bw}}
	}
	if len(gRest)+len(bRest) > 0 {
		out = append(out, argChange{name: h.restName(good, bad), good: gRest, bad: bRest})
	}
	return out
}

// restName names words that are no options: by the option in front of them
// that both lists have, else by their place.
func (h hunk) restName(good, bad []secret.Text) string {
	if h.gi > 0 && h.gj-h.gi <= 1 && h.bj-h.bi <= 1 {
		if name, inline := optionName(secret.Reveal(good[h.gi-1])); name != "" && !inline {
			return name
		}
	}
	return place(h.gi)
}

func place(i int) string { return "argv[" + strconv.Itoa(i+1) + "]" }

// option is an option with its value, or one word that is none.
type option struct {
	name  string
	words []secret.Text
}

// options takes words apart. Whether the next word belongs to an option can't
// be known; a word behind "--long" is taken for its value, behind "-x" too.
func options(words []secret.Text) []option {
	var out []option
	for i := 0; i < len(words); i++ {
		name, inline := optionName(secret.Reveal(words[i]))
		o := option{name: name, words: words[i : i+1]}
		if name != "" && !inline && i+1 < len(words) {
			if next, _ := optionName(secret.Reveal(words[i+1])); next == "" {
				o.words = words[i : i+2]
				i++
			}
		}
		out = append(out, o)
	}
	return out
}

func sameWords(a, b []secret.Text) bool {
	if len(a) == 0 || len(b) == 0 {
		return false
	}
	return joined(a) == joined(b)
}

func joined(words []secret.Text) string {
	plain := make([]string, len(words))
	for i, w := range words {
		plain[i] = secret.Reveal(w)
	}
	return strings.Join(strings.Fields(strings.Join(plain, " ")), " ")
}

// argValue shows the words of one change; what is secret by its option is masked.
func argValue(c argChange, words []secret.Text, m secret.Masker) fact.Value {
	if words == nil {
		return fact.Value{}
	}
	shown := make([]string, len(words))
	exact := make([]string, len(words))
	for i, w := range words {
		exact[i] = secret.Reveal(w)
	}
	for i, w := range ShowArgv(words, m) {
		shown[i] = w
		if secretOption(c.name) && exact[i] != c.name && !strings.HasPrefix(exact[i], "-") {
			shown[i] = m.ShowVar(strings.TrimLeft(c.name, "-"), words[i])
		}
	}
	return fact.Value{State: fact.Present, Shown: clean(quoteWords(shown)), Exact: secret.New(strings.Join(exact, "\x00"))}
}
