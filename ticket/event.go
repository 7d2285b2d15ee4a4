package ticket

import "time"

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
	Fields  map[string]string `json:"fields,omitempty"`
	Prev    []byte            `json:"prev,omitempty"`
	Hash    []byte            `json:"hash,omitempty"`
}
