package ticket

import (
	"errors"
	"fmt"
)

// The kinds of refusal. A caller asks with errors.Is; the door (HTTP, command
// line) turns the kind into a status and shows only a Refusal's text.
var (
	ErrNotFound  = errors.New("not found")
	ErrConflict  = errors.New("version moved on")
	ErrForbidden = errors.New("not allowed")
	ErrInvalid   = errors.New("invalid input")
	ErrIllegal   = errors.New("step not possible in this state")
	ErrStore     = errors.New("store unavailable")
)

// Refusal is an error whose text may be shown to a person: what was wrong,
// where, and what to do.
type Refusal struct {
	Kind    error  // one of the kinds above
	Code    string // stable, for machines: "missing_field", "stale_version"
	Message string // Chinese
	Faults  []FieldFault
	Version int64 // the current version, with ErrConflict
}

// FieldFault is what is wrong with one field of an input.
type FieldFault struct {
	Field   string `json:"field"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

func (r *Refusal) Error() string { return r.Message }

// Unwrap makes errors.Is find the kind.
func (r *Refusal) Unwrap() error { return r.Kind }

// Refuse makes a Refusal.
func Refuse(kind error, code, format string, args ...any) *Refusal {
	return &Refusal{Kind: kind, Code: code, Message: fmt.Sprintf(format, args...)}
}
