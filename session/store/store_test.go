package store

import (
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"casebook/steps/secret"

	"golang.org/x/sys/unix"
	"pgregory.net/rapid"
)

var testKey = []byte("0123456789abcdef0123456789abcdef")

var noon = time.Date(2025, 4, 13, 12, 0, 0, 123456789, time.UTC)

func note(text string) *Record {
	return &Record{At: noon, Type: "note", Body: fmt.Appendf(nil, "{\"text\":%q}", text)}
}

func mustCreate(t *testing.T, recs ...*Record) *Store {
	t.Helper()
	dir := filepath.Join(t.TempDir(), ".casebook")
	if err := Folder(dir); err != nil {
		t.Fatal(err)
	}
	s, err := Create(filepath.Join(dir, "a.db"), testKey, recs...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func all(t *testing.T, s *Store) []*Record {
	t.Helper()
	var recs []*Record
	if err := s.Since(0, func(r *Record) error { recs = append(recs, r); return nil }); err != nil {
		t.Fatal(err)
	}
	return recs
}

func TestRecordsComeBackAsTheyWere(t *testing.T) {
	s := mustCreate(t)
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringN(0, 50, 200)
		r := &Record{
			At:   time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "at"), rapid.Int64Range(0, 999999999).Draw(t, "ns")).UTC(),
			Type: text.Draw(t, "type"), Step: text.Draw(t, "step"), Trial: text.Draw(t, "trial"),
			Body:    []byte(text.Draw(t, "body")),
			Details: []Detail{{Name: "out", Body: rapid.SliceOf(rapid.Byte()).Draw(t, "out")}},
		}
		last, _ := s.Last()
		if err := s.Append(r); err != nil {
			t.Fatal(err)
		}
		if r.ID != last+1 {
			t.Fatalf("got ID %d after %d", r.ID, last)
		}
		var got *Record
		if err := s.Since(last, func(r *Record) error { got = r; return nil }); err != nil {
			t.Fatal(err)
		}
		details, err := s.Details(r.ID)
		if err != nil || string(details["out"]) != string(r.Details[0].Body) {
			t.Fatalf("details are %q, %v", details, err)
		}
		want := *r
		want.Details = nil
		if string(got.Body) != string(want.Body) || got.ID != want.ID || !got.At.Equal(want.At) || got.Type != want.Type || got.Step != want.Step || got.Trial != want.Trial {
			t.Fatalf("wrote %+v, read %+v", want, got)
		}
	})
}

func TestAppendIsAllOrNothing(t *testing.T) {
	s := mustCreate(t, note("first"))
	bad := note("second")
	bad.Details = []Detail{{Name: "x"}, {Name: "x"}} // one name twice is refused
	if err := s.Append(note("before"), bad); err == nil {
		t.Fatal("it was taken")
	}
	if got := all(t, s); len(got) != 1 {
		t.Fatalf("%d records are there", len(got))
	}
	if err := s.Append(note("after")); err != nil {
		t.Fatal(err)
	}
}

func TestHistoryIsOnlyAddedTo(t *testing.T) {
	s := mustCreate(t, note("first"))
	for _, q := range []string{"UPDATE records SET body = '{}'", "DELETE FROM records"} {
		if err := s.exec(q); err == nil || !strings.Contains(err.Error(), "only added") {
			t.Errorf("%s: %v", q, err)
		}
	}
}

func TestFilesAreNobodyElsesBusiness(t *testing.T) {
	old := syscall.Umask(0)
	defer syscall.Umask(old)
	s := mustCreate(t, note("first"))
	if err := s.Append(note("second")); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Dir(s.Path)
	modes := map[string]os.FileMode{dir: 0o700, s.Path: 0o600, s.Path + "-wal": 0o600, s.Path + "-shm": 0o600}
	for path, want := range modes {
		if st, err := os.Stat(path); err != nil || st.Mode().Perm() != want {
			t.Errorf("%s: %v, %v", path, st.Mode(), err)
		}
	}
	if b, err := os.ReadFile(filepath.Join(dir, ".gitignore")); err != nil || string(b) != "*\n" {
		t.Errorf("gitignore: %q, %v", b, err)
	}
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), unfinished) {
			t.Errorf("%s was left behind", e.Name())
		}
	}
}

func TestCreateRefusesToOverwrite(t *testing.T) {
	s := mustCreate(t, note("first"))
	if _, err := Create(s.Path, testKey, note("other")); !errors.Is(err, ErrExists) {
		t.Fatal(err)
	}
	if got := all(t, s); len(got) != 1 || !strings.Contains(string(got[0].Body), "first") {
		t.Fatalf("now it holds %v", got)
	}
}

