package snapshot

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"

	"github.com/google/renameio/v2"

	"casebook/steps/secret"
)

// FileVersion is the version of the format that is written.
const FileVersion = 1

// fileMark is how a snapshot file begins.
const fileMark = "casebook_snapshot"

// FileOptions say how a snapshot is written.
type FileOptions struct {
	WithSecrets bool // keep exact secrets, in fields that are called raw
	Mask        Mask // what secrets are masked with; its key goes into the file
}

// header is the outside of a file. The key lets a value that is held raw on
// another side be compared with what is masked here.
type header struct {
	Version  int             `json:"casebook_snapshot"`
	Secrets  string          `json:"secrets"` // "masked" or "raw"
	Key      []byte          `json:"key,omitempty"`
	Snapshot json.RawMessage `json:"snapshot"`
}

// ErrNewer is wrapped by errors about files of a later version.
var ErrNewer = errors.New("written by a newer casebook")

// WriteFile writes a snapshot that only its owner may read, all of it or nothing.
func WriteFile(path string, s *Snapshot, o FileOptions) error {
	m := o.Mask
	switch {
	case s.Masked && len(s.Key) > 0:
		m = secret.NewMasker(s.Key)
	case len(m.Key()) == 0:
		m = secret.NewMasker(nil)
	}
	Learn(s, m)
	c := converter{mask: m, raw: o.WithSecrets && !s.Masked}
	h := header{Version: FileVersion, Secrets: "masked", Key: m.Key()}
	if c.raw {
		h.Secrets, h.Key = "raw", nil
	}
	body := reflect.New(fileType(reflect.TypeFor[Snapshot]())).Elem()
	c.out(reflect.ValueOf(s).Elem(), body)
	var err error
	if h.Snapshot, err = json.Marshal(body.Interface()); err != nil {
		return fmt.Errorf("snapshot %s: %w", path, err)
	}
	text, err := json.MarshalIndent(h, "", " ")
	if err != nil {
		return fmt.Errorf("snapshot %s: %w", path, err)
	}
	text = append(text, '\n')
	if st, err := os.Stat(path); err == nil && !st.Mode().IsRegular() {
		return os.WriteFile(path, text, 0o600) // a pipe or a terminal can't be replaced
	}
	return renameio.WriteFile(path, text, 0o600)
}

// fileMost bounds what is read.
const fileMost = 256 << 20

// ReadFile reads what WriteFile wrote. An error names file and line. mask may
// be nil; otherwise it learns the secrets of a file that holds them.
func ReadFile(path string, mask *Mask) (*Snapshot, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("snapshot: %w", err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, fileMost+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("snapshot %s: %w", path, err)
	case len(text) > fileMost:
		return nil, fmt.Errorf("snapshot %s: larger than %d MiB: is it a snapshot?", path, fileMost>>20)
	}
	s, err := decodeFile(path, text)
	if err == nil && mask != nil {
		Learn(s, *mask)
	}
	return s, err
}

func decodeFile(path string, text []byte) (*Snapshot, error) {
	var h header
	if err := json.Unmarshal(text, &h); err != nil {
		return nil, placed(path, text, 0, err)
	}
	switch {
	case h.Version == 0:
		return nil, fmt.Errorf("%s:1: not a snapshot file: there is no %q in it", path, fileMark)
	case h.Version > FileVersion:
		return nil, fmt.Errorf("%s:%d: %w (format %d; this one reads up to %d)", path, lineOf(text, bytes.Index(text, []byte(fileMark))), ErrNewer, h.Version, FileVersion)
	case h.Version < 0:
		return nil, fmt.Errorf("%s:1: there is no format %d", path, h.Version)
	case len(h.Snapshot) == 0:
		return nil, fmt.Errorf("%s:1: the snapshot is missing: the file is cut off", path)
	}
	body := reflect.New(fileType(reflect.TypeFor[Snapshot]()))
	if err := json.Unmarshal(h.Snapshot, body.Interface()); err != nil {
		return nil, placed(path, text, max(bytes.Index(text, h.Snapshot), 0), err)
	}
	s := &Snapshot{}
	converter{}.in(body.Elem(), reflect.ValueOf(s).Elem())
	s.Masked, s.Key = h.Secrets != "raw", h.Key
	for i, t := range s.Targets {
		if t == nil || t.Process == nil {
			return nil, fmt.Errorf("%s: target %d has no process", path, i+1)
		}
	}
	return s, nil
}

// placed puts file and line in front of an error of encoding/json, whose offset is behind base.
func placed(path string, text []byte, base int, err error) error {
	offset := int64(-1)
	var syntax *json.SyntaxError
	var typed *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		offset = syntax.Offset
	case errors.As(err, &typed):
		offset = typed.Offset
		err = fmt.Errorf("%s: a %s can't be a %s", typed.Field, typed.Value, typed.Type)
	}
	if offset < 0 {
		return fmt.Errorf("%s: %w", path, err)
	}
	return fmt.Errorf("%s:%d: %w", path, lineOf(text, base+int(offset)), err)
}

func lineOf(text []byte, offset int) int {
	return 1 + bytes.Count(text[:max(min(offset, len(text)), 0)], []byte{'\n'})
}

// IsFile says whether a side of a comparison is a snapshot file and no command
// line: a file that begins like one, or a single word that ends in .json.
func IsFile(text string) bool {
	f, err := os.Open(text)
	if err != nil {
		return !strings.ContainsAny(text, " \t\n") && filepath.Ext(text) == ".json"
	}
	defer f.Close()
	if st, err := f.Stat(); err != nil || !st.Mode().IsRegular() {
		return false
	}
	head := make([]byte, 256)
	n, _ := io.ReadFull(f, head)
	return bytes.Contains(head[:n], []byte(fileMark)) || filepath.Ext(text) == ".json"
}

// fileText is a text of a process in a file: a plain string where nothing in it
// is secret, {"secret": ...} with marks in it, {"raw": ...} with an exact
// secret, {"base64": ...} for bytes that are no text.
type fileText struct{ Plain, Secret, Raw, Base64 string }

type fileTextForm struct {
	Secret string `json:"secret,omitempty"`
	Raw    string `json:"raw,omitempty"`
	Base64 string `json:"base64,omitempty"`
}

// MarshalJSON implements json.Marshaler.
func (t fileText) MarshalJSON() ([]byte, error) {
	if t.Secret == "" && t.Raw == "" && t.Base64 == "" {
		return json.Marshal(t.Plain)
	}
	return json.Marshal(fileTextForm{t.Secret, t.Raw, t.Base64})
}

// UnmarshalJSON implements json.Unmarshaler.
func (t *fileText) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '{' {
		var f fileTextForm
		err := json.Unmarshal(b, &f)
		*t = fileText{Secret: f.Secret, Raw: f.Raw, Base64: f.Base64}
		return err
	}
	return json.Unmarshal(b, &t.Plain)
}

// text is the exact text, or the text with marks.
func (t fileText) text() string {
	switch {
	case t.Secret != "":
		return t.Secret
	case t.Raw != "":
		return t.Raw
	case t.Base64 != "":
		b, _ := base64.StdEncoding.DecodeString(t.Base64)
		return string(b)
	}
	return t.Plain
}
