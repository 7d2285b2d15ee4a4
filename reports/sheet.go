package reports

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"huiyin/ticket"
)

// Sheet is a unit's month, which the unit is asked to confirm: what it
// received, answered and owes, what was late, returned or done again, what its
// callers said, and the list behind these figures. It holds no text of a
// ticket and nothing that was reported to discipline inspection.
type Sheet struct {
	Month  ticket.Month `json:"month"`
	Unit   string       `json:"unit"`
	Name   string       `json:"name"`
	By     ticket.Date  `json:"by"` // the day by which it is to be confirmed
	MadeAt time.Time    `json:"made_at"`
	Style  Style        `json:"style"`
	Quality
	Owed     int           `json:"owed"`      // open at the month's end
	OwedLate int           `json:"owed_late"` // past their limit
	Callback CallbackGroup `json:"callback"`
	Rows     []SheetRow    `json:"rows"`
	Hidden   int           `json:"hidden"` // confidential, counted and not listed
	Samples  int           `json:"samples"`
}

// SheetRow is a ticket of the list.
type SheetRow struct {
	ID         ticket.ID    `json:"id"`
	Category   string       `json:"category"`
	ReceivedAt time.Time    `json:"received_at"`
	CloseDue   time.Time    `json:"close_due,omitzero"`
	SettledAt  time.Time    `json:"settled_at,omitzero"`
	State      ticket.State `json:"state"`
	Verdict    string       `json:"verdict"` // 按期办结、超期办结、在办、超期未结
	Returned   int          `json:"returned"`
	Redone     int          `json:"redone"`
	Callback   string       `json:"callback"`
}

// SheetDue is the day by which the units confirm the sheets of a month.
func SheetDue(p *Policy, m ticket.Month) ticket.Date {
	return ticket.DateOf(m.Add(1).Start().AddDate(0, 0, p.Rules.UnitSheetDay-1))
}

// BuildSheets makes the sheet of every unit of the bureau that the month is
// about, in the order of the unit list. The month must be over. The error is
// the source's, wrapped, or a *ticket.Refusal.
func BuildSheets(ctx context.Context, src Source, p *Policy, m ticket.Month, now time.Time) ([]Sheet, error) {
	if now.Before(m.End()) {
		return nil, ticket.Refuse(ticket.ErrInvalid, "unfinished_month", "%s还没有过完，单位月报表在次月初生成", m.Name())
	}
	b := newBuilder(p, MonthPeriod(m), Scope{forUnits: true}, now)
	b.wide = true
	if err := b.read(ctx, src); err != nil {
		return nil, fmt.Errorf("facts of %s: %w", m, err)
	}
	byUnit := map[string]*Sheet{}
	var out []*Sheet
	for i, code := range b.unitNo.list {
		unit, ok := p.Units.Find(code)
		if !ok || !sheeted(unit) {
			continue
		}
		var w work
		if i < len(b.current.units) {
			w = b.current.units[i]
		}
		s := &Sheet{
			Month: m, Unit: code, Name: unit.Name, By: SheetDue(p, m), MadeAt: now.UTC(), Quality: w.quality(),
			Style: Style{Decimals: p.Rules.Decimals, SmallSample: p.Rules.SmallSample}, Callback: CallbackGroup{Name: unit.Name},
		}
		byUnit[code] = s
		out = append(out, s)
	}
	b.active(func(f *ticket.Fact) {
		if s := byUnit[f.Lead]; s != nil {
			s.take(b, f)
		}
	})
	var sheets []Sheet
	for _, s := range out {
		if len(s.Rows)+s.Hidden == 0 {
			continue
		}
		slices.SortFunc(s.Rows, func(x, y SheetRow) int {
			return cmp.Or(x.ReceivedAt.Compare(y.ReceivedAt), cmp.Compare(x.ID, y.ID))
		})
		sheets = append(sheets, *s)
	}
	return sheets, nil
}

// sheeted: units of the bureau confirm sheets; outside units and discipline
// inspection do not.
func sheeted(u ticket.Unit) bool {
	return u.Kind != ticket.UnitExternal && u.Kind != ticket.UnitDiscipline
}

// The verdicts of a row.
const (
	rowOnTime   = "按期办结"
	rowLate     = "超期办结"
	rowSettled  = "已办结" // without a limit
	rowOwed     = "在办"
	rowOpenLate = "超期未结"
)

func (s *Sheet) take(b *builder, f *ticket.Fact) {
	settled, received := b.current.settled(f), b.current.inside(f.ReceivedAt)
	owed := b.owed(f)
	late := owed && !f.CloseDue.IsZero() && f.CloseDue.Unix() < b.cutoff
	if owed {
		s.Owed++
	}
	if late {
		s.OwedLate++
	}
	inside := b.current.inside(f.SettledAt())
	if inside && toBeAsked(f) {
		s.Callback.take(f)
	}
	if !received && !inside && !owed && !b.current.inside(f.CloseDue) {
		return
	}
	if f.Sample {
		s.Samples++
	}
	if !readable(f) {
		s.Hidden++
		return
	}
	row := SheetRow{
		ID: f.ID, Category: b.cats.list[b.cats.of(f.Category)].Name, ReceivedAt: f.ReceivedAt, CloseDue: f.CloseDue, SettledAt: settled,
		State: f.State, Returned: f.Bounces, Redone: f.Redos, Callback: answerText(f),
	}
	switch {
	case late:
		row.Verdict = rowOpenLate
	case owed:
		row.Verdict = rowOwed
	case f.CloseDue.IsZero() || settled.IsZero():
		row.Verdict = rowSettled
	case settled.Before(f.CloseDue):
		row.Verdict = rowOnTime
	default:
		row.Verdict = rowLate
	}
	s.Rows = append(s.Rows, row)
}

// answerText is what the callback brought, in a word.
func answerText(f *ticket.Fact) string {
	switch {
	case f.Unreachable:
		return "联系不上"
	case asked(f) && f.Satisfied == ticket.No:
		return "不满意"
	case asked(f) && f.Solved == ticket.No:
		return "未解决"
	case asked(f) && f.Satisfied == ticket.Yes:
		return "满意"
	case asked(f):
		return "未评价"
	case f.CallbackDue:
		return "待回访"
	}
	return ""
}
