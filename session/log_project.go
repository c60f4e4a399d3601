package session

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"sync/atomic"
	"time"

	"casebook/notes"
	"casebook/session/store"
)

// projector writes the log, which is a projection of the records: whatever is
// not in it yet is appended, in the order of the records, now or at the next
// start. Trouble with the log is told and never stops the work.
type projector struct {
	s    *Session
	log  *notes.Log
	woke chan struct{}
	at   logMark

	shown atomic.Pointer[string] // the file that is written, for others to read
}

// logMark is how far the log was written. It is kept so that what people took
// out of the log does not come back.
type logMark struct {
	Path string    `json:"path"` // the file that is written
	From int64     `json:"from"` // first record of it
	Upto int64     `json:"upto"` // last record that needs no more look
	Day  time.Time `json:"day"`  // of its first record
}

const (
	logMarkName = "log"
	logRetry    = 2 * time.Second // after trouble
)

func newProjector(s *Session) *projector {
	p := &projector{s: s, woke: make(chan struct{}, 1)}
	if text, err := s.store.Mark(logMarkName); err == nil && text != "" {
		_ = json.Unmarshal([]byte(text), &p.at) // what can't be read is as good as none: IDs in the log still tell
	}
	if p.gone() {
		s.recovered = append(s.recovered, "the log "+p.at.Path+" is gone; it is written again from the records")
		p.restart()
	}
	if err := p.open(&s.fold.s); err != nil {
		s.troubles["log"] = err.Error()
	}
	return p
}

// gone says whether a log that was written is not there any more.
func (p *projector) gone() bool {
	if p.at.Path == "" {
		return false
	}
	_, err := os.Stat(p.at.Path)
	return errors.Is(err, fs.ErrNotExist)
}

// restart goes back to the first record of the file.
func (p *projector) restart() {
	p.at.Upto = max(p.at.From-1, 0)
	p.log = nil
}

func (p *projector) open(st *State) error {
	day := st.Created
	if p.at.Day.After(day) {
		day = p.at.Day
	}
	o := notes.LogOptions{Dir: st.Dir, Task: st.Task, Title: st.Title, Objective: st.Plan.Objective,
		Plan: st.Plan.File, SessionID: st.ID, Number: st.Number, Day: day.Local()}
	if st.LogChosen {
		o.Path = st.LogPath
	}
	if st.Adopted != "" {
		o.Number, o.Previous = 0, st.Adopted
	}
	log, err := notes.OpenLog(o)
	if err == nil {
		p.log = log
		p.show(log.Path())
	}
	return err
}

// wake asks for a look at the records.
func (p *projector) wake() {
	select {
	case p.woke <- struct{}{}:
	default:
	}
}

// work writes until the session is closed, and then what is still missing.
func (p *projector) work() {
	defer p.s.work.Done()
	again := time.NewTicker(logRetry)
	defer again.Stop()
	trouble := p.write()
	for {
		select {
		case <-p.s.stop:
			p.write()
			return
		case <-p.woke:
			trouble = p.write()
		case <-again.C:
			if trouble != nil {
				trouble = p.write()
			}
		}
	}
}

// write brings the log up to the records and tells how that went.
func (p *projector) write() error {
	if p.s.store.ReadOnly {
		return nil
	}
	err := p.project()
	text := ""
	if err != nil {
		text = err.Error()
	}
	s := p.s
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.troubles["log"] != text {
		s.troubles["log"] = text
		s.publish()
	}
	return err
}

// project appends what is missing. Tables are written when their step has come
// to an end: until then a later one may replace them.
func (p *projector) project() error {
	if p.gone() {
		p.restart()
	}
	if p.log == nil {
		if err := p.open(p.s.State()); err != nil {
			return err
		}
	}
	recs, err := p.missing()
	if err != nil || len(recs) == 0 {
		return err
	}
	st := p.s.State()
	before, upto := p.at, p.at.Upto
	var tables []*store.Record
	for _, r := range recs {
		if r.Type == recTable {
			tables = replaceTable(tables, r)
			continue
		}
		if r.Type == recRunEnd || r.Type == recDied {
			if tables, err = p.flush(st, tables, r.Step); err != nil {
				return err
			}
		}
		if err := p.append(st, r); err != nil {
			return errors.Join(err, p.keep(before, upto))
		}
		if upto = r.ID; len(tables) > 0 {
			upto = tables[0].ID - 1
		}
	}
	return p.keep(before, upto)
}

func (p *projector) missing() ([]*store.Record, error) {
	var recs []*store.Record
	err := p.s.store.Since(p.at.Upto, func(r *store.Record) error {
		recs = append(recs, r)
		return nil
	})
	return recs, err
}

// replaceTable keeps the last of the tables with one ID, in the order of the last ones.
func replaceTable(tables []*store.Record, r *store.Record) []*store.Record {
	id := tableID(r)
	var kept []*store.Record
	for _, t := range tables {
		if t.Step != r.Step || tableID(t) != id {
			kept = append(kept, t)
		}
	}
	return append(kept, r)
}

func tableID(r *store.Record) string {
	var t struct {
		ID string `json:"id"`
	}
	_ = json.Unmarshal(r.Body, &t)
	return t.ID
}

func (p *projector) flush(st *State, tables []*store.Record, step string) (rest []*store.Record, err error) {
	for _, t := range tables {
		if t.Step != step {
			rest = append(rest, t)
		} else if err := p.append(st, t); err != nil {
			return tables, err
		}
	}
	return rest, nil
}

// append writes one record down. A record that the log tells nothing of is no trouble.
func (p *projector) append(st *State, r *store.Record) error {
	e, ok := entryOf(st, r)
	if !ok {
		return nil
	}
	w, err := p.log.Append(e)
	if err != nil {
		return err
	}
	if w.Path != p.at.Path {
		p.at.Path, p.at.From, p.at.Day = w.Path, r.ID, r.At
		p.show(w.Path)
	}
	if w.Notice != "" {
		p.s.tell(w.Notice)
	}
	return nil
}

// keep remembers how far the log is written.
func (p *projector) keep(before logMark, upto int64) error {
	p.at.Upto = upto
	if p.at == before {
		return nil
	}
	text, err := json.Marshal(p.at)
	if err != nil {
		return err
	}
	return p.s.store.SetMark(logMarkName, string(text))
}

// tell adds to what this start of the program has found.
func (s *Session) tell(what string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.recovered = append(s.recovered, what)
	s.publish()
}

// path is the file that is written, or will be.
func (p *projector) path() string {
	if path := p.shown.Load(); path != nil {
		return *path
	}
	return ""
}

func (p *projector) show(path string) { p.shown.Store(&path) }
