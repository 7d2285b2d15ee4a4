package workflow

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"huiyin/ticket"
)

// Filter says which tickets a list shows. Zero values do not narrow.
type Filter struct {
	States       []ticket.State
	Unit         string // leads, or helps with an open ticket
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
	SortBy       string // "due": earliest first; "received": latest first
	Cursor       string // Next of the page before
	Limit        int    // 1 to 200, 0 for 50
}

// Page is a part of a list. The tickets are without their history.
type Page struct {
	Tickets []ticket.Ticket
	Total   int    // without a month, of the months looked at: the last 13, or more
	Next    string // cursor of the next page, empty at the end
}

// The orders of a list.
const (
	SortDue      = "due"
	SortReceived = "received"
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
	secrecy  []Secrecy
	after    *place
	policy   *Policy
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
	read := d.store.matching
	if q.fromQueues() {
		read = d.store.queued
	}
	places, total, err := read(ctx, q)
	if err != nil {
		return Page{}, err
	}
	page := Page{Total: total}
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
		if May(actor, ActRead, &s.Ticket) && (len(q.States) == 0 || slices.Contains(q.States, s.State)) {
			page.Tickets = append(page.Tickets, s.Ticket)
		}
	}
	return page, nil
}

func (d *Desk) query(now time.Time, actor ticket.Actor, f Filter) (*query, error) {
	q := &query{Filter: f, now: now, policy: d.Policy(), from: -1, to: noDue}
	unit, secrecy, err := scope(actor, f.Unit)
	if err != nil {
		return nil, err
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
			return nil, ticket.Refuse(ticket.ErrInvalid, "unknown_state", "没有“%s”这个状态", clip(string(s)))
		}
	}
	if f.SortBy != "" && f.SortBy != SortDue && f.SortBy != SortReceived {
		return nil, ticket.Refuse(ticket.ErrInvalid, "unknown_order", "排序应为 due 或 received")
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
		q.States = append(slices.Clone(open), ticket.Transferred, ticket.HandedOver)
	}
	if q.SortBy == "" {
		q.SortBy = SortReceived
		if len(q.States) > 0 && within(q.States, queuedStates) {
			q.SortBy = SortDue
		}
	}
	return q, nil
}

// scope says which unit's tickets, and how secret ones, somebody's lists show.
func scope(actor ticket.Actor, unit string) (string, []Secrecy, error) {
	if !May(actor, ActList, nil) {
		return "", nil, ticket.Refuse(ticket.ErrForbidden, "not_allowed", "没有查看工单的权限")
	}
	above := actor.Has(ticket.System)
	for _, role := range permissions[ActList] {
		above = above || role != ticket.UnitHandler && actor.Has(role)
	}
	secrecy := []Secrecy{Visible}
	switch {
	case !above && actor.Unit == "":
		return "", nil, ticket.Refuse(ticket.ErrForbidden, "no_unit", "账号没有所属单位，看不到工单")
	case !above && unit != "" && unit != actor.Unit:
		return "", nil, ticket.Refuse(ticket.ErrForbidden, "other_unit", "只能查看本单位的工单")
	case !above:
		return actor.Unit, secrecy, nil
	case actor.Has(ticket.Discipline):
		secrecy = append(secrecy, Clue, Secret)
	case actor.Has(ticket.Operator):
		secrecy = append(secrecy, Clue)
	}
	return unit, secrecy, nil
}

func (q *query) late() bool { return q.Overdue || q.DueSoon }

// queuedStates are the states of which every ticket stands in a queue.
var queuedStates = append(slices.Clone(open), ticket.HandedOver)

// fromQueues reports whether the queues alone answer the query.
func (q *query) fromQueues() bool {
	states := queuedStates
	if q.late() {
		states = append(slices.Clone(states), ticket.Transferred)
	}
	return len(q.States) > 0 && within(q.States, states) && q.SortBy == SortDue &&
		q.Category == "" && q.County == "" && q.Channel == "" && q.Kind == "" && q.Urgency == "" && q.Month == "" &&
		q.Supervised == nil && q.Enforcement == nil && q.Confidential == nil && q.Excluded == nil && q.Sample == nil
}

func within(list, all []ticket.State) bool {
	return !slices.ContainsFunc(list, func(s ticket.State) bool { return !slices.Contains(all, s) })
}

// keys are the sorted sets that hold what the query asks for.
func (s *Store) keys(q *query, p int) []string {
	var keys []string
	for _, state := range q.States {
		if q.Unit != "" {
			keys = append(keys, queueKey(p, q.Unit, state))
			continue
		}
		for _, secrecy := range q.secrecy {
			keys = append(keys, dueKey(p, secrecy, state))
		}
	}
	return keys
}

// queued reads the first places of a list from the queues: one more than the
// page, and how many there are in all.
func (s *Store) queued(ctx context.Context, q *query) ([]place, int, error) {
	pipe := s.rdb.Pipeline()
	var counts []*redis.IntCmd
	var ranges []*redis.ZSliceCmd
	least, most := "("+strconv.FormatInt(q.from, 10), strconv.FormatInt(q.to, 10)
	for p := range s.partitions {
		for _, key := range s.keys(q, p) {
			counts = append(counts, pipe.ZCount(ctx, key, least, most))
			ranges = append(ranges, rangesFrom(ctx, pipe, key, q, least, most)...)
		}
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return nil, 0, refused("", err)
	}
	total := 0
	for _, c := range counts {
		total += int(c.Val())
	}
	var places []place
	for _, r := range ranges {
		for _, z := range r.Val() {
			places = append(places, place{n: int64(z.Score), id: ticket.ID(z.Member.(string))})
		}
	}
	helping, err := s.helping(ctx, q)
	if err != nil {
		return nil, 0, err
	}
	places, total = append(places, helping...), total+len(helping)
	return q.page(places), total, nil
}

