package ticket

import "time"

// Amendment is what a person wrote over a part of a report that the service
// had generated. Part names the part; Fields hold its new content, each under
// the name that the part's form gives it.
type Amendment struct {
	Part   string            `json:"part"`
	Fields map[string]string `json:"fields"`
	By     string            `json:"by"`   // account
	Name   string            `json:"name"` // of the person, as it was then
	At     time.Time         `json:"at"`
}
