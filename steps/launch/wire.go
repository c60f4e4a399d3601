package launch

import (
	"bytes"
	"encoding/binary"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
)

// The pipe between caller and helper carries frames: length (4 bytes, big
// endian, of kind and payload), kind (1 byte), payload. Control frames of one
// direction are one gob stream, because gob carries secret.Text exactly; output
// travels as raw bytes. Nobody but the two processes ever reads it.
type frameKind byte

const (
	frameSpec    frameKind = 'S' // caller: wireSpec
	frameStop    frameKind = 'T' // caller: end the run
	frameDecided frameKind = 'D' // caller: the verdict is certain
	frameEvent   frameKind = 'e' // helper: Event without Output
	frameOutput  frameKind = 'o' // helper: stream number, time, dropped, data
	frameFailed  frameKind = 'f' // helper: wireError, nothing was started
	frameResult  frameKind = 'r' // helper: Result, the last frame
)

// mostFrame bounds a frame; a larger one means that the pipe is out of step.
const mostFrame = 512 << 20

// frameWriter writes frames; not for several goroutines.
type frameWriter struct {
	w   io.Writer
	buf bytes.Buffer
	enc *gob.Encoder
}

func newFrameWriter(w io.Writer) *frameWriter {
	f := &frameWriter{w: w}
	f.enc = gob.NewEncoder(&f.buf)
	return f
}

const frameHeader = 5

// gob sends v; nil sends an empty payload.
func (f *frameWriter) gob(kind frameKind, v any) error {
	f.buf.Reset()
	f.buf.Write(make([]byte, frameHeader))
	if v != nil {
		if err := f.enc.Encode(v); err != nil {
			return fmt.Errorf("frame %c: %w", kind, err)
		}
	}
	return f.flush(kind)
}

func (f *frameWriter) raw(kind frameKind, parts ...[]byte) error {
	f.buf.Reset()
	f.buf.Write(make([]byte, frameHeader))
	for _, p := range parts {
		f.buf.Write(p)
	}
	return f.flush(kind)
}

func (f *frameWriter) flush(kind frameKind) error {
	b := f.buf.Bytes()
	if len(b) > mostFrame {
		return fmt.Errorf("frame %c of %d bytes is too large", kind, len(b))
	}
	binary.BigEndian.PutUint32(b, uint32(len(b)-frameHeader+1))
	b[4] = byte(kind)
	_, err := f.w.Write(b)
	return err
}

// frameReader reads frames.
type frameReader struct {
	r   io.Reader
	gob bytes.Buffer
	dec *gob.Decoder
}

func newFrameReader(r io.Reader) *frameReader {
	f := &frameReader{r: r}
	f.dec = gob.NewDecoder(&f.gob)
	return f
}

var errFrame = errors.New("the helper's pipe is out of step")

// next returns the next frame. io.EOF: the other side closed between frames.
func (f *frameReader) next() (frameKind, []byte, error) {
	var h [frameHeader]byte
	if _, err := io.ReadFull(f.r, h[:]); err != nil {
		return 0, nil, err
	}
	n := binary.BigEndian.Uint32(h[:])
	if n < 1 || n > mostFrame {
		return 0, nil, errFrame
	}
	b, err := io.ReadAll(io.LimitReader(f.r, int64(n-1))) // grows with what comes, not with what was announced
	if err == nil && len(b) < int(n-1) {
		err = io.ErrUnexpectedEOF
	}
	return frameKind(h[4]), b, err
}

// decode reads the value of a control frame.
func (f *frameReader) decode(payload []byte, v any) error {
	f.gob.Reset()
	f.gob.Write(payload)
	if err := f.dec.Decode(v); err != nil {
		return fmt.Errorf("%w: %w", errFrame, err)
	}
	return nil
}
