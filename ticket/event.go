package ticket

import (
	"strconv"
	"time"
)

// Step is a verb of the workflow. Which steps exist, from which state, by whom
// and with which fields is said once, in workflow's table.
type Step string

// Event is one accepted step in a ticket's history. Events are hash-chained:
// Hash covers Prev and everything else, so that a change, a gap or another
// order shows.
type Event struct {
	Seq     int64             `json:"seq"` // 1 for the receipt
	At      time.Time         `json:"at"`
	Step    Step              `json:"step"`
	From    State             `json:"from"`
	To      State             `json:"to"`
	Actor   string            `json:"actor"` // account
	Name    string            `json:"name"`  // of the person, as it was then
	Role    Role              `json:"role"`  // by which the step was allowed
	Unit    string            `json:"unit,omitempty"`
	Request string            `json:"request"` // id of the request: the same again changes nothing
	Asked   uint32            `json:"-"`       // digest of what the request gave, 0 unknown
	Fields  map[string]string `json:"fields,omitempty"`
	Prev    []byte            `json:"prev,omitempty"`
	Hash    []byte            `json:"hash,omitempty"`
}

// UndoesField names, in the event of a step that takes an earlier one back, the
// sequence number of that one.
const UndoesField = "undoes"

// Undoes is the sequence number of the event that this one takes back, 0 for none.
func (e *Event) Undoes() int64 {
	seq, err := strconv.ParseInt(e.Fields[UndoesField], 10, 64)
	if err != nil || seq < 1 || seq >= e.Seq {
		return 0
	}
	return seq
}

// Undone reports whether a later event takes back the one with a sequence number.
func Undone(events []Event, seq int64) bool {
	for i := range events {
		if events[i].Undoes() == seq {
			return true
		}
	}
	return false
}
