package snapshot

import (
	"strconv"
	"strings"

	"casebook/steps/fact"
	"casebook/steps/secret"
)

// context is what suspicion looks at besides the difference itself.
type context struct {
	role    *role
	sources []source // the target's own files, where they could be read
	missing func(path string) bool
}

func newContext(r *role, m secret.Masker, o Options) *context {
	c := &context{role: r, missing: func(string) bool { return false }}
	if o.Read != nil {
		c.sources = ownFiles(r, o.Read)
		c.missing = missingFile(o.Read)
	}
	return c
}

// suspicion is how likely a difference is to matter, 0 to 1, and why in words.
// It is a sum of what is seen, and nothing hidden: a prior for the kind, more
// for what the target's own files name, for what is broken, for what is rare.
func (c *context) suspicion(d *fact.Difference) (float64, string) {
	if d.Good.State == fact.Unknown || d.Bad.State == fact.Unknown {
		return .02, "could not be read on one side"
	}
	if d.Reason == cantTellWords {
		return .1, d.Reason
	}
	var s sum
	if d.Reason != "" {
		s.say(d.Reason)
	}
	switch d.Kind {
	case fact.Env:
		c.env(d, &s)
	case fact.Argv:
		s.add(.75, sideWords(d, "given in"))
	case fact.Stdin, fact.Stdout, fact.Stderr:
		c.stream(d, &s)
	case fact.FD, fact.FDFlags:
		c.descriptor(d, &s)
	case fact.Rlimit:
		rlimit(d, &s)
	default:
		c.plain(d, &s)
	}
	c.hint(d, &s)
	return s.result()
}

// sum collects a score and its reasons.
type sum struct {
	score float64
	words []string
}

func (s *sum) say(why string) {
	if why != "" {
		s.words = append(s.words, why)
	}
}

func (s *sum) add(score float64, why string) {
	s.score += score
	s.say(why)
}

// raise brings the score nearer to 1, so that several reasons never exceed it.
func (s *sum) raise(by float64, why string) {
	s.score += (1 - s.score) * by
	s.say(why)
}

func (s *sum) result() (float64, string) {
	score := float64(int(min(max(s.score, 0), .99)*1000+.5)) / 1000
	return score, strings.Join(s.words, "; ")
}

func sideWords(d *fact.Difference, verb string) string {
	switch {
	case d.Good.State == fact.Absent:
		return verb + " the bad launch only"
	case d.Bad.State == fact.Absent:
		return verb + " the good launch only"
	}
	return ""
}

func (c *context) env(d *fact.Difference, s *sum) {
	base, known := envBase(d.Name)
	s.add(base, known)
	s.say(sideWords(d, "set in"))
	if where := c.namedIn(d.Name); where != "" {
		by := .75
		if base < .1 {
			by = .4
		}
		s.raise(by, "named in "+where)
	}
	g, b := d.Good.Shown, d.Bad.Shown
	if d.Good.State == fact.Present && d.Bad.State == fact.Present {
		c.envValues(d.Name, g, b, s)
	}
	if d.Bad.State == fact.Present && c.lastingPath(b) && c.missing(b) {
		s.raise(.25, "the bad value names a file that is not there")
	}
	if d.Bad.State == fact.Present && b == "" {
		s.raise(.1, "empty in the bad launch, which is not the same as unset")
	}
}

// lastingPath says whether a value is a path that should still be there now
// that the run is over: none below /tmp, none that is made up per run.
func (c *context) lastingPath(v string) bool {
	if !strings.HasPrefix(v, "/") || strings.Count(v, "/") < 2 || strings.ContainsAny(v, ": ") || secret.IsMark(v) {
		return false
	}
	return !strings.Contains(v, "/tmp/") && c.role.bad[0].owner.general(v) == v
}

func (c *context) envValues(name, g, b string, s *sum) {
	if looksListed(name, g, b) {
		words, order := listWords(ListElements(g), ListElements(b))
		s.say(words)
		if order {
			s.score *= .8
		}
		return
	}
	switch {
	case strings.EqualFold(g, b):
		s.raise(.15, "differs in case only")
	case strings.TrimSpace(g) == strings.TrimSpace(b):
		s.raise(.2, "differs in blanks only")
	case strings.ReplaceAll(g, "/", "") == strings.ReplaceAll(b, "/", ""):
		s.raise(.2, "differs in slashes only")
	}
	const longPath = 90 // a socket's path holds 107 bytes, and a name goes behind
	if strings.HasPrefix(b, "/") && len(b) >= longPath && len(g) < longPath {
		s.raise(.3, "a path of "+strconv.Itoa(len(b))+" bytes: the path of a socket holds 107")
	}
}

// stream rates stdin, stdout, stderr.
func (c *context) stream(d *fact.Difference, s *sum) {
	g, b := d.Good.Shown, d.Bad.Shown
	switch {
	case strings.Contains(b, string(NobodyReads)) != strings.Contains(g, string(NobodyReads)):
		s.add(.92, "a pipe that nobody reads stops its writer when it is full")
	case (b == closed) != (g == closed):
		s.add(.85, "a closed standard stream is opened again by the next file")
	case kindWord(g) != kindWord(b) && d.Kind != fact.Stdin && kindWord(g) != "tty" && kindWord(b) != "tty":
		s.add(.52, "another kind of stream") // programs write to a pipe, a file and to nothing much alike
	case kindWord(g) != kindWord(b):
		s.add(.72, "another kind of stream")
	case kindWord(g) == "tty":
		s.add(.3, "terminals of different size")
	default:
		s.add(.35, "")
	}
}

