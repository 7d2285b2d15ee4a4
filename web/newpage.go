package web

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"huiyin/intake"
	"huiyin/ticket"
	"huiyin/workflow/rules"
)

// newView is the form for a phone call; the judgement beside it follows the typing.
type newView struct {
	page
	Request   string
	Fields    []formCell
	Judgement judgementView
	Upload    uploadView
	Files     bool // may be added
}

type formCell struct {
	Width string // of the grid: "", "half", "wide"
	Field stepField
}

type judgementView struct {
	None     bool
	Verdict  verdictView
	CloseWhy string
	Again    againView
	Asks     []string // what the operator could still ask the caller
}

// countyOptions are the counties and zones that a unit looks after.
func (s *Server) countyOptions(chosen string) []option {
	var counties []option
	for _, u := range s.Desk.Policy().Units {
		if u.County != "" && (u.Kind == ticket.UnitCounty || u.Kind == ticket.UnitZone) {
			counties = append(counties, option{Value: u.County, Label: u.County, Chosen: chosen == u.County})
		}
	}
	return counties
}

// callFields are the fields of the form in order.
func (s *Server) callFields(values map[string]string, faults []ticket.FieldFault) []formCell {
	counties := s.countyOptions(values["area"])
	var channels []option
	for _, c := range ticket.Channels {
		if c != ticket.ChannelCase {
			channels = append(channels, option{Value: string(c), Label: c.Name(), Chosen: values["channel"] == string(c)})
		}
	}
	cells := []formCell{
		{"", stepField{Name: "caller_phone", Label: "来电号码", Input: "tel", Max: 20}},
		{"", stepField{Name: "caller_name", Label: "来电人姓名", Input: "text", Max: 30}},
		{"", stepField{Name: "contact", Label: "另留电话", Input: "tel", Max: 20}},
		{"", stepField{Name: "channel", Label: "来源", Input: "select", Required: true, Options: channels}},
		{"wide", stepField{Name: "content", Label: "来电内容", Input: "textarea", Rows: 5, Max: 5000, Required: true, Help: "时间、地点、对象、经过、要求；号码会自动隐去后再保存"}},
		{"half", stepField{Name: "place", Label: "地点", Input: "text", Max: 200}},
		{"", stepField{Name: "area", Label: "县区", Input: "select", Options: counties}},
		{"", stepField{Name: "subject", Label: "反映对象", Input: "text", Max: 100, Help: "车牌、线路、单位"}},
		{"wide", stepField{Name: "title", Label: "标题", Input: "text", Max: 100, Help: "可以不写，用内容的开头"}},
		{"wide", stepField{Name: "answer", Label: "电话里已经答复", Input: "textarea", Rows: 2, Max: 5000, Help: "咨询、建议、求助当场答复了的，写下答复，登记后直接办结；投诉举报要派单办理，不要写"}},
		{"half", stepField{Name: "source_no", Label: "来源编号", Input: "text", Max: 64, Help: "平台转来的写原编号；电话直接打来的不用写"}},
		{"half", stepField{Name: "confidential", Label: "保密", Input: "radio", Group: true, Options: []option{{Value: "no", Label: "不需要", Chosen: values["confidential"] != "yes"}, {Value: "yes", Label: "来电人要求保密", Chosen: values["confidential"] == "yes"}}}},
	}
	return filledCells(cells, "new-", values, faults)
}

// filledCells puts what was typed, and what is wrong with it, into a form.
func filledCells(cells []formCell, prefix string, values map[string]string, faults []ticket.FieldFault) []formCell {
	for i := range cells {
		f := &cells[i].Field
		f.ID, f.Test, f.Value = prefix+f.Name, prefix+f.Name, values[f.Name]
		for _, fault := range faults {
			if fault.Field == f.Name {
				f.Faults = append(f.Faults, fault.Message)
			}
		}
	}
	return cells
}

func (s *Server) newView(v *visit) newView {
	view := newView{page: s.page(v, "新工单", "/new"), Request: newRequestID(), Judgement: judgementView{None: true}}
	files := s.Desk.Policy().Files
	if view.Files = s.locker != nil && files.Allowed(false) != ""; view.Files {
		view.Upload = uploadOf(files, false)
	}
	return view
}

func (s *Server) newPage(v *visit) error {
	view := s.newView(v)
	view.Sub = "电话来的诉求，边听边写"
	view.Fields = s.callFields(map[string]string{"channel": string(ticket.Channel12328)}, nil)
	return s.render(v.Ctx, "new", view)
}

func formFrom(c *fiber.Ctx, now time.Time) intake.Form {
	text := func(name string) string { return strings.TrimSpace(c.FormValue(name)) }
	f := intake.Form{
		Channel: ticket.Channel(text("channel")), SourceNo: text("source_no"), Title: text("title"), Content: text("content"), Place: text("place"), Area: text("area"),
		Subject: text("subject"), CallerName: text("caller_name"), CallerPhone: text("caller_phone"), Contact: text("contact"),
		Confidential: text("confidential") == "yes", CalledAt: now, Answer: text("answer"),
	}
	if f.SourceNo == "" {
		// The request's own id: the same form sent twice is one ticket.
		f.SourceNo = "DH" + ticket.DateOf(now).Start().Format("20060102") + "-" + strings.ToUpper(firstRunes(text("request"), 10))
	}
	return f
}

