package reports

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"huiyin/ticket"
)

// keeper is met by a source that also keeps small documents, as workflow's
// store does: there the readings of past months lie.
type keeper interface {
	Document(ctx context.Context, name string) ([]byte, error)
	PutDocument(ctx context.Context, name string, doc []byte) error
}

func readingName(m ticket.Month) string { return "reading:" + string(m) }

// keptReading is the reading of a month that the source keeps; nil when there is none.
// One that cannot be read any more is as good as none: it is made again.
func keptReading(ctx context.Context, src Source, m ticket.Month) (*Reading, error) {
	k, ok := src.(keeper)
	if !ok {
		return nil, nil
	}
	doc, err := k.Document(ctx, readingName(m))
	if err != nil || doc == nil {
		return nil, err
	}
	return unpackReading(doc), nil
}

// unpackReading is nil for what is no reading, or one of an older form.
func unpackReading(doc []byte) *Reading {
	zip, err := gzip.NewReader(bytes.NewReader(doc))
	if err != nil {
		return nil
	}
	r := &Reading{}
	if json.NewDecoder(zip).Decode(r) != nil {
		return nil
	}
	return r
}

func keepReading(ctx context.Context, src Source, r *Reading) error {
	k, ok := src.(keeper)
	if !ok {
		return nil
	}
	var b bytes.Buffer
	zip := gzip.NewWriter(&b)
	if err := json.NewEncoder(zip).Encode(r); err != nil {
		return err
	}
	if err := zip.Close(); err != nil {
		return err
	}
	return k.PutDocument(ctx, readingName(r.Month), b.Bytes())
}

// recallLimit is how many texts of one past month a report reads by itself; of
// a larger month it takes what was kept, or does without.
const recallLimit = 4000

// recall brings the reading of a month before the report's own: the kept one,
// or a new one, which is kept. It is nil for a month too large to be read in
// passing of which nothing was kept.
func (b *builder) recall(ctx context.Context, src Source, m ticket.Month, facts []ticket.Fact) error {
	if b.of.Kind != OfMonth || !b.scope.Whole() || m >= b.of.Month() || m <= b.of.Month().Add(-b.policy.Rules.StubbornOf) {
		return nil
	}
	if _, keeps := src.(keeper); !keeps && len(facts) > recallLimit {
		return nil
	}
	small := b.policy.readsAtMost(recallLimit, facts, &b.cats)
	r, err := keptReading(ctx, src, m)
	if err != nil {
		return err
	}
	if small && r != nil {
		if mark, _ := b.policy.mark(facts, &b.cats); r.Mark != mark {
			r = nil
		}
	}
	if r == nil && small {
		if r, err = b.policy.readMonth(ctx, src, m, facts, recallLimit); err != nil {
			return err
		}
		if err := keepReading(ctx, src, r); err != nil {
			return err
		}
	}
	if r != nil {
		b.readings[m] = r
	}
	return nil
}

// readsAtMost reports whether no more than limit texts of a month may be read.
func (p *Policy) readsAtMost(limit int, facts []ticket.Fact, cats *catalog) bool {
	n := 0
	for i := range facts {
		if p.mayRead(&facts[i], cats) {
			if n++; n > limit {
				return false
			}
		}
	}
	return true
}

// ownReading is the reading of the report's own period. The kept one is taken
// when it is of the same tickets; else it is made of the texts that were read.
func (b *builder) ownReading(ctx context.Context, src Source, texts *texts) error {
	mark, wanted := b.policy.mark(b.facts, &b.cats)
	month := b.of.Month()
	alone := month != "" && b.scope.Whole()
	if alone {
		r, err := keptReading(ctx, src, month)
		if err != nil {
			return err
		}
		if r != nil && r.Mark == mark && r.Read >= len(texts.byID) {
			b.reading = r
			return nil
		}
	}
	reader := b.policy.textReader(month, len(wanted))
	slices.SortFunc(wanted, func(x, y int32) int { return byReceipt(&b.facts[x], &b.facts[y]) })
	for _, n := range wanted {
		if t := texts.of(b.facts[n].ID); t != nil {
			reader.add(&b.facts[n], t)
		}
	}
	b.reading = reader.reading(mark)
	if alone && b.complete && b.reading.Read == b.reading.Wanted {
		return keepReading(ctx, src, b.reading)
	}
	return nil
}

// Prepare reads the texts of a month, and of the months before it with which it
// is compared, where no reading of them is kept: all of them, or, evenly
// thinned, so many as the policy says. A report of a great month then counts
// its matters in full.
func Prepare(ctx context.Context, src Source, p *Policy, m ticket.Month) error {
	have, err := src.Months(ctx)
	if err != nil {
		return err
	}
	cats := newCatalog(p.Categories)
	for month := m.Add(1 - p.Rules.StubbornOf); month <= m; month = month.Add(1) {
		if !slices.Contains(have, month) {
			continue
		}
		facts, err := src.Facts(ctx, month)
		if err != nil {
			return err
		}
		mark, _ := p.mark(facts, &cats)
		if r, err := keptReading(ctx, src, month); err != nil {
			return err
		} else if r != nil && r.Mark == mark && r.Read >= min(r.Wanted, p.Rules.TextsRead) {
			continue
		}
		r, err := p.readMonth(ctx, src, month, facts, p.Rules.TextsRead)
		if err != nil {
			return fmt.Errorf("texts of %s: %w", month, err)
		}
		if err := keepReading(ctx, src, r); err != nil {
			return err
		}
	}
	return nil
}