func TestWhatIsNotAStore(t *testing.T) {
	dir := t.TempDir()
	write := func(name string, b []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	good := mustCreate(t, note("first"))
	_ = good.Close()
	ours, err := os.ReadFile(good.Path)
	if err != nil {
		t.Fatal(err)
	}
	change := func(at int, v uint32) []byte {
		b := append([]byte(nil), ours...)
		binary.BigEndian.PutUint32(b[at:], v)
		return b
	}
	damaged := append([]byte(nil), ours...)
	for i := 4096; i < len(damaged); i++ {
		damaged[i] = 0xA5
	}
	other := filepath.Join(dir, "other.db")
	db, err := sql.Open("sqlite", other)
	if err == nil {
		_, err = db.Exec("CREATE TABLE t(a)")
		_ = db.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]error{
		write("empty.db", nil): ErrNotStore, write("text.db", []byte("hello")): ErrNotStore,
		write("long.db", []byte(strings.Repeat("hello", 1000))): ErrNotStore, other: ErrNotStore,
		write("newer.db", change(60, Version+1)): ErrNewer, write("foreign.db", change(68, 7)): ErrNotStore,
		write("damaged.db", damaged): ErrCorrupt, write("cut.db", ours[:len(ours)/2]): ErrCorrupt,
	} {
		before, _ := os.ReadFile(path)
		s, err := Open(path)
		if err == nil {
			err = s.Since(0, func(*Record) error { return nil })
			_ = s.Close()
		}
		var told *Error
		if !errors.Is(err, want) || !errors.As(err, &told) || told.Hint() == "" || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v", filepath.Base(path), err)
		}
		if after, _ := os.ReadFile(path); string(after) != string(before) {
			t.Errorf("%s was changed", filepath.Base(path))
		}
	}
	if _, err := Open(filepath.Join(dir, "none.db")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
}

func TestReadOnlyFolder(t *testing.T) {
	s := mustCreate(t, note("first"))
	_ = s.Close()
	dir := filepath.Dir(s.Path)
	readOnly(t, dir, s.Path)
	got, err := Open(s.Path)
	if err != nil {
		t.Fatal(err)
	}
	defer got.Close()
	if !got.ReadOnly || len(all(t, got)) != 1 {
		t.Fatalf("read-only is %v", got.ReadOnly)
	}
	if err := got.Append(note("second")); !errors.Is(err, ErrReadOnly) {
		t.Fatal(err)
	}
	if _, err := Create(filepath.Join(dir, "b.db"), testKey); !errors.Is(err, ErrReadOnly) {
		t.Fatal(err)
	}
}

// readOnly makes folder and file unwritable, for root too where the file system can.
func readOnly(t *testing.T, dir, file string) {
	t.Helper()
	for path, mode := range map[string]os.FileMode{file: 0o400, dir: 0o500} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { _ = os.Chmod(dir, 0o700) })
	if unix.Access(dir, unix.W_OK) != nil {
		return
	}
	if !immutable(t, file, true) || !immutable(t, dir, true) {
		t.Skip("root writes everywhere here, and neither immutable files nor mounts are allowed")
	}
	t.Cleanup(func() { immutable(t, dir, false); immutable(t, file, false) })
}

func TestForgetAndPackDropExactValues(t *testing.T) {
	const password = "correct-horse-battery-staple"
	r := note("first")
	r.Raw = map[string]secret.Text{"PASSWORD": secret.New(password)}
	s := mustCreate(t, r)
	var got map[string]secret.Text
	if ok, err := s.Raw(1, &got); !ok || err != nil || secret.Reveal(got["PASSWORD"]) != password {
		t.Fatalf("raw is %v, %v", ok, err)
	}
	key, _ := s.Key()
	if !holds(t, s.Path, password) {
		t.Fatal("the test looks in the wrong place")
	}
	dst := filepath.Join(t.TempDir(), "packed.db")
	if err := s.Pack(dst); err != nil {
		t.Fatal(err)
	}
	if st, err := os.Stat(dst); err != nil || st.Mode().Perm() != 0o600 {
		t.Fatal(st.Mode(), err)
	}
	if holds(t, dst, password) || holds(t, dst, string(key)) {
		t.Fatal("the packed copy holds a secret")
	}
	packed, err := Open(dst)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(all(t, packed), all(t, s)) {
		t.Error("the packed records differ")
	}
	_ = packed.Close()
	if err := s.Pack(dst); !errors.Is(err, ErrExists) {
		t.Errorf("packing over a file: %v", err)
	}
	if err := s.ForgetRaw(); err != nil {
		t.Fatal(err)
	}
	if ok, err := s.Raw(1, &got); ok || err != nil {
		t.Fatalf("raw is still there: %v", err)
	}
	if holds(t, s.Path, password) || holds(t, s.Path, string(key)) {
		t.Fatal("the file still holds a secret")
	}
	if fresh, _ := s.Key(); len(fresh) != 32 || string(fresh) == string(key) {
		t.Fatal("the key is the old one")
	}
}

// holds looks through a store's files for bytes.
func holds(t *testing.T, path, text string) bool {
	t.Helper()
	for _, suffix := range []string{"", "-wal"} {
		if b, err := os.ReadFile(path + suffix); err == nil && strings.Contains(string(b), text) {
			return true
		}
	}
	return false
}

func TestTwoStoresOfOneFile(t *testing.T) {
	a := mustCreate(t, note("first"))
	b, err := Open(a.Path)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	seen, _ := b.DataVersion()
	if err := b.Append(note("own")); err != nil {
		t.Fatal(err)
	}
	if v, _ := b.DataVersion(); v != seen {
		t.Error("own writes change the data version")
	}
	var wg sync.WaitGroup
	const each = 50
	for _, s := range []*Store{a, b} {
		wg.Go(func() {
			for range each {
				if err := s.Append(note("many")); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if v, _ := b.DataVersion(); v == seen {
		t.Error("the other's writes do not change the data version")
	}
	if got := all(t, b); len(got) != 2+2*each {
		t.Fatalf("%d records", len(got))
	}
}

func TestCacheIsOnlyACache(t *testing.T) {
	s := mustCreate(t, note("first"))
	if upto, _, err := s.Cache(1); upto != 0 || err != nil {
		t.Fatal(upto, err)
	}
	if err := s.SetCache(1, 1, []byte("state")); err != nil {
		t.Fatal(err)
	}
	if upto, b, err := s.Cache(1); upto != 1 || string(b) != "state" || err != nil {
		t.Fatal(upto, b, err)
	}
	if upto, _, _ := s.Cache(2); upto != 0 {
		t.Fatal("a cache of another form was used")
	}
	if err := s.SetCache(9, 1, []byte("state")); err != nil {
		t.Fatal(err)
	}
	if upto, _, _ := s.Cache(1); upto != 0 {
		t.Fatal("a cache of records that are not there was used")
	}
}
