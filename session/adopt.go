package session

// adopt takes steps, conclusions and status from a log that was written by hand.
func (s *start) adopt(dir, path string) error { return errTodo }
