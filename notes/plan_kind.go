package notes

import "regexp"

// Kinds are the kinds of steps, as in the plan's JSON and on screen.
var Kinds = []string{"compare", "tune", "logging", "minimal", "trace", "startup", "eventloop", "command", "manual"}

// kindWords are what asks for each kind, the most specific first.
var kindWords = []struct {
	kind  string
	words *regexp.Regexp
}{
	{"eventloop", regexp.MustCompile(`(?i)\b(asyncio|event[ -]?loops?|child watchers?|uvloop)\b`)},
	{"startup", regexp.MustCompile(`(?i)\b((alternative|alternate|programmatic|different) (\S+ ){0,2}(start-?up|start|launch|invocation)|start(ing)? (\S+ ){0,3}programmatically|programmatic(ally)? (start|initiali[sz])\w*)\b`)},
	{"trace", regexp.MustCompile(`(?i)\b(cli internals|internals|trace|tracing|strace|execution flow|code path)\b`)},
	{"minimal", regexp.MustCompile(`(?i)\b(minimal|simplif(y|ied)|stripped[ -]down|bare[ -]bones|smallest|reduced)\b( \S+){0,3} ?\b(case|example|worker|program|script|test|reproduc\w*|setup|version)\b|\bminimal case\b|\bminimi[sz]e\b`)},
	{"tune", regexp.MustCompile(`(?i)\b(tuning|tune)\b|\b(vary|sweep|toggle|adjust)\b( \S+){0,3} \b(parameters?|arguments?|flags?|options?|settings?)\b|\bparameter (matrix|search|variation)\b`)},
	{"logging", regexp.MustCompile(`(?i)\b((debug|enhanced|detailed|verbose|fine-grained|more|extra|additional)( \S+){0,2} (logs?|logging)|log levels?|loggers?|enable logging|instrument(ation)?)\b`)},
	{"compare", regexp.MustCompile(`(?i)\b(environments?|env|contexts?|process(es)?|config(uration)?s?|launch(es)?|invocations?|variables?)\b.{0,40}\b(compar(e|ing|ison)|diff(erences?)?|discrepanc\w+)\b|\b(compare|comparing|diff|discrepanc\w+|differences?)\b.{0,60}\b(environments?|env|contexts?|process(es)?|launch(es)?|invocations?)\b`)},
}

// RecognizeKind says which experiment a step's words ask for: its title
// decides, then its goal. Actions only tell a command from work by hand: they
// mention too much in passing.
func RecognizeKind(title, goal string, actions []Action) string {
	for _, text := range []string{title, goal} {
		for _, k := range kindWords {
			if k.words.MatchString(text) {
				return k.kind
			}
		}
	}
	if hasCommand(actions) {
		return "command"
	}
	return "manual"
}

func hasCommand(actions []Action) bool {
	for _, a := range actions {
		if len(a.Commands) > 0 || hasCommand(a.Sub) {
			return true
		}
	}
	return false
}
