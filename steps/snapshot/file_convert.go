package snapshot

import (
	"encoding/base64"
	"reflect"
	"strings"
	"unicode"
	"unicode/utf8"

	"casebook/steps/secret"
)

// A file has the fields of Snapshot and its parts, with their exact texts in a
// form that can be written. The types of the file are made from those of the
// program, so that a field that is added can't be forgotten.

var (
	textType = reflect.TypeFor[secret.Text]()
	varType  = reflect.TypeFor[Var]()
	argvType = reflect.TypeFor[[]secret.Text]()
)

// fileType is t with every exact text replaced by fileText.
func fileType(t reflect.Type) reflect.Type {
	switch {
	case t == textType:
		return reflect.TypeFor[fileText]()
	case t.PkgPath() != "" && !strings.HasSuffix(t.PkgPath(), "steps/snapshot"):
		return t // time.Time and the like write themselves
	}
	switch t.Kind() {
	case reflect.Pointer:
		return reflect.PointerTo(fileType(t.Elem()))
	case reflect.Slice:
		return reflect.SliceOf(fileType(t.Elem()))
	case reflect.Struct:
		fields := make([]reflect.StructField, t.NumField())
		for i := range fields {
			f := t.Field(i)
			fields[i] = reflect.StructField{Name: f.Name, Type: fileType(f.Type), Tag: reflect.StructTag(`json:"` + snake(f.Name) + `,omitzero"`)}
		}
		return reflect.StructOf(fields)
	}
	return t
}

// snake is a field's name as JSON has it: StartTime is start_time, PPID is ppid.
func snake(name string) string {
	var b strings.Builder
	runes := []rune(name)
	for i, r := range runes {
		if i > 0 && unicode.IsUpper(r) && (unicode.IsLower(runes[i-1]) || i+1 < len(runes) && unicode.IsLower(runes[i+1]) && string(runes[i:]) != "IDs" && string(runes[i+1:]) != "s") {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

type converter struct {
	mask secret.Masker
	raw  bool
}

// out copies a value into its form in the file, secrets masked.
func (c converter) out(from, to reflect.Value) {
	switch {
	case from.Type() == textType:
		t := from.Interface().(secret.Text)
		to.Set(reflect.ValueOf(c.text(t, c.mask.Show(t))))
		return
	case from.Type() == varType:
		v := from.Interface().(Var)
		to.FieldByName("Name").SetString(c.plain(v.Name))
		to.FieldByName("Naked").SetBool(v.Naked)
		to.FieldByName("Value").Set(reflect.ValueOf(c.text(v.Value, c.mask.ShowVar(v.Name, v.Value))))
		return
	case from.Type() == argvType:
		c.argv(from.Interface().([]secret.Text), to)
		return
	}
	switch from.Kind() {
	case reflect.Pointer:
		if !from.IsNil() {
			to.Set(reflect.New(to.Type().Elem()))
			c.out(from.Elem(), to.Elem())
		}
	case reflect.Slice:
		if from.Type() == to.Type() && from.Type().Elem().Kind() != reflect.String {
			to.Set(from)
			return
		}
		if from.IsNil() {
			return
		}
		to.Set(reflect.MakeSlice(to.Type(), from.Len(), from.Len()))
		for i := range from.Len() {
			c.out(from.Index(i), to.Index(i))
		}
	case reflect.Struct:
		if from.Type() == to.Type() {
			to.Set(from)
			return
		}
		for i := range from.NumField() {
			c.out(from.Field(i), to.Field(i))
		}
	case reflect.String:
		to.SetString(c.plain(from.String()))
	default:
		to.Set(from)
	}
}

// plain is a string that is no Text: a path, a name.
func (c converter) plain(s string) string {
	if !c.raw {
		s = c.mask.Text(s)
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}

func (c converter) text(t secret.Text, shown string) fileText {
	exact := secret.Reveal(t)
	switch {
	case shown != exact && c.raw && utf8.ValidString(exact):
		return fileText{Raw: exact}
	case shown != exact && !c.raw:
		return fileText{Secret: strings.ToValidUTF8(shown, "\uFFFD")}
	case secret.IsMark(exact):
		return fileText{Secret: exact}
	case !utf8.ValidString(exact):
		return fileText{Base64: base64.StdEncoding.EncodeToString([]byte(exact))}
	}
	return fileText{Plain: exact}
}

func (c converter) argv(argv []secret.Text, to reflect.Value) {
	if argv == nil {
		return
	}
	to.Set(reflect.MakeSlice(to.Type(), len(argv), len(argv)))
	for i, shown := range ShowArgv(argv, c.mask) {
		to.Index(i).Set(reflect.ValueOf(c.text(argv[i], shown)))
	}
}

// in copies a value of the file back.
func (c converter) in(from, to reflect.Value) {
	if to.Type() == textType {
		to.Set(reflect.ValueOf(secret.New(from.Interface().(fileText).text())))
		return
	}
	switch to.Kind() {
	case reflect.Pointer:
		if !from.IsNil() {
			to.Set(reflect.New(to.Type().Elem()))
			c.in(from.Elem(), to.Elem())
		}
	case reflect.Slice:
		if from.Type() == to.Type() {
			to.Set(from)
			return
		}
		if from.IsNil() {
			return
		}
		to.Set(reflect.MakeSlice(to.Type(), from.Len(), from.Len()))
		for i := range from.Len() {
			c.in(from.Index(i), to.Index(i))
		}
	case reflect.Struct:
		if from.Type() == to.Type() {
			to.Set(from)
			return
		}
		for i := range to.NumField() {
			c.in(from.Field(i), to.Field(i))
		}
	default:
		to.Set(from)
	}
}
