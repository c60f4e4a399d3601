package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"casebook/session"
)

func (a *app) newCmd() *cobra.Command {
	var cf caseFlags
	var title string
	var open, asJSON bool
	c := &cobra.Command{
		Use:   "new [PLAN.md]",
		Short: "start an investigation from a plan, or from two commands",
		Args: func(c *cobra.Command, argv []string) error {
			if len(argv) > 1 {
				return usage("for example: casebook new PLAN.md", "new takes one plan, got %d arguments", len(argv))
			}
			return nil
		},
		RunE: func(c *cobra.Command, argv []string) error {
			dir, err := a.folder()
			if err != nil {
				return err
			}
			o := session.CreateOptions{Options: a.options(), Title: title, LogPath: a.log}
			if o.Case, err = cf.sessionCase(); err != nil {
				return err
			}
			if len(argv) == 1 {
				if o.Plan, err = a.usablePlan(argv[0], o.Case.Good != "" && o.Case.Bad != ""); err != nil {
					return err
				}
			} else if o.Case.Good == "" || o.Case.Bad == "" {
				return usage("casebook new PLAN.md, or casebook new --good CMD --bad CMD", "new needs a plan or two commands")
			}
			s, err := session.Create(dir, o)
			if err != nil {
				return err
			}
			return a.begin(c.Context(), s, open, asJSON)
		},
	}
	cf.register(c)
	c.Flags().StringVar(&title, "title", "", "what the investigation is called (default: the plan's title)")
	c.Flags().BoolVar(&open, "open", false, "open the notebook on it")
	c.Flags().BoolVar(&asJSON, "json", false, "for machines")
	return c
}

func (a *app) resumeCmd() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "resume [ID | LOG.md]",
		Short: "go on with a session, or with a log written by hand",
		Args: func(c *cobra.Command, argv []string) error {
			if len(argv) > 1 {
				return usage("casebook list shows the sessions here", "resume takes one session or log, got %d arguments", len(argv))
			}
			return nil
		},
		RunE: func(c *cobra.Command, argv []string) error {
			dir, err := a.folder()
			if err != nil {
				return err
			}
			var s *session.Session
			if len(argv) == 1 && strings.EqualFold(filepath.Ext(argv[0]), ".md") {
				s, err = session.Create(dir, session.CreateOptions{Options: a.options(), Log: argv[0], LogPath: a.log})
			} else {
				if len(argv) == 1 {
					a.id = argv[0]
				}
				s, err = a.open()
			}
			if err != nil {
				return err
			}
			return a.begin(c.Context(), s, !asJSON && a.terminal(), asJSON)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print the state instead of opening the notebook")
	return c
}

// begin shows a session that was just created or opened.
func (a *app) begin(ctx context.Context, s *session.Session, face, asJSON bool) error {
	if face {
		defer s.Close()
		return a.notebook(ctx, s)
	}
	a.leave(s)
	if asJSON {
		return writeJSON(a.out, statusOf(s.State()))
	}
	a.printStatus(s.State())
	return nil
}

func (a *app) listCmd() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "list",
		Short: "the sessions of this folder, newest first",
		Args:  noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			dir, err := a.folder()
			if err != nil {
				return err
			}
			all, err := session.List(dir)
			if err != nil {
				return err
			}
			if asJSON {
				if all == nil {
					all = []session.Summary{}
				}
				return writeJSON(a.out, all)
			}
			if len(all) == 0 {
				fmt.Fprintln(a.out, "no sessions here; start one with: casebook new PLAN.md")
			}
			for _, s := range all {
				if s.Trouble != "" {
					fmt.Fprintf(a.out, "%s  can't be opened: %s\n", s.ID, a.clean(s.Trouble))
					continue
				}
				fmt.Fprintf(a.out, "%s  %-8s  %d of %d steps done  %s  %s\n", s.ID, s.Status, s.Done, s.Steps,
					s.Changed.Local().Format("2006-01-02 15:04"), a.clean(s.Title))
			}
			return nil
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "for machines")
	return c
}

