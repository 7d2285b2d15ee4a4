package dossier

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"hash"
	"strconv"
	"strings"

	"github.com/redis/go-redis/v9"

	"huiyin/ticket"
	"huiyin/workflow/record"
	"huiyin/workflow/refusal"
)

//go:embed lua/append.lua
var appendSource string

var appendScript = redis.NewScript(appendSource)

// store keeps the matters of a kind; all its keys lie in one slot.
type store struct {
	rdb  redis.UniversalClient
	kind string
	noun string
	hash func() hash.Hash
}

func (s *store) key(parts ...string) string {
	return "{" + s.kind + "}:" + strings.Join(parts, ":")
}
func (s *store) entryKey(id string) string { return s.key("m", id) }
func (s *store) filesKey(id string) string { return s.key("files", id) }
func (s *store) idsKey() string            { return s.key("ids") }
func (s *store) numbersKey() string        { return s.key("numbers") }

func (s *store) chain(id string) record.Chain {
	return record.Chain{ID: ticket.ID(s.kind + "/" + id), Hash: s.hash}
}

// load reads a matter and verifies its chain.
func (s *store) load(ctx context.Context, id string) (Entry, error) {
	fields, err := s.rdb.HGetAll(ctx, s.entryKey(id)).Result()
	if err != nil {
		return Entry{}, refusal.Of("", err)
	}
	if len(fields) == 0 {
		return Entry{}, ticket.Refuse(ticket.ErrNotFound, "no_matter", "没有%s %s，或者无权查看", s.noun, refusal.Clip(id))
	}
	return s.decode(id, fields)
}

func (s *store) decode(id string, fields map[string]string) (Entry, error) {
	e := Entry{ID: id}
	version, err := strconv.Atoi(fields["v"])
	if err != nil {
		return e, s.damaged(id, record.Malformed("version"))
	}
	var events, tags [][]byte
	for n := 1; fields["e"+strconv.Itoa(n)] != ""; n++ {
		event, tag, err := record.Unseal([]byte(fields["e"+strconv.Itoa(n)]))
		if err != nil {
			return e, s.damaged(id, err)
		}
		events, tags = append(events, event), append(tags, tag)
	}
	if version != len(events) {
		return e, s.damaged(id, &record.BrokenChain{Seq: int64(min(version, len(events)) + 1)})
	}
	e.head = []byte(fields["h"])
	links, err := s.chain(id).Verify(s.kind, nil, events, tags, e.head)
	if err != nil {
		return e, s.damaged(id, err)
	}
	for i, raw := range events {
		var event ticket.Event
		if err := json.Unmarshal(raw, &event); err != nil {
			return e, s.damaged(id, err)
		}
		event.Seq, event.Hash = int64(i+1), links[i]
		e.apply(event)
	}
	return e, nil
}

func (s *store) damaged(id string, err error) error {
	return errors.Join(ticket.Refuse(ticket.ErrStore, "damaged", "%s %s 的存储记录已损坏（%s），请管理员运行 huiyin fsck", s.noun, refusal.Clip(id), brokenText(err)), err)
}

func brokenText(err error) string {
	var broken *record.BrokenChain
	if errors.As(err, &broken) {
		return broken.Error()
	}
	return "无法读取"
}

// all reads the matters, those that began last first. broken are those whose
// record is not what was written: one of them must not hide the others.
func (s *store) all(ctx context.Context) (entries []Entry, broken []error, err error) {
	ids, err := s.rdb.ZRevRange(ctx, s.idsKey(), 0, -1).Result()
	if err != nil {
		return nil, nil, refusal.Of("", err)
	}
	pipe := s.rdb.Pipeline()
	found := make([]*redis.MapStringStringCmd, len(ids))
	for i, id := range ids {
		found[i] = pipe.HGetAll(ctx, s.entryKey(id))
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return nil, nil, refusal.Of("", err)
	}
	for i, f := range found {
		e, err := s.decode(ids[i], f.Val())
		if err != nil {
			broken = append(broken, err)
			continue
		}
		entries = append(entries, e)
	}
	return entries, broken, nil
}

// number is a number that a step takes, and of which year.
type number struct {
	year string
	n    int
}

var errTaken = errors.New("number taken")

// append hands the store an event. It gives ErrConflict when the matter moved
// on, and errTaken when another matter took the number.
func (s *store) append(ctx context.Context, e *Entry, event ticket.Event, no number, files map[string][]byte) error {
	raw, err := json.Marshal(event)
	if err != nil {
		return err
	}
	prev := e.head
	if e.Version == 0 {
		prev = s.chain(e.ID).Origin(s.kind, nil)
	}
	head := s.chain(e.ID).Next(prev, raw)
	args := []any{e.Version, head, record.Seal(raw, head), e.ID, event.At.UnixMilli(), no.year, no.n}
	for name, content := range files {
		args = append(args, name, content)
	}
	keys := []string{s.entryKey(e.ID), s.idsKey(), s.filesKey(e.ID), s.numbersKey()}
	err = appendScript.Run(ctx, s.rdb, keys, args...).Err()
	switch {
	case err == nil:
		event.Seq, event.Hash = e.Version+1, head
		e.head = head
		e.apply(event)
		return nil
	case strings.HasPrefix(err.Error(), "TAKEN "):
		return errTaken
	case strings.HasPrefix(err.Error(), "CONFLICT "):
		_, rest, _ := strings.Cut(err.Error(), " ")
		version, _ := strconv.ParseInt(rest, 10, 64)
		r := ticket.Refuse(ticket.ErrConflict, "stale_version", "这个%s刚被别人办理过（现在是第%d版），请刷新后再办", s.noun, version)
		r.Version = version
		return r
	}
	return refusal.Of("", err)
}
