package steps

import (
	"fmt"
	"slices"
	"strings"

	"casebook/steps/fact"
	"casebook/steps/snapshot"
)

// titles are what the parts of a script are called.
var titles = map[stage]string{
	stageCommand: "the program and its arguments", stageEnv: "the environment", stageLimits: "limits", stageRights: "rights",
	stageSchedule: "scheduling and surroundings", stageInside: "signals, descriptors and what else only the process itself can set",
	stageSession: "session", stageUmask: "umask", stageCwd: "working directory", stageStreams: "stdin, stdout and stderr", stageHow: "how it is started",
}

func (w *reproWriter) text() string {
	var b strings.Builder
	w.head(&b)
	for st := stageCommand; st <= stageHow; st++ {
		lines := w.stage(st)
		if st == stageInside && len(lines) > 0 {
			lines = slices.Concat([]string{"py="}, lines, strings.Split(insideText, "\n"))
		}
		if st == stageStreams && w.pumped() {
			lines = slices.Concat([]string{"end0= end1= end2="}, lines, strings.Split(pumpText, "\n"))
		}
		if st == stageHow && len(lines) > 0 {
			lines = append([]string{"direct="}, lines...)
		}
		if len(lines) > 0 {
			b.WriteString("\n# " + titles[st] + "\n" + strings.Join(lines, "\n") + "\n")
		}
	}
	if len(w.stage(stageHow)) > 0 {
		b.WriteString("\n$direct \"$@\"\n")
	} else {
		b.WriteString("\n\"$@\"\n")
	}
	return b.String()
}

// head says what the script shows, and what whoever runs it has to know.
func (w *reproWriter) head(b *strings.Builder) {
	line := func(format string, args ...any) { b.WriteString(oneLineComment(fmt.Sprintf(format, args...))) }
	b.WriteString("#!/bin/sh\n")
	line("Starts the program directly, with what one launch or the other gives it.")
	line("  %-7s as the launch that works", runGood)
	line("  %-7s as the launch that fails", runBad)
	if len(w.fixed) > 0 {
		line("  %-7s as the launch that fails, but with %s as in good", runFixed, factorList(w.fixed))
	}
	line("  %-7s as the launch that works, but with %s as in bad", runBroken, factorList(w.broken))
	for _, d := range union(w.broken, w.fixed) {
		line("%s: good %s, bad %s", d.Factor, shown(d.Good), shown(d.Bad))
	}
	for i, l := range w.out.LeftOut {
		if i == 0 {
			line("Differs too, and is left as it is here:")
		}
		line("  %s", l)
	}
	for _, v := range w.out.Needs {
		line("Set %s first: it is secret and does not stand here.", v.Name)
	}
	if w.out.TTY {
		line("Run it in a terminal.")
	}
	b.WriteString("run=${1-}\ncase $run in\n" + runGood + "|" + runBad + "|" + runFixed + "|" + runBroken + ") ;;\n")
	b.WriteString("*) echo \"usage: $0 " + strings.Join([]string{runGood, runBad, runFixed, runBroken}, " | ") + "\" >&2; exit 2 ;;\nesac\n")
}

// oneLineComment keeps text of elsewhere from becoming a line of the script.
func oneLineComment(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < 0x20 || r == 0x7f {
			return ' '
		}
		return r
	}, s)
	return "# " + strings.TrimRight(s, " ") + "\n"
}

func factorList(ds []fact.Difference) string {
	var words []string
	for _, d := range ds {
		words = append(words, d.Factor.String())
	}
	return strings.Join(words, " and ")
}

func union(a, b []fact.Difference) []fact.Difference {
	out := slices.Clone(a)
	for _, d := range b {
		if !slices.ContainsFunc(a, func(x fact.Difference) bool { return x.Factor == d.Factor }) {
			out = append(out, d)
		}
	}
	return out
}

// stage is the lines of one part: what is the same in all modes, then one case for each way in which modes differ.
func (w *reproWriter) stage(st stage) []string {
	var order []string
	groups := map[string][]piece{}
	for _, p := range w.pieces {
		if p.stage != st || p.good == "" && p.bad == "" {
			continue
		}
		key := ""
		if p.good != p.bad {
			key = w.badIn(p.factor)
		}
		if groups[key] == nil {
			order = append(order, key)
		}
		groups[key] = append(groups[key], p)
	}
	slices.SortStableFunc(order, func(a, b string) int { return len(a) - len(b) }) // the same in all modes comes first
	var out []string
	for _, key := range order {
		ps := groups[key]
		if key == "" {
			out = append(out, w.lines(st, ps, false)...)
			continue
		}
		mark := ""
		if slices.ContainsFunc(ps, func(p piece) bool { return w.blamed(p.factor) }) {
			mark = "   # the cause"
		}
		out = append(out, "case $run in"+mark)
		for _, side := range []bool{true, false} {
			modes := key
			if !side {
				modes = goodIn(key)
			}
			if lines := w.lines(st, ps, side); len(lines) > 0 {
				out = append(out, modes+")")
				for _, l := range lines {
					out = append(out, "  "+l)
				}
				out = append(out, "  ;;")
			}
		}
		out = append(out, "esac")
	}
	return out
}

