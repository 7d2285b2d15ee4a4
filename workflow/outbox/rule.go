package outbox

import (
	"io/fs"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"huiyin/internal/policyfile"
	"huiyin/ticket"
)

// Rule is a row of notices.csv: who of the house is told of a step.
type Rule struct {
	Step ticket.Step
	To   []Audience
	Text string
	Hold time.Duration
}

// Audience is whom a notice is for, by relation to the ticket or by role.
type Audience string

// The audiences.
const (
	ToLead       Audience = "牵头单位"
	ToFormerLead Audience = "原牵头单位" // that led before the step
	ToCo         Audience = "配合单位"
	ToOperators  Audience = "话务"
	ToSupervisor Audience = "督办"
	ToLeaders    Audience = "领导"
	ToDiscipline Audience = "纪检"
)

var audiences = []Audience{ToLead, ToFormerLead, ToCo, ToOperators, ToSupervisor, ToLeaders, ToDiscipline}

var audienceRoles = map[Audience]ticket.Role{
	ToOperators: ticket.Operator, ToSupervisor: ticket.Supervisor, ToLeaders: ticket.Leader, ToDiscipline: ticket.Discipline,
}

// The recipients of notices: all people of a unit, or of a role.
func unitBox(code string) string      { return "unit:" + code }
func roleBox(role ticket.Role) string { return "role:" + string(role) }

// RecipientsOf are the mailboxes that somebody reads.
func RecipientsOf(actor ticket.Actor) []string {
	var boxes []string
	if actor.Has(ticket.UnitHandler) && actor.Unit != "" {
		boxes = append(boxes, unitBox(actor.Unit))
	}
	for _, a := range audiences {
		if role, ok := audienceRoles[a]; ok && actor.Has(role) {
			boxes = append(boxes, roleBox(role))
		}
	}
	return boxes
}

// boxesOf are the mailboxes of a rule for a step, given the ticket before and
// after it. Of a clue only those are told who may know of it; an urge that is
// meant for one unit is told to no other.
func (r *Rule) boxesOf(before, after *ticket.Ticket, e *ticket.Event) []string {
	var boxes []string
	add := func(box string) {
		meant := e.Step != ticket.StepUrge || e.Fields["unit"] == "" || !strings.HasPrefix(box, unitBox("")) || box == unitBox(e.Fields["unit"])
		if meant && !slices.Contains(boxes, box) {
			boxes = append(boxes, box)
		}
	}
	secrecy := after.Secrecy()
	for _, to := range r.To {
		role, byRole := audienceRoles[to]
		switch {
		case byRole && (secrecy == ticket.Visible || role == ticket.Discipline || role == ticket.Operator && secrecy == ticket.Clue):
			add(roleBox(role))
		case byRole || secrecy != ticket.Visible:
		case to == ToLead && after.Lead != "":
			add(unitBox(after.Lead))
		case to == ToFormerLead && before.Lead != "":
			add(unitBox(before.Lead))
		case to == ToCo:
			for _, code := range after.Co {
				add(unitBox(code))
			}
		}
	}
	return boxes
}

const ruleTextMax = 60

func (p *Policy) readRules(fsys fs.FS) policyfile.Faults {
	const file = "notices.csv"
	if absent(fsys, file) {
		return nil
	}
	table := policyfile.Read(fsys, file, []string{"步骤", "告知", "通知", "暂缓秒数"}, nil)
	for _, row := range table.Rows {
		steps := readSteps(row, "步骤")
		r := Rule{Text: row.Get("通知"), Hold: readHold(row), To: readList(row, "告知", audiences, func(a Audience) string { return string(a) })}
		switch {
		case len(row.List("步骤")) == 0:
			row.Fault("步骤", "步骤不能为空")
		case len(row.List("告知")) == 0:
			row.Fault("告知", "告知不能为空，应为 %s", namesOf(audiences, func(a Audience) string { return string(a) }))
		case r.Text == "" || utf8.RuneCountInString(r.Text) > ruleTextMax:
			row.Fault("通知", "通知的话不能为空，最多 %d 个字", ruleTextMax)
		}
		for _, step := range steps {
			r.Step = step
			p.Notices = append(p.Notices, r)
		}
	}
	return table.Faults
}
