package web

import (
	"errors"
	"strconv"
	"time"

	"huiyin/ticket"
	"huiyin/workflow/dossier"
	"huiyin/workflow/rules"
	"huiyin/workflow/steps"
)

// typed is what somebody typed into a step of a matter that could not be
// accepted as it was.
type typed struct {
	step   ticket.Step
	fields map[string]string
	err    *ticket.Refusal
}

// kept is what was typed, when the error is one that a person can mend.
func kept(step ticket.Step, fields map[string]string, err error) (typed, error) {
	var refused *ticket.Refusal
	if !errors.As(err, &refused) || errors.Is(err, ticket.ErrStore) || errors.Is(err, ticket.ErrNotFound) {
		return typed{}, err
	}
	return typed{step, fields, refused}, nil
}

func (t typed) notice() notice {
	if t.err == nil {
		return notice{}
	}
	return notice{Text: t.err.Message, Tone: "red", Icon: "alert"}
}

func (t typed) faults() []ticket.FieldFault {
	if t.err == nil {
		return nil
	}
	return t.err.Faults
}

// matterForm is the form of a step of a matter, from its row of the table.
func (s *Server) matterForm(v *visit, action string, e *dossier.Entry, st dossier.Step, values map[string]string, t typed) stepForm {
	form := stepForm{
		Name: string(st.Step), Title: st.Name, Button: st.Name, Rule: st.Rule, Help: st.Rule, Version: e.Version, CSRF: v.session.CSRF,
		Action: action + string(st.Step), Request: newRequestID(), Draft: e.ID + ":" + string(st.Step), Main: true,
	}
	if t.step == st.Step {
		form.Open, values, form.Notice = true, t.fields, t.notice()
		form.Fields = s.fieldForms(st.Step, st.Fields, values, t.faults())
		return form
	}
	form.Fields = s.fieldForms(st.Step, st.Fields, values, nil)
	return form
}

// matterRequest reads the request of a form.
func matterRequest(v *visit, table *dossier.Table, id string) (dossier.Request, error) {
	step, ok := table.Find(ticket.Step(v.Params("step")))
	if !ok {
		return dossier.Request{}, ticket.Refuse(ticket.ErrNotFound, "no_step", "没有这个步骤")
	}
	version, _ := strconv.ParseInt(v.FormValue("version"), 10, 64)
	return dossier.Request{
		ID: v.FormValue("request"), Entry: id, Version: version, Step: step.Step, Actor: v.actor, Fields: givenFields(v.Ctx, step.Fields),
	}, nil
}

// matterStory is the history of a matter, newest first.
func matterStory(table *dossier.Table, e *dossier.Entry, p *rules.Policy, now time.Time, bad map[ticket.Step]bool) []storyEntry {
	story := make([]storyEntry, 0, len(e.Events))
	for i := len(e.Events) - 1; i >= 0; i-- {
		x := &e.Events[i]
		entry := storyEntry{What: string(x.Step), Who: whoText(x, p), When: fullMoment(x.At), Ago: ago(x.At, now), Now: i == len(e.Events)-1, Bad: bad[x.Step]}
		if st, ok := table.Find(x.Step); ok {
			entry.What, entry.Fields = st.Name, fieldPairs(x, p, st.Fields, noteField)
		}
		if x.From != x.To {
			entry.Moved = table.StateName(x.To)
		}
		story = append(story, entry)
	}
	return story
}

// noteField is what the service writes into a step beside its form.
var noteField = []steps.Field{
	{Name: "note", Label: "说明", Kind: steps.FieldLongText}, {Name: "number", Label: "编号", Kind: steps.FieldText},
	{Name: "digest", Label: "数据指纹", Kind: steps.FieldText}, {Name: "correction", Label: "更正原因", Kind: steps.FieldText},
}

// doneMatter says what the step before the redirect did.
func doneMatter(v *visit, table *dossier.Table) notice {
	if st, ok := table.Find(ticket.Step(v.Query("done"))); ok {
		return notice{Text: "已完成：" + st.Name, Tone: "green", Icon: "check"}
	}
	return notice{}
}
