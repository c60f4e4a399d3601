package secret

import (
	"strings"
	"unicode"
)

// secretWords make a name secret where they are a word of it: API_KEY, db.pwd, accessToken.
var secretWords = map[string]bool{
	"KEY": true, "KEYS": true, "TOKEN": true, "TOKENS": true, "SECRET": true, "SECRETS": true, "PASSWORD": true,
	"PASSWORDS": true, "PASSWD": true, "PASS": true, "PWD": true, "PASSPHRASE": true, "CREDENTIAL": true,
	"CREDENTIALS": true, "CREDS": true, "COOKIE": true, "COOKIES": true, "AUTH": true, "AUTHORIZATION": true, "DSN": true,
	"BEARER": true, "JWT": true, "APIKEY": true, "SALT": true, "PIN": true,
}

// secretEndings make a name secret where one of its words ends in them: PGPASSWORD.
var secretEndings = []string{"PASSWORD", "PASSWD", "SECRET", "TOKEN", "APIKEY", "PASSPHRASE", "CREDENTIALS", "COOKIE"}

// plainNames look secret and are not.
var plainNames = map[string]bool{"PWD": true, "OLDPWD": true, "XAUTHORITY": true, "COLORFGBG": true}

// whereNot are last words of names that say where a secret is, or how it is
// treated, instead of what it is: SSH_AUTH_SOCK, PASSWORD_FILE, TOKEN_TTL.
var whereNot = map[string]bool{
	"SOCK": true, "SOCKET": true, "FILE": true, "PATH": true, "DIR": true, "HOME": true, "ASKPASS": true, "TTL": true,
	"TIMEOUT": true, "ENABLED": true, "LENGTH": true, "TYPE": true, "METHOD": true, "NAME": true, "HOST": true, "PORT": true,
	"PROMPT": true, "INFO": true, "REQUIRE": true, "REQUIRED": true,
}

// SecretName says whether what goes by this name (a variable, an option, a
// header) is secret.
func SecretName(name string) bool {
	if plainNames[strings.ToUpper(name)] {
		return false
	}
	words := nameWords(name)
	if len(words) == 0 || whereNot[words[len(words)-1]] {
		return false
	}
	for _, w := range words {
		if secretWords[w] {
			return true
		}
		for _, ending := range secretEndings {
			if strings.HasSuffix(w, ending) {
				return true
			}
		}
	}
	return false
}

// nameWords splits at what is no letter or digit and where a small letter meets
// a capital, and returns the words in capitals.
func nameWords(name string) []string {
	var words []string
	start, small := -1, false
	flush := func(end int) {
		if start >= 0 {
			words = append(words, strings.ToUpper(name[start:end]))
		}
		start = -1
	}
	for i, r := range name {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			flush(i)
		case start >= 0 && small && unicode.IsUpper(r):
			flush(i)
			start = i
		case start < 0:
			start = i
		}
		small = unicode.IsLower(r)
	}
	flush(len(name))
	return words
}

// commonValues are too ordinary to be looked for in output, or to be hidden at all.
var commonValues = map[string]bool{
	"": true, "true": true, "false": true, "yes": true, "no": true, "on": true, "off": true, "none": true, "null": true,
	"0": true, "1": true, "enabled": true, "disabled": true,
}

// commonWords are values of secrets that stand in output for other reasons.
var commonWords = map[string]bool{
	"secret": true, "password": true, "postgres": true, "rabbitmq": true, "localhost": true, "default": true,
	"development": true, "production": true, "testing": true, "changeme": true, "example": true, "redis": true, "mysql": true,
	"guest": true, "admin": true, "string": true, "unknown": true, "required": true, "optional": true, "python": true,
}

// learnable says whether every later occurrence of a secret value is worth
// replacing: long enough, and no word, number or path that output is full of.
func learnable(v string) bool {
	if len(v) < learnLeast || commonWords[strings.ToLower(v)] || commonValues[strings.ToLower(v)] {
		return false
	}
	digits, pathy := true, strings.HasPrefix(v, "/")
	for i := 0; i < len(v); i++ {
		c := v[i]
		digits = digits && (c >= '0' && c <= '9' || c == '.')
		pathy = pathy && (isWord(c) || c == '/' || c == '.' || c == '-')
	}
	return !(digits && len(v) < 12) && !(pathy && strings.Count(v, "/") > 1)
}

// learnLeast is the fewest bytes of a value that is looked for in output.
const learnLeast = 6
