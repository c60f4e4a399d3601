// Package demo holds the two programs of the built-in case: a worker that takes
// jobs when a shell starts it, and a fixture that starts the same worker so that
// it silently takes none. Nothing is pretended: both are real processes, and
// nobody outside this package knows what is wrong with the second launch.
package demo

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"time"
)

// Names of the programs; the binary behaves as one of them when it is called by its name.
const (
	WorkerName  = "worker"
	FixtureName = "fixture"
)

// JobCount is how many jobs lie in the spool folder of the demo.
const JobCount = 3

// Prepare writes the spool folder with its jobs.
func Prepare(dir string) error {
	for i := 1; i <= JobCount; i++ {
		path := filepath.Join(dir, "jobs", fmt.Sprintf("job-%d.txt", i))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return fmt.Errorf("demo: %w", err)
		}
		if err := os.WriteFile(path, []byte(fmt.Sprintf("resize image %d\n", i)), 0o644); err != nil {
			return fmt.Errorf("demo: %w", err)
		}
	}
	return nil
}

// queue is where a worker gets its jobs from.
type queue interface{ next() (job string, ok bool) }

// spool hands out the files of a folder.
type spool struct{ jobs []string }

func openSpool(dir string) (*spool, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	s := &spool{}
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".txt") {
			s.jobs = append(s.jobs, strings.TrimSuffix(e.Name(), ".txt"))
		}
	}
	sort.Strings(s.jobs)
	return s, nil
}

func (s *spool) next() (string, bool) {
	if len(s.jobs) == 0 {
		return "", false
	}
	job := s.jobs[0]
	s.jobs = s.jobs[1:]
	return job, true
}

// memory is the queue for unit tests of the application: it is empty and stays so.
type memory struct{}

func (memory) next() (string, bool) { return "", false }

// Worker runs the worker: it takes every job of the spool, says so on stdout, and ends.
// With list-jobs it only names them.
func Worker(args []string, stdout, stderr io.Writer, getenv func(string) string) int {
	if len(args) > 0 && args[0] == "list-jobs" {
		return listJobs(stdout, stderr)
	}
	var q queue = memory{}
	if getenv("APP_ENV") != "test" {
		s, err := openSpool("jobs")
		if err != nil {
			fmt.Fprintln(stderr, "worker:", err)
			return 2
		}
		q = s
	}
	for i := range 900 { // the debug log of a start-up, about 90 KB
		if _, err := fmt.Fprintf(stderr, "DEBUG %04d importing engine.module_%03d: resolving handlers, reading its settings, registering it\n", i, i%128); err != nil {
			return 1
		}
	}
	fmt.Fprintln(stderr, "INFO worker ready, waiting for jobs")
	for taken := 0; taken < JobCount; {
		job, ok := q.next()
		if !ok {
			time.Sleep(20 * time.Millisecond)
			continue
		}
		taken++
		fmt.Fprintf(stdout, "took %s\n", job)
	}
	fmt.Fprintf(stdout, "RESULT: %d of %d jobs taken\n", JobCount, JobCount)
	return 0
}

func listJobs(stdout, stderr io.Writer) int {
	s, err := openSpool("jobs")
	if err != nil {
		fmt.Fprintln(stderr, "worker:", err)
		return 2
	}
	for job, ok := s.next(); ok; job, ok = s.next() {
		fmt.Fprintln(stdout, job)
	}
	return 0
}
