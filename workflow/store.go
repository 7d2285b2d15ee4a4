package workflow

import (
	"bytes"
	"context"
	"fmt"
	"hash"
	"math"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/redis/go-redis/v9"

	"huiyin/ticket"
	"huiyin/workflow/archive"
	"huiyin/workflow/catalogue"
	"huiyin/workflow/record"
	"huiyin/workflow/refusal"
	"huiyin/workflow/rules"
	"huiyin/workflow/steps"
)

// Store keeps tickets in Redis. It is safe for concurrent use.
type Store struct {
	rdb        redis.UniversalClient
	partitions int
	schema     int
	hash       func() hash.Hash
	stream     int64
	codes      *dictionary
	months     sync.Map // ticket.Month: those already noted
	recent     recent
	catalogued catalogued
	steps      gatherer
	archive    *archive.Folder
}

// StoreOptions say how a store is laid out. Partitions and Hash are fixed when
// a store is first opened; zero values mean what the store has, or the default.
type StoreOptions struct {
	Partitions int    // 16 for one machine, 64 where a cluster is planned
	Hash       string // of the chain: sha256 or sm3
	Single     bool   // every step goes to the server by itself, as for comparison
	Stream     int64  // events kept for live views and outgoing messages, a partition
	// Archive is where tickets lie that were finished long ago; nil for nowhere.
	Archive *archive.Folder
}

const (
	defaultPartitions = 16
	defaultHash       = "sha256"
	defaultStream     = 4096
)

// OpenStore opens the store on a server, or founds it there. It refuses a store
// that was founded with other partitions or another hash. Errors are
// *ticket.Refusal.
func OpenStore(ctx context.Context, rdb redis.UniversalClient, o StoreOptions) (*Store, error) {
	wanted := map[string]string{"partitions": strconv.Itoa(defaultPartitions), "hash": defaultHash, "format": Schema}
	if o.Partitions != 0 {
		wanted["partitions"] = strconv.Itoa(o.Partitions)
	}
	if o.Hash != "" {
		wanted["hash"] = o.Hash
	}
	if _, ok := record.Hashes[wanted["hash"]]; !ok || o.Partitions < 0 || o.Partitions > partitionsMost {
		return nil, ticket.Refuse(ticket.ErrInvalid, "bad_store_options", "分区数应为1到%d，哈希应为 sha256 或 sm3", partitionsMost)
	}
	founded, err := found(ctx, rdb, wanted)
	if err != nil {
		return nil, err
	}
	schema, err := SchemaOf(founded["format"])
	switch {
	case err != nil:
		return nil, err
	case o.Partitions != 0 && founded["partitions"] != wanted["partitions"]:
		return nil, ticket.Refuse(ticket.ErrInvalid, "store_partitions", "存储按%s个分区建立，不能用%s个分区打开", founded["partitions"], wanted["partitions"])
	case o.Hash != "" && founded["hash"] != wanted["hash"]:
		return nil, ticket.Refuse(ticket.ErrInvalid, "store_hash", "存储的哈希链用的是 %s，不能改用 %s", founded["hash"], wanted["hash"])
	}
	s := &Store{rdb: rdb, schema: schema, archive: o.Archive, stream: o.Stream, hash: record.Hashes[founded["hash"]], codes: newDictionary(rdb), catalogued: catalogued{Catalogue: catalogue.New()}, steps: gatherer{rdb: rdb, script: stepScript, trips: tripsMost}}
	if o.Single {
		s.steps.trips = math.MaxInt
	}
	if s.partitions, err = strconv.Atoi(founded["partitions"]); err != nil || s.partitions < 1 || s.partitions > partitionsMost || s.hash == nil {
		return nil, refusal.Damaged("", record.Malformed("store settings"))
	}
	if s.stream == 0 {
		s.stream = defaultStream
	}
	return s, s.codes.read(ctx)
}

func found(ctx context.Context, rdb redis.UniversalClient, wanted map[string]string) (map[string]string, error) {
	var args []any
	for _, name := range []string{"format", "partitions", "hash"} {
		args = append(args, name, wanted[name])
	}
	flat, err := foundScript.Run(ctx, rdb, []string{metaKey}, args...).StringSlice()
	if err != nil {
		return nil, refusal.Of("", err)
	}
	founded := map[string]string{}
	for i := 0; i+1 < len(flat); i += 2 {
		founded[flat[i]] = flat[i+1]
	}
	return founded, nil
}

// The fields of a ticket's hash. They are short, for they are stored with every
// ticket. Events are "e1", "e2", …
const (
	versionField = "v"
	sourceField  = "k" // channel and source number
	ordinalField = "n" // in its month
	headField    = "h" // last link of the chain
	stateField   = "p" // progress: the fold of the history
	bodyField    = "b"
	shelfField   = "z" // instead of body and events, when the ticket is finished
	sealedField  = "s" // the caller's personal data
	archiveField = "a" // where in the archive what is missing here lies
)

