package web

import (
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"huiyin/reports"
	"huiyin/ticket"
)

// topicsView is what lies below the categories of a month: matters, early
// signs, subjects, and where enforcement should go. Every row leads to its tickets.
type topicsView struct {
	page
	Months     []option
	MonthName  string
	Marks      []string
	Lead       string // what was read and compared
	Matters    []matterRow
	Gone       []string
	Burst      string // how the signs were looked for
	Bursts     []burstRow
	Words      []newWordRow
	Subjects   []subjectGroup
	Focus      []focusRow
	FocusTitle string
	Previous   []focusRow
	Watched    string // when the daily look was
}

type matterRow struct {
	Rank                                        int
	Title, Href, Category, Count, Callers, Span string
	Units, Satisfied                            string
	MoM                                         changeView
	Flags                                       []chip
	Typical                                     []pair
	Trend                                       string
	Key, Entry, Problem                         string // Entry: in the ledger; Problem: the form that takes it there
	Doubtful                                    bool
}

type burstRow struct {
	Date, Name, Href, County, Count, Expected, Times, About string
}

type newWordRow struct{ Word, Share, Before, Matter string }

type subjectGroup struct {
	Title string
	Sized bool
	Rows  []subjectRow
}

type subjectRow struct {
	Name, Href, Count, Callers, Substantiated, Category, Rate, Size string
	MoM                                                             changeView
}

type focusRow struct {
	Rank                                                             int
	Name, Href, Category, Window, Count, Callers, Days, Units, After string
	Change                                                           changeView
}

var flagTones = map[reports.Flag]string{reports.FlagNew: "amber", reports.FlagRising: "amber", reports.FlagStubborn: "red"}

func (s *Server) mattersPage(v *visit) error {
	month, err := monthParam(v.Query("month"), v.now)
	if err != nil {
		return err
	}
	m, err := s.month(v.ctx(), month, v.now)
	if err != nil {
		return err
	}
	view := topicsOf(m)
	view.page = s.page(v, "事项与苗头", "/matters")
	view.Sub = m.Head.Period
	if view.Months, err = s.monthOptions(v, month); err != nil {
		return err
	}
	if err := s.linkMatters(v, string(month), &view); err != nil {
		return err
	}
	if month == ticket.MonthOf(v.now) {
		if err := s.addWatch(v, &view); err != nil {
			return err
		}
	}
	return s.render(v.Ctx, "matters", view)
}

// addWatch says when the daily look was, which also sees the days before the
// month began.
func (s *Server) addWatch(v *visit, view *topicsView) error {
	w, err := reports.LastWatch(v.ctx(), s.Source)
	if err != nil || w == nil {
		return err
	}
	view.Watched = fmt.Sprintf("最近一次每日监测：%s，看了%s至%s，超出预期 %d 处", moment(w.At, v.now), w.From, w.To, len(w.Early.Bursts))
	return nil
}

// ticketsBehind is the address of the tickets behind a row.
func ticketsBehind(m *reports.Month, what string, n int) string {
	values := url.Values{"month": {string(m.Month)}, "what": {what}, "n": {strconv.Itoa(n)}}
	return "/matters/tickets?" + values.Encode()
}

func topicsOf(m *reports.Month) topicsView {
	view := topicsView{MonthName: m.Month.Name(), Marks: m.Head.Marks}
	mm := m.Matters
	view.Lead = fmt.Sprintf("读了 %d 件工单的文字（共 %d 件），%d 件以上说同一件事的有 %d 个", mm.Read.Num, mm.Read.Den, mm.Least, mm.Found)
	if mm.Compared > 0 {
		view.Lead += fmt.Sprintf("；与此前 %d 个月比较", mm.Compared)
	}
	for i := range mm.Items {
		view.Matters = append(view.Matters, matterRowOf(m, &mm.Items[i]))
	}
	for _, g := range mm.Gone {
		view.Gone = append(view.Gone, fmt.Sprintf("%s（上月 %d 件）", g.Title, g.Count))
	}
	view.addEarly(m)
	for i := range m.Subjects.Groups {
		view.addSubjects(m, i)
	}
	f := m.Focus
	view.FocusTitle = f.For.Name() + "执法重点"
	for i := range f.Rows {
		view.Focus = append(view.Focus, focusRowOf(m, &f.Rows[i]))
	}
	for i := range f.Previous {
		row := focusRowOf(m, &f.Previous[i])
		row.Href, row.After = "", strconv.Itoa(f.Previous[i].After)
		row.Change = changeOf(m, m.MoM(), reports.Change{Now: f.Previous[i].After, Before: f.Previous[i].Count, Known: true}, 1)
		view.Previous = append(view.Previous, row)
	}
	return view
}

