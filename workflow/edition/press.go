package edition

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"huiyin/ticket"
	"huiyin/workflow/dossier"
	"huiyin/workflow/rules"
)

// Press keeps the editions of the reports of a store.
type Press struct{ *dossier.Desk }

// New opens the press of a store.
func New(rdb redis.UniversalClient, hash func() hash.Hash, policy func() *rules.Policy) *Press {
	return &Press{dossier.NewDesk(&Table, rdb, hash, policy)}
}

// ID names an edition of the report of a period: 2026-10.1.
func ID(period string, n int) string { return period + "." + strconv.Itoa(n) }

// Split is the inverse of ID; n is 0 when it is none.
func Split(id string) (period string, n int) {
	i := strings.LastIndexByte(id, '.')
	if i < 0 {
		return id, 0
	}
	n, _ = strconv.Atoi(id[i+1:])
	return id[:i], n
}

// IsFrozen reports whether an edition was approved.
func IsFrozen(e *dossier.Entry) bool { return slices.Contains(frozen, e.State) }

// Editions are those of a period, the first first.
func (p *Press) Editions(ctx context.Context, period string) ([]dossier.Entry, error) {
	var out []dossier.Entry
	for n := 1; ; n++ {
		e, err := p.Entry(ctx, ticket.Service, ID(period, n))
		if errors.Is(err, ticket.ErrNotFound) {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		out = append(out, e)
	}
}

// Latest is the last edition of a period, and the last that was approved; nil
// when there is none.
func (p *Press) Latest(ctx context.Context, period string) (last, issued *dossier.Entry, err error) {
	all, err := p.Editions(ctx, period)
	for i := range all {
		last = &all[i]
		if IsFrozen(last) {
			issued = last
		}
	}
	return last, issued, err
}

// Begin opens the next edition of a period where one is called for: the first,
// or the correction that was asked for. It gives the last edition otherwise.
func (p *Press) Begin(ctx context.Context, now time.Time, actor ticket.Actor, period string) (dossier.Entry, error) {
	last, _, err := p.Latest(ctx, period)
	if err != nil {
		return dossier.Entry{}, err
	}
	n, recorded := 1, map[string]string(nil)
	if last != nil {
		correct := last.Last(Correct)
		if correct == nil {
			return *last, nil
		}
		_, n = Split(last.ID)
		n++
		recorded = map[string]string{"correction": correct.Fields["reason"]}
	}
	return p.Take(ctx, now, dossier.Request{ID: "begin:" + ID(period, n), Entry: ID(period, n), Step: Draft, Actor: actor, Recorded: recorded})
}

// Correct takes a frozen edition up again and opens the one that corrects it.
func (p *Press) Correct(ctx context.Context, now time.Time, r dossier.Request) (dossier.Entry, error) {
	if _, err := p.Take(ctx, now, r); err != nil {
		return dossier.Entry{}, err
	}
	period, _ := Split(r.Entry)
	return p.Begin(ctx, now, r.Actor, period)
}

// Number is the place of an edition among the approved ones of its year.
type Number struct{ Year, N int }

// Frozen is what an approval keeps for good.
type Frozen struct {
	Files  map[string][]byte // by format
	Number string            // 文号
	Digest string
}

// Approve approves an edition: freeze makes what is kept, for a number that
// nobody else has. Errors are those of Take and of freeze.
func (p *Press) Approve(ctx context.Context, now time.Time, r dossier.Request, year int, freeze func(Number) (Frozen, error)) (dossier.Entry, error) {
	e, err := p.Entry(ctx, r.Actor, r.Entry)
	if err != nil {
		return e, err
	}
	if err := p.may(r, &e); err != nil {
		return e, err
	}
	for {
		n, err := p.NextNumber(ctx, year)
		if err != nil {
			return dossier.Entry{}, err
		}
		kept, err := freeze(Number{year, n})
		if err != nil {
			return dossier.Entry{}, err
		}
		r.Step, r.Files, r.Year, r.Number = Approve, kept.Files, year, n
		r.Recorded = map[string]string{"number": kept.Number, "digest": kept.Digest}
		for name, content := range kept.Files {
			r.Recorded[fileMark+name] = sumOf(content)
		}
		if e, err = p.Take(ctx, now, r); !errors.Is(err, dossier.ErrTaken) {
			return e, err
		}
	}
}

// fileMark and the name of a file: the field of the approval that holds its
// SHA-256, so that the hash chain vouches for what was frozen.
const fileMark = "sha256."

func sumOf(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// Kept is a file that an approval kept; nil when there is none of the name.
// ErrStore when it is not the one that was approved.
func (p *Press) Kept(ctx context.Context, id, name string) ([]byte, error) {
	content, err := p.File(ctx, id, name)
	if err != nil || content == nil {
		return nil, err
	}
	e, err := p.Entry(ctx, ticket.Service, id)
	if err != nil {
		return nil, err
	}
	if sum := e.Values[fileMark+name]; sum != "" && sum != sumOf(content) {
		return nil, ticket.Refuse(ticket.ErrStore, "damaged", "报告 %s 封存的 %s 文件与审定时不符，请管理员运行 huiyin fsck", id, name)
	}
	return content, nil
}

// CheckFiles compares every frozen file with what was approved, and says in
// words for people which are not the same or gone.
func (p *Press) CheckFiles(ctx context.Context) (broken []string, err error) {
	all, err := p.List(ctx, ticket.Service)
	if err != nil {
		return nil, err
	}
	for i := range all {
		for field, sum := range all[i].Values {
			name, ok := strings.CutPrefix(field, fileMark)
			if !ok {
				continue
			}
			content, err := p.File(ctx, all[i].ID, name)
			if err != nil {
				return nil, err
			}
			if sumOf(content) != sum {
				broken = append(broken, fmt.Sprintf("报告 %s 封存的 %s 文件与审定时不符", all[i].ID, name))
			}
		}
	}
	slices.Sort(broken)
	return broken, nil
}

// may spares the work of freezing what could not be approved.
func (p *Press) may(r dossier.Request, e *dossier.Entry) error {
	if e.Version != r.Version {
		return nil // Take says what is wrong, or that it was done
	}
	return p.Refusal(Approve, r.Actor, e)
}

// Amendments are what people wrote over the report of a period, oldest first,
// each part once. A correction goes on from the edition before.
func (p *Press) Amendments(ctx context.Context, period string) ([]ticket.Amendment, error) {
	all, err := p.Editions(ctx, period)
	if err != nil {
		return nil, err
	}
	var out []ticket.Amendment
	for i := range all {
		for _, x := range all[i].Events {
			if x.Step != Edit && x.Step != Restore {
				continue
			}
			part := x.Fields["part"]
			out = slices.DeleteFunc(out, func(a ticket.Amendment) bool { return a.Part == part })
			if x.Step == Edit {
				out = append(out, ticket.Amendment{Part: part, Fields: x.Fields, By: x.Actor, Name: x.Name, At: x.At})
			}
		}
	}
	return out, nil
}

// Restored tells of the parts of a report that were given back to the service,
// when that was last.
func (p *Press) Restored(ctx context.Context, report string) (map[string]time.Time, error) {
	all, err := p.Editions(ctx, report)
	if err != nil {
		return nil, err
	}
	out := map[string]time.Time{}
	for i := range all {
		for _, x := range all[i].Events {
			if x.Step == Restore {
				out[x.Fields["part"]] = x.At
			}
		}
	}
	return out, nil
}

// Published are the editions that stand on the public page: of each period the
// last one, the latest period first.
func (p *Press) Published(ctx context.Context) ([]dossier.Entry, error) {
	all, err := p.List(ctx, ticket.Service)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(e dossier.Entry) bool { return e.State != Published })
	slices.SortFunc(all, func(a, b dossier.Entry) int {
		x, n := Split(a.ID)
		y, m := Split(b.ID)
		return strings.Compare(fmt.Sprintf("%s.%06d", y, m), fmt.Sprintf("%s.%06d", x, n))
	})
	return slices.CompactFunc(all, func(a, b dossier.Entry) bool {
		x, _ := Split(a.ID)
		y, _ := Split(b.ID)
		return x == y
	}), nil
}