func eventField(seq int64) string { return "e" + strconv.FormatInt(seq, 10) }

func sourceOf(t *ticket.Ticket) string { return string(t.Channel) + "\x00" + t.SourceNo }

// stored is a ticket as it lies in the store.
type stored struct {
	ticket.Ticket
	ordinal  int64
	county   string // as received; a later step may say better
	head     []byte
	shelved  bool
	progress []byte // packed, as are body and events
	body     []byte
	history  [][]byte
	room     *atomic.Bool // behind events and history: set once the next version has taken it
}

// eventsAhead is for how many more events a ticket that is worked on has room.
const eventsAhead = 6

// shown is the ticket for others, who may add to what they are given.
func (s *stored) shown() ticket.Ticket {
	t := s.Ticket
	t.Events = slices.Clip(t.Events)
	return t
}

// origin is the ticket as it was received, before any event.
func (s *stored) origin() ticket.Ticket {
	t := s.Ticket
	t.Progress, t.Events, t.County = ticket.Progress{}, nil, s.county
	return t
}

// Hash is the hash of the chains, fixed when the store was founded.
func (s *Store) Hash() func() hash.Hash { return s.hash }

func (s *Store) chain(id ticket.ID) record.Chain { return record.Chain{ID: id, Hash: s.hash} }

// load reads a ticket with its history and verifies the chain. Errors are
// *ticket.Refusal of the kinds ErrNotFound and ErrStore.
func (s *Store) load(ctx context.Context, id ticket.ID) (*stored, error) {
	if !id.Valid() {
		return nil, refusal.NotFound(id)
	}
	fields, err := s.rdb.HGetAll(ctx, ticketKey(s.partition(id), id)).Result()
	if err != nil {
		return nil, refusal.Of(id, err)
	}
	if len(fields) == 0 {
		return nil, refusal.NotFound(id)
	}
	if err := s.lay(id, fields); err != nil {
		return nil, err
	}
	t, err := s.decode(id, fields)
	if err != nil {
		return nil, refusal.Damaged(id, err)
	}
	s.recent.put(t)
	return t, nil
}

// decode reads a whole ticket and verifies its chain.
func (s *Store) decode(id ticket.ID, fields map[string]string) (*stored, error) {
	t, err := decodeHead(id, fields)
	if err != nil {
		return nil, err
	}
	var tags [][]byte
	if !t.shelved {
		if t.history, tags, err = inFields(fields); err != nil {
			return nil, err
		}
	}
	if t.Version != int64(len(t.history)) {
		return nil, &record.BrokenChain{Seq: min(t.Version, int64(len(t.history))) + 1}
	}
	t.head = []byte(fields[headField])
	c := s.chain(id)
	links, err := c.Verify(fields[sourceField], t.body, t.history, tags, t.head)
	if err != nil {
		return nil, err
	}
	t.Events = make([]ticket.Event, len(t.history))
	prev := c.Origin(fields[sourceField], t.body)
	for i, b := range t.history {
		e, err := record.UnpackEvent(b)
		if err != nil {
			return nil, fmt.Errorf("第%d步：%w", i+1, err)
		}
		e.Seq, e.Prev, e.Hash = int64(i+1), prev, links[i]
		prev, t.Events[i] = links[i], e
	}
	return t, nil
}

// inFields are the events of a ticket that is not on the shelf, and their tags.
func inFields(fields map[string]string) (events, tags [][]byte, err error) {
	for e := fields[eventField(1)]; e != ""; e = fields[eventField(int64(len(events))+1)] {
		event, tag, err := record.Unseal([]byte(e))
		if err != nil {
			return nil, nil, err
		}
		events, tags = append(events, event), append(tags, tag)
	}
	return events, tags, nil
}

// headFields are what a list reads of a ticket: all but its history.
var headFields = []string{versionField, sourceField, ordinalField, stateField, bodyField, sealedField, shelfField, archiveField}

