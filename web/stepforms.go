package web

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"huiyin/ticket"
	"huiyin/workflow"
	"huiyin/workflow/rules"
	"huiyin/workflow/steps"
)

// stepForm is a step that the viewer may take now, made from its row of the
// workflow's table: a new field there is a new field here.
type stepForm struct {
	Name, Title, Button, Rule   string
	Action, CSRF, Request, Back string
	Draft                       string // under which the browser keeps what is typed
	Version                     int64
	Fields                      []stepField
	Hidden                      []pair // sent along
	Notice                      notice
	Help                        string
	Open, Main, Danger          bool
	Templates                   []replyTemplate
}

// stepField is a field of the form.
type stepField struct {
	ID, Name, Label, Value, Help, Test string
	Input                              string // textarea, select, radio, checkbox, or the type of an input
	Required, Group, Column, Many      bool
	Rows, Max                          int
	Options                            []option
	Picks                              []string // usual words for a text, one click each
	Quotes                             []pair   // texts to be taken over, with what to click
	Faults                             []string
}

type option struct {
	Value, Label, Hint string
	Chosen             bool
}

// draft is what somebody typed that could not be accepted as it was.
type draft struct {
	step   ticket.Step
	fields map[string]string
	err    *ticket.Refusal
	notice notice
}

// steps that end a matter against the caller's wish or cannot be taken back.
var dangerous = map[ticket.Step]bool{
	ticket.StepReject: true, ticket.StepHandOver: true, ticket.StepExclude: true, ticket.StepMerge: true,
}

// sideSteps may be taken at many times and are never what a ticket waits for.
var sideSteps = map[ticket.Step]bool{
	ticket.StepCorrect: true, ticket.StepConfide: true, ticket.StepNote: true, ticket.StepUrge: true,
	ticket.StepSupervise: true, ticket.StepLift: true, ticket.StepMerge: true, ticket.StepRequestExclusion: true,
	ticket.StepRequestDisclosure: true, ticket.StepProposeHandOver: true, ticket.StepInclude: true, ticket.StepEscalate: true,
	ticket.StepRecall: true, ticket.StepAttach: true, ticket.StepDetach: true,
}

// fileSteps are taken on the card of the ticket's files.
var fileSteps = map[ticket.Step]bool{ticket.StepAttach: true, ticket.StepDetach: true}

// stepForms makes the forms of the allowed steps: first what the ticket waits
// for, then the rest.
func (s *Server) stepForms(v *visit, t *ticket.Ticket, d draft) []stepForm {
	var first, rest []stepForm
	for _, tr := range s.allowedNow(v, t) {
		if fileSteps[tr.Step] {
			continue
		}
		form := s.stepForm(v, t, tr, d)
		if sideSteps[tr.Step] {
			rest = append(rest, form)
			continue
		}
		form.Main = true
		if tr.Step == ticket.StepDispatch || tr.Step == ticket.StepRecordCallback { // what a ticket waits for before all else
			first = slices.Insert(first, 0, form)
			continue
		}
		first = append(first, form)
	}
	if len(first) > 0 && d.step == "" {
		first[0].Open = true
	}
	return append(first, rest...)
}

func (s *Server) stepForm(v *visit, t *ticket.Ticket, tr steps.Transition, d draft) stepForm {
	form := stepForm{
		Name: string(tr.Step), Title: tr.Name, Button: tr.Name, Rule: tr.Rule, Version: t.Version, CSRF: v.session.CSRF,
		Action: "/tickets/" + string(t.ID) + "/steps/" + string(tr.Step), Request: newRequestID(), Back: ownPath(v.Query("from"), ""),
		Draft: string(t.ID) + ":" + string(tr.Step), Help: tr.Rule, Danger: dangerous[tr.Step],
	}
	values := prefill(t, tr.Step, v.now)
	var faults []ticket.FieldFault
	if d.step == tr.Step {
		form.Open, form.Notice, values = true, d.notice, d.fields
		if d.err != nil {
			faults = d.err.Faults
		}
	}
	form.Fields = s.fieldForms(tr.Step, tr.Fields, values, faults)
	if tr.Step == ticket.StepReply {
		form.Templates = replyTemplates(s.Desk.Policy(), t.Category)
		form.Fields = mindTasks(t, s.Desk.Policy(), form.Fields)
	}
	return form
}

// fieldForms are the fields of a form with what they hold and what is wrong.
func (s *Server) fieldForms(step ticket.Step, fields []steps.Field, values map[string]string, faults []ticket.FieldFault) []stepField {
	var forms []stepField
	policy := s.Desk.Policy()
	for _, f := range fields {
		field := fieldOf(policy, f, step, values[f.Name])
		for _, fault := range faults {
			if fault.Field == f.Name {
				field.Faults = append(field.Faults, fault.Message)
			}
		}
		forms = append(forms, field)
	}
	return forms
}