func kindWord(s string) string {
	word, _, _ := strings.Cut(s, " ")
	return strings.TrimSuffix(word, ",")
}

func (c *context) descriptor(d *fact.Difference, s *sum) {
	words := d.Good.Shown + " " + d.Bad.Shown
	if d.Kind == fact.FDFlags {
		s.add(.45, "")
		if strings.Contains(words, "non-blocking") {
			s.raise(.6, "a non-blocking descriptor fails where programs expect to wait")
		}
		return
	}
	s.add(.4, sideWords(d, "open in"))
	if strings.Contains(words, "locked") || strings.Contains(words, "lock") {
		s.raise(.55, "a lock lives as long as any process has it open")
	}
	if first, last, many := strings.Cut(d.Name, "-"); many {
		from, _ := strconv.Atoi(first)
		to, _ := strconv.Atoi(last)
		s.raise(.3, strconv.Itoa(to-from+1)+" descriptors left open")
		if to >= 1000 {
			s.raise(.5, "new ones are beyond what select() can watch (1024)")
		}
	}
	if where := c.namedFD(d.Name); where != "" {
		s.raise(.4, "its number is named in "+where)
	}
}

// lowLimits are soft limits below which programs break, by resource.
var lowLimits = map[string]uint64{
	"NOFILE": 1024, "NPROC": 2048, "STACK": 1 << 20, "AS": Unlimited, "FSIZE": Unlimited, "DATA": Unlimited, "CPU": Unlimited,
	"RSS": 0, "MEMLOCK": 64 << 10, "LOCKS": 64,
}

func rlimit(d *fact.Difference, s *sum) {
	soft := func(v fact.Value) uint64 {
		word, _, _ := strings.Cut(v.Shown, ":")
		return limit([]byte(word))
	}
	g, b := soft(d.Good), soft(d.Bad)
	s.add(.15, "")
	low, limits := lowLimits[d.Name]
	switch {
	case limits && b < g && b < low:
		s.raise(.72, "a low limit in the bad launch")
	case limits && b < g:
		s.raise(.35, "lower in the bad launch")
	case limits && b > g:
		s.raise(.15, "lower in the good launch")
	}
}

// priors are the suspicion of kinds whose value says little more.
var priors = map[fact.Kind]struct {
	score float64
	why   string
}{
	fact.Exe:               {.6, "another program"},
	fact.Argv0:             {.3, ""},
	fact.Cwd:               {.6, "relative paths and module search start here"},
	fact.Root:              {.75, "another file system"},
	fact.Umask:             {.3, ""},
	fact.Session:           {.42, ""},
	fact.ProcessGroup:      {.42, ""},
	fact.CTTY:              {.4, ""},
	fact.SignalMask:        {.85, "launches hardly ever block signals"},
	fact.SignalDisposition: {.7, "what is ignored at the start stays ignored"},
	fact.Nice:              {.15, ""},
	fact.Sched:             {.35, ""},
	fact.Affinity:          {.5, "programs size their pools by it"},
	fact.IOPrio:            {.1, ""},
	fact.OOMScoreAdj:       {.08, ""},
	fact.Cgroup:            {.12, ""},
	fact.Namespace:         {.5, ""},
	fact.Personality:       {.72, "launches hardly ever set one"},
	fact.Seccomp:           {.6, "system calls may be refused"},
	fact.NoNewPrivs:        {.35, "setuid programs don't gain their privilege"},
	fact.Securebits:        {.4, ""},
	fact.Credentials:       {.72, "another user"},
	fact.Groups:            {.66, "files of a group become unreadable"},
	fact.LoginUID:          {.5, "getlogin() asks for it"},
	fact.Capabilities:      {.45, ""},
	fact.OpenFile:          {.06, "follows from other differences"},
	fact.Socket:            {.08, "follows from other differences"},
	fact.Library:           {.06, "follows from other differences"},
	fact.PyPath:            {.2, ""},
	fact.PyModule:          {.2, ""},
	fact.PyDist:            {.2, ""},
}

func (c *context) plain(d *fact.Difference, s *sum) {
	p := priors[d.Kind]
	s.add(p.score, p.why)
	words := d.Good.Shown + " " + d.Bad.Shown
	switch {
	case d.Kind == fact.Namespace && d.Name == "net":
		s.raise(.6, "another network: not even its loopback is shared")
	case d.Kind == fact.Namespace && (d.Name == "user" || d.Name == "mnt" || d.Name == "pid"):
		s.raise(.1, "")
	case d.Kind == fact.Namespace:
		s.score *= .6
	case d.Kind == fact.ProcessGroup && strings.Contains(words, "background"):
		s.raise(.6, "a background group is stopped when it reads its terminal")
	case d.Kind == fact.SignalDisposition && (d.Name == "SIG32" || d.Name == "SIG33"):
		s.score, s.words = .03, []string{"posix_spawn of glibc leaves its own signals so"}
	case d.Kind == fact.SignalDisposition && (d.Name == "SIGINT" || d.Name == "SIGQUIT"):
		s.score = .4
		s.say("background jobs of sh ignore it")
	case d.Kind == fact.Capabilities && (d.Name == "inheritable" || d.Name == "ambient"):
		s.score *= .6
	case d.Kind == fact.Credentials && d.Name == "gid":
		s.score *= .75
	}
}
