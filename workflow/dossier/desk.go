package dossier

import (
	"context"
	"errors"
	"hash"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"huiyin/ticket"
	"huiyin/workflow/refusal"
	"huiyin/workflow/rules"
	"huiyin/workflow/steps"
)

// Desk takes the steps of a table. It is safe for concurrent use, in one
// process and in several.
type Desk struct {
	Table  *Table
	store  store
	policy func() *rules.Policy
}

// NewDesk makes a desk for a table on a store. The hash is that with which the
// store was founded.
func NewDesk(table *Table, rdb redis.UniversalClient, hash func() hash.Hash, policy func() *rules.Policy) *Desk {
	return &Desk{Table: table, policy: policy, store: store{rdb: rdb, kind: table.Kind, noun: table.Noun, hash: hash}}
}

// Request asks for a step.
type Request struct {
	ID      string // of the request: the same again changes nothing
	Entry   string // ID of the matter
	Version int64  // of the matter that the actor has seen; 0 opens it
	Step    ticket.Step
	Actor   ticket.Actor
	Fields  map[string]string
	// Recorded is what the service itself puts beside the fields.
	Recorded map[string]string
	// Files are kept with the matter, in one with the step.
	Files map[string][]byte
	// Year and Number take the next number of a year; ErrTaken when it is not
	// the next any more.
	Year, Number int
}

// ErrTaken says that another matter took the number: read the next and ask again.
var ErrTaken = errTaken

const requestMax = 128

// Take takes a step. A request that was answered before gets the matter as it
// is now. Errors are *ticket.Refusal of the kinds ErrInvalid, ErrNotFound,
// ErrForbidden, ErrIllegal, ErrConflict and ErrStore, and ErrTaken.
func (d *Desk) Take(ctx context.Context, now time.Time, r Request) (Entry, error) {
	step, ok := d.Table.Find(r.Step)
	if !ok || r.ID == "" || len(r.ID) > requestMax || r.Entry == "" {
		return Entry{}, ticket.Refuse(ticket.ErrInvalid, "bad_request", "请求不完整")
	}
	e, err := d.standing(ctx, step, r)
	if err != nil {
		return Entry{}, err
	}
	if slices.ContainsFunc(e.Events, func(x ticket.Event) bool { return x.Request == r.ID && x.Step == r.Step && x.Actor == r.Actor.ID }) {
		return e, nil
	}
	if refused := d.Table.refuse(step, r.Actor, &e); refused != nil {
		return e, refused
	}
	fields, err := d.fields(step, &e, now, r.Fields)
	if err != nil {
		return e, err
	}
	if r.Version != e.Version {
		return e, d.stale(e.Version)
	}
	maps.Copy(fields, r.Recorded)
	role, _ := step.role(r.Actor, &e)
	event := ticket.Event{
		At: now.UTC().Truncate(time.Millisecond), Step: r.Step, From: e.State, To: step.To, Actor: r.Actor.ID, Name: r.Actor.Name,
		Role: role, Unit: r.Actor.Unit, Request: r.ID, Fields: fields,
	}
	if step.To == ticket.None {
		event.To = e.State
	}
	no := number{}
	if r.Number > 0 {
		no = number{strconv.Itoa(r.Year), r.Number}
	}
	return e, d.store.append(ctx, &e, event, no, r.Files)
}

// standing is the matter that a request is about; one that is to be opened may
// not be there yet. Units know of their own matters only.
func (d *Desk) standing(ctx context.Context, step *Step, r Request) (Entry, error) {
	e, err := d.store.load(ctx, r.Entry)
	if errors.Is(err, ticket.ErrNotFound) && len(step.From) == 0 {
		return Entry{ID: r.Entry}, nil
	}
	if err == nil && !Sees(r.Actor, &e) {
		return Entry{}, d.unknown(r.Entry)
	}
	return e, err
}

func (d *Desk) unknown(id string) error {
	return ticket.Refuse(ticket.ErrNotFound, "no_matter", "没有%s %s，或者无权查看", d.Table.Noun, refusal.Clip(id))
}

