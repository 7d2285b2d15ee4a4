// Package rulings keeps arbitrations as routing rules: what a supervisor ruled
// on one ticket, proposed to the administrator for all tickets of the kind. The
// ruling binds its own ticket at once and without anybody's leave.
package rulings

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"huiyin/ticket"
	"huiyin/workflow/proposals"
	"huiyin/workflow/rules"
)

// Ruling is the body of a proposal of the kind proposals.Ruling.
type Ruling struct {
	Ticket   ticket.ID   `json:"ticket"`
	SourceNo string      `json:"source_no"`
	Category string      `json:"category"`
	County   string      `json:"county,omitempty"` // empty: where it happened is unknown
	Lead     string      `json:"lead"`
	Co       []string    `json:"co,omitempty"`
	Basis    string      `json:"basis"`
	By       string      `json:"by"`
	Name     string      `json:"name"`
	At       time.Time   `json:"at"`
	Before   string      `json:"before,omitempty"` // the lead that the routes had proposed
	Rule     string      `json:"rule,omitempty"`   // and by which row
	Named    []Condition `json:"named,omitempty"`  // things that the ticket names, to narrow the rule by
}

// Condition is a cell of 条件: 实体:道路=G104.
type Condition string

// narrowing are the kinds of things by which a rule may be narrowed, as
// routes.csv names them. Plates, badges and people never stand in a rule.
var narrowing = map[ticket.EntityKind]string{
	ticket.EntityRoad: "道路", ticket.EntityStation: "车站", ticket.EntityToll: "收费站", ticket.EntityLine: "线路", ticket.EntityPlace: "地名",
}

// Of reads the last ruling off a ticket's history; false when it is not to be
// kept as a rule.
func Of(p *rules.Policy, t *ticket.Ticket) (Ruling, bool) {
	i := len(t.Events) - 1
	for i >= 0 && t.Events[i].Step != ticket.StepArbitrate {
		i--
	}
	if i < 0 || t.Events[i].Fields["keep_rule"] != "yes" || t.Secrecy() != ticket.Visible {
		return Ruling{}, false
	}
	e := &t.Events[i]
	r := Ruling{
		Ticket: t.ID, SourceNo: t.SourceNo, Category: t.Category, County: p.CountyOf(t), Lead: e.Fields["lead"],
		Co: codes(e.Fields["co"]), Basis: e.Fields["basis"], By: e.Actor, Name: e.Name, At: e.At,
		Before: t.Verdict.Lead, Rule: t.Verdict.Rule,
	}
	for _, entity := range t.Verdict.Entities {
		name := entity.Norm()
		kind, ok := narrowing[entity.Kind]
		if c := Condition("实体:" + kind + "=" + name); ok && !strings.Contains(r.County, name) && !strings.ContainsAny(name, "*;；|=") && !slices.Contains(r.Named, c) {
			r.Named = append(r.Named, c)
		}
	}
	return r, true
}

func codes(joined string) []string {
	return strings.FieldsFunc(joined, func(c rune) bool { return c == ';' })
}

// Proposal lays the ruling before an administrator.
func (r Ruling) Proposal() (proposals.Proposal, error) {
	body, err := json.Marshal(r)
	return proposals.Proposal{Kind: proposals.Ruling, Key: string(r.Ticket), At: r.At, Body: body}, err
}

// From reads the ruling off a proposal.
func From(p *proposals.Proposal) (Ruling, error) {
	var r Ruling
	if err := json.Unmarshal(p.Body, &r); err != nil || p.Kind != proposals.Ruling {
		return r, ticket.Refuse(ticket.ErrNotFound, "no_proposal", "没有这份裁定规则")
	}
	return r, nil
}

// Note is who ruled when on which ticket, as routes.csv and explanations say it.
func (r Ruling) Note() string {
	return fmt.Sprintf("%s %s裁定，工单%s", ticket.DateOf(r.At), r.Name, r.Ticket)
}
