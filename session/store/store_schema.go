package store

// appID stands in the file's header and makes it a casebook session ("Case").
const appID = 0x43617365

// Version is the form of the file; a file with a higher one is left alone.
const Version = 1

// schema is run once, when a file is made. The triggers keep the promise that
// history is only added to against everybody who opens the file, not only us.
const schema = `
CREATE TABLE records (
	id    INTEGER PRIMARY KEY,
	at    TEXT NOT NULL,              -- UTC, RFC 3339 with nanoseconds
	type  TEXT NOT NULL,
	step  TEXT NOT NULL DEFAULT '',
	trial TEXT NOT NULL DEFAULT '',
	body  TEXT NOT NULL               -- JSON, masked
);
CREATE TABLE details (
	record INTEGER NOT NULL REFERENCES records(id),
	name   TEXT NOT NULL,             -- "stdout.head", "snapshot", ...
	body   BLOB NOT NULL,             -- masked
	PRIMARY KEY (record, name)
) WITHOUT ROWID;
CREATE TABLE raw (
	record INTEGER PRIMARY KEY REFERENCES records(id),
	body   BLOB NOT NULL              -- exact values, for transplants only
);
CREATE TABLE keys (
	name TEXT PRIMARY KEY,
	body BLOB NOT NULL
) WITHOUT ROWID;
CREATE TABLE marks (
	name TEXT PRIMARY KEY,
	body TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE cache (
	id   INTEGER PRIMARY KEY CHECK (id = 1),
	upto INTEGER NOT NULL,
	form INTEGER NOT NULL,
	body BLOB NOT NULL
);
CREATE INDEX records_of_trial ON records(trial, type) WHERE trial <> '';
CREATE TRIGGER records_stay_as_they_are BEFORE UPDATE ON records BEGIN SELECT RAISE(ABORT, 'records are only added'); END;
CREATE TRIGGER records_stay BEFORE DELETE ON records BEGIN SELECT RAISE(ABORT, 'records are only added'); END;
CREATE TRIGGER details_stay_as_they_are BEFORE UPDATE ON details BEGIN SELECT RAISE(ABORT, 'records are only added'); END;
CREATE TRIGGER details_stay BEFORE DELETE ON details BEGIN SELECT RAISE(ABORT, 'records are only added'); END;
`
