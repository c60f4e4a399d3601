// Package safe makes foreign text harmless: what a child printed, what stands
// in a plan, what an environment variable holds. Each function is for one
// place where such text is put:
//
//	Line    one line of a terminal        Text    several lines of a terminal
//	Inline  inside a Markdown paragraph   Code    a Markdown code span
//	Fence   a Markdown code block         HTML    an HTML element or attribute
//
// Escape sequences are removed, other control characters are replaced by
// visible marks, and nothing that a reader should see is dropped: a sequence
// that never ends keeps its text, with a mark where it began. Line and Text are
// idempotent.
package safe
