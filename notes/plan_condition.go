package notes

import (
	"regexp"
	"strings"
)

const conditionWords = `only (?:if|when|after)|if|when|unless|optional(?:ly)?|as needed|where needed|provided`

var (
	// conditionParens finds "(If Necessary)", "(Optional but Recommended)".
	conditionParens = regexp.MustCompile(`(?i)\s*\(((?:` + conditionWords + `)\b[^()]*)\)`)
	leadCondition   = regexp.MustCompile(`(?i)^\(((?:` + conditionWords + `)\b[^()]*)\)[:.]?\s*`)
)

// takeConditions parts a title from the conditions in its parentheses.
func takeConditions(title string) (rest, condition string) {
	return strings.TrimSpace(conditionParens.ReplaceAllString(title, "")), conditionOf(title)
}

// takeCondition parts a condition from the front of what stands behind a label.
func takeCondition(s string) (rest, condition string) {
	m := leadCondition.FindStringSubmatch(s)
	if m == nil {
		return s, ""
	}
	return s[len(m[0]):], strings.TrimSpace(m[1])
}

func conditionOf(s string) string {
	var all []string
	for _, m := range conditionParens.FindAllStringSubmatch(s, -1) {
		all = append(all, strings.TrimSpace(m[1]))
	}
	return strings.Join(all, "; ")
}
