package notes

import (
	"regexp"
	"slices"
	"strings"
)

// programs are words that a command in prose begins with. It is a short list on
// purpose: taking `env` or `trace` in a sentence for a command does more harm
// than asking for one to be typed.
var programs = words(`ansible ansible-playbook awk bash bundle bun bunx cargo cat celery chmod cmake composer cp curl
	cut date deno df diff dig django-admin docker docker-compose dotnet dramatiq du echo env find flask free gdb git go
	gradle grep gunicorn head helm helmfile hg hypercorn id ip java journalctl jq just kill kubectl ldd less ln ls lsof ltrace make
	mkdir mvn mypy mysql nc netstat nice ninja nix node nohup npm npx nox openssl pdm perf perl php pgrep ping pip pip3 pipenv pipx pnpm
	podman poetry printenv ps psql py-spy pytest python python2 python3 rabbitmqadmin rabbitmqctl rails rake redis-cli rm rq
	rsync ruby ruff rustc rye sed service setpriv setsid sh sort sqlite3 ssh strace stdbuf su sudo supervisord supervisorctl systemctl systemd-run
	tail tar task tcpdump tee terraform time timeout top touch tox ulimit unshare uv uvicorn uvx wc wget which xargs yarn zsh casebook`)

// verbed programs take a plain word as their only argument: `make test`.
var verbed = words(`bun cargo celery dramatiq git gunicorn just make nox npm pnpm rake task uvicorn yarn systemctl kubectl docker`)

func words(s string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(s) {
		m[w] = true
	}
	return m
}

var (
	assignment  = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*=`)
	placeholder = regexp.MustCompile(`\.\.\.|…|<[A-Za-z][^<>]*>`)
	versioned   = regexp.MustCompile(`^python\d(\.\d+)?$`)
	scriptPath  = regexp.MustCompile(`^(\.{0,2}/|~/|[\w.-]+/)[\w./+-]*[\w+-]$`)
	argument    = regexp.MustCompile(`^-|[./:=]`)
)

// LooksLikeCommand says whether a code span or a line of a code block is a
// command that can be run as it stands. It would rather miss one than take a
// name or a call in some language for one.
func LooksLikeCommand(s string) bool {
	s = strings.TrimSpace(s)
	if s == "" || len(s) > 4096 || strings.ContainsAny(s, "\n\r") || placeholder.MatchString(s) || !balanced(s) {
		return false
	}
	f := strings.Fields(s)
	for len(f) > 0 && assignment.MatchString(f[0]) {
		f = f[1:]
	}
	if len(f) == 0 {
		return false
	}
	prog, args := f[0], f[1:]
	if strings.HasPrefix(prog, "./") && scriptPath.MatchString(prog) {
		return true
	}
	base := prog
	if scriptPath.MatchString(prog) {
		base = prog[strings.LastIndexByte(prog, '/')+1:]
		if len(args) > 0 && prog[0] == '/' {
			return true
		}
	}
	if !programs[base] && !versioned.MatchString(base) || len(args) == 0 {
		return false
	}
	if len(args) == 1 && !verbed[base] && !argument.MatchString(args[0]) {
		return false
	}
	return args[0] != "=" && !strings.HasPrefix(args[0], "(")
}

// balanced says whether the quotes of s are closed.
func balanced(s string) bool {
	var quote byte
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\' && quote != '\'':
			i++
		case quote == 0 && (c == '\'' || c == '"'):
			quote = c
		case c == quote:
			quote = 0
		}
	}
	return quote == 0
}

// FindCommands are the code spans of inline Markdown that look like commands.
func FindCommands(text string) []string {
	var out []string
	for _, p := range splitCode(text) {
		c := strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(p.body), "$ "))
		if p.code && LooksLikeCommand(c) && !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	return out
}

var shells = words("sh bash shell zsh console shell-session shellsession")

// fenceCommands are the commands of a code block: lines of a shell block, lines
// behind a prompt, or, without a language, lines that look like commands.
func fenceCommands(lang, body string) []string {
	if lang != "" && !shells[lang] {
		return nil
	}
	body = strings.ReplaceAll(body, "\r\n", "\n")
	body = strings.ReplaceAll(body, "\\\n", " ")
	prompted := false
	for _, l := range strings.Split(body, "\n") {
		prompted = prompted || strings.HasPrefix(strings.TrimSpace(l), "$ ")
	}
	var out []string
	for _, l := range strings.Split(body, "\n") {
		l = strings.TrimSpace(l)
		bare, ok := strings.CutPrefix(l, "$ ")
		if prompted && !ok {
			continue
		}
		bare = strings.Join(strings.Fields(bare), " ")
		if LooksLikeCommand(strings.TrimSpace(bare)) {
			out = append(out, strings.TrimSpace(strings.TrimPrefix(l, "$ ")))
		}
	}
	return out
}

// PlanCommands are the commands that a plan names anywhere, in its order, each
// once: what a form offers for the two launches.
func PlanCommands(p Plan) []string {
	var out []string
	add := func(cmds []string) {
		for _, c := range cmds {
			if !slices.Contains(out, c) {
				out = append(out, c)
			}
		}
	}
	add(FindCommands(p.Objective))
	for _, b := range p.Background {
		add(FindCommands(b))
	}
	var walk func([]Action)
	walk = func(as []Action) {
		for _, a := range as {
			add(a.Commands)
			walk(a.Sub)
		}
	}
	for _, s := range p.Steps {
		add(FindCommands(s.Title))
		add(FindCommands(s.Goal))
		add(FindCommands(s.Lead))
		walk(s.Actions)
	}
	for _, s := range p.Sections {
		add(FindCommands(s.Text))
	}
	return out
}
