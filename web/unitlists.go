package web

import (
	"fmt"

	"huiyin/reports"
	"huiyin/ticket"
	"huiyin/workflow/dossier"
	"huiyin/workflow/rating"
	"huiyin/workflow/sheets"
)

// shelfView is a list of sheets or of ratings.
type shelfView struct {
	page
	Lead                  string
	Heads                 []string
	Rows                  []shelfRow
	EmptyTitle, EmptyText string
}

type shelfRow struct {
	ID, Href, Title string
	State           chip
	Cells           []string
}

// sheetsShown bounds the list; older ones are reached by their address.
const sheetsShown = 240

func (s *Server) sheetsPage(v *visit) error {
	view := shelfView{
		page: s.page(v, "单位月报表", "/sheets"), Heads: []string{"单位", "确认期限", "确认", "提醒"},
		EmptyTitle: "还没有单位月报表", EmptyText: "每月一日生成上月的月报表",
	}
	all, err := s.cabinet().List(v.ctx(), v.actor)
	if err != nil {
		return err
	}
	units, waiting := s.Desk.Policy().Units, 0
	for i := range all[:min(sheetsShown, len(all))] {
		e := &all[i]
		confirmed := "–"
		if last := e.Last(sheets.Confirm); last != nil && e.State == sheets.Confirmed {
			confirmed = last.Name + "　" + fullMoment(last.At)
		}
		if e.State == sheets.Issued {
			waiting++
		}
		view.Rows = append(view.Rows, shelfRow{
			ID: e.ID, Href: "/sheets/" + e.ID, Title: ticket.Month(e.Values["month"]).Name(), State: sheetChip(e, v),
			Cells: []string{units.Name(e.Unit()), e.Values["by"], confirmed, fmt.Sprintf("%d 次", e.Count(sheets.Remind))},
		})
	}
	view.Lead = fmt.Sprintf("待确认 %d 份。请单位核对受理、办结、超期和工单清单，每月25日前确认；有出入的在确认时写明。", waiting)
	return s.render(v.Ctx, "shelf", view)
}

// sheetChip is the state of a sheet; red when its day has passed.
func sheetChip(e *dossier.Entry, v *visit) chip {
	if e.State == sheets.Confirmed {
		return chip{Text: "已确认", Tone: "green", Icon: "check"}
	}
	if by := ticket.Date(e.Values["by"]); by != "" && ticket.DateOf(v.now) > by {
		return chip{Text: "逾期未确认", Tone: "red", Icon: "late"}
	}
	return chip{Text: "待确认", Tone: "amber", Icon: "clock"}
}

func (s *Server) ratingsPage(v *visit) error {
	view := shelfView{
		page: s.page(v, "季度评价", "/ratings"), Heads: []string{"生成", "确认"},
		EmptyTitle: "还没有季度评价", EmptyText: "每季度第一个工作日生成上季度的草稿，督办人员确认后单位可见",
		Lead: "按指标分档，不排名次；应办结件数不足的单位不评；不使用罚没金额和处罚件数。",
	}
	all, err := s.ratings().Quarters(v.ctx(), v.actor)
	if err != nil {
		return err
	}
	for i := range all {
		e := &all[i]
		title := e.ID
		if p, err := reports.ParsePeriod(e.ID); err == nil {
			title = p.Name()
		}
		confirmed := "–"
		if last := e.Last(rating.Confirm); last != nil && e.State == rating.Confirmed {
			confirmed = last.Name + "　" + fullMoment(last.At)
		}
		made := ""
		if last := e.Last(rating.Draft, rating.Redraft); last != nil {
			made = fullMoment(last.At)
		}
		view.Rows = append(view.Rows, shelfRow{ID: e.ID, Href: "/ratings/" + e.ID, Title: title, State: ratingChip(e), Cells: []string{made, confirmed}})
	}
	return s.render(v.Ctx, "shelf", view)
}

func ratingChip(e *dossier.Entry) chip {
	if e.State == rating.Confirmed {
		return chip{Text: "已确认", Tone: "green", Icon: "check"}
	}
	return chip{Text: "草稿，待确认", Tone: "amber", Icon: "clock"}
}

// sheetNotice tells the people of a unit which sheets wait for them.
func (s *Server) sheetNotice(v *visit) (notice, error) {
	if v.actor.Unit == "" || !v.actor.Has(ticket.UnitHandler) {
		return notice{}, nil
	}
	all, err := s.cabinet().List(v.ctx(), v.actor)
	if err != nil {
		return notice{}, err
	}
	for i := range all {
		e := &all[i]
		if e.State != sheets.Issued || e.Unit() != v.actor.Unit {
			continue
		}
		n := notice{Text: fmt.Sprintf("%s的单位月报表请于%s前核对确认（左侧“单位月报表”）", ticket.Month(e.Values["month"]).Name(), e.Values["by"]), Tone: "amber", Icon: "clock"}
		if ticket.DateOf(v.now) > ticket.Date(e.Values["by"]) {
			n.Text = fmt.Sprintf("%s的单位月报表已超过确认期限%s，请尽快确认（左侧“单位月报表”）", ticket.Month(e.Values["month"]).Name(), e.Values["by"])
			n.Tone = "red"
		}
		return n, nil
	}
	return notice{}, nil
}
