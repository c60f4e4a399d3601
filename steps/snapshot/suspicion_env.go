package snapshot

import "strings"

// envPriors are variables that are known to change what programs do, and how
// suspicious a difference in one is. Only what common runtimes, libraries and
// tools document belongs here.
var envPriors = map[string]float64{
	"LD_PRELOAD": .85, "LD_LIBRARY_PATH": .75, "LD_AUDIT": .8, "GLIBC_TUNABLES": .7, "GCONV_PATH": .7, "LOCPATH": .65,
	"BASH_ENV": .8, "ENV": .75, "POSIXLY_CORRECT": .8, "IFS": .8, "CDPATH": .65, "SHELLOPTS": .75, "BASHOPTS": .7, "PS4": .2,
	"PATH": .7, "HOME": .6, "USER": .55, "LOGNAME": .5, "SHELL": .35, "TMPDIR": .65, "TMP": .5, "TEMP": .5,
	"LANG": .65, "LC_ALL": .7, "LC_CTYPE": .65, "LANGUAGE": .5, "TZ": .6, "TERM": .4, "COLUMNS": .6, "LINES": .5,
	"PYTHONPATH": .8, "PYTHONHOME": .85, "PYTHONHASHSEED": .7, "PYTHONOPTIMIZE": .65, "PYTHONSTARTUP": .4, "PYTHONUTF8": .6,
	"PYTHONIOENCODING": .65, "PYTHONWARNINGS": .6, "PYTHONNOUSERSITE": .6, "PYTHONSAFEPATH": .7, "PYTHONUNBUFFERED": .45,
	"PYTHONDONTWRITEBYTECODE": .25, "PYTHONASYNCIODEBUG": .5, "PYTHONMALLOC": .5, "PYTHONUSERBASE": .6, "PYTHONDEVMODE": .5,
	"PYTHONBREAKPOINT": .4, "PYTHONFAULTHANDLER": .3, "PYTHONPLATLIBDIR": .6, "PYTHONCASEOK": .4,
	"NODE_OPTIONS": .85, "NODE_PATH": .7, "NODE_ENV": .6, "UV_THREADPOOL_SIZE": .55,
	"JAVA_TOOL_OPTIONS": .75, "_JAVA_OPTIONS": .75, "JDK_JAVA_OPTIONS": .7, "JAVA_HOME": .55, "CLASSPATH": .7,
	"RUBYOPT": .75, "RUBYLIB": .7, "GEM_HOME": .6, "GEM_PATH": .6, "BUNDLE_GEMFILE": .65, "PERL5LIB": .7, "PERL5OPT": .75,
	"GOFLAGS": .6, "GODEBUG": .6, "GOMAXPROCS": .6, "GOGC": .5, "GOMEMLIMIT": .6, "RUSTFLAGS": .5, "RUST_BACKTRACE": .15,
	"OMP_NUM_THREADS": .6, "OPENBLAS_NUM_THREADS": .55, "MKL_NUM_THREADS": .55, "MALLOC_ARENA_MAX": .35,
	"MAKEFLAGS": .75, "MFLAGS": .45, "MAKELEVEL": .3, "MAKEOVERRIDES": .5, "CARGO_MAKEFLAGS": .6, "CFLAGS": .5, "LDFLAGS": .5,
	"SSH_AUTH_SOCK": .7, "SSH_ASKPASS": .5, "GPG_AGENT_INFO": .4, "DISPLAY": .55, "WAYLAND_DISPLAY": .45, "XAUTHORITY": .45,
	"XDG_RUNTIME_DIR": .55, "XDG_CONFIG_HOME": .55, "XDG_DATA_HOME": .5, "XDG_CACHE_HOME": .4, "XDG_STATE_HOME": .4,
	"XDG_CONFIG_DIRS": .4, "XDG_DATA_DIRS": .35, "DBUS_SESSION_BUS_ADDRESS": .5, "NOTIFY_SOCKET": .5,
	"LISTEN_FDS": .7, "LISTEN_PID": .6, "LISTEN_FDNAMES": .5, "WATCHDOG_USEC": .5, "JOURNAL_STREAM": .15,
	"HTTP_PROXY": .7, "HTTPS_PROXY": .7, "ALL_PROXY": .65, "NO_PROXY": .68, "FTP_PROXY": .3,
	"SSL_CERT_FILE": .65, "SSL_CERT_DIR": .6, "REQUESTS_CA_BUNDLE": .65, "CURL_CA_BUNDLE": .6, "NODE_EXTRA_CA_CERTS": .6,
	"OPENSSL_CONF": .65, "KRB5CCNAME": .6, "KUBECONFIG": .6, "DOCKER_HOST": .65, "AWS_PROFILE": .6, "AWS_REGION": .55,
	"VIRTUAL_ENV": .4, "CONDA_PREFIX": .4, "CONDA_DEFAULT_ENV": .3, "DJANGO_SETTINGS_MODULE": .75, "FLASK_APP": .65, "FLASK_ENV": .5,
	"CELERY_BROKER_URL": .7, "DEBUG": .5, "CI": .5, "NO_COLOR": .4, "FORCE_COLOR": .4, "CLICOLOR_FORCE": .35, "EDITOR": .2, "VISUAL": .2,
	"PAGER": .25, "GREP_OPTIONS": .7, "TAPE": .3, "GZIP": .5, "TAR_OPTIONS": .6, "LESSOPEN": .2, "CURL_HOME": .5, "HOSTALIASES": .6,
	"RES_OPTIONS": .6, "LOCALDOMAIN": .6, "HOSTNAME": .4, "UID": .3, "EUID": .3, "SUDO_USER": .35, "SUDO_UID": .3, "FAKEROOTKEY": .7,
	"PWD": .2, "MAIL": .05, "COVERAGE_PROCESS_START": .5, "TOX_ENV_NAME": .3, "PYTEST_ADDOPTS": .5, "PYTEST_VERSION": .15,
	"PYTEST_CURRENT_TEST": .15, "PYTEST_XDIST_WORKER": .35,
}

