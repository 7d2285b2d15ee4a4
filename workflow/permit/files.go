package permit

import (
	"maps"
	"slices"

	"huiyin/ticket"
)

// SeesFile reports whether somebody may see a file of a ticket that they may
// read. What the caller of a confidential ticket handed in tells who the caller
// is: it is for those alone who may know that, and for whoever added it.
func SeesFile(actor ticket.Actor, t *ticket.Ticket, a *ticket.Attachment) bool {
	return May(actor, Read, t) && seesPurpose(actor, t, a.Purpose, a.Actor)
}

func seesPurpose(actor ticket.Actor, t *ticket.Ticket, purpose, by string) bool {
	return !t.Confidential || purpose != ticket.FromCaller || by == actor.ID || May(actor, Reveal, t)
}

// HideFiles takes files that somebody may not see out of the history that they
// are shown, names and all, and gives how many there would be to see.
func HideFiles(actor ticket.Actor, t *ticket.Ticket) int {
	hidden := 0
	for _, a := range ticket.Attachments(t.Events) {
		if !SeesFile(actor, t, &a) {
			hidden++
		}
	}
	events := slices.Clone(t.Events)
	for i := range events {
		e := &events[i]
		if e.Step == ticket.StepAttach && !seesPurpose(actor, t, e.Fields[ticket.PurposeField], e.Actor) {
			e.Fields = maps.Clone(e.Fields)
			delete(e.Fields, ticket.FilesField)
			delete(e.Fields, ticket.NoteField)
		}
	}
	t.Events = events
	return hidden
}
