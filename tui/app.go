package tui

import (
	"context"
	"errors"
	"strings"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"casebook/session"
)

// front names the pane that has the right side.
type front uint8

const (
	frontDoors front = iota
	frontStep
	frontLog
	frontGraph
	frontPlanText
	frontRow
	frontOutput
	frontAsk
	frontApprove
	frontForm
	frontNote
	frontMenu
	frontPrompt
	frontExport
	frontHelp
)

// pane is what has the right side of the screen and, mostly, the keys.
type pane interface {
	title() string
	view(w, h int) []string
	key(m tea.KeyPressMsg) tea.Cmd
	keys() []key.Binding
	wheel(d int)
	click(y int) tea.Cmd
	typing() bool        // letters are text now, not keys
	cursor() *tea.Cursor // where text is written, from the pane's top left
	paste(m tea.PasteMsg) tea.Cmd
}

// still is the part of a pane that does nothing.
type still struct{}

func (still) wheel(int)                  {}
func (still) click(int) tea.Cmd          { return nil }
func (still) typing() bool               { return false }
func (still) cursor() *tea.Cursor        { return nil }
func (still) paste(tea.PasteMsg) tea.Cmd { return nil }

// App is the whole screen. Only Update changes it.
type App struct {
	ctx    context.Context
	cancel context.CancelFunc
	home   Home
	env    []string
	now    func() time.Time
	mouse  bool

	k  *keyMap
	st *styles

	book    Book
	bookSeq int
	bookCtx context.Context // ends when the book is left
	letGo   context.CancelFunc
	left    bool // the user chose to leave, and what becomes of a draft
	state   *session.State
	run     StepRun
	runSeq  int
	live    session.Live
	running bool

	w, h   int
	fronts []front // the last one has the keys
	onPlan bool    // the keys go to the plan, where the front is the step

	doors   *doorsPane
	plan    *planPane
	step    *stepPane
	log     *logPane
	graph   *graphPane
	text    *planTextPane
	row     *rowPane
	output  *outputPane
	ask     *askPane
	approve *approvePane
	form    *formPane
	note    *notePane
	menu    *menuPane
	prompt  *promptPane
	export  *exportPane
	help    *helpPane

	queue []write
	busy  bool
	said  message
}

// message is the one line that tells what just happened.
type message struct {
	text string
	bad  bool
}

func newApp(ctx context.Context, o Options) *App {
	a := &App{home: o.Home, env: o.Env, now: o.Now, mouse: !o.NoMouse, k: newKeys(), st: newStyles(true)}
	a.ctx, a.cancel = context.WithCancel(ctx)
	if a.now == nil {
		a.now = time.Now
	}
	a.doors, a.plan, a.step = &doorsPane{a: a}, &planPane{a: a}, newStepPane(a)
	a.log, a.graph, a.text = newLogPane(a), &graphPane{a: a}, &planTextPane{a: a}
	a.row, a.output, a.ask = &rowPane{a: a}, &outputPane{a: a}, &askPane{a: a}
	a.approve, a.form, a.note = &approvePane{a: a}, newFormPane(a), newNotePane(a)
	a.menu, a.prompt, a.export, a.help = &menuPane{a: a}, newPromptPane(a), newExportPane(a), &helpPane{a: a}
	a.fronts = []front{frontDoors}
	if o.Book != nil {
		a.take(o.Book)
	}
	return a
}

// take makes b the investigation on screen.
func (a *App) take(b Book) {
	a.book, a.state, a.bookSeq = b, b.State(), a.bookSeq+1
	a.bookCtx, a.letGo = context.WithCancel(a.ctx)
	a.run, a.running = b.Running(), false
	if a.run != nil {
		a.live, a.running = a.run.Live(), true
	}
	a.fronts, a.onPlan = []front{frontStep}, false
	a.plan.start()
	a.step.reset()
}

// front is the pane that has the right side.
func (a *App) front() front { return a.fronts[len(a.fronts)-1] }

func (a *App) pane() pane {
	switch a.front() {
	case frontDoors:
		return a.doors
	case frontLog:
		return a.log
	case frontGraph:
		return a.graph
	case frontPlanText:
		return a.text
	case frontRow:
		return a.row
	case frontOutput:
		return a.output
	case frontAsk:
		return a.ask
	case frontApprove:
		return a.approve
	case frontForm:
		return a.form
	case frontNote:
		return a.note
	case frontMenu:
		return a.menu
	case frontPrompt:
		return a.prompt
	case frontExport:
		return a.export
	case frontHelp:
		return a.help
	}
	return a.step
}

// open puts a pane in front; back takes it away again.
func (a *App) open(f front) {
	for i, g := range a.fronts {
		if g == f {
			a.fronts = a.fronts[:i]
			break
		}
	}
	a.fronts = append(a.fronts, f)
}

func (a *App) back() {
	if len(a.fronts) > 1 {
		a.fronts = a.fronts[:len(a.fronts)-1]
	}
}

func (a *App) say(text string)  { a.said = message{text: clean(text)} }
func (a *App) warn(text string) { a.said = message{text: clean(text), bad: true} }

// fail tells an error, and what can be done about it where that is known.
func (a *App) fail(what string, err error) {
	text := err.Error()
	if what != "" {
		text = what + ": " + text
	}
	var h interface{ Hint() string }
	if errors.As(err, &h) && h.Hint() != "" {
		text += " (" + h.Hint() + ")"
	}
	a.warn(strings.ReplaceAll(text, "\n", " "))
}

// Init asks for the background's colour and for what the first screen needs.
func (a *App) Init() tea.Cmd {
	cmds := []tea.Cmd{tea.RequestBackgroundColor}
	if a.book != nil {
		return tea.Batch(append(cmds, a.begin())...)
	}
	return tea.Batch(append(cmds, a.doors.load())...)
}

// begin starts watching the book that was taken.
func (a *App) begin() tea.Cmd {
	return tea.Batch(a.watch(), a.step.look(), a.tickWhileRunning(), a.awaitRun())
}
