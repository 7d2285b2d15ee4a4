package web

import (
	"fmt"
	"strings"

	"huiyin/classify"
	"huiyin/ticket"
)

// whyView is why the policy in force judges a ticket's text as it does, word
// for word, and why not otherwise.
type whyView struct {
	page
	ID, Heading, Back   string
	Category, Why, Kind string
	KindName            string
	Stored              string // what was judged at intake, when it was another category
	JudgedBy            string // the version that did
	Rule                string
	Sides               []whySide
	Kinds               []whySide
	Dismissed           []string
	Risks               []pair
	Choices             []option
	Asked, Answer       string
	TitleFactor         string // how often a word of the title counts
}

// whySide is a category or a kind with what every word adds to it.
type whySide struct {
	Name, Score string
	Words       []whyWord
}

type whyWord struct {
	Word, Share, Weight, Times string
	Against                    bool
}

// whySides is how many categories the page tells in full.
const whySides = 3

func (s *Server) whyPage(v *visit) error {
	t, err := s.Desk.Ticket(v.ctx(), v.actor, ticket.ID(v.Params("id")))
	if err != nil {
		return err
	}
	p := s.Desk.Policy()
	classifier := s.Amend.InForce().Classifier
	e := classifier.Explain(t.Title, t.Content)
	view := whyView{
		page: s.page(v, "为什么这样判", ""), ID: string(t.ID), Heading: titleOf(&t), Back: "/tickets/" + string(t.ID),
		Category: categoryText(p, e.Verdict.Category), Why: e.Why(), Kind: e.WhyKind(), KindName: e.Verdict.Kind.Name(),
		Rule: t.Verdict.Rule, Dismissed: e.Dismissed(whySides), Asked: v.Query("not"),
		TitleFactor: fmt.Sprintf("%g", classifier.Settings().TitleFactor),
	}
	if judged := t.Verdict.Category; judged != "" && judged != e.Verdict.Category {
		view.Stored, view.JudgedBy = categoryText(p, judged), policyName(t.Verdict.Policy)
	}
	for _, c := range e.Categories[:min(whySides, len(e.Categories))] {
		view.Sides = append(view.Sides, whySideOf(c.Category+" "+c.Name, c.Score, c.Words))
	}
	for _, k := range e.Kinds {
		side := whySideOf(k.Kind.Name(), k.Score, k.Words)
		if k.Usual > 0 {
			usual := whyWord{Word: "这一类事项通常是" + k.Kind.Name(), Share: fmt.Sprintf("%+.2f", k.Usual)}
			side.Words = append([]whyWord{usual}, side.Words...)
		}
		view.Kinds = append(view.Kinds, side)
	}
	for _, r := range e.Verdict.Risks {
		view.Risks = append(view.Risks, pair{r.Name + "（" + r.Level.Name() + "）", strings.Join(r.Words, "、")})
	}
	for _, c := range p.Categories {
		view.Choices = append(view.Choices, option{Value: c.Code, Label: c.Code + " " + c.Name, Chosen: c.Code == view.Asked})
		if c.Code == view.Asked {
			view.Answer = e.WhyNot(c.Code)
		}
	}
	return s.render(v.Ctx, "why", view)
}

func whySideOf(name string, score float64, words []classify.WordReason) whySide {
	side := whySide{Name: name, Score: fmt.Sprintf("%.2f", score)}
	for _, w := range words {
		side.Words = append(side.Words, whyWord{
			Word: w.Keyword, Share: fmt.Sprintf("%+.2f", w.Share), Weight: fmt.Sprintf("%g", w.Weight), Times: w.Times(), Against: w.Share < 0,
		})
	}
	return side
}
