package secret

// Masker makes exact strings showable: what is secret becomes a keyed
// fingerprint and a length. Copies share what was learned. The zero Masker
// masks by the same rules, without fingerprints.
type Masker struct{ s *state }

type state struct{ key []byte }

// NewMasker returns a Masker with its key; fingerprints of two maskers with the same key compare.
func NewMasker(key []byte) Masker { return Masker{&state{key: append([]byte(nil), key...)}} }
