package web

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"huiyin/ticket"
	"huiyin/workflow/permit"
	"huiyin/workflow/rules"
	"huiyin/workflow/steps"
)

// page is what every page of the console has.
type page struct {
	Title, Sub string
	Nav        []navGroup
	Viewer     viewerView
	CSRF       string
	Notice     notice
	Sample     bool // the store holds made-up tickets
	Search     bool
	Bell       bool     // the viewer is sent notices
	Scripts    []string // files under static/
}

type viewerView struct{ Login, Name, Roles, Unit string }

// notice is a message at the head of a page.
type notice struct {
	Text string
	Tone string // "", green, amber, red
	Icon string
	More []string
}

func (n notice) or(other notice) notice {
	if n.Text == "" {
		return other
	}
	return n
}

// chip is a short word with a colour and a sign.
type chip struct{ Text, Tone, Icon, Hint string }

type navGroup struct {
	Title string
	Items []navItem
}

// navItem is a menu entry. Count names the live figure beside it.
type navItem struct {
	Name, Title, Href, Count string
	Hot, Current             bool
}

// menuEntry is an entry of the menu and the permission that shows it.
type menuEntry struct {
	navItem
	group  string
	action permit.Action
	roles  []ticket.Role // whose daily work it is; nil: all that may
}

var menu = []menuEntry{
	{navItem{Name: "home", Title: "首页", Href: "/"}, "工作", self, nil},
	{navItem{Name: "queue", Title: "分派", Href: "/queue", Count: "received"}, "工作", permit.Step(ticket.StepDispatch), nil},
	{navItem{Name: "new", Title: "新工单", Href: "/new"}, "工作", permit.Create, nil},
	{navItem{Name: "mine", Title: "我的工单", Href: "/mine", Count: "mine"}, "工作", permit.List, []ticket.Role{ticket.UnitHandler}},
	{navItem{Name: "review", Title: "审核", Href: "/review", Count: "review"}, "工作", permit.Step(ticket.StepApproveReply), nil},
	{navItem{Name: "phone", Title: "回访", Href: "/callbacks", Count: "callback"}, "工作", permit.Step(ticket.StepRecordCallback), nil},
	{navItem{Name: "phone", Title: "案件回访", Href: "/cases"}, "工作", permit.Cases, []ticket.Role{ticket.Operator, ticket.Supervisor}},
	{navItem{Name: "supervise", Title: "督办", Href: "/supervision", Count: "overdue", Hot: true}, "工作", permit.Step(ticket.StepSupervise), nil},
	{navItem{Name: "shield", Title: "线索", Href: "/clues"}, "工作", permit.Step(ticket.StepHandOver), nil},
	{navItem{Name: "search", Title: "查询", Href: "/tickets"}, "查看", permit.List, nil},
	{navItem{Name: "dashboard", Title: "看板", Href: "/dashboard"}, "查看", permit.Dashboard, nil},
	{navItem{Name: "spark", Title: "事项与苗头", Href: "/matters"}, "查看", permit.Report, nil},
	{navItem{Name: "reports", Title: "报告", Href: "/reports"}, "查看", permit.Report, nil},
	{navItem{Name: "flag", Title: "整改台账", Href: "/rectifications"}, "查看", permit.Rectify, nil},
	{navItem{Name: "mine", Title: "单位月报表", Href: "/sheets"}, "查看", permit.Sheets, nil},
	{navItem{Name: "flag", Title: "问题卡片", Href: "/cards"}, "查看", permit.Sheets, []ticket.Role{ticket.UnitHandler}},
	{navItem{Name: "review", Title: "季度评价", Href: "/ratings"}, "查看", permit.Sheets, nil},
	{navItem{Name: "import", Title: "导入", Href: "/import"}, "管理", permit.Import, nil},
	{navItem{Name: "policy", Title: "政策", Href: "/policy"}, "管理", permit.Policy, nil},
	{navItem{Name: "accounts", Title: "账号", Href: "/accounts"}, "管理", permit.Accounts, nil},
	{navItem{Name: "link", Title: "应用", Href: "/apps"}, "管理", permit.Accounts, nil},
	{navItem{Name: "jobs", Title: "任务", Href: "/jobs"}, "管理", permit.Jobs, nil},
	{navItem{Name: "outbox", Title: "发件箱", Href: "/outbox"}, "管理", permit.Outbox, nil},
	{navItem{Name: "check", Title: "运行状况", Href: "/status"}, "管理", permit.Health, nil},
	{navItem{Name: "audit", Title: "审计", Href: "/audit"}, "管理", permit.Audit, nil},
}

// self is what every account may do: see its home, change its own password.
const self permit.Action = "self"

func allowed(actor ticket.Actor, a permit.Action) bool {
	return a == self && actor.ID != "" || a != self && permit.May(actor, a, nil)
}

