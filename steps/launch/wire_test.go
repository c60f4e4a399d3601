package launch

import (
	"bytes"
	"errors"
	"io"
	"reflect"
	"testing"
	"time"

	"casebook/steps/secret"
	"casebook/steps/snapshot"
)

func TestFramesCarryExactValues(t *testing.T) {
	var pipe bytes.Buffer
	w, r := newFrameWriter(&pipe), newFrameReader(&pipe)
	sent := Result{PID: 7, Exit: Exit{Code: -1, Signal: "SIGKILL"}, Blind: []int{1}, Snapshot: snapshot.Snapshot{
		Command: secret.New("TOKEN=abc prog"), Targets: []*snapshot.Target{{Process: &snapshot.Process{PID: 9, Argv: []secret.Text{secret.New("x\xff"), secret.New("")}}}}}}
	for range 2 { // the second one comes without the types
		if err := w.gob(frameResult, &sent); err != nil {
			t.Fatal(err)
		}
		kind, payload, err := r.next()
		var got Result
		if err != nil || kind != frameResult || r.decode(payload, &got) != nil || !reflect.DeepEqual(got, sent) {
			t.Fatalf("%v %+v", err, got)
		}
	}
	if err := w.raw(frameOutput, packOutput(1, time.Second, 5), []byte("data")); err != nil {
		t.Fatal(err)
	}
	_, payload, _ := r.next()
	if n, at, dropped, data, ok := unpackOutput(payload); !ok || n != 1 || at != time.Second || dropped != 5 || string(data) != "data" {
		t.Fatal(n, at, dropped, string(data))
	}
	if _, _, err := r.next(); err != io.EOF {
		t.Fatal(err)
	}
}

func FuzzFrames(f *testing.F) {
	var pipe bytes.Buffer
	w := newFrameWriter(&pipe)
	_ = w.gob(frameSpec, &wireSpec{Path: "/bin/true", Argv: []string{"true"}})
	_ = w.gob(frameStop, nil)
	f.Add(pipe.Bytes())
	f.Add([]byte{0, 0, 0, 0, 0})
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 'S'})
	f.Fuzz(func(t *testing.T, b []byte) {
		r := newFrameReader(bytes.NewReader(b))
		for {
			_, payload, err := r.next()
			if err != nil {
				return
			}
			var s wireSpec
			if err := r.decode(payload, &s); err != nil && !errors.Is(err, errFrame) {
				t.Fatal(err)
			}
			unpackOutput(payload)
		}
	})
}
