package web

import (
	"strconv"
	"strings"

	"huiyin/reports"
	"huiyin/ticket"
	"huiyin/workflow/edition"
	"huiyin/workflow/permit"
	"huiyin/workflow/steps"
)

// partView is a part of a report that people may write over.
type partView struct {
	page
	Back, Href          string
	PartName, PartTitle string
	Signed              string
	Edit, Restore, Note *stepForm
	Shown               []pair // what it says, for those who may not write
	Card                *cardFacts
	Comments            []commentView
}

// cardFacts are the facts that a card's causes must answer to.
type cardFacts struct {
	Count, Share, Change, When string
	Signs                      []string
	Areas, Places, Objects     []string
	Tickets                    []pair
	Problem                    string // address of the form that takes it into the ledger
}

func (s *Server) partPage(v *visit) error { return s.renderPart(v, v.Query("name"), typed{}) }

func (s *Server) renderPart(v *visit, name string, t typed) error {
	id := v.Params("id")
	e, err := s.books.Press.Entry(v.ctx(), v.actor, id)
	if err != nil {
		return err
	}
	period, n := edition.Split(id)
	of, err := reportParam(period)
	if err != nil {
		return err
	}
	built, err := s.shownReport(v, of, n)
	if err != nil {
		return err
	}
	part, ok := built.Part(name)
	if !ok {
		return ticket.Refuse(ticket.ErrNotFound, "no_part", "这一期报告没有这个部分")
	}
	view := partView{page: s.page(v, s.reportName(of), "/reports"), Back: "/reports/" + period + "?edition=" + strconv.Itoa(n), Href: partHref(&e, name), PartName: name, PartTitle: part.Title}
	view.Sub, view.Notice = part.Title, doneMatter(v, &edition.Table)
	if part.Signed != nil {
		view.Signed = part.Signed.String()
	}
	if view.Card, err = s.cardFacts(v, built, name); err != nil {
		return err
	}
	for _, st := range s.books.Press.Allowed(v.actor, &e) {
		form := s.matterForm(v, "/reports/editions/"+id+"/steps/", &e, st, nil, typed{})
		form.Draft += ":" + name
		form.Hidden = []pair{{"part", name}}
		switch st.Step {
		case edition.Edit:
			form.Fields = s.partFields(part, t)
			view.Edit = &form
			if part.Signed == nil && len(part.Fields) > 1 {
				view.Edit.Button, view.Edit.Title = "确认", "确认或修改"
			}
		case edition.Restore:
			if part.Signed != nil {
				form.Fields = nil
				view.Restore = &form
			}
		case edition.Comment:
			form.Fields = s.fieldForms(st.Step, st.Fields[1:], t.fields, nil)
			view.Note = &form
		}
	}
	if view.Edit == nil {
		view.Shown = s.partShown(part)
	}
	for _, c := range commentsOf(&e, built) {
		if c.Href == view.Href {
			view.Comments = append(view.Comments, c)
		}
	}
	if t.err != nil {
		v.Status(problemStatus(t.err))
		view.Notice = t.notice()
	}
	return s.render(v.Ctx, "reportpart", view)
}

// partFields are the texts of a part as fields of the table's step.
func (s *Server) partFields(part reports.Part, t typed) []stepField {
	edit, _ := edition.Table.Find(edition.Edit)
	var wanted []steps.Field
	values := map[string]string{}
	for _, f := range part.Fields {
		for _, row := range edit.Fields {
			if row.Name == f.Name {
				row.Label = f.Label
				if f.Lines {
					row.Help = "一行一条"
				}
				wanted = append(wanted, row)
				values[f.Name] = f.Value
			}
		}
	}
	if t.step == edition.Edit {
		values = t.fields
	}
	fields := s.fieldForms(edition.Edit, wanted, values, t.faults())
	for i := range fields {
		if fields[i].Input == "textarea" {
			fields[i].Rows = min(12, max(3, 2+strings.Count(fields[i].Value, "\n")))
		}
	}
	return fields
}

func (s *Server) partShown(part reports.Part) []pair {
	var out []pair
	for _, f := range part.Fields {
		value := f.Value
		if f.Unit {
			value = s.Desk.Policy().Units.Name(value)
		}
		if value != "" {
			out = append(out, pair{f.Label, value})
		}
	}
	return out
}

// cardFacts are the numbers of the card that a part is; nil for another part.
func (s *Server) cardFacts(v *visit, built *reports.Month, part string) (*cardFacts, error) {
	for i := range built.Cards {
		c := &built.Cards[i]
		if reports.CardPart(c.Key) != part {
			continue
		}
		facts := factsOfCard(built, c)
		if v.may(permit.Raise) {
			facts.Problem = "/rectifications/new?month=" + built.About().Key() + "&card=" + c.Key
		}
		tickets, err := s.Source.Tickets(v.ctx(), c.Evidence)
		if err != nil {
			return nil, err
		}
		for j := range tickets {
			facts.Tickets = append(facts.Tickets, pair{titleOf(&tickets[j]), "/tickets/" + string(tickets[j].ID)})
		}
		return facts, nil
	}
	return nil, nil
}

func factsOfCard(built *reports.Month, c *reports.Card) *cardFacts {
	style := built.Style
	facts := &cardFacts{
		Count: countText(c.Item.Count), Share: style.Rate(c.Item.Share), Change: built.Clauses(c.Item.MoM, c.Item.YoY), Signs: c.Signs.All(),
		Areas: countWords(c.Areas), Places: countWords(c.Places), Objects: countWords(c.Objects),
	}
	if c.Pattern.Total >= style.SmallSample {
		day, _ := c.Pattern.PeakDay()
		from, _ := c.Pattern.PeakHours()
		facts.When = reports.Weekdays[day] + "最多，" + strconv.Itoa(from) + "时至" + strconv.Itoa(from+3) + "时最集中"
	}
	return facts
}

func countWords(counts []reports.Count) []string {
	var out []string
	for _, c := range counts {
		out = append(out, c.Name+" "+countText(c.Count))
	}
	return out
}