func menuOf(actor ticket.Actor, current string) []navGroup {
	var groups []navGroup
	for _, e := range menu {
		if !allowed(actor, e.action) || !hasAny(actor, e.roles) {
			continue
		}
		if len(groups) == 0 || groups[len(groups)-1].Title != e.group {
			groups = append(groups, navGroup{Title: e.group})
		}
		e.Current = e.Href == current
		g := &groups[len(groups)-1]
		g.Items = append(g.Items, e.navItem)
	}
	return groups
}

func hasAny(actor ticket.Actor, roles []ticket.Role) bool {
	if roles == nil {
		return true
	}
	for _, r := range roles {
		if actor.Has(r) {
			return true
		}
	}
	return false
}

// page begins the view of a console page.
func (s *Server) page(v *visit, title, menuHref string) page {
	return page{
		Title: title, Nav: menuOf(v.actor, menuHref), CSRF: v.session.CSRF,
		Viewer: viewerView{v.account.Login, v.account.Name, rolesText(v.account.Roles), s.Desk.Policy().Units.Short(v.account.Unit)},
		Search: v.may(permit.List), Bell: s.hasMail(v.actor), Notice: s.doneNotice(v).or(s.deadNotice(v)), Sample: v.account.Sample || s.months.sample(),
	}
}

// strangerPage is for people who are not signed in.
func (s *Server) strangerPage(_ *fiber.Ctx, title string) page { return page{Title: title} }

// doneNotice says what the step before the redirect did. The address carries
// only the step's name; the words come from the table.
func (s *Server) doneNotice(v *visit) notice {
	if t, ok := steps.Find(ticket.Step(v.Query("done"))); ok {
		text := "已完成：" + t.Name
		if no := v.Query("no"); ticket.ID(no).Valid() {
			text += "（" + no + "）"
		}
		return notice{Text: text, Tone: "green", Icon: "check"}
	}
	if n, err := strconv.Atoi(v.Query("signed")); err == nil && n > 0 {
		return notice{Text: fmt.Sprintf("已签收 %d 件", n), Tone: "green", Icon: "check"}
	}
	if n, err := strconv.Atoi(v.Query("urged")); err == nil && n > 0 {
		return notice{Text: fmt.Sprintf("已催办 %d 件", n), Tone: "green", Icon: "check"}
	}
	return notice{}
}

// ticketRow is a ticket in a list.
type ticketRow struct {
	ID, Href, SourceNo, Title, Lead, Category, County, Channel, Kind, Received string
	Version                                                                    int64
	State, Due, Sure                                                           chip
	Flags                                                                      []chip
	Bulk                                                                       bool // can be ticked
}

func rowOf(t *ticket.Ticket, p *rules.Policy, now time.Time) ticketRow {
	row := ticketRow{
		ID: string(t.ID), Href: "/tickets/" + string(t.ID), SourceNo: t.SourceNo, Title: titleOf(t), Version: t.Version,
		Lead: p.Units.Short(t.Lead), Category: p.Categories.Name(t.Category), County: t.County, Channel: t.Channel.Name(),
		Kind: t.Kind.Name(), Received: moment(t.ReceivedAt, now), State: stateView(t.State), Flags: flagsOf(t),
		Sure: sureness(t.Verdict.Confidence),
	}
	if d, ok := shownDue(t, ""); ok {
		row.Due = dueView(d, now)
	}
	return row
}

// shownDue is the clock that a list shows: the one that runs out next, but a
// return window only matters to the unit and is left to the ticket's page. A unit
// sees what it has to meet itself: of a ticket that it helps with, its own task.
func shownDue(t *ticket.Ticket, unit string) (ticket.Due, bool) {
	if unit != "" && t.Lead != unit && slices.Contains(t.Co, unit) {
		return t.TaskDue(unit)
	}
	var next ticket.Due
	for _, d := range t.Dues {
		others := d.Clock == ticket.ClockReturn || unit != "" && d.Clock == ticket.ClockTask
		if d.MetAt.IsZero() && !d.At.IsZero() && !others && (next.At.IsZero() || d.At.Before(next.At)) {
			next = d
		}
	}
	if next.At.IsZero() {
		return t.Due(ticket.ClockClose)
	}
	return next, true
}

// rowsFor are the rows of a list as somebody sees it: for people of a unit with
// the due times of their own.
func rowsFor(v *visit, list []ticket.Ticket, p *rules.Policy) []ticketRow {
	rows := rowsOf(list, p, v.now)
	for i := range list {
		if unit := v.actor.Unit; v.actor.Has(ticket.UnitHandler) && unit != "" {
			rows[i].Due = chip{}
			if d, ok := shownDue(&list[i], unit); ok {
				rows[i].Due = dueView(d, v.now)
			}
		}
	}
	return rows
}

func rowsOf(list []ticket.Ticket, p *rules.Policy, now time.Time) []ticketRow {
	rows := make([]ticketRow, len(list))
	for i := range list {
		rows[i] = rowOf(&list[i], p, now)
	}
	return rows
}
