package web

import (
	"fmt"
	"strings"

	"huiyin/ticket"
	"huiyin/workflow/filetype"
	"huiyin/workflow/locker"
	"huiyin/workflow/permit"
	"huiyin/workflow/rules"
	"huiyin/workflow/steps"
)

// attachmentsView is the card of a ticket's files.
type attachmentsView struct {
	ID, CSRF string
	Items    []attachmentView
	Hidden   int // files of a confidential ticket that the viewer may not see
	Add      uploadView
	MayAdd   bool
}

// uploadView is a chooser of files.
type uploadView struct {
	Action, Request, Accept, Rules, Note string
	Most                                 int   // files at once
	Largest                              int64 // bytes of one
	Purposes                             []option
	Faults                               []string
	Open                                 bool
}

// attachmentView is one file.
type attachmentView struct {
	Sum, Name, Href, Kind, Size, Purpose, Note, By, When string
	Detach                                               stepForm
	MayDetach, Picture                                   bool
}

// attachmentsOf is the card of a ticket for its viewer.
func (s *Server) attachmentsOf(v *visit, t *ticket.Ticket) attachmentsView {
	p := s.Desk.Policy()
	view := attachmentsView{ID: string(t.ID), CSRF: v.session.CSRF}
	may := map[ticket.Step]bool{}
	for _, tr := range s.Desk.Allowed(v.actor, t) {
		may[tr.Step] = true
	}
	view.MayAdd = may[ticket.StepAttach] && s.locker != nil
	for _, a := range ticket.Attachments(t.Events) {
		if permit.SeesFile(v.actor, t, &a) {
			view.Items = append(view.Items, s.attachmentView(v, t, &a, may[ticket.StepDetach]))
		}
	}
	if view.MayAdd {
		view.Add = uploadOf(p.Files, false)
		view.Add.Action, view.Add.Request = "/tickets/"+view.ID+"/attachments", newRequestID()
		usual := ticket.OfHandling
		if v.actor.Has(ticket.Operator) {
			usual = ticket.FromCaller
		}
		tr, _ := steps.Find(ticket.StepAttach)
		view.Add.Purposes = optionsOf(p, fieldNamed(tr, ticket.PurposeField), usual)
	}
	return view
}

func (s *Server) attachmentView(v *visit, t *ticket.Ticket, a *ticket.Attachment, mayDetach bool) attachmentView {
	p := s.Desk.Policy()
	kind, _ := filetype.Find(a.Type)
	tr, _ := steps.Find(ticket.StepAttach)
	view := attachmentView{
		Sum: a.SHA256, Name: a.Name, Href: "/tickets/" + string(t.ID) + "/attachments/" + a.SHA256, Kind: kind.Title, Picture: kind.Picture, Size: locker.SizeText(a.Size), Note: a.Note, When: moment(a.At, v.now),
		By: whoText(&ticket.Event{Name: a.By, Role: a.Role, Unit: a.Unit}, p), Purpose: valueText(p, fieldNamed(tr, ticket.PurposeField), a.Purpose),
	}
	if view.MayDetach = mayDetach && (a.Unit == v.actor.Unit || !v.actor.Has(ticket.UnitHandler)); view.MayDetach {
		detach, _ := steps.Find(ticket.StepDetach)
		view.Detach = s.stepForm(v, t, *detach, draft{})
		view.Detach.Hidden, view.Detach.Button, view.Detach.Help, view.Detach.Draft = []pair{{ticket.FileField, a.SHA256}}, "撤下", "", ""
		view.Detach.Fields = view.Detach.Fields[1:]
		for i := range view.Detach.Fields {
			view.Detach.Fields[i].ID += "-" + a.SHA256[:8]
		}
	}
	return view
}

// uploadOf describes a chooser of files by the policy.
func uploadOf(f rules.Files, public bool) uploadView {
	most := f.AtOnce
	if public {
		most = f.PublicAtOnce
	}
	kinds := strings.ReplaceAll(f.Allowed(public), "、", " ")
	return uploadView{
		Accept: f.Endings(public), Most: most, Largest: f.Largest(public),
		Rules: fmt.Sprintf("%s；一次最多 %d 个，每个不超过 %s", kinds, most, sizesText(f, public)),
	}
}

// sizesText says the usual size, and the kinds that may be larger.
func sizesText(f rules.Files, public bool) string {
	usual := f.Largest(public)
	for name, r := range f.Types {
		if (!public || r.Public) && r.Max < usual && name != "" {
			usual = r.Max
		}
	}
	text := locker.SizeText(usual)
	for _, t := range filetype.Types {
		if r, ok := f.Types[t.Name]; ok && (!public || r.Public) && r.Max > usual {
			text += fmt.Sprintf("（%s %s）", t.Name, locker.SizeText(r.Max))
		}
	}
	return text
}

func fieldNamed(tr *steps.Transition, name string) steps.Field {
	for _, f := range tr.Fields {
		if f.Name == name {
			return f
		}
	}
	return steps.Field{}
}
