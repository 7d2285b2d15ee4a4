package workflow

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"huiyin/ticket"
	"huiyin/workflow/catalogue"
	"huiyin/workflow/permit"
	"huiyin/workflow/refusal"
	"huiyin/workflow/rules"
	"huiyin/workflow/steps"
)

// Filter says which tickets a list shows. Zero values do not narrow.
type Filter struct {
	States       []ticket.State
	Unit         string // leads, or helps with
	Overdue      bool   // a clock has run out and nobody has met it yet
	DueSoon      bool   // due within 24 hours
	Category     string
	County       string
	Channel      ticket.Channel
	Kind         ticket.Kind
	Urgency      ticket.Urgency
	Month        ticket.Month // received in
	Supervised   *bool
	Enforcement  *bool
	Confidential *bool
	Excluded     *bool
	Sample       *bool
	Hidden       *bool          // as a clue; what may be seen at all is another question
	From, Till   time.Time      // received, Till exclusive
	With         catalogue.Flag // all of these
	Text         string         // each word of it stands in the ticket's texts; cleaned as they are
	Caller       string         // fingerprint
	SortBy       string         // "due": earliest first; "received": latest first; "relevant": what fits the text best
	Cursor       string         // Next of the page before
	Limit        int            // 1 to 200, 0 for 50
}

// Page is a part of a list. The tickets are without their history.
type Page struct {
	Tickets []ticket.Ticket
	Total   int
	Next    string // cursor of the next page, empty at the end
	Unread  int    // tickets that may belong here, whose texts have not been read yet since the service started
}

// The orders of a list.
const (
	SortDue      = "due"
	SortReceived = "received"
	SortRelevant = "relevant"
)

const (
	pageDefault = 50
	pageMax     = 200
	// soon is how far DueSoon looks ahead.
	soon = 24 * time.Hour
)

// place is a ticket's place in a list: by n, then by ID.
type place struct {
	n  int64
	id ticket.ID
}

func (a place) compare(b place) int {
	if a.n != b.n {
		if a.n < b.n {
			return -1
		}
		return 1
	}
	return strings.Compare(string(a.id), string(b.id))
}

func (a place) String() string { return strconv.FormatInt(a.n, 36) + "." + string(a.id) }

func parsePlace(cursor string) (p place, ok bool) {
	n, id, found := strings.Cut(cursor, ".")
	v, err := strconv.ParseInt(n, 36, 64)
	return place{n: v, id: ticket.ID(id)}, found && err == nil && ticket.ID(id).Valid()
}

// query is a filter made ready: whose view it is, and where the page starts.
type query struct {
	Filter
	now      time.Time
	secrecy  []ticket.Secrecy
	after    *place
	policy   *rules.Policy
	from, to int64 // of due times, exclusive and inclusive
}

// List shows tickets to somebody. Units see their own, and a clue is listed for
// nobody who may not know of it. Errors are *ticket.Refusal of the kinds
// ErrForbidden, ErrInvalid and ErrStore.
func (d *Desk) List(ctx context.Context, now time.Time, actor ticket.Actor, f Filter) (Page, error) {
	q, err := d.query(now, actor, f)
	if err != nil {
		return Page{}, err
	}
	var page Page
	var places []place
	if q.fromQueues() {
		places, page.Total, err = d.store.queued(ctx, q)
	} else {
		places, page.Total, page.Unread, err = d.store.matching(ctx, q)
	}
	if err != nil {
		return Page{}, err
	}
	if len(places) > q.Limit {
		places = places[:q.Limit]
		page.Next = places[q.Limit-1].String()
	}
	ids := make([]ticket.ID, len(places))
	for i, p := range places {
		ids[i] = p.id
	}
	heads, err := d.store.heads(ctx, ids)
	if err != nil {
		return Page{}, err
	}
	for _, s := range heads {
		// A ticket may have moved on since its place was read.
		if permit.May(actor, permit.Read, &s.Ticket) && (len(q.States) == 0 || slices.Contains(q.States, s.State)) && (q.Caller == "" || q.Caller == s.CallerKey) {
			page.Tickets = append(page.Tickets, s.Ticket)
		}
	}
	return page, nil
}

func (d *Desk) query(now time.Time, actor ticket.Actor, f Filter) (*query, error) {
	q := &query{Filter: f, now: now, policy: d.Policy(), from: -1, to: noDue}
	unit, secrecy, err := permit.Scope(actor, f.Unit)
	if err != nil {
		return nil, err
	}
	if f.Hidden != nil {
		secrecy = slices.DeleteFunc(secrecy, func(s ticket.Secrecy) bool { return (s != ticket.Visible) != *f.Hidden })
	}
	q.Unit, q.secrecy = unit, secrecy
	if q.Limit < 0 || q.Limit > pageMax {
		return nil, ticket.Refuse(ticket.ErrInvalid, "bad_limit", "每页应为1到%d件", pageMax)
	}
	if q.Limit == 0 {
		q.Limit = pageDefault
	}
	for _, s := range f.States {
		if !s.Valid() {
			return nil, ticket.Refuse(ticket.ErrInvalid, "unknown_state", "没有“%s”这个状态", refusal.Clip(string(s)))
		}
	}
	if f.SortBy != "" && f.SortBy != SortDue && f.SortBy != SortReceived && f.SortBy != SortRelevant {
		return nil, ticket.Refuse(ticket.ErrInvalid, "unknown_order", "排序应为 due、received 或 relevant")
	}
	if f.Cursor != "" {
		p, ok := parsePlace(f.Cursor)
		if !ok {
			return nil, ticket.Refuse(ticket.ErrInvalid, "bad_cursor", "翻页位置无效，请从第一页开始")
		}
		q.after = &p
	}
	switch {
	case f.Overdue && f.DueSoon:
		q.to = now.Add(soon).UnixMilli()
	case f.Overdue:
		q.to = now.UnixMilli()
	case f.DueSoon:
		q.from, q.to = now.UnixMilli(), now.Add(soon).UnixMilli()
	}
	if q.late() && len(q.States) == 0 {
		q.States = append(slices.Clone(steps.OpenStates), ticket.Transferred, ticket.HandedOver)
	}
	if q.SortBy == "" {
		q.SortBy = SortReceived
		if len(q.States) > 0 && within(q.States, queuedStates) {
			q.SortBy = SortDue
		}
	}
	return q, nil
}

func (q *query) late() bool { return q.Overdue || q.DueSoon }

// queuedStates are the states of which every ticket stands in a queue.
var queuedStates = append(slices.Clone(steps.OpenStates), ticket.HandedOver)

// fromQueues reports whether the queues alone answer the query.
func (q *query) fromQueues() bool {
	states := queuedStates
	if q.late() {
		states = append(slices.Clone(states), ticket.Transferred)
	}
	return len(q.States) > 0 && within(q.States, states) && q.SortBy == SortDue &&
		q.Category == "" && q.County == "" && q.Channel == "" && q.Kind == "" && q.Urgency == "" && q.Month == "" &&
		q.From.IsZero() && q.Till.IsZero() && q.With == 0 && q.Text == "" && q.Caller == "" &&
		q.Supervised == nil && q.Enforcement == nil && q.Confidential == nil && q.Excluded == nil && q.Sample == nil
}

func within(list, all []ticket.State) bool {
	return !slices.ContainsFunc(list, func(s ticket.State) bool { return !slices.Contains(all, s) })
}
