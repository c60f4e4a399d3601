package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"casebook/notes/safe"
	"casebook/session"
	"casebook/steps"
	"casebook/steps/launch"
	"casebook/steps/secret"
)

// app is what every command works with.
type app struct {
	in       io.Reader
	argv     []string
	out, err io.Writer
	env      []string

	masker *secret.Masker // see mask

	dir string // --dir: the working directory of the investigation
	id  string // --session
	log string // --log
}

const long = `Casebook finds out why a process works when it is launched one way and fails
when it is launched another way. It walks a debugging plan written in Markdown,
runs each step itself, and keeps a dated log of everything that was tried.

Without a command it opens the notebook of this folder.`

func (a *app) root() *cobra.Command {
	c := &cobra.Command{
		Use:                        "casebook",
		Short:                      "why does it work when I launch it, and fail when they do?",
		Long:                       long + "\n\nExit codes:\n" + strings.TrimRight(exitCodes(), "\n"),
		Version:                    version(),
		SilenceErrors:              true,
		SilenceUsage:               true,
		SuggestionsMinimumDistance: 2,
		Args:                       noArgs,
		RunE:                       func(c *cobra.Command, _ []string) error { return a.home(c.Context()) },
	}
	f := c.PersistentFlags()
	f.StringVarP(&a.dir, "dir", "C", "", "work in this folder instead of the current one")
	f.StringVar(&a.id, "session", "", "the session's ID or its beginning (default: the newest here)")
	f.StringVar(&a.log, "log", "", "write the log to this file")
	c.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return usage("see: "+c.CommandPath()+" --help", "%s", err)
	})
	c.AddCommand(
		a.newCmd(), a.resumeCmd(), a.listCmd(), a.statusCmd(), a.runCmd(), a.noteCmd(), a.exportCmd(), a.packCmd(),
		a.planCmd(), a.compareCmd(), a.whyCmd(), a.captureCmd(), a.doctorCmd(), a.demoCmd(), exitCodesCmd(),
	)
	return c
}

// folder is where the investigation lives, absolute.
func (a *app) folder() (string, error) {
	dir, err := filepath.Abs(a.dir)
	if err != nil {
		return "", fmt.Errorf("working directory: %w", err)
	}
	if st, err := os.Stat(dir); err != nil {
		return "", fmt.Errorf("working directory: %w", err)
	} else if !st.IsDir() {
		return "", usage("give a folder to --dir", "%s is not a folder", dir)
	}
	return dir, nil
}

func (a *app) options() session.Options { return session.Options{Experiments: steps.Registry()} }

// open opens the session that --session names, or the newest.
func (a *app) open() (*session.Session, error) {
	dir, err := a.folder()
	if err != nil {
		return nil, err
	}
	return session.Open(dir, a.id, a.options())
}

// mask masks with a key of this process: fingerprints of one command's output can be told apart, and
// mean nothing elsewhere. It knows the secrets of the environment and those of the command line.
func (a *app) mask() secret.Masker {
	if a.masker != nil {
		return *a.masker
	}
	m := secret.NewMasker(nil)
	learn(m, a.env)
	learn(m, a.argv) // capture is given a command in words
	for _, arg := range a.argv {
		if c, err := launch.ParseCommand(arg); err == nil {
			learn(m, append(c.Env, c.Argv...))
		}
	}
	a.masker = &m
	return m
}

func learn(m secret.Masker, words []string) {
	var texts []secret.Text
	for _, w := range words {
		texts = append(texts, secret.New(w))
	}
	m.LearnArgs(texts)
}

// leave closes a session, and tells when the log could not be brought up to date.
func (a *app) leave(s *session.Session) {
	_ = s.Close() // what was acknowledged is in the store already
	if t := s.State().LogTrouble; t != "" {
		fmt.Fprintln(a.err, "casebook: the log is not written:", a.clean(t))
	}
}

// clean makes text that came from elsewhere harmless for the terminal.
func (a *app) clean(s string) string { return safe.Text(s) }

func (a *app) getenv(name string) string {
	for i := len(a.env) - 1; i >= 0; i-- {
		if v, ok := strings.CutPrefix(a.env[i], name+"="); ok {
			return v
		}
	}
	return ""
}

func noArgs(c *cobra.Command, argv []string) error {
	if len(argv) == 0 {
		return nil
	}
	hint := "see: " + c.CommandPath() + " --help"
	if s := c.SuggestionsFor(argv[0]); len(s) > 0 {
		hint = "did you mean: casebook " + s[0]
	}
	return usage(hint, "%s does not know %q", c.CommandPath(), argv[0])
}

// args wants exactly n arguments.
func args(n int, what, example string) cobra.PositionalArgs {
	return func(c *cobra.Command, argv []string) error {
		if len(argv) == n {
			return nil
		}
		return usage("for example: "+example, "%s takes %s, got %d arguments", c.CommandPath(), what, len(argv))
	}
}

// version is what the build says of itself.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	v := info.Main.Version
	if v == "" {
		v = "devel"
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 && !strings.Contains(v, s.Value[:12]) {
			v += " " + s.Value[:12]
		}
	}
	return v
}

func exitCodesCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "exit-codes",
		Short: "what the exit codes mean",
		Args:  noArgs,
		Run: func(c *cobra.Command, _ []string) {
			fmt.Fprint(c.OutOrStdout(), exitCodes())
		},
	}
}