func matterRowOf(m *reports.Month, one *reports.Matter) matterRow {
	row := matterRow{
		Rank: one.Rank, Title: one.Title, Key: one.Key, Href: ticketsBehind(m, "matter", one.Rank), Category: one.Category, Count: strconv.Itoa(one.Count),
		Callers: strconv.Itoa(one.Callers), Span: fmt.Sprintf("%s—%s，%d 天", dayOf(one.First), dayOf(one.Last), one.Days),
		Satisfied: m.Style.Rate(one.Satisfied), MoM: changeOf(m, m.MoM(), one.MoM, 1),
	}
	for _, f := range one.Flags {
		row.Flags = append(row.Flags, chip{Text: string(f), Tone: flagTones[f]})
	}
	for _, t := range one.Typical {
		row.Typical = append(row.Typical, pair{t.Title, "/tickets/" + string(t.ID)})
	}
	var trend []string
	for _, n := range one.Trend {
		if n < 0 {
			trend = append(trend, reports.None)
			continue
		}
		trend = append(trend, strconv.Itoa(n))
	}
	row.Trend = strings.Join(trend, " ")
	if len(one.Units) > 0 {
		row.Units = fmt.Sprintf("%s %d", one.Units[0].Name, one.Units[0].Count)
	}
	return row
}

func dayOf(d ticket.Date) string {
	t := d.Start()
	return fmt.Sprintf("%d月%d日", t.Month(), t.Day())
}

func (view *topicsView) addEarly(m *reports.Month) {
	e := m.Early
	if !e.Possible {
		view.Burst = fmt.Sprintf("此前逐日数据只有 %d 天，还不能判断", e.History)
		return
	}
	view.Burst = fmt.Sprintf("监测 %d 条序列，误报控制在每类每年 %g 次以内", e.Series, e.FalseAlarms)
	for i, b := range e.Bursts {
		row := burstRow{
			Date: dayOf(b.Date), Name: b.Name, Href: ticketsBehind(m, "burst", i+1), County: b.County, Count: strconv.Itoa(b.Count),
			Expected: fmt.Sprintf("%.1f", b.Expected), Times: fmt.Sprintf("%.1f 倍", float64(b.Count)/b.Expected),
		}
		if b.Days > 1 {
			row.Date = fmt.Sprintf("至%s %d 天", row.Date, b.Days)
		}
		var about []string
		for _, a := range b.About {
			about = append(about, fmt.Sprintf("%s %d", a.Name, a.Count))
		}
		row.About = strings.Join(about, "、")
		view.Bursts = append(view.Bursts, row)
	}
	for _, w := range e.Words {
		view.Words = append(view.Words, newWordRow{w.Word, m.Style.Rate(w.Share), m.Style.Rate(w.Before), w.Matter})
	}
}

func (view *topicsView) addSubjects(m *reports.Month, i int) {
	g := &m.Subjects.Groups[i]
	for _, band := range g.Bands {
		group := subjectGroup{Title: g.Name + "　规模" + band.Name, Sized: true}
		for k := range band.Rows {
			row := subjectRowOf(m, &band.Rows[k])
			row.Rate, row.Size = fmt.Sprintf("%.2f", band.Rows[k].PerTenK), fmt.Sprintf("%.0f%s", band.Rows[k].Base.Value, band.Unit)
			group.Rows = append(group.Rows, row)
		}
		view.Subjects = append(view.Subjects, group)
	}
	if len(g.Rows) == 0 {
		return
	}
	group := subjectGroup{Title: g.Name}
	for k := range g.Rows {
		row := subjectRowOf(m, &g.Rows[k])
		row.Href = ticketsBehind(m, "subject-"+strconv.Itoa(i), k+1)
		group.Rows = append(group.Rows, row)
	}
	view.Subjects = append(view.Subjects, group)
}

func subjectRowOf(m *reports.Month, x *reports.Subject) subjectRow {
	row := subjectRow{Name: x.Name, Count: strconv.Itoa(x.Count), Callers: strconv.Itoa(x.Callers), Substantiated: m.Style.Rate(x.Substantiated), Category: x.Category, MoM: changeOf(m, m.MoM(), x.MoM, 1)}
	if x.Few {
		row.Count += reports.Small
	}
	return row
}

