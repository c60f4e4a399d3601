package secret

import (
	"strings"
	"testing"
)

func TestSecretsOfArgumentsAreKnownAfterwards(t *testing.T) {
	m := NewMasker([]byte("key"))
	var argv []Text
	for _, a := range []string{"DB_PASSWORD=first-4711", "./w", "--api-key=second-4712", "--password", "third-4713",
		"amqp://usr:fourth-4714@mq/v", "--name", "plain-name", "--token", "--verbose"} {
		argv = append(argv, New(a))
	}
	m.LearnArgs(argv)
	said := m.Text("first-4711 second-4712 third-4713 fourth-4714 plain-name --verbose")
	for _, s := range []string{"first", "second", "third", "fourth"} {
		if strings.Contains(said, s) {
			t.Errorf("%q still says %s", said, s)
		}
	}
	if !strings.Contains(said, "plain-name --verbose") {
		t.Errorf("%q hides what is no secret", said)
	}
}
