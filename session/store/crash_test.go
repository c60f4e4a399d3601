package store

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// children are the programs that this test binary can be instead.
var children = map[string]func(path string) error{"write": writeForever, "full": writeUntilFull}

func TestMain(m *testing.M) {
	if run := children[os.Getenv("STORE_TEST_CHILD")]; run != nil {
		if err := run(os.Getenv("STORE_TEST_PATH")); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func child(t *testing.T, name, path string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "STORE_TEST_CHILD="+name, "STORE_TEST_PATH="+path)
	cmd.Stderr = os.Stderr
	return cmd
}

// writeForever appends records and says each one's ID when it is told to be safe.
func writeForever(path string) error {
	s, err := Open(path)
	if err != nil {
		return err
	}
	for n := 0; ; n++ {
		r := note(strings.Repeat("x", n%3000))
		r.Details = []Detail{{Name: "out", Body: make([]byte, n*37%9000)}}
		if err := s.Append(r); err != nil {
			return err
		}
		fmt.Println(r.ID)
	}
}

func TestKilledWritersLoseNothing(t *testing.T) {
	s := mustCreate(t, note("first"))
	_ = s.Close()
	for round := range 3 {
		acked := killed(t, s.Path, 12+7*round)
		got, err := Open(s.Path)
		if err != nil {
			t.Fatal(err)
		}
		recs := all(t, got)
		if len(recs) < acked {
			t.Fatalf("round %d: %d records were acknowledged, %d are there", round, acked, len(recs))
		}
		for i, r := range recs {
			if r.ID != int64(i+1) {
				t.Fatalf("record %d has ID %d", i, r.ID)
			}
			if d, err := got.Details(r.ID); err != nil || i > 0 && d["out"] == nil {
				t.Fatalf("record %d lost its details: %v", r.ID, err)
			}
		}
		_ = got.Close()
	}
}

// killed lets two writers work, kills both after some acknowledged records, and
// returns the highest ID that was acknowledged.
func killed(t *testing.T, path string, after int) int {
	t.Helper()
	highest := 0
	var cmds []*exec.Cmd
	var outs []*bufio.Scanner
	for range 2 {
		cmd := child(t, "write", path)
		out, err := cmd.StdoutPipe()
		if err == nil {
			err = cmd.Start()
		}
		if err != nil {
			t.Fatal(err)
		}
		cmds, outs = append(cmds, cmd), append(outs, bufio.NewScanner(out))
	}
	read := func(s *bufio.Scanner) bool {
		ok := s.Scan()
		if id, err := strconv.Atoi(s.Text()); err == nil && id > highest {
			highest = id
		}
		return ok
	}
	for range after {
		read(outs[0])
	}
	for _, cmd := range cmds {
		_ = cmd.Process.Kill()
	}
	for i, out := range outs {
		for read(out) {
		}
		if err := cmds[i].Wait(); err == nil || !strings.Contains(err.Error(), "killed") {
			t.Fatalf("writer %d: %v", i, err)
		}
	}
	if highest < after {
		t.Fatalf("only %d records were acknowledged", highest)
	}
	return highest
}

// writeUntilFull lets files grow to 300 KB only, finds out, and goes on when there is room again.
func writeUntilFull(path string) error {
	signal.Ignore(syscall.SIGXFSZ)
	s, err := Open(path)
	if err != nil {
		return err
	}
	var was syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &was); err != nil {
		return err
	}
	limit := was
	limit.Cur = 300_000
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		return err
	}
	acked, err := fill(s)
	if !errors.Is(err, ErrFull) {
		return fmt.Errorf("after %d records: %w", acked, err)
	}
	var told *Error
	if !errors.As(err, &told) || told.Hint() == "" {
		return fmt.Errorf("no hint: %w", err)
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &was); err != nil {
		return err
	}
	if err := s.Append(note("there is room again")); err != nil {
		return err
	}
	fmt.Println(acked)
	return s.Close()
}

func fill(s *Store) (acked int, err error) {
	for acked < 1000 {
		r := note("fill")
		r.Details = []Detail{{Name: "out", Body: make([]byte, 5000)}}
		if err := s.Append(r); err != nil {
			return acked, err
		}
		acked++
	}
	return acked, errors.New("it never got full")
}

func TestFullDisk(t *testing.T) {
	s := mustCreate(t, note("first"))
	_ = s.Close()
	out, err := child(t, "full", s.Path).Output()
	if err != nil {
		t.Fatal(err)
	}
	acked, err := strconv.Atoi(strings.TrimSpace(string(out)))
	if err != nil {
		t.Fatal(err)
	}
	got, err := Open(s.Path)
	if err != nil {
		t.Fatal(err)
	}
	defer got.Close()
	if recs := all(t, got); len(recs) != 1+acked+1 || acked < 10 {
		t.Fatalf("%d records were acknowledged, %d are there", acked, len(recs))
	}
}

func TestFullFileSystem(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "tiny")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := mountTiny(dir); err != nil {
		t.Skipf("no file system of its own can be mounted here (%v); TestFullDisk covers the rest", err)
	}
	t.Cleanup(func() { unmount(dir) })
	s, err := Create(filepath.Join(dir, "a.db"), testKey, note("first"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	acked, err := fill(s)
	if !errors.Is(err, ErrFull) {
		t.Fatalf("after %d records: %v", acked, err)
	}
	if recs := all(t, s); len(recs) != 1+acked {
		t.Fatalf("%d records were acknowledged, %d are there", acked, len(recs))
	}
	if _, err := Create(filepath.Join(dir, "b.db"), testKey, note("first")); !errors.Is(err, ErrFull) {
		t.Fatalf("creating another: %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "b.db")); !os.IsNotExist(err) {
		t.Fatal("half a session was left behind")
	}
}