// gitLocal are the variables that tie git to one repository (git rev-parse
// --local-env-vars lists them); the other GIT_ ones say who and how.
var gitLocal = map[string]bool{
	"GIT_DIR": true, "GIT_WORK_TREE": true, "GIT_INDEX_FILE": true, "GIT_OBJECT_DIRECTORY": true, "GIT_COMMON_DIR": true,
	"GIT_ALTERNATE_OBJECT_DIRECTORIES": true, "GIT_CONFIG": true, "GIT_CONFIG_PARAMETERS": true, "GIT_CONFIG_COUNT": true,
	"GIT_GRAFT_FILE": true, "GIT_SHALLOW_FILE": true, "GIT_NAMESPACE": true, "GIT_CEILING_DIRECTORIES": true,
	"GIT_CONFIG_GLOBAL": true, "GIT_CONFIG_SYSTEM": true, "GIT_CONFIG_NOSYSTEM": true, "GIT_TEMPLATE_DIR": true,
}

// envPrefixes are families of such variables.
var envPrefixes = []struct {
	prefix string
	score  float64
}{
	{"LD_", .6}, {"LC_", .55}, {"GIT_", .35}, {"PYTHON", .5}, {"NODE_", .5}, {"MALLOC_", .4}, {"BASH_FUNC_", .3},
	{"PIP_", .3}, {"UV_", .3}, {"NPM_", .3}, {"npm_", .2}, {"PG", .5}, {"OPENSSL_", .5}, {"DYLD_", .6},
}

// cosmetic are variables of terminals, desktops and prompts that programs
// hardly ever decide anything by.
var cosmetic = map[string]bool{
	"LS_COLORS": true, "LSCOLORS": true, "COLORTERM": true, "SHLVL": true, "OLDPWD": true, "WINDOWID": true, "PS1": true, "PS2": true,
	"PROMPT_COMMAND": true, "MAIL": true, "_": true, "WINDOWPATH": true, "SESSION_MANAGER": true, "DESKTOP_SESSION": true,
	"MOTD_SHOWN": true, "INVOCATION_ID": true, "MANPATH": true, "INFOPATH": true, "CLICOLOR": true, "TMUX": true, "TMUX_PANE": true,
	"STY": true, "SSH_CLIENT": true, "SSH_CONNECTION": true, "SSH_TTY": true, "GPG_TTY": true, "COLORFGBG": true, "LESS": true,
	"LESSCLOSE": true, "LESSOPEN": true, "XCURSOR_SIZE": true, "XCURSOR_THEME": true, "MANAGERPID": true, "SYSTEMD_EXEC_PID": true,
}

var cosmeticPrefixes = []string{
	"HIST", "LESS_TERMCAP_", "GNOME_", "KDE_", "GTK_", "QT_", "VTE_", "XTERM_", "TERM_PROGRAM", "TERM_SESSION", "ITERM_", "KITTY_", "ALACRITTY_",
	"WEZTERM_", "KONSOLE_", "XDG_SESSION_", "XDG_SEAT", "XDG_VTNR", "XDG_CURRENT_", "XDG_MENU_", "VSCODE_", "STARSHIP_", "ZSH_", "FZF_", "WSL",
}

// telling are endings of names that programs read to decide where to go or what to be.
var telling = []struct {
	ending string
	score  float64
}{
	{"_URL", .55}, {"_URI", .55}, {"_HOST", .52}, {"_PORT", .5}, {"_ADDR", .5}, {"_ENV", .55}, {"_CONFIG", .52}, {"_CONF", .5},
	{"_SETTINGS", .52}, {"_SETTINGS_MODULE", .6}, {"_MODE", .5}, {"_OPTIONS", .55}, {"_OPTS", .5}, {"FLAGS", .5}, {"_HOME", .45},
	{"_ROOT", .45}, {"_DIR", .42}, {"_PATH", .42}, {"_SOCK", .5}, {"_SOCKET", .5}, {"_TIMEOUT", .45}, {"_LIMIT", .45}, {"_proxy", .7},
	{"_SEED", .45}, {"_THREADS", .45}, {"_WORKERS", .45}, {"_PRELOAD", .55}, {"_BACKEND", .5},
}

// envBase is the suspicion of a variable by its name alone.
func envBase(name string) (score float64, known string) {
	if s, ok := envPriors[name]; ok {
		return s, knownWord(s)
	}
	if s, ok := envPriors[strings.ToUpper(name)]; ok && strings.HasSuffix(name, "_proxy") {
		return s, knownWord(s)
	}
	if gitLocal[name] {
		return .76, "ties git to one repository"
	}
	if cosmetic[name] {
		return .03, "hardly ever matters"
	}
	for _, p := range cosmeticPrefixes {
		if strings.HasPrefix(name, p) {
			return .04, "hardly ever matters"
		}
	}
	for _, p := range envPrefixes {
		if strings.HasPrefix(name, p.prefix) {
			return p.score, knownWord(p.score)
		}
	}
	for _, t := range telling {
		if strings.HasSuffix(name, t.ending) {
			return t.score, "named like a setting"
		}
	}
	return .32, ""
}

func knownWord(score float64) string {
	switch {
	case score >= .6:
		return "known to change what programs do"
	case score >= .4:
		return "read by many programs"
	}
	return ""
}
