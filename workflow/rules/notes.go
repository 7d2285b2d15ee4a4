package rules

import (
	"fmt"
	"slices"
	"time"

	"huiyin/ticket"
)

// Note is a reminder to the keeper of a policy that has no fault. Line is 0
// where something is missing.
type Note struct {
	File string
	Line int
	Text string
}

// Notes are the reminders of a policy, as of a day.
func (p *Policy) Notes(today ticket.Date) []Note {
	notes := append(p.calendarNotes(today), p.callbackNotes()...)
	for _, n := range p.RouteNotes(today) {
		notes = append(notes, Note{"routes.csv", n.Line, n.Text})
	}
	return notes
}

// calendarNotes names the years that are missing between the first one and
// today's, and in December the next: its holidays have been announced by then.
func (p *Policy) calendarNotes(today ticket.Date) []Note {
	years := p.Calendar.Years()
	from, day := today.Start().In(ticket.Shanghai).Year(), today.Start().In(ticket.Shanghai)
	last := from
	if day.Month() == time.December {
		last++
	}
	if len(years) > 0 {
		from, last = years[0], max(last, years[len(years)-1])
	}
	var notes []Note
	for y := from; y <= last; y++ {
		if !slices.Contains(years, y) {
			notes = append(notes, Note{File: "calendar.csv", Text: fmt.Sprintf("缺少 %d 年的节假日和调休，这一年的时限按周一至周五上班推算，节日也算作工作日", y)})
		}
	}
	return notes
}

// callbackNotes names the rows by which a complaint about enforcement would not
// be called back one by one.
func (p *Policy) callbackNotes() []Note {
	var notes []Note
	named := map[int]bool{}
	for _, c := range p.Categories {
		if !c.Enforcement || c.Sealed {
			continue
		}
		for _, channel := range ticket.Channels {
			row := p.CallbackRowOf(c.Code, ticket.Complaint, channel)
			if channel == ticket.ChannelCase || row.Mode == OneByOne || named[row.Line] {
				continue
			}
			named[row.Line] = true
			notes = append(notes, Note{"callback.csv", row.Line, fmt.Sprintf("按这一行，执法类的%s（%s）是“%s”：执法类投诉应当逐件回访", c.Name, c.Code, row.Mode)})
		}
	}
	return notes
}
