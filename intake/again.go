package intake

import (
	"context"

	"huiyin/intake/twins"
	"huiyin/ticket"
	"huiyin/workflow"
)

// UseTwins lets the line look for tickets that may be the same matter. Without
// it nothing is offered for merging.
func (l *Line) UseTwins(b *twins.Book) { l.twins.Store(b) }

// Twins is the book of UseTwins, nil when there is none.
func (l *Line) Twins() *twins.Book { return l.twins.Load() }

// Draft is the ticket that a form would become, judged and routed, without its
// personal data: for looking ahead while somebody writes. It opens nothing.
func (l *Line) Draft(actor ticket.Actor, f Form) (ticket.Ticket, error) {
	o, err := l.opening(l.rules(), l.mappings.Load().values, actor, &f)
	o.Ticket.Sealed = nil
	return o.Ticket, err
}

// hold keeps a ticket that the service would dispatch by itself for a person,
// when the same caller has told the same before and it is still open.
func (l *Line) hold(ctx context.Context, o *workflow.Opening) error {
	book := l.Twins()
	if book == nil || !o.Ticket.Verdict.Auto {
		return nil
	}
	before, err := book.Hold(ctx, &o.Ticket)
	o.Hold = before != ""
	return err
}

// Again is an accepted row that may be the same matter as tickets before it.
type Again struct {
	Row      int          `json:"row"`
	ID       ticket.ID    `json:"id,omitempty"` // empty when the import only checked
	SourceNo string       `json:"source_no"`
	Title    string       `json:"title"`
	Twins    []twins.Twin `json:"twins"`
}

// maxAgain is how many rows a summary lists; all are counted.
const maxAgain = 200

// again looks for tickets that a row may repeat, and lets the rows after it
// find this one.
func (run *importing) again(ctx context.Context, it *item, id ticket.ID) error {
	book := run.line.Twins()
	if book == nil {
		return nil
	}
	t := it.opening.Ticket
	t.ID = id
	if t.ReceivedAt = t.CalledAt; t.ReceivedAt.IsZero() || t.ReceivedAt.After(run.now) {
		t.ReceivedAt = run.now
	}
	found, err := book.Find(ctx, ticket.Service, &t)
	if err != nil {
		return err
	}
	if id != "" {
		book.Enter(&t)
	}
	if len(found) == 0 {
		return nil
	}
	run.summary.AgainRows++
	if len(run.summary.Again) < maxAgain {
		run.summary.Again = append(run.summary.Again, Again{
			Row: it.row.Number, ID: id, SourceNo: t.SourceNo, Title: headline(&t), Twins: found,
		})
	}
	return nil
}

// headlineRunes is how much of a content stands for a title.
const headlineRunes = 30

func headline(t *ticket.Ticket) string {
	if t.Title != "" {
		return t.Title
	}
	runes := []rune(t.Content)
	if len(runes) > headlineRunes {
		return string(runes[:headlineRunes]) + "…"
	}
	return t.Content
}
