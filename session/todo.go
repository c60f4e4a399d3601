package session

import "errors"

var errTodo = errors.New("not there yet")

// ExportOptions says where to and as what: "md" (the default), "html", "json".
type ExportOptions struct {
	To     string // a folder; "": beside the log, or into the memory bank
	Format string
}

// Export writes the report and returns the files that were written or changed.
func (s *Session) Export(o ExportOptions) ([]string, error) { return nil, errTodo }
