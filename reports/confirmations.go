package reports

import (
	"context"
	"fmt"
	"slices"
	"time"

	"huiyin/reports/paper"
	"huiyin/ticket"
)

// SheetKeeper is a Source that also knows which units confirmed the sheets
// that were to be confirmed on days from–to, as of an instant.
type SheetKeeper interface {
	Confirmations(ctx context.Context, from, to ticket.Date, at time.Time) ([]ticket.SheetConfirmation, error)
}

// Confirmations tells which units confirmed the sheets that fell due in the
// period, by what is known when the report is made.
type Confirmations struct {
	Kept bool           `json:"kept"` // the source keeps sheets
	Done Rate           `json:"done"` // confirmed, of those that fell due
	Late int            `json:"late"` // of all, not confirmed by their day
	Rows []Confirmation `json:"rows"`
}

// Confirmation is a unit's sheet.
type Confirmation struct {
	ticket.SheetConfirmation
	UnitName string `json:"unit_name"`
	Late     bool   `json:"late"`
}

func (b *builder) confirmations(ctx context.Context, src Source) (Confirmations, error) {
	keeper, ok := src.(SheetKeeper)
	if !ok {
		return Confirmations{}, nil
	}
	until := ticket.DateOf(time.Unix(b.cutoff-1, 0))
	all, err := keeper.Confirmations(ctx, b.of.First, until, b.now)
	if err != nil {
		return Confirmations{}, err
	}
	out := Confirmations{Kept: true}
	for _, c := range all {
		if b.scope.Unit != "" && c.Unit != b.scope.Unit {
			continue
		}
		row := Confirmation{SheetConfirmation: c, UnitName: b.unitName(c.Unit), Late: c.Late(b.now)}
		out.Done.count(!c.ConfirmedAt.IsZero())
		if row.Late {
			out.Late++
		}
		out.Rows = append(out.Rows, row)
	}
	slices.SortStableFunc(out.Rows, func(x, y Confirmation) int { return boolCompare(y.Late, x.Late) })
	return out, nil
}

// confirmed tells who confirmed the sheets.
func (l *layout) confirmed() {
	c := l.m.Confirmations
	if !c.Kept || len(c.Rows) == 0 {
		return
	}
	l.subheading("单位月报表确认情况")
	l.text("%s应确认的单位月报表%d份，已确认%s；逾期确认或逾期未确认的%d份。", l.w.this, c.Done.Den, l.s.Rate(c.Done), c.Late)
	var rows []paper.Row
	for _, r := range c.Rows {
		state := textCell("未确认")
		if !r.ConfirmedAt.IsZero() {
			state = textCell(fmt.Sprintf("%s %s", momentText(r.ConfirmedAt), r.Name))
		}
		state.Warning = r.Late
		rows = append(rows, cells(textCell(r.UnitName), textCell(r.Month.Name()), textCell(DateText(r.By)), state, countCell(r.Reminded), textCell(shorten(maskText(r.Remarks), 40))))
	}
	l.table("月报表确认", "单位月报表确认情况", []paper.Column{
		textColumn("单位", 9), textColumn("月报表", 9), textColumn("截止日", 12), textColumn("确认", 16), numberColumn("提醒次数", 5), textColumn("单位说明", 18)}, rows)
}
