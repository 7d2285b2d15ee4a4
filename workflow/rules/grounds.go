package rules

import (
	"strings"

	"huiyin/internal/policyfile"
	"huiyin/ticket"
)

// Ground is a reason that a person chooses from a list: why a ticket is
// returned, refused, excluded.
type Ground struct {
	Step  ticket.Step
	Code  string
	Text  string // 理由
	Basis string // legal basis
	Note  string // what to tell the caller: the legal path of a refusal
}

// Grounds are the choices by step, in the order of the file.
type Grounds map[ticket.Step][]Ground

// GroundsOf lists the choices of a step.
func (p *Policy) GroundsOf(step ticket.Step) []Ground { return p.Grounds[step] }

// Ground finds a choice by its code or its text.
func (p *Policy) Ground(step ticket.Step, code string) (Ground, bool) {
	for _, g := range p.Grounds[step] {
		if g.Code == code || g.Text == code {
			return g, true
		}
	}
	return Ground{}, false
}

func (l *loader) grounds() {
	l.policy.Grounds = Grounds{}
	seen := map[string]int{}
	l.read("grounds.csv", []string{"步骤", "编码", "理由", "依据", "说明"}, nil, func(row policyfile.Row) {
		g := Ground{
			Step: ticket.Step(row.Get("步骤")), Code: row.Get("编码"), Text: row.Get("理由"),
			Basis: row.Get("依据"), Note: row.Get("说明"),
		}
		key := string(g.Step) + "/" + g.Code
		switch {
		case g.Step == "":
			row.Fault("步骤", "步骤不能为空")
		case g.Code == "" || strings.ContainsAny(g.Code, " ;"):
			row.Fault("编码", "编码“%s”不能为空，也不能含空格和分号", g.Code)
		case seen[key] > 0:
			row.Fault("编码", "编码“%s”与第%d行重复", g.Code, seen[key])
		case g.Text == "":
			row.Fault("理由", "理由不能为空")
		}
		seen[key] = row.Line
		l.policy.Grounds[g.Step] = append(l.policy.Grounds[g.Step], g)
	})
}