func (d *Desk) stale(version int64) error {
	r := ticket.Refuse(ticket.ErrConflict, "stale_version", "这个%s刚被别人办理过（现在是第%d版），请刷新后再办", d.Table.Noun, version)
	r.Version = version
	return r
}

func (d *Desk) fields(step *Step, e *Entry, now time.Time, given map[string]string) (map[string]string, error) {
	fields, faults := steps.ReadForm(d.policy(), step.Name, step.Fields, given)
	if step.Check != nil && len(faults) == 0 {
		faults = step.Check(e, now, fields)
	}
	if len(faults) > 0 {
		r := ticket.Refuse(ticket.ErrInvalid, "bad_fields", "有%d处需要改：%s", len(faults), faults[0].Message)
		r.Faults = faults
		return nil, r
	}
	return fields, nil
}

// Sees reports whether a matter exists for somebody: people who belong to a
// unit and have no other role see what their unit is charged with.
func Sees(actor ticket.Actor, e *Entry) bool {
	for _, r := range actor.Roles {
		if r != ticket.UnitHandler {
			return true
		}
	}
	return actor.Unit != "" && actor.Unit == e.Unit()
}

// Entry reads a matter. ErrNotFound when there is none, or none for the actor.
func (d *Desk) Entry(ctx context.Context, actor ticket.Actor, id string) (Entry, error) {
	e, err := d.store.load(ctx, id)
	if err == nil && !Sees(actor, &e) {
		return Entry{}, d.unknown(id)
	}
	return e, err
}

// Check verifies the history of every matter: how many there are, and what is
// wrong, in words for people.
func (d *Desk) Check(ctx context.Context) (n int, broken []string, err error) {
	all, faults, err := d.store.all(ctx)
	for _, f := range faults {
		var r *ticket.Refusal
		if errors.As(f, &r) {
			broken = append(broken, r.Message)
		}
	}
	return len(all) + len(faults), broken, err
}

// List reads the matters that the actor may see, those that began last first.
// One whose record is damaged is left out; Entry and Check say so.
func (d *Desk) List(ctx context.Context, actor ticket.Actor) ([]Entry, error) {
	all, _, err := d.store.all(ctx)
	return slices.DeleteFunc(all, func(e Entry) bool { return !Sees(actor, &e) }), err
}

// Allowed are the steps that somebody may take on a matter now.
func (d *Desk) Allowed(actor ticket.Actor, e *Entry) []Step { return d.Table.Allowed(actor, e) }

// NextNumber is the next number of a year.
func (d *Desk) NextNumber(ctx context.Context, year int) (int, error) {
	n, err := d.store.rdb.HGet(ctx, d.store.numbersKey(), strconv.Itoa(year)).Int()
	if errors.Is(err, redis.Nil) {
		err = nil
	}
	return n + 1, refusal.Of("", err)
}

// File reads a file of a matter; nil when there is none of the name.
func (d *Desk) File(ctx context.Context, id, name string) ([]byte, error) {
	b, err := d.store.rdb.HGet(ctx, d.store.filesKey(id), name).Bytes()
	if errors.Is(err, redis.Nil) {
		return nil, nil
	}
	return b, refusal.Of("", err)
}

// Refusal says why somebody cannot take a step on a matter now; nil when they can.
func (d *Desk) Refusal(step ticket.Step, actor ticket.Actor, e *Entry) error {
	s, ok := d.Table.Find(step)
	if !ok {
		return ticket.Refuse(ticket.ErrNotFound, "no_step", "没有这个步骤")
	}
	if refused := d.Table.refuse(s, actor, e); refused != nil {
		return refused
	}
	return nil
}

// AddFile keeps a file of a matter unless there is one of the name, and gives
// the one that is kept.
func (d *Desk) AddFile(ctx context.Context, id, name string, content []byte) ([]byte, error) {
	if err := d.store.rdb.HSetNX(ctx, d.store.filesKey(id), name, content).Err(); err != nil {
		return nil, refusal.Of("", err)
	}
	return d.File(ctx, id, name)
}
