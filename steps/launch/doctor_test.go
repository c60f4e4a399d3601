package launch

import "testing"

func TestDoctorSaysWhatIsMissingAndWhatToDo(t *testing.T) {
	names := map[string]bool{}
	for _, c := range Capabilities() {
		t.Log(c)
		if c.Name == "" || c.Detail == "" || names[c.Name] {
			t.Errorf("%+v", c)
		}
		if !c.OK && c.Hint == "" {
			t.Errorf("%s: no hint", c.Name)
		}
		names[c.Name] = true
	}
	for _, want := range []string{"kernel", "ptrace seize", "subreaper", "pty", "yama", "strace"} {
		if !names[want] {
			t.Errorf("%s is missing", want)
		}
	}
}