func focusRowOf(m *reports.Month, r *reports.FocusRow) focusRow {
	row := focusRow{
		Rank: r.Rank, Name: r.Name, Href: ticketsBehind(m, "focus", r.Rank), Category: r.Category, Window: r.Window.Text(),
		Count: strconv.Itoa(r.Count), Callers: strconv.Itoa(r.Callers), Days: strconv.Itoa(r.Days),
	}
	if len(r.Units) > 0 {
		row.Units = r.Units[0].Name
	}
	return row
}

// topicsShort is what the dashboard shows of them.
func topicsShort(m *reports.Month) topicsView {
	const shown = 5
	view := topicsOf(m)
	view.Matters = view.Matters[:min(shown, len(view.Matters))]
	view.Bursts = view.Bursts[:min(shown, len(view.Bursts))]
	return view
}

// signsAlert is a line for those who supervise; empty when there is nothing to
// tell.
func (s *Server) signsAlert(v *visit) (string, error) {
	w, err := reports.LastWatch(v.ctx(), s.Source)
	if err != nil || w == nil || len(w.Early.Bursts) == 0 || v.now.Sub(w.At) > signsFresh {
		return "", err
	}
	b := w.Early.Bursts[0]
	return fmt.Sprintf("近七天有 %d 处苗头：%s%s“%s” %d 件，预期 %.1f 件", len(w.Early.Bursts), dayOf(b.Date), b.County, b.Name, b.Count, b.Expected), nil
}

// signsFresh is how long the daily look is shown.
const signsFresh = 36 * time.Hour

// behindShown bounds the list of tickets behind a row.
const behindShown = 200

// behindPage lists the tickets behind a row of the matters' page, as far as the
// viewer may see them.
func (s *Server) behindPage(v *visit) error {
	month, err := monthParam(v.Query("month"), v.now)
	if err != nil {
		return err
	}
	m, err := s.month(v.ctx(), month, v.now)
	if err != nil {
		return err
	}
	n, _ := strconv.Atoi(v.Query("n"))
	title, ids := behindRow(m, v.Query("what"), n-1)
	if title == "" && v.Query("what") != "" {
		return ticket.Refuse(ticket.ErrNotFound, "no_matter", "没有这个事项，可能已随新工单重新归并，请回到事项页再点")
	}
	view := listView{page: s.page(v, "事项工单", "/matters")}
	view.Lead = "先在事项页选一个事项"
	if title != "" {
		view.Lead = fmt.Sprintf("%s：%s，共 %d 件", month.Name(), title, len(ids))
	}
	found, err := s.visible(v, ids[:min(behindShown, len(ids))])
	if err != nil {
		return err
	}
	view.Rows, view.Total = rowsOf(found, s.Desk.Policy(), v.now), len(found)
	view.EmptyTitle = "没有您可以查看的工单"
	return s.render(v.Ctx, "lists", view)
}

// visible are those of some tickets that the viewer may see.
func (s *Server) visible(v *visit, ids []ticket.ID) ([]ticket.Ticket, error) {
	var found []ticket.Ticket
	for _, id := range ids {
		t, err := s.Desk.Ticket(v.ctx(), v.actor, id)
		if errors.Is(err, ticket.ErrNotFound) || errors.Is(err, ticket.ErrForbidden) {
			continue
		}
		if err != nil {
			return nil, err
		}
		found = append(found, t)
	}
	return found, nil
}

func behindRow(m *reports.Month, what string, i int) (title string, ids []ticket.ID) {
	group, numbered := strings.CutPrefix(what, "subject-")
	switch {
	case i < 0:
	case what == "matter" && i < len(m.Matters.Items):
		return m.Matters.Items[i].Title, m.Matters.Items[i].Tickets
	case what == "burst" && i < len(m.Early.Bursts):
		b := m.Early.Bursts[i]
		return dayOf(b.Date) + " " + b.Name + b.County, b.Tickets
	case what == "focus" && i < len(m.Focus.Rows):
		r := m.Focus.Rows[i]
		return r.Name + " " + r.Category, r.Evidence
	case numbered:
		k, err := strconv.Atoi(group)
		if err == nil && k >= 0 && k < len(m.Subjects.Groups) && i < len(m.Subjects.Groups[k].Rows) {
			x := m.Subjects.Groups[k].Rows[i]
			return x.Name, x.Tickets
		}
	}
	return "", nil
}
