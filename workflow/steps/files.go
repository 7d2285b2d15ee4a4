package steps

import (
	"fmt"
	"slices"

	"huiyin/ticket"
)

func mayAttach(m *Moment) {
	if len(m.Policy.Files.Types) == 0 {
		m.notNow("no_files", "政策里没有允许附件")
	}
}

// mayDetach keeps units from taking away what a finished ticket rests on.
func mayDetach(m *Moment) {
	if role, _ := RoleFor(m.Step, m.Actor, m.Ticket); role != ticket.UnitHandler {
		return
	}
	own := func(a ticket.Attachment) bool { return a.Unit == m.Actor.Unit }
	switch {
	case m.Ticket.State.Info().Type == ticket.Final:
		m.refuse(ticket.ErrForbidden, "done", "工单已经了结，承办单位不能再撤下附件；确有需要的请联系话务台")
	case !slices.ContainsFunc(ticket.Attachments(m.Ticket.Events), own):
		m.refuse(ticket.ErrForbidden, "not_your_file", "只能撤下本单位加的附件")
	}
}

func checkFiles(m *Moment) {
	files, err := ticket.ParseFiles(m.fields[ticket.FilesField])
	if err != nil {
		return
	}
	have := ticket.Attachments(m.Ticket.Events)
	for _, f := range files {
		if ticket.FindAttachment(have, f.SHA256) != nil {
			m.fault(ticket.FilesField, "again", fmt.Sprintf("“%s”已经在附件里了", f.Name))
		}
	}
	if len(have)+len(files) > m.Policy.Files.PerTicket {
		m.fault(ticket.FilesField, "too_many", fmt.Sprintf("一件工单最多%d个附件，已经有%d个", m.Policy.Files.PerTicket, len(have)))
	}
}

func checkDetached(m *Moment) {
	sum := m.fields[ticket.FileField]
	a := ticket.FindAttachment(ticket.Attachments(m.Ticket.Events), sum)
	if sum == "" {
		return
	}
	if a == nil {
		m.fault(ticket.FileField, "no_file", "这件工单没有这个附件，或者已经撤下")
		return
	}
	if role, _ := RoleFor(m.Step, m.Actor, m.Ticket); role == ticket.UnitHandler && a.Unit != m.Actor.Unit {
		m.refuse(ticket.ErrForbidden, "not_your_file", "只能撤下本单位加的附件")
	}
}