// rangesFrom reads a queue from the cursor on. Many tickets are due at the same
// midnight: of that instant all are read, for their order is by ID.
func rangesFrom(ctx context.Context, pipe redis.Pipeliner, key string, q *query, least, most string) []*redis.ZSliceCmd {
	count := int64(q.Limit) + 1
	if q.after == nil {
		return []*redis.ZSliceCmd{pipe.ZRangeByScoreWithScores(ctx, key, &redis.ZRangeBy{Min: least, Max: most, Count: count})}
	}
	at := strconv.FormatInt(q.after.n, 10)
	return []*redis.ZSliceCmd{
		pipe.ZRangeByScoreWithScores(ctx, key, &redis.ZRangeBy{Min: at, Max: at}),
		pipe.ZRangeByScoreWithScores(ctx, key, &redis.ZRangeBy{Min: "(" + at, Max: most, Count: count}),
	}
}

// page orders places, drops those up to the cursor and keeps one more than fit.
func (q *query) page(places []place) []place {
	if q.after != nil {
		places = slices.DeleteFunc(places, func(p place) bool { return p.compare(*q.after) <= 0 })
	}
	slices.SortFunc(places, place.compare)
	return places[:min(len(places), q.Limit+1)]
}

// helping are the places of the open tickets that a unit helps with. Their
// states stand with the tickets: a unit helps with few.
func (s *Store) helping(ctx context.Context, q *query) ([]place, error) {
	if q.Unit == "" {
		return nil, nil
	}
	scores, err := s.helped(ctx, q.Unit)
	if err != nil {
		return nil, err
	}
	ids := make([]ticket.ID, 0, len(scores))
	for id, n := range scores {
		if n > q.from && n <= q.to {
			ids = append(ids, id)
		}
	}
	heads, err := s.heads(ctx, ids)
	if err != nil {
		return nil, err
	}
	var places []place
	for _, h := range heads {
		if slices.Contains(q.States, h.State) {
			places = append(places, place{n: scores[h.ID], id: h.ID})
		}
	}
	return places, nil
}

// helped are the open tickets that a unit helps with, with their due times.
func (s *Store) helped(ctx context.Context, unit string) (map[ticket.ID]int64, error) {
	pipe := s.rdb.Pipeline()
	members := make([]*redis.ZSliceCmd, s.partitions)
	for p := range members {
		members[p] = pipe.ZRangeWithScores(ctx, helperKey(p, unit), 0, -1)
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return nil, refused("", err)
	}
	scores := map[ticket.ID]int64{}
	for _, m := range members {
		for _, z := range m.Val() {
			scores[ticket.ID(z.Member.(string))] = int64(z.Score)
		}
	}
	return scores, nil
}

// heads reads tickets without their history, in the order asked for; those that
// are gone are left out.
func (s *Store) heads(ctx context.Context, ids []ticket.ID) ([]*stored, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	pipe := s.rdb.Pipeline()
	cmds := make([]*redis.SliceCmd, len(ids))
	for i, id := range ids {
		cmds[i] = pipe.HMGet(ctx, ticketKey(s.partition(id), id), headFields...)
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return nil, refused("", err)
	}
	heads := make([]*stored, 0, len(ids))
	for i, c := range cmds {
		fields := make(map[string]string, len(headFields))
		for n, v := range c.Val() {
			if text, ok := v.(string); ok {
				fields[headFields[n]] = text
			}
		}
		if len(fields) == 0 {
			continue
		}
		h, err := decodeHead(ids[i], fields)
		if err != nil {
			return nil, damaged(ids[i], err)
		}
		heads = append(heads, h)
	}
	return heads, nil
}

// Tickets reads tickets without their history, in the order asked for; unknown
// IDs are left out. It asks for no permission: it is for jobs and reports.
func (s *Store) Tickets(ctx context.Context, ids []ticket.ID) ([]ticket.Ticket, error) {
	var tickets []ticket.Ticket
	for part := range slices.Chunk(ids, 500) {
		heads, err := s.heads(ctx, part)
		if err != nil {
			return nil, err
		}
		for _, h := range heads {
			tickets = append(tickets, h.Ticket)
		}
	}
	return tickets, nil
}

// followers are the tickets merged into a primary, with their history.
func (s *Store) followers(ctx context.Context, primary ticket.ID) ([]ticket.Ticket, error) {
	pipe := s.rdb.Pipeline()
	members := make([]*redis.StringSliceCmd, s.partitions)
	for p := range members {
		members[p] = pipe.ZRange(ctx, groupKey(p, primary), 0, -1)
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return nil, refused(primary, err)
	}
	var merged []ticket.Ticket
	for _, m := range members {
		for _, id := range m.Val() {
			t, err := s.load(ctx, ticket.ID(id))
			if err != nil {
				return nil, fmt.Errorf("并入的工单：%w", err)
			}
			merged = append(merged, t.Ticket)
		}
	}
	return merged, nil
}
