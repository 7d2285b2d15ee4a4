package web

import (
	"net/url"
	"strconv"

	"huiyin/ticket"
	"huiyin/workflow/dossier"
	"huiyin/workflow/permit"
	"huiyin/workflow/rectify"
)

// ledgerView is the list of the rectification ledger.
type ledgerView struct {
	page
	Tabs    []tabView
	Units   []option
	Unit    string
	Tab     string
	Rows    []ledgerRow
	Total   int
	MayOpen bool
}

type ledgerRow struct {
	ID, Href, Problem, Matter, Unit, Person, Deadline, Updated, Progress string
	State, Due, Public                                                   chip
	Reopened                                                             int
}

// ledgerTabs are the parts of the ledger.
var ledgerTabs = []struct {
	name, title string
	hot         bool
	holds       func(ticket.Rectification, bool) bool
}{
	{"open", "在办", false, func(r ticket.Rectification, _ bool) bool {
		return r.State.Listed() && r.State != ticket.RectifyClosed
	}},
	{"overdue", "超期", true, func(_ ticket.Rectification, overdue bool) bool { return overdue }},
	{"proposed", "待审定", false, func(r ticket.Rectification, _ bool) bool { return r.State == ticket.RectifyProposed }},
	{"delivered", "待验收", false, func(r ticket.Rectification, _ bool) bool { return r.State == ticket.RectifyDelivered }},
	{"checked", "待销号", false, func(r ticket.Rectification, _ bool) bool { return r.State == ticket.RectifyChecked }},
	{"reopened", "回炉", true, func(r ticket.Rectification, _ bool) bool { return r.State == ticket.RectifyReopened }},
	{"closed", "已销号", false, func(r ticket.Rectification, _ bool) bool { return r.State == ticket.RectifyClosed }},
	{"all", "全部", false, func(ticket.Rectification, bool) bool { return true }},
}

func (s *Server) ledgerPage(v *visit) error {
	all, err := s.books.Ledger.List(v.ctx(), v.actor)
	if err != nil {
		return err
	}
	view := ledgerView{page: s.page(v, "整改台账", "/rectifications"), Tab: v.Query("tab", "open"), Unit: v.Query("unit")}
	view.Sub = "突出问题清单：问题、措施、责任单位、时限，一直到销号"
	view.MayOpen = v.may(permit.Raise)
	counts := map[string]int{}
	for i := range all {
		r := rectify.Of(&all[i])
		if view.Unit != "" && r.Unit != view.Unit {
			continue
		}
		for _, t := range ledgerTabs {
			if !t.holds(r, r.Overdue(v.now)) {
				continue
			}
			counts[t.name]++
			if t.name == view.Tab {
				view.Rows = append(view.Rows, s.ledgerRow(v, &all[i], r))
			}
		}
	}
	for _, t := range ledgerTabs {
		view.Tabs = append(view.Tabs, tabView{
			Name: t.name, Title: t.title, Href: "/rectifications?tab=" + t.name + "&unit=" + url.QueryEscape(view.Unit),
			N: counts[t.name], Counted: true, Hot: t.hot && counts[t.name] > 0, Current: t.name == view.Tab,
		})
	}
	view.Units = s.unitOptions(view.Unit)
	view.Total = len(view.Rows)
	return s.render(v.Ctx, "ledger", view)
}

func (s *Server) unitOptions(chosen string) []option {
	var out []option
	for _, u := range s.Desk.Policy().Units {
		if u.Kind != ticket.UnitExternal && u.Kind != ticket.UnitDiscipline && !u.Disabled {
			out = append(out, option{Value: u.Code, Label: u.Name, Chosen: u.Code == chosen})
		}
	}
	return out
}

var rectifyTones = map[ticket.RectificationState]chip{
	ticket.RectifyProposed: {Icon: "clock"}, ticket.RectifyApproved: {Tone: "blue", Icon: "clock"}, ticket.RectifyRunning: {Tone: "blue", Icon: "mine"},
	ticket.RectifyDelivered: {Tone: "violet", Icon: "review"}, ticket.RectifyReopened: {Tone: "red", Icon: "redo"},
	ticket.RectifyChecked: {Tone: "teal", Icon: "check"}, ticket.RectifyClosed: {Tone: "green", Icon: "check"}, ticket.RectifyRefused: {},
}

func rectifyChip(state ticket.RectificationState) chip {
	c := rectifyTones[state]
	c.Text = state.Name()
	return c
}

func (s *Server) ledgerRow(v *visit, e *dossier.Entry, r ticket.Rectification) ledgerRow {
	p := s.Desk.Policy()
	row := ledgerRow{
		ID: r.ID, Href: "/rectifications/" + r.ID, Problem: r.Problem, Matter: s.matterName(r.Matter), Unit: p.Units.Short(r.Unit), Person: r.Person,
		Deadline: string(r.Deadline), State: rectifyChip(r.State), Reopened: r.Reopened, Progress: r.Progress,
		Updated: moment(e.Events[len(e.Events)-1].At, v.now),
	}
	if row.Matter == row.Problem {
		row.Matter = ""
	}
	row.Due = rectifyDue(r, v)
	switch public, asked := rectify.Public(e); {
	case asked:
		row.Public = chip{Text: "待批公开", Tone: "amber", Icon: "eye"}
	case public:
		row.Public = chip{Text: "公开", Icon: "eye"}
	}
	return row
}

// rectifyDue says how far off the deadline is, in words.
func rectifyDue(r ticket.Rectification, v *visit) chip {
	if !r.State.Owed() {
		return chip{}
	}
	left := int(r.Deadline.Start().Sub(ticket.DateOf(v.now).Start()).Hours() / 24)
	switch {
	case left < 0:
		return chip{Text: "超期 " + strconv.Itoa(-left) + " 天", Tone: "red", Icon: "late"}
	case left == 0:
		return chip{Text: "今天到期", Tone: "amber", Icon: "alert"}
	case left <= 7:
		return chip{Text: "还剩 " + strconv.Itoa(left) + " 天", Tone: "amber", Icon: "clock"}
	}
	return chip{Text: "还剩 " + strconv.Itoa(left) + " 天", Icon: "clock"}
}

// matterName is a high-frequency matter by its key.
func (s *Server) matterName(key string) string {
	if key == "" {
		return ""
	}
	return s.Desk.Policy().Categories.Name(key)
}
