package web

import (
	"slices"
	"strconv"
	"time"

	"huiyin/ticket"
	"huiyin/workflow"
	"huiyin/workflow/permit"
)

// clueFilter finds what waits for the discipline inspection to judge.
func clueFilter() workflow.Filter {
	return workflow.Filter{States: []ticket.State{ticket.Received, ticket.Dispatched, ticket.Handling}, Hidden: new(true), SortBy: "due"}
}

// clueCards are on the home of the discipline inspection.
func (s *Server) clueCards(v *visit) ([]cardView, error) {
	if !v.actor.Has(ticket.Discipline) {
		return nil, nil
	}
	found, err := s.tickets(v, tab{filter: clueFilter()}, 1)
	return []cardView{figureCard(cardView{Name: "clues", Title: "待认定线索", Icon: "shield", Href: "/clues", Unit: "件", Note: "疑似的和提请移送的", Tone: "amber"}, found.Total)}, err
}

// watched are the doings that an auditor looks at first.
var watched = []struct {
	card  cardView
	doing []string
}{
	{cardView{Name: "reveals", Title: "查看来电人信息", Icon: "eye"}, []string{"reveal"}},
	{cardView{Name: "exports", Title: "导出和下载", Icon: "download"}, []string{"export", "download"}},
	{cardView{Name: "accounts", Title: "账号变动", Icon: "accounts"}, []string{"add_account", "edit_account", "disable_account", "enable_account", "add_app", "disable_app", "enable_app"}},
	{cardView{Name: "policies", Title: "政策变动", Icon: "policy"}, []string{"policy_publish", "policy_restore", "proposal_publish"}},
}

const (
	watchedFor  = 7 * 24 * time.Hour
	watchedMost = 5000 // entries of the audit that are counted
)

// watchCards are on the auditor's home: how often the last week saw each.
func (s *Server) watchCards(v *visit) ([]cardView, error) {
	if !v.may(permit.Audit) {
		return nil, nil
	}
	entries, err := s.Redis.XRevRangeN(v.ctx(), keyAudit, "+", "-", watchedMost).Result()
	if err != nil {
		return nil, storeDown(err)
	}
	counts := make([]int, len(watched))
	for _, e := range entries {
		at, _ := e.Values["at"].(string)
		if done, err := time.Parse(time.RFC3339, at); err != nil || v.now.Sub(done) > watchedFor {
			continue
		}
		what, _ := e.Values["what"].(string)
		for i := range watched {
			if slices.Contains(watched[i].doing, what) {
				counts[i]++
			}
		}
	}
	var cards []cardView
	for i, w := range watched {
		w.card.Href, w.card.Unit, w.card.Note = "/audit", "次", "最近七天"
		cards = append(cards, figureCard(w.card, counts[i]))
	}
	return cards, nil
}

// figureCard is a card with its figure; a nought is grey.
func figureCard(card cardView, n int) cardView {
	card.Value = strconv.Itoa(n)
	if n == 0 {
		card.Tone = "zero"
	}
	return card
}
