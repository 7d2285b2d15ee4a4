package reports

import (
	"context"
	"time"

	"huiyin/reports/paper"
	"huiyin/ticket"
)

// CaseKeeper is a Source that also keeps penalty cases and their callbacks.
type CaseKeeper interface {
	// PenaltyCases are the cases closed in [from, to), as they stood at an instant.
	PenaltyCases(ctx context.Context, from, to, at time.Time) ([]ticket.PenaltyCase, error)
}

// Penalties tells of the callbacks to the parties of penalty cases, which are
// drawn apart from tickets and never counted among them.
type Penalties struct {
	Kept   bool `json:"kept"`   // false: no cases are imported here
	Closed int  `json:"closed"` // in the period
	Drawn  int  `json:"drawn"`  // of all, waiting or done in the period
	Called int  `json:"called"` // in the period
	// Unreached counts the drawn ones whose party could not be reached, Waiting
	// those that are still to be called.
	Unreached int  `json:"unreached"`
	Waiting   int  `json:"waiting"`
	Informed  Rate `json:"informed"`
	Proper    Rate `json:"proper"`
	Satisfied Rate `json:"satisfied"`
	Opinions  int  `json:"opinions"`
}

// caseReach is how long before the period a case may have been closed that is
// called back in it.
const caseReach = 6

func (b *builder) penalties(ctx context.Context, src Source) (Penalties, error) {
	keeper, ok := src.(CaseKeeper)
	if !ok {
		return Penalties{}, nil
	}
	first := b.of.First.Start()
	all, err := keeper.PenaltyCases(ctx, ticket.MonthOf(first).Add(-caseReach).Start(), time.Unix(b.cutoff, 0), b.now.Add(time.Millisecond)) // this instant included
	if err != nil {
		return Penalties{}, err
	}
	var out Penalties
	for _, c := range all {
		if b.scope.Unit != "" && c.Unit != b.scope.Unit {
			continue
		}
		out.Kept = true
		if !c.ClosedAt.Before(first) {
			out.Closed++
		}
		switch {
		case c.Drawn == "":
			continue
		case !c.CalledAt.IsZero():
			if b.current.inside(c.CalledAt) {
				out.Called++
				out.answers(c)
			}
		case c.Unreached:
			out.Unreached++
		default:
			out.Waiting++
		}
	}
	out.Drawn = out.Called + out.Unreached + out.Waiting
	return out, nil
}

func (p *Penalties) answers(c ticket.PenaltyCase) {
	for _, answer := range [3]struct {
		of ticket.Tri
		to *Rate
	}{{c.Informed, &p.Informed}, {c.Proper, &p.Proper}, {c.Satisfied, &p.Satisfied}} {
		if answer.of != ticket.Unknown {
			answer.to.count(answer.of == ticket.Yes)
		}
	}
	if c.Opinion {
		p.Opinions++
	}
}

// callbacks tells of the callbacks of tickets, and of cases apart.
func (l *layout) callbacks() {
	l.callback()
	l.penalties()
}

// penalties tells of them; a bureau that imports no cases reads nothing.
func (l *layout) penalties() {
	p := l.m.Penalties
	if !p.Kept {
		return
	}
	l.subheading("行政处罚案件回访")
	l.text("%s结案的行政处罚案件%d件。案件回访与工单回访分开抽取、分开统计：%s已回访当事人%d件，多次联系不上%d件，待回访%d件；当事人提出意见和诉求的%d件。",
		l.w.this, p.Closed, l.w.this, p.Called, p.Unreached, p.Waiting, p.Opinions)
	if p.Called == 0 {
		return
	}
	row := func(name string, r Rate) paper.Row {
		return cells(textCell(name), countCell(r.Den), countCell(r.Num), l.s.rateCell(r))
	}
	l.table("案件回访", "行政处罚案件回访结果（件）", []paper.Column{
		textColumn("回访内容", 18), numberColumn("明确回答", 6), numberColumn("答“是”", 6), rateColumn("占比", 10),
	}, []paper.Row{row("告知了权利义务和依据", p.Informed), row("执法规范文明", p.Proper), row("满意", p.Satisfied)})
}