// newTicket registers a call. What is wrong comes back with all that was typed.
func (s *Server) newTicket(v *visit) error {
	form := formFrom(v.Ctx, v.now)
	files, err := s.newFiles(v)
	var refusal *ticket.Refusal
	if errors.As(err, &refusal) && len(refusal.Faults) > 0 {
		return s.newAgain(v, refusal.Faults)
	}
	if err != nil {
		return err
	}
	results, err := s.Line.Accept(v.ctx(), v.now, v.actor, []intake.Form{form})
	if err != nil {
		return err
	}
	if len(results) != 1 {
		return fmt.Errorf("accept gave %d results for one form", len(results))
	}
	r := results[0]
	if len(r.Faults) > 0 {
		return s.newAgain(v, r.Faults)
	}
	if len(files) > 0 {
		t, err := s.Desk.Ticket(v.ctx(), v.actor, r.ID)
		if err == nil {
			_, err = s.attachKept(v, &t, "new-"+form.SourceNo, map[string]string{ticket.PurposeField: ticket.FromCaller}, files, v.actor)
		}
		if err != nil {
			return err
		}
	}
	s.live.nudge()
	return v.Redirect("/tickets/"+string(r.ID)+"?done=receive&no="+string(r.ID), fiber.StatusSeeOther)
}

// newFiles keeps what the caller has sent with the call, before the ticket is
// opened: a fault of a file costs nothing yet.
func (s *Server) newFiles(v *visit) ([]ticket.File, error) {
	if !hasUploads(v.Ctx) {
		return nil, nil
	}
	return s.receiveFiles(v, nil, false)
}

// newAgain shows the form with all that was typed and what is wrong with it.
func (s *Server) newAgain(v *visit, faults []ticket.FieldFault) error {
	values := map[string]string{}
	for _, name := range []string{"content", "title", "answer", "place", "area", "subject", "caller_name", "caller_phone", "contact", "channel", "source_no", "confidential"} {
		values[name] = v.FormValue(name)
	}
	view := s.newView(v)
	view.Fields = s.callFields(values, faults)
	view.Notice = notice{Text: "还不能登记：", Tone: "red", Icon: "alert"}
	for _, fault := range faults {
		view.Notice.More = append(view.Notice.More, fault.Message)
		if fault.Field == ticket.FilesField {
			view.Upload.Faults = append(view.Upload.Faults, fault.Message)
		}
	}
	if hasUploads(v.Ctx) {
		view.Notice.More = append(view.Notice.More, "附件要重新选择一次")
	}
	v.Status(fiber.StatusUnprocessableEntity)
	return s.render(v.Ctx, "new", view)
}

// judgePart says what the text so far would become, whether it is there
// already, and what the caller told before.
func (s *Server) judgePart(v *visit) error {
	form := formFrom(v.Ctx, v.now)
	draft, err := s.Line.Draft(v.actor, form)
	if err != nil {
		return err
	}
	draft.ReceivedAt = v.now
	var view judgementView
	if view.Again, err = s.againOf(v, &draft); err != nil {
		return err
	}
	if len([]rune(form.Title+form.Content)) < 4 {
		view.None = true
		return s.render(v.Ctx, "judgement", view)
	}
	p := s.Desk.Policy()
	view.Verdict, view.Asks = verdictOf(&draft, p), missingFacts(form, draft.Verdict)
	limit := p.LimitsOf(&draft, rules.OrdinaryLimits).Close
	at, guessed := p.Calendar.End(v.now, limit, 0)
	view.CloseWhy = p.Calendar.Explain(ticket.Due{Clock: ticket.ClockClose, From: v.now, Limit: limit, At: at, Guessed: guessed})
	return s.render(v.Ctx, "judgement", view)
}

// missingFacts are questions that help the unit and are not answered yet.
func missingFacts(f intake.Form, verdict ticket.Verdict) []string {
	has := map[ticket.EntityKind]bool{}
	for _, e := range verdict.Entities {
		has[e.Kind] = true
	}
	var asks []string
	if f.Place == "" && f.Area == "" && !has[ticket.EntityPlace] && !has[ticket.EntityRoad] && !has[ticket.EntityStation] && !has[ticket.EntityToll] {
		asks = append(asks, "在哪里？（县区、道路、站点）")
	}
	if f.Subject == "" && !has[ticket.EntityPlate] && !has[ticket.EntityLine] && !has[ticket.EntityCompany] && !has[ticket.EntityBadge] {
		asks = append(asks, "反映的是谁？（车牌、线路、单位）")
	}
	if f.CallerPhone == "" && f.Contact == "" {
		asks = append(asks, "怎么联系您？（没有电话，办理结果无法告知）")
	}
	return asks
}
