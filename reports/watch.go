package reports

import (
	"context"
	"encoding/json"
	"time"

	"huiyin/ticket"
)

// Watch is what the daily look for early signs found.
type Watch struct {
	At    time.Time   `json:"at"`
	From  ticket.Date `json:"from"`
	To    ticket.Date `json:"to"`
	Early Early       `json:"early"`
}

// watchedDays is how many whole days are looked at every day: a sign that was
// missed while nobody was up is found later.
const watchedDays = 7

// WatchDays looks for early signs on the last whole days before now.
func WatchDays(ctx context.Context, src Source, p *Policy, now time.Time) (*Watch, error) {
	today := ticket.DateOf(now).Start()
	w := &Watch{At: now.UTC(), From: ticket.DateOf(today.AddDate(0, 0, -watchedDays)), To: ticket.DateOf(today.AddDate(0, 0, -1))}
	m, err := BuildPeriod(ctx, src, p, Period{Kind: OfDays, First: w.From, Last: w.To}, Scope{}, now)
	if err != nil {
		return nil, err
	}
	w.Early = m.Early
	return w, nil
}

const watchName = "early-signs"

// KeepWatch keeps what was found beside the tickets, for the pages.
func KeepWatch(ctx context.Context, src Source, w *Watch) error {
	k, ok := src.(keeper)
	if !ok {
		return nil
	}
	doc, err := json.Marshal(w)
	if err != nil {
		return err
	}
	return k.PutDocument(ctx, watchName, doc)
}

// LastWatch is what was found last; nil when nobody has looked yet.
func LastWatch(ctx context.Context, src Source) (*Watch, error) {
	k, ok := src.(keeper)
	if !ok {
		return nil, nil
	}
	doc, err := k.Document(ctx, watchName)
	if err != nil || doc == nil {
		return nil, err
	}
	return unpackWatch(doc), nil
}

// unpackWatch is nil for one of an older form: the next look replaces it.
func unpackWatch(doc []byte) *Watch {
	w := &Watch{}
	if json.Unmarshal(doc, w) != nil {
		return nil
	}
	return w
}
