package secret

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestSecretName(t *testing.T) {
	for _, name := range []string{"API_KEY", "GITHUB_TOKEN", "PGPASSWORD", "MYSQL_PWD", "db.password", "accessToken", "x-api-key",
		"AWS_SECRET_ACCESS_KEY", "SENTRY_DSN", "Set-Cookie", "Authorization", "SSH_KEY", "AUTH", "DJANGO_SECRET"} {
		if !SecretName(name) {
			t.Errorf("%s is secret", name)
		}
	}
	for _, name := range []string{"PWD", "OLDPWD", "SSH_AUTH_SOCK", "KEYBOARD", "TOKENIZERS_PARALLELISM", "MONKEY", "PATH", "COMPASS",
		"PASSWORD_FILE", "TOKEN_TTL", "XAUTHORITY", "GIT_ASKPASS_PATH", "", "_", "SECRETARY"} {
		if SecretName(name) {
			t.Errorf("%s is not secret", name)
		}
	}
}

// join of parts, so that no text of this file looks like a token to others.
func j(parts ...string) string { return strings.Join(parts, "") }

func TestTextMasksWhatLooksSecret(t *testing.T) {
	m := NewMasker([]byte("k"))
	cases := []struct{ in, hidden string }{
		{"amqp://user:" + "p4ss@host:5672/", "p4ss"},
		{"amqp://user:" + "p4/ss@host:5672/", "p4/ss"},
		{"postgres://u:" + "a@b@db/x", "a@b"},
		{j("AKIA", "ABCDEFGHIJKLMNOP"), j("AKIA", "ABCDEFGHIJKLMNOP")},
		{j("x=ghp", "_", strings.Repeat("a1", 18)), strings.Repeat("a1", 18)},
		{j("eyJ", "hbGciOiJIUzI1NiJ9", ".eyJ", "zdWIiOiIxIn0", ".c2lnbmF0dXJl"), "c2lnbmF0dXJl"},
		{`{"password": "hunter22!"}`, "hunter22!"},
		{"api_key=Zx81mmq", "Zx81mmq"},
		{"Authorization: Basic dXNlcjpwYXNz", "dXNlcjpwYXNz"},
		{j("-----BEGIN RSA PRIVATE", " KEY-----\nMIIEow\nIBAAK\n-----END RSA PRIVATE KEY-----"), "MIIEow"},
		{j("sk", "-", "abcdefghij0123456789XYZ"), "abcdefghij0123456789"},
	}
	for _, c := range cases {
		if got := m.Text(c.in); strings.Contains(got, c.hidden) || !IsMark(got) {
			t.Errorf("%q shows as %q", c.in, got)
		}
		if once := m.Text(c.in); m.Text(once) != once {
			t.Errorf("masked twice: %q becomes %q", once, m.Text(once))
		}
	}
	for _, plain := range []string{"http://localhost:8080/path@x", "https://example.com/a", "tokens: 5", "password: required", "Token = None",
		"https://user@host/x", "task-0123456789012345678901234567", "12:30:45 INFO x", "secret: ", "/usr/lib/python3", "ghp_short"} {
		if got := m.Text(plain); got != plain {
			t.Errorf("%q became %q", plain, got)
		}
	}
}

func TestURLKeepsItsPlace(t *testing.T) {
	m := NewMasker([]byte("k"))
	got := m.Text("amqp://user:" + "pass1@host/v")
	if !strings.HasPrefix(got, "amqp://user:‹secret ") || !strings.HasSuffix(got, " · 5 bytes›@host/v") {
		t.Fatal(got)
	}
}

func TestMarksTellValuesApart(t *testing.T) {
	m := NewMasker([]byte("k"))
	a, b := m.ShowVar("API_KEY", New("first-value")), m.ShowVar("API_KEY", New("other-value"))
	if a == b || a != m.ShowVar("TOKEN", New("first-value")) {
		t.Fatalf("%s %s", a, b)
	}
	if NewMasker([]byte("other")).Mark(New("first-value")) == a {
		t.Fatal("the mark does not depend on the key")
	}
	if got := m.ShowVar("DEBUG_TOKEN", New("")); got != "" {
		t.Fatalf("empty shows as %q", got)
	}
	var zero Masker
	if got := zero.ShowVar("API_KEY", New("first-value")); strings.Contains(got, "first") {
		t.Fatal(got)
	}
	zero.Learn(New("first-value"))
}

func TestLearnedValueIsReplacedEverywhere(t *testing.T) {
	m := NewMasker([]byte("k"))
	m.LearnVar("RABBITMQ_PASSWORD", New("s3cr t/x!"))
	for _, out := range []string{"got s3cr t/x! there", "s3cr%20t%2Fx%21", "s3cr+t%2Fx%21"} {
		if got := m.Text(out); strings.Contains(got, "s3cr") {
			t.Errorf("%q shows as %q", out, got)
		}
	}
	m.LearnVar("RABBITMQ_URL", New("amqp://u:"+"tr0ub4dor@h"))
	if got := m.Text("login tr0ub4dor"); strings.Contains(got, "tr0ub4dor") {
		t.Error(got)
	}
	for _, ordinary := range []string{"true", "12345678", "/usr/lib/keys", "guest"} {
		m.LearnVar("SOME_KEY", New(ordinary))
		if got := m.Text("x " + ordinary); got != "x "+ordinary {
			t.Errorf("%q is in every output, and became %q", ordinary, got)
		}
	}
}