func (a *app) noteCmd() *cobra.Command {
	var step string
	var asJSON bool
	c := &cobra.Command{
		Use:   "note TEXT | -",
		Short: "add a note to the session; - reads it from standard input",
		Args: func(c *cobra.Command, argv []string) error {
			if len(argv) == 0 {
				return usage(`for example: casebook note --step 2 "the fixture was written for another queue"`, "note needs a text")
			}
			return nil
		},
		RunE: func(c *cobra.Command, argv []string) error {
			text := strings.Join(argv, " ")
			if text == "-" {
				b, err := io.ReadAll(io.LimitReader(a.in, 1<<20))
				if err != nil {
					return fmt.Errorf("note: %w", err)
				}
				text = string(b)
			}
			if text = strings.TrimSpace(text); text == "" {
				return usage("", "the note is empty")
			}
			s, err := a.open()
			if err != nil {
				return err
			}
			defer a.leave(s)
			if err := s.AddNote(step, text); err != nil {
				return err
			}
			if asJSON {
				return writeJSON(a.out, map[string]string{"session": s.State().ID, "step": step, "note": text})
			}
			fmt.Fprintln(a.out, "noted in", s.State().ID)
			return nil
		},
	}
	c.Flags().StringVar(&step, "step", "", "the step it belongs to (default: the whole investigation)")
	c.Flags().BoolVar(&asJSON, "json", false, "for machines")
	return c
}

func (a *app) exportCmd() *cobra.Command {
	var o session.ExportOptions
	var asJSON bool
	c := &cobra.Command{
		Use:   "export",
		Short: "write the report, into the memory bank where there is one",
		Args:  noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			s, err := a.open()
			if err != nil {
				return err
			}
			defer s.Close()
			if o.Format != "md" && o.Format != "html" && o.Format != "json" {
				return usage("formats are md, html, json", "there is no format %q", o.Format)
			}
			files, err := s.Export(o)
			if err != nil {
				return err
			}
			if asJSON {
				return writeJSON(a.out, map[string]any{"files": append([]string{}, files...)})
			}
			if len(files) == 0 {
				fmt.Fprintln(a.out, "nothing has changed since the last export")
			}
			for _, f := range files {
				fmt.Fprintln(a.out, f)
			}
			return nil
		},
	}
	c.Flags().StringVar(&o.To, "to", "", "folder to write to (default: the memory bank, or beside the log)")
	c.Flags().StringVar(&o.Format, "format", "md", "md, html or json")
	c.Flags().BoolVar(&asJSON, "json", false, "for machines")
	return c
}

func (a *app) packCmd() *cobra.Command {
	var to string
	var asJSON bool
	c := &cobra.Command{
		Use:   "pack",
		Short: "copy the session into one file to send, without secrets",
		Args:  noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			s, err := a.open()
			if err != nil {
				return err
			}
			defer s.Close()
			if to == "" {
				to = s.State().ID + "-packed.db"
			}
			if err := s.Pack(to); err != nil {
				return err
			}
			if asJSON {
				return writeJSON(a.out, map[string]string{"file": to})
			}
			fmt.Fprintln(a.out, to)
			return nil
		},
	}
	c.Flags().StringVar(&to, "to", "", "file to write (default: ID-packed.db)")
	c.Flags().BoolVar(&asJSON, "json", false, "for machines")
	return c
}

// caseFlags are the flags that make up a case.
type caseFlags struct {
	good, bad, target, check, as, goodAs, badAs, reset string
	deadline                                           time.Duration
}

func (f *caseFlags) register(c *cobra.Command) {
	fl := c.Flags()
	fl.StringVar(&f.good, "good", "", "the launch that works: a command line")
	fl.StringVar(&f.bad, "bad", "", "the launch that fails: a command line")
	fl.StringVar(&f.target, "target", "", "regular expression on the argv of the process in question (default: the launched command)")
	fl.StringVar(&f.check, "check", "", "what decides whether a run worked: exit:0, stdout:/re/, file:PATH, ...")
	fl.DurationVar(&f.deadline, "deadline", 0, "the longest a run may take (default: ten times the passing side, at least 2s)")
	fl.StringVar(&f.as, "as", "", "profile both launches start from: shell, ci, cron, service (default shell)")
	fl.StringVar(&f.reset, "reset", "", "command to run before each trial")
	fl.StringVar(&f.goodAs, "good-as", "", "profile of the good launch")
	fl.StringVar(&f.badAs, "bad-as", "", "profile of the bad launch")
}

func either(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