// fieldOf turns a field of the table into one of a form.
func fieldOf(p *rules.Policy, f steps.Field, step ticket.Step, value string) stepField {
	field := stepField{
		ID: string(step) + "-" + f.Name, Name: f.Name, Label: f.Label, Value: value, Help: f.Help, Test: string(step) + "-" + f.Name,
		Required: f.Required, Max: f.Max, Input: "text",
	}
	switch f.Kind {
	case steps.FieldLongText:
		field.Input, field.Rows = "textarea", 3
		for _, c := range steps.Choices(p, f) {
			field.Picks = append(field.Picks, c.Label)
		}
		return field
	case steps.FieldTime:
		field.Input, field.Value = "datetime-local", strings.Replace(value, " ", "T", 1)
		return field
	case steps.FieldDate:
		field.Input = "date"
		return field
	case steps.FieldNumber:
		field.Input = "number"
		return field
	case steps.FieldUnits:
		field.Input, field.Group, field.Many = "checkbox", true, true
	case steps.FieldChoice, steps.FieldTri, steps.FieldBool:
		field.Input, field.Group = "radio", true
	case steps.FieldGround:
		field.Input, field.Group, field.Column = "radio", true, true
	case steps.FieldUnit, steps.FieldExternal, steps.FieldCategory, steps.FieldAsk:
		field.Input = "select"
	}
	field.Options = optionsOf(p, f, value)
	return field
}

func optionsOf(p *rules.Policy, f steps.Field, value string) []option {
	chosen := map[string]bool{}
	for _, code := range strings.Split(value, ";") {
		chosen[strings.TrimSpace(code)] = code != ""
	}
	var options []option
	for _, c := range steps.Choices(p, f) {
		o := option{Value: c.Value, Label: c.Label, Chosen: chosen[c.Value]}
		if f.Kind == steps.FieldGround {
			if g, ok := p.Ground(f.Grounds, c.Value); ok {
				o.Hint = g.Basis
			}
		}
		options = append(options, o)
	}
	return options
}

// prefill is what a form proposes: the verdict for a dispatch, now for a call.
func prefill(t *ticket.Ticket, step ticket.Step, now time.Time) map[string]string {
	minute := now.In(ticket.Shanghai).Format("2006-01-02 15:04")
	switch step {
	case ticket.StepDispatch:
		lead, co := t.Verdict.Lead, t.Verdict.Co
		if t.Lead != "" {
			lead, co = t.Lead, t.Co
		}
		return map[string]string{"lead": lead, "co": strings.Join(co, ";"), "category": t.Category, "kind": string(t.Kind), "county": t.County}
	case ticket.StepCorrect:
		return map[string]string{"category": t.Category, "kind": string(t.Kind), "county": t.County}
	case ticket.StepContact, ticket.StepCallback:
		return map[string]string{"at": minute}
	case ticket.StepReply:
		return map[string]string{"told_at": minute}
	case ticket.StepArbitrate:
		return map[string]string{"lead": t.Lead, "co": strings.Join(t.Co, ";")}
	case ticket.StepTransfer:
		return map[string]string{"unit": t.Verdict.Lead}
	}
	return nil
}

// stepFields reads a step's fields from a form.
func stepFields(c *fiber.Ctx, tr steps.Transition) map[string]string {
	return givenFields(c, tr.Fields)
}

// givenFields reads the values of some fields from a form.
func givenFields(c *fiber.Ctx, wanted []steps.Field) map[string]string {
	fields := map[string]string{}
	for _, f := range wanted {
		value := strings.TrimSpace(c.FormValue(f.Name))
		switch f.Kind {
		case steps.FieldText, steps.FieldLongText:
			value = pasted(value)
		case steps.FieldUnits:
			var codes []string
			for _, code := range c.Request().PostArgs().PeekMulti(f.Name) {
				codes = append(codes, strings.Split(string(code), ";")...)
			}
			value = strings.Trim(strings.Join(codes, ";"), ";")
		case steps.FieldTime:
			value = strings.Replace(value, "T", " ", 1)
		}
		if value != "" {
			fields[f.Name] = value
		}
	}
	return fields
}

// takeStep takes a step by a form of the console. A program of the page
// (X-Fragment) gets JSON, a person the page to go on with.
func (s *Server) takeStep(v *visit) error {
	step := ticket.Step(v.Params("step"))
	tr, ok := steps.Find(step)
	if !ok {
		return ticket.Refuse(ticket.ErrNotFound, "no_step", "没有这个步骤")
	}
	if err := uploadsOnly(step); err != nil {
		return err
	}
	version, _ := strconv.ParseInt(v.FormValue("version"), 10, 64)
	request := workflow.Request{
		ID: v.FormValue("request"), Ticket: ticket.ID(v.Params("id")), Version: version, Step: step, Actor: v.actor, Fields: stepFields(v.Ctx, *tr),
	}
	outcome, err := s.Desk.Take(v.ctx(), v.now, request)
	if err == nil {
		s.live.nudge()
	}
	if v.Get("X-Fragment") == "true" {
		if err != nil {
			return s.fragmentProblem(v, request, err)
		}
		return v.JSON(s.done(step, &outcome.Ticket))
	}
	if err != nil {
		return s.keepDraft(v, request, err)
	}
	return v.Redirect(withQuery(s.onwards(v, &outcome.Ticket), fmt.Sprintf("done=%s&no=%s", step, request.Ticket)), fiber.StatusSeeOther)
}

// onwards is where a person goes on after a step: on the ticket while it waits
// for more of theirs, else on the list that they came from.
func (s *Server) onwards(v *visit, t *ticket.Ticket) string {
	here, list := "/tickets/"+string(t.ID), ownPath(v.FormValue("back"), "")
	if list == "" {
		return here
	}
	for _, tr := range s.Desk.Allowed(v.actor, t) {
		if !sideSteps[tr.Step] {
			return here + "?from=" + url.QueryEscape(list)
		}
	}
	return list
}

func withQuery(path, query string) string {
	if strings.Contains(path, "?") {
		return path + "&" + query
	}
	return path + "?" + query
}
