// Package store keeps the records of one session in one SQLite file, which
// several processes may have open at once.
//
// Contract: a record is on disk when Append returns; records and their details
// are only ever added, the file itself refuses anything else. Bodies and
// details are masked by whoever writes them and may be read by anybody; exact
// values live in raw rows alone, which ForgetRaw drops and Pack leaves out.
// A file that is not a store, is damaged, or was written by a newer version is
// told apart by errors.Is and is never written to.
//
// Glossary: a record is one thing that happened, small, read whenever a session
// is opened; a detail is a large part of it (output, a snapshot), read when
// somebody looks at it; raw is what only a transplant needs; the cache is a
// state folded from the records so far, which may be thrown away at any time.
package store
