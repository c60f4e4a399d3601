package session

import ()

// Pack writes a copy of the session to send, without exact values.
func (s *Session) Pack(dst string) error { return s.store.Pack(dst) }

// ForgetSecrets drops every exact value; what was recorded masked stays.
// Transplants of what was captured before are not possible any more.
func (s *Session) ForgetSecrets() error {
	if err := s.store.ForgetRaw(); err != nil {
		return err
	}
	return s.record(newRecord(s.now(), recForgot, "", struct{}{}))
}
