package session

import (
	"time"

	"casebook/session/store"
)

// load folds what a store holds.
func load(st *store.Store) (*folder, error) {
	f := newFolder()
	return f, catchUp(st, f)
}

// catchUp applies the records that the fold has not seen.
func catchUp(st *store.Store, f *folder) error {
	return st.Since(f.last, func(r *store.Record) error {
		f.apply(r)
		return nil
	})
}

func lastChange(path string) (time.Time, error) {
	st, err := store.OpenToRead(path)
	if err != nil {
		return time.Time{}, err
	}
	defer st.Close()
	return st.LastAt()
}
