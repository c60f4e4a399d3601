package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"casebook/steps/demo"
	"casebook/steps/launch"
)

// The test binary is casebook, its helper and the demo's programs too, as the real one is.
func TestMain(m *testing.M) {
	base := filepath.Base(os.Args[0])
	if len(os.Args) > 1 && os.Args[1] == launch.HelperArg || base == demo.WorkerName || base == demo.FixtureName || os.Getenv("CASEBOOK_TEST_MAIN") != "" {
		main()
	}
	testscript.Main(m, map[string]func(){"casebook": main})
}

// Each script in testdata/scripts specifies one behaviour; its first line says which.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "scripts"),
		RequireExplicitExec: true,
		Setup: func(e *testscript.Env) error {
			e.Setenv("XDG_STATE_HOME", filepath.Join(e.WorkDir, ".state"))
			e.Setenv("XDG_CONFIG_HOME", filepath.Join(e.WorkDir, ".config"))
			e.Setenv("TERM", "dumb")
			return nil
		},
	})
}