// lines are the statements of some pieces with their bad or good values.
func (w *reproWriter) lines(st stage, ps []piece, bad bool) []string {
	var words, out []string
	tool := ""
	for _, p := range ps {
		word := p.good
		if bad {
			word = p.bad
		}
		if word == "" {
			continue
		}
		switch st {
		case stageCommand:
			out = append(out, "set -- "+word)
		case stageSchedule, stageSession:
			out = append(out, "set -- "+word+` "$@"`)
		case stageInside:
			for l := range strings.SplitSeq(word, "\n") {
				out = append(out, `py="$py"`+quote("\n"+l))
			}
		case stageEnv, stageLimits, stageRights:
			tool, words = p.tool, append(words, word)
		case stageCwd:
			out = append(out, word+" || exit")
		default:
			out = append(out, word)
		}
	}
	if len(words) > 0 {
		slices.SortStableFunc(words, func(a, b string) int { return optionsFirst(a) - optionsFirst(b) })
		out = append(out, "set -- "+tool+" "+strings.Join(words, " ")+` "$@"`)
	}
	return out
}

// optionsFirst puts options in front of assignments.
func optionsFirst(word string) int {
	if strings.HasPrefix(word, "-") {
		return 0
	}
	return 1
}

// pumped says whether some mode has a pipe or a socket among the three ends.
func (w *reproWriter) pumped() bool {
	return slices.ContainsFunc(w.pieces, func(p piece) bool {
		return p.stage == stageStreams && (strings.HasPrefix(p.good, "end") || strings.HasPrefix(p.bad, "end"))
	})
}

// insideText becomes the target after the statements. Python ignores two signals and may set LC_CTYPE, which is taken back first.
const insideText = `if [ "$py" ]; then
  set -- python3 -I -S -c "import os, signal, socket, sys
for s in (signal.SIGPIPE, signal.SIGXFSZ): signal.signal(s, signal.SIG_DFL)
if b'LC_CTYPE=' not in open('/proc/self/environ', 'rb').read(): os.environ.pop('LC_CTYPE', None)
def hold(n, fd):
    os.dup2(fd, n) if fd != n else os.set_inheritable(n, True)
$py
os.execvp(sys.argv[1], sys.argv[1:])" "$@"
fi`

// pumpText stands beside the target where one of its ends is a pipe or a socket.
const pumpText = `if [ "$end0$end1$end2" ]; then
  set -- python3 -I -S -c '
import os, socket, subprocess, sys, threading
ends, threads, theirs, kept = sys.argv[1:4], [], [], []
def copy(read, to):
    while True:
        data = read()
        if not data: return
        os.write(to, data)
def end(kind, n):
    if kind == "same": return subprocess.STDOUT
    if kind == "socket":
        mine, child = socket.socketpair()
        theirs.append(child)
        if n: threads.append(threading.Thread(target=copy, args=(lambda: mine.recv(65536), n), daemon=True))
        kept.append(mine)
        return child
    return subprocess.PIPE if kind else None
if b"LC_CTYPE=" not in open("/proc/self/environ", "rb").read(): os.environ.pop("LC_CTYPE", None)
p = subprocess.Popen(sys.argv[4:], stdin=end(ends[0], 0), stdout=end(ends[1], 1), stderr=end(ends[2], 2), close_fds=False)
for s in theirs: s.close()
for kind, pipe, n in ((ends[1], p.stdout, 1), (ends[2], p.stderr, 2)):
    if kind == "drained":   # an unread one stays as it is
        threads.append(threading.Thread(target=copy, args=(lambda f=pipe.fileno(): os.read(f, 65536), n), daemon=True))
for t in threads: t.start()
code = p.wait()
for t in threads: t.join(1)
os._exit(code if code >= 0 else 128 - code)' "$end0" "$end1" "$end2" "$@"
fi`

// commonSignals are ignored or blocked in both launches though nothing that starts the script does so.
func (w *reproWriter) commonSignals() {
	g, b := w.good.Process, w.bad.Process
	var here snapshot.Signals
	if l := w.good.Launcher; l != nil && l != g {
		here = l.Signals
	}
	for n := 1; n < 32; n++ {
		bit := uint64(1) << (n - 1)
		if g.Signals.Ignored&b.Signals.Ignored&bit&^here.Ignored != 0 || (n == 13 || n == 25) && g.Signals.Ignored&b.Signals.Ignored&bit != 0 {
			s := fmt.Sprintf("signal.signal(%d, signal.SIG_IGN)", n)
			w.add(piece{stage: stageInside, good: s, bad: s})
		}
		if g.Signals.Blocked&b.Signals.Blocked&bit != 0 {
			s := fmt.Sprintf("signal.pthread_sigmask(signal.SIG_BLOCK, {%d})", n)
			w.add(piece{stage: stageInside, good: s, bad: s})
		}
	}
}