func decodeHead(id ticket.ID, fields map[string]string) (*stored, error) {
	t := &stored{}
	t.ID = id
	channel, number, ok := bytes.Cut([]byte(fields[sourceField]), []byte{0})
	if !ok {
		return nil, record.Malformed("source")
	}
	t.Channel, t.SourceNo = ticket.Channel(channel), string(number)
	var err error
	t.body, t.progress = []byte(fields[bodyField]), []byte(fields[stateField])
	if z := fields[shelfField]; z != "" {
		t.shelved = true
		if t.progress, t.body, t.history, err = record.Unshelve([]byte(z)); err != nil {
			return nil, err
		}
	}
	if err := record.UnpackBody(t.body, &t.Ticket); err != nil {
		return nil, err
	}
	t.county = t.County
	if err := record.UnpackProgress(t.progress, &t.Ticket); err != nil {
		return nil, err
	}
	if t.Version, err = strconv.ParseInt(fields[versionField], 10, 64); err != nil || t.Version < 1 {
		return nil, record.Malformed("version")
	}
	if t.ordinal, err = strconv.ParseInt(fields[ordinalField], 10, 64); err != nil || t.ordinal < 0 {
		return nil, record.Malformed("ordinal")
	}
	if sealed := fields[sealedField]; sealed != "" {
		t.Sealed = []byte(sealed)
	}
	return t, nil
}

// extend adds events to a ticket.
func (s *Store) extend(policy *rules.Policy, before *stored, events []ticket.Event) (*stored, error) {
	next := *before
	next.room = new(atomic.Bool)
	if before.room == nil || before.room.Swap(true) {
		// Others may have gone on from the ticket as it was.
		next.Events = slices.Grow(slices.Clip(before.Events), len(events)+eventsAhead)
		next.history = slices.Grow(slices.Clip(before.history), len(events)+eventsAhead)
	}
	c := s.chain(before.ID)
	for i := range events {
		e := events[i]
		b := record.PackEvent(&e)
		e.Prev, e.Hash = next.head, c.Next(next.head, b)
		if err := steps.Apply(&next.Ticket, &e); err != nil {
			return nil, err
		}
		next.head, next.history = e.Hash, append(next.history, b)
	}
	next.Dues = policy.Dues(&next.Ticket)
	next.shelved, next.progress = finished(next.State), record.PackProgress(&next.Ticket)
	return &next, nil
}

// finished reports whether a ticket in this state is put on the shelf.
func finished(s ticket.State) bool {
	kind := s.Info().Type
	return kind == ticket.Final || kind == ticket.Sealed
}

// append hands the store the events of a step. Errors are *ticket.Refusal:
// ErrConflict when the ticket moved on since before was read, ErrStore.
func (s *Store) append(ctx context.Context, policy *rules.Policy, before *stored, events []ticket.Event) (*stored, error) {
	after, err := s.extend(policy, before, events)
	if err != nil {
		return nil, refusal.Damaged(before.ID, err)
	}
	if err := s.codes.number(ctx, factWords(&after.Ticket)...); err != nil {
		return nil, err
	}
	c := s.stepCall(policy, before, after)
	if err := s.steps.run(ctx, c); err != nil {
		return nil, refusal.Of(before.ID, err)
	}
	s.recent.put(after)
	return after, nil
}

func (s *Store) stepCall(policy *rules.Policy, before, after *stored) call {
	p := s.partition(after.ID)
	var leaves []string
	var enters []standing
	if !stays(&before.Ticket, &after.Ticket) {
		leaves, enters = moves(s.places(&before.Ticket), s.places(&after.Ticket))
	}
	month := ticket.MonthOf(after.ReceivedAt)
	keys := append([]string{ticketKey(p, after.ID), factsKey(p, month), streamKey(p), PendingKey(p)}, leaves...)
	drops := dropped(before, after)
	args := append(make([]any, 0, 24),
		before.Version, after.head, len(leaves), string(after.ID), after.ordinal*record.FactSize,
		record.PackFact(s.codes, steps.FactOf(policy, &after.Ticket), after.Secrecy()), s.stream,
		record.PackChange(before.State, &after.Ticket, len(after.history)-len(before.history)), len(drops),
	)
	args = append(append(args, drops...), scoresOf(enters)...)
	args = append(args, versionField, after.Version, headField, after.head)
	return call{keys: append(keys, keysOf(enters)...), args: append(args, laid(before, after)...)}
}

// laid are the fields that hold what is new of progress, body and events.
func laid(before, after *stored) []any {
	if after.shelved {
		return []any{shelfField, record.Shelve(after.progress, after.body, after.history)}
	}
	fields, from := []any{stateField, after.progress}, len(before.history)
	if before.shelved {
		from = 0
	}
	for i, b := range after.history[from:] {
		fields = append(fields, eventField(int64(from+i)+1), record.Seal(b, after.Events[from+i].Hash))
	}
	if from == 0 {
		fields = append(fields, bodyField, after.body)
	}
	return fields
}

// dropped are the fields that go when a ticket is put on the shelf, or taken
// down from it.
func dropped(before, after *stored) []any {
	switch {
	case before.shelved && !after.shelved:
		return []any{shelfField}
	case before.shelved || !after.shelved:
		return nil
	}
	fields := []any{stateField, bodyField}
	for i := range before.history {
		fields = append(fields, eventField(int64(i)+1))
	}
	return fields
}
