package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"casebook/session"
	"casebook/tui"
)

// face draws the notebook: on a session, or, with none, on the folder's start screen.
func (a *app) face(ctx context.Context, s *session.Session) error {
	dir, err := a.folder()
	if err != nil {
		return err
	}
	in, _ := a.in.(*os.File)
	out, _ := a.out.(*os.File)
	o := tui.Options{In: in, Out: out, Env: a.env, Home: &folder{app: a, dir: dir}}
	if s != nil {
		o.Book = tui.Of(s)
	}
	return tui.Run(ctx, o)
}

// folder is what the start screen offers: the sessions here, the plans here, two commands, the demo.
type folder struct {
	app *app
	dir string
}

func (f *folder) Dir() string { return f.dir }

func (f *folder) Sessions() ([]session.Summary, error) { return session.List(f.dir) }

func (f *folder) Plans() ([]tui.PlanFile, error) {
	var files []tui.PlanFile
	for _, p := range session.FindPlans(f.dir) {
		files = append(files, tui.PlanFile{Path: p.Path, Name: p.Name, Title: p.Title, Steps: p.Steps, Age: age(time.Since(p.At))})
	}
	return files, nil
}

func age(d time.Duration) string {
	switch {
	case d < time.Minute:
		return "just now"
	case d < time.Hour:
		return fmt.Sprintf("%d min ago", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h ago", int(d.Hours()))
	}
	return fmt.Sprintf("%d days ago", int(d.Hours()/24))
}

func (f *folder) Open(id string) (tui.Book, error) {
	s, err := session.Open(f.dir, id, f.app.options())
	if err != nil {
		return nil, err
	}
	return tui.Of(s), nil
}

func (f *folder) Create(o session.CreateOptions) (tui.Book, error) {
	o.Options = f.app.options()
	if o.LogPath == "" {
		o.LogPath = f.app.log
	}
	s, err := session.Create(f.dir, o)
	if err != nil {
		return nil, err
	}
	return tui.Of(s), nil
}

func (f *folder) Demo() (tui.Book, error) {
	dir, err := prepareDemo("")
	if err != nil {
		return nil, err
	}
	s, err := f.app.demoSession(dir)
	if err != nil {
		return nil, err
	}
	return tui.Of(s), nil
}