func TestCommandReadsSecretsFromVariables(t *testing.T) {
	m := NewMasker([]byte("k"))
	m.LearnVar("APP_TOKEN", New("deadbeefcafe"))
	cases := map[string]string{
		"run --x deadbeefcafe":           `run --x "${APP_TOKEN:?}"`,
		"run 'a deadbeefcafe b'":         `run 'a '"${APP_TOKEN:?}"' b'`,
		`run "a deadbeefcafe b"`:         `run "a ${APP_TOKEN:?} b"`,
		"DB_PASSWORD=x1 run":             `DB_PASSWORD="${DB_PASSWORD:?}" run`,
		"run --api-key=abc --n=1":        `run --api-key="${API_KEY:?}" --n=1`,
		"run --password hunter2 --n 1":   `run --password "${PASSWORD:?}" --n 1`,
		"URL=amqp://u:" + "pw@h/ run -v": `URL=amqp://u:"${SECRET:?}"@h/ run -v`,
		"run --verbose":                  "run --verbose",
	}
	for in, want := range cases {
		if got := m.Command(in); got != want {
			t.Errorf("%s\n got %s\nwant %s", in, got, want)
		}
	}
}

// A secret of letters that no other pattern is made of.
var secretGen = rapid.StringMatching(`[a-z0-9+/=!]{6,40}`)

func TestNoLearnedSecretSurvivesAnySplit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := NewMasker([]byte("k"))
		secrets := rapid.SliceOfN(secretGen, 1, 6).Draw(t, "secrets")
		for _, s := range secrets {
			m.Learn(New(s))
		}
		var in bytes.Buffer
		for range rapid.IntRange(0, 12).Draw(t, "pieces") {
			s := rapid.SampledFrom(secrets).Draw(t, "secret")
			switch rapid.IntRange(0, 3).Draw(t, "kind") {
			case 0:
				in.WriteString(s)
			case 1:
				in.WriteString(s[:rapid.IntRange(0, len(s)).Draw(t, "cut")])
			case 2:
				in.WriteString(rapid.StringMatching(`[ -~\n]{0,60}`).Draw(t, "text"))
			case 3:
				fmt.Fprintf(&in, "x://u:%s@h", s)
			}
		}
		f := m.Filter()
		var out bytes.Buffer
		for rest := in.Bytes(); len(rest) > 0; {
			n := rapid.IntRange(1, len(rest)).Draw(t, "write")
			out.Write(f.Next(append([]byte(nil), rest[:n]...)))
			rest = rest[n:]
		}
		out.Write(f.Flush())
		for _, s := range secrets {
			if learnable(s) && strings.Contains(out.String(), s) {
				t.Fatalf("%q survived in %q, from %q", s, out.String(), in.String())
			}
		}
		if whole := m.Text(in.String()); strings.Contains(whole, secrets[0]) && learnable(secrets[0]) {
			t.Fatalf("%q survived in %q", secrets[0], whole)
		}
	})
}

func TestFilterChangesNothingElse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := NewMasker([]byte("k"))
		m.Learn(New("Xq7-needle-value"))
		in := rapid.SliceOfN(rapid.Byte(), 0, 300).Draw(t, "in")
		if m.Text(string(in)) != string(in) {
			t.Skip("it looks secret")
		}
		f := m.Filter()
		var out []byte
		for rest := in; len(rest) > 0; {
			n := rapid.IntRange(1, len(rest)).Draw(t, "write")
			out = append(out, f.Next(append([]byte(nil), rest[:n]...))...)
			rest = rest[n:]
		}
		out = append(out, f.Flush()...)
		if !bytes.Equal(in, out) {
			t.Fatalf("%q became %q", in, out)
		}
	})
}

func FuzzText(f *testing.F) {
	for _, s := range []string{"amqp://a:b@c", "-----BEGIN X PRIVATE KEY-----\n", "eyJaaaaaaaaaaa.eyJ", "token=\"", "cookie:", "://:@", "‹secret 1 · 2 bytes›"} {
		f.Add(s, 3)
	}
	m := NewMasker([]byte("k"))
	m.Learn(New("a-learned-value"))
	f.Fuzz(func(t *testing.T, s string, cut int) {
		if strings.Contains(m.Text(s), "a-learned-value") {
			t.Fatal("it survived")
		}
		_ = m.Command(s)
		if cut < 0 || cut > len(s) {
			return
		}
		fl := m.Filter()
		out := string(fl.Next([]byte(s[:cut]))) + string(fl.Next([]byte(s[cut:]))) + string(fl.Flush())
		if strings.Contains(out, "a-learned-value") {
			t.Fatalf("it survived a split at %d", cut)
		}
	})
}

func BenchmarkFilterNothingToMask(b *testing.B) {
	line := "2025-04-13 12:00:01,042 [INFO] worker.pool: processed batch of 128 items in 0.42s (queue=default)\n"
	chunk := bytes.Repeat([]byte(line), 64<<10/len(line))
	for _, n := range []int{0, 4, 40} {
		b.Run(fmt.Sprintf("%d-secrets", n), func(b *testing.B) {
			m := NewMasker([]byte("k"))
			for i := range n {
				m.Learn(New(fmt.Sprintf("v%xQ-%d-value", i*7919, i)))
			}
			f := m.Filter()
			b.SetBytes(int64(len(chunk)))
			for b.Loop() {
				f.Next(chunk)
			}
		})
	}
}
