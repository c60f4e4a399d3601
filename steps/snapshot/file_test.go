package snapshot

import (
	"bytes"
	"encoding/gob"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"casebook/steps/secret"
)

func sample() *Snapshot {
	s := made(1000, func(p *Process) {
		p.Env = append(p.Env, env("API_KEY", "very-secret-1"), env("RABBITMQ_URL", "amqp://u:"+"pass-word-9@h/"), env("ODD", "a\xff\n"), Var{Name: "NAKED", Naked: true})
		p.Argv = append(p.Argv, words("--token", "abc12", "--n=1")...)
		p.Unknown["loginuid"] = "not permitted"
	})
	s.When = time.Date(2025, 4, 13, 12, 0, 0, 0, time.UTC)
	s.Command = secret.New("API_KEY=very-secret-1 run")
	s.Targets[0].Chain = []Hop{{PID: 3, Process: s.Targets[0].Process}, {PID: 4, Errno: 2}}
	s.Targets[0].Steady = []*Steady{{PID: 1, Sockets: []Socket{{FD: 3, Proto: "tcp", Peer: "1.2.3.4:5"}}}}
	return s
}

func TestFileMasksAndComparesWithTheRawSide(t *testing.T) {
	path := filepath.Join(t.TempDir(), "bad.json")
	live := sample()
	if err := WriteFile(path, live, FileOptions{Mask: secret.NewMasker([]byte("k"))}); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{"very-secret-1", "pass-word-9", "abc12"} {
		if bytes.Contains(text, []byte(s)) {
			t.Errorf("%s stands in the file", s)
		}
	}
	if st, err := os.Stat(path); err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", st.Mode(), err)
	}
	back, err := ReadFile(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	if ds := Differences([]*Snapshot{live}, []*Snapshot{back}, Options{}); len(ds) != 0 {
		t.Errorf("the same snapshot differs: %+v", ds)
	}
	other := sample()
	other.Targets[0].Process.Env[2] = env("API_KEY", "very-secret-2")
	ds := Differences([]*Snapshot{other}, []*Snapshot{back}, Options{})
	if len(ds) != 1 || ds[0].Name != "API_KEY" || ds[0].Movable {
		t.Errorf("%+v", ds)
	}
}

func TestTwoMaskedFilesWithDifferentKeys(t *testing.T) {
	dir := t.TempDir()
	read := func(name, key string) *Snapshot {
		path := filepath.Join(dir, name)
		if err := WriteFile(path, sample(), FileOptions{Mask: secret.NewMasker([]byte(key))}); err != nil {
			t.Fatal(err)
		}
		s, err := ReadFile(path, nil)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	for _, d := range Differences([]*Snapshot{read("a", "1")}, []*Snapshot{read("b", "2")}, Options{}) {
		if d.Kind == "env" && !strings.HasPrefix(d.Reason, "can't tell") {
			t.Errorf("%s: %s", d.Factor, d.Reason)
		}
	}
	if ds := Differences([]*Snapshot{read("a", "1")}, []*Snapshot{read("b", "1")}, Options{}); len(ds) != 0 {
		t.Errorf("one key: %+v", ds)
	}
}

func TestFileWithSecretsIsExact(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s.json")
	want := sample()
	if err := WriteFile(path, want, FileOptions{WithSecrets: true}); err != nil {
		t.Fatal(err)
	}
	got, err := ReadFile(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	var a, b bytes.Buffer
	if gob.NewEncoder(&a).Encode(want) != nil || gob.NewEncoder(&b).Encode(got) != nil || !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Errorf("got  %+v\nwant %+v", got.Targets[0].Process, want.Targets[0].Process)
	}
	text, _ := os.ReadFile(path)
	if !bytes.Contains(text, []byte(`"raw": "very-secret-1"`)) {
		t.Error("exact secrets are not marked as such")
	}
}

func TestBadFiles(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct{ text, want string }{
		{"", "bad.json:1"}, {"{}", "not a snapshot file"}, {"\x00\x01", "bad.json:1"},
		{"{\n\"casebook_snapshot\": 99}", "bad.json:2: written by a newer casebook"},
		{"{\"casebook_snapshot\": 1}", "cut off"},
		{"{\"casebook_snapshot\": 1,\n\"snapshot\":\n{\"targets\": 7}}", "bad.json:3"},
		{"{\"casebook_snapshot\": 1, \"snapshot\": {\"targets\": [null]}}", "no process"},
		{"{\"casebook_snapshot\": 1,\n \"snapshot\": {\"targets\": [{]}}", "bad.json:2"},
	} {
		path := filepath.Join(dir, "bad.json")
		if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := ReadFile(path, nil); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v, want %q", c.text, err, c.want)
		}
	}
	_, err := decodeFile("x", []byte(`{"casebook_snapshot": 2}`))
	if !errors.Is(err, ErrNewer) {
		t.Error(err)
	}
	if IsFile("python3 app.py") || IsFile(dir) || !IsFile(filepath.Join(dir, "bad.json")) {
		t.Error("a file is not told from a command")
	}
}

func TestFieldNamesOfTheFileAreDistinct(t *testing.T) {
	var walk func(reflect.Type)
	walk = func(ty reflect.Type) {
		switch ty.Kind() {
		case reflect.Pointer, reflect.Slice:
			walk(ty.Elem())
		case reflect.Struct:
			seen := map[string]bool{}
			for i := range ty.NumField() {
				if tag := ty.Field(i).Tag.Get("json"); tag != "" && seen[tag] {
					t.Errorf("two fields are called %s", tag)
				} else {
					seen[tag] = true
				}
				walk(ty.Field(i).Type)
			}
		}
	}
	walk(fileType(reflect.TypeFor[Snapshot]()))
}

func FuzzReadFile(f *testing.F) {
	f.Add([]byte(`{"casebook_snapshot": 1, "snapshot": {"targets": [{"process": {"pid": 1, "env": [{"name": "A", "value": {"secret": "x"}}]}}]}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := decodeFile("x", b)
		if err != nil {
			return
		}
		_ = Differences([]*Snapshot{s}, []*Snapshot{s}, Options{})
	})
}
