package web

import (
	"fmt"
	"time"

	"huiyin/ticket"
	"huiyin/workflow"
)

type bouncesView struct {
	page
	Months []option
	Units  []bouncesRow
}

// bouncesRow is a unit's line of the board of returns.
type bouncesRow struct {
	Unit                           string
	N                              int
	Upheld, Refused, Ruled, Waited int
	Mean, Longest                  string
	Returns                        []bouncedRow
}

type bouncedRow struct {
	ID, Href, Ground, At, Lost string
	Decision                   chip
	Open                       bool
}

var bounceDecisions = map[ticket.Step]chip{
	ticket.StepUpholdReturn: {Text: "同意", Tone: "green"},
	ticket.StepRefuseReturn: {Text: "驳回", Tone: "red"},
	ticket.StepArbitrate:    {Text: "裁定", Tone: "blue"},
	"":                      {Text: "待审", Tone: "amber"},
}

// bouncesPage is the board of who returned what in a month, and how long the
// tickets lay with no unit for it.
func (s *Server) bouncesPage(v *visit) error {
	month, err := monthParam(v.Query("month"), v.now)
	if err != nil {
		return err
	}
	units, err := s.Desk.Bounces(v.ctx(), v.now, v.actor, month)
	if err != nil {
		return err
	}
	view := bouncesView{page: s.page(v, "退单榜", "/supervision")}
	view.Sub = month.Name()
	if view.Months, err = s.monthOptions(v, month); err != nil {
		return err
	}
	policy := s.Desk.Policy()
	for i := range units {
		u := &units[i]
		row := bouncesRow{
			Unit: policy.Units.Name(u.Unit), N: len(u.Returns), Upheld: u.Upheld, Refused: u.Refused, Ruled: u.Ruled, Waited: u.Waited,
			Mean: workingHours(u.Mean), Longest: workingHours(u.Longest),
		}
		for n := range u.Returns {
			row.Returns = append(row.Returns, s.bouncedRow(v, &u.Returns[n]))
		}
		view.Units = append(view.Units, row)
	}
	return s.render(v.Ctx, "bounces", view)
}

func (s *Server) bouncedRow(v *visit, b *workflow.Bounced) bouncedRow {
	ground, _ := s.Desk.Policy().Ground(ticket.StepRequestReturn, b.Ground)
	return bouncedRow{
		ID: string(b.Ticket), Href: "/tickets/" + string(b.Ticket) + "?from=%2Fsupervision%2Freturns", Ground: ground.Text,
		At: moment(b.At, v.now), Lost: workingHours(b.Lost), Decision: bounceDecisions[b.Decision], Open: b.Open,
	}
}

// workingHours writes a working time: 3.5小时.
func workingHours(d time.Duration) string { return fmt.Sprintf("%.1f小时", d.Hours()) }
