package reports

import (
	"time"

	"huiyin/ticket"
)

// Case is a line of the case annex: a typical ticket of a high-frequency
// matter, with a masked short title and nothing else of its text. Confidential
// tickets are never listed.
type Case struct {
	ID         ticket.ID      `json:"id"`
	Category   string         `json:"category"`
	Title      string         `json:"title"` // masked, 24 runes
	County     string         `json:"county"`
	Unit       string         `json:"unit"`
	Channel    ticket.Channel `json:"channel"`
	ReceivedAt time.Time      `json:"received_at"`
	State      ticket.State   `json:"state"`
	Satisfied  ticket.Tri     `json:"satisfied"`
	Redone     bool           `json:"redone"`
	Supervised bool           `json:"supervised"`
}

const titleRunes = 24

func (b *builder) cases(hot Hot, texts *texts) []Case {
	chosen := map[ticket.ID]bool{}
	byID := map[ticket.ID]*ticket.Fact{}
	var order []ticket.ID
	for _, item := range hot.Items {
		for _, id := range b.evidence(b.cats.of(item.Code), texts) {
			chosen[id] = true
			order = append(order, id)
		}
	}
	for i := range b.facts {
		if f := &b.facts[i]; chosen[f.ID] {
			byID[f.ID] = f
		}
	}
	var out []Case
	for _, id := range order {
		f, t := byID[id], texts.of(id)
		out = append(out, Case{
			ID: id, Category: b.cats.list[b.cats.of(f.Category)].Name, Title: shorten(maskText(t.Title), titleRunes),
			County: f.County, Unit: b.unitName(f.Lead), Channel: f.Channel, ReceivedAt: f.ReceivedAt, State: f.State,
			Satisfied: satisfiedWhenAsked(f), Redone: f.Redos > 0, Supervised: f.Supervision != ticket.Unsupervised,
		})
	}
	return out
}

func satisfiedWhenAsked(f *ticket.Fact) ticket.Tri {
	if !asked(f) {
		return ticket.Unknown
	}
	return f.Satisfied
}
