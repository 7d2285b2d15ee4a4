package web

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"huiyin/ticket"
	"huiyin/workflow/permit"
	"huiyin/workflow/rulings"
)

// rulingView is an arbitration that is to be kept as a routing rule.
type rulingView struct {
	proposalFrame
	Parts  []pair
	Ticket string // address of the ticket, for those who may read it
	Now    string // what decides on such tickets today
	Named  []option
	Terms  []option
	Wide   bool // nothing says where: the rule would hold everywhere
}

// monthsMost is the longest term that can be given on the page.
const monthsMost = 600

func (s *Server) rulingPage(d *deciding, refused []string) error {
	r, err := rulings.From(&d.proposal)
	if err != nil {
		return err
	}
	policy := s.Desk.Policy()
	view := rulingView{proposalFrame: s.proposalFrame(d, "裁定规则", "裁定已经管住它自己那一件；采纳以后，同类工单也照此分派")}
	view.Refused, view.Wide = refused, r.County == ""
	place := r.County
	if view.Wide {
		place = "不限"
	}
	var helpers []string
	for _, code := range r.Co {
		helpers = append(helpers, policy.Units.Name(code))
	}
	view.Parts = []pair{
		{Name: "类别", Value: r.Category + " " + policy.Categories.Name(r.Category)}, {Name: "属地", Value: place},
		{Name: "牵头", Value: policy.Units.Name(r.Lead)}, {Name: "配合", Value: strings.Join(helpers, "、")},
		{Name: "依据", Value: r.Basis}, {Name: "裁定", Value: fmt.Sprintf("%s，%s", fullMoment(r.At), r.Name)},
		{Name: "原来分派", Value: r.Rule},
	}
	kind := ticket.Ticket{County: r.County, ReceivedAt: d.now, Progress: ticket.Progress{Category: r.Category}}
	view.Now = policy.Route(&kind).Rule
	if t, err := s.Desk.Ticket(d.ctx(), d.actor, r.Ticket); err == nil && permit.May(d.actor, permit.Read, &t) {
		view.Ticket = "/tickets/" + string(r.Ticket)
	}
	view.Parts = append(view.Parts, pair{Name: "工单", Value: r.SourceNo})
	for _, c := range r.Named {
		view.Named = append(view.Named, option{Value: string(c), Label: strings.TrimPrefix(string(c), "实体:")})
	}
	view.Terms = s.terms(d.FormValue("months"))
	return s.render(d.Ctx, "ruling", view)
}

// terms are for how many months a ruling may count; the policy's own is chosen
// unless the form says another.
func (s *Server) terms(given string) []option {
	usual := s.Amend.Proposals().RulingMonth
	if given == "" {
		given = strconv.Itoa(usual)
	}
	months := []int{6, 12, 24, 36, 0}
	if !slices.Contains(months, usual) {
		months = append([]int{usual}, months...)
	}
	var options []option
	for _, n := range months {
		o := option{Value: strconv.Itoa(n), Label: fmt.Sprintf("%d 个月", n)}
		if n == 0 {
			o.Label = "不限"
		}
		o.Chosen = o.Value == given
		options = append(options, o)
	}
	return options
}

func (s *Server) amendRoutes(d *deciding, files map[string]string) (amendment, error) {
	r, err := rulings.From(&d.proposal)
	if err != nil {
		return amendment{}, err
	}
	months, err := strconv.Atoi(strings.TrimSpace(d.FormValue("months")))
	if err != nil || months < 0 || months > monthsMost {
		return amendment{}, invalidField("months", "bad_number", "有效月数应为 0 到 %d 的整数，0 表示不限", monthsMost)
	}
	terms := rulings.Terms{Months: months}
	for _, raw := range d.Request().PostArgs().PeekMulti("only") {
		terms.Narrowed = append(terms.Narrowed, rulings.Condition(raw))
	}
	made := amendment{file: "routes.csv", why: "采纳裁定规则：" + s.rulingTitle(r) + "（" + r.Note() + "）"}
	_, err = r.Amend(files, d.now, terms)
	return made, err
}
