package web

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"time"

	"huiyin/classify"
	"huiyin/intake"
	"huiyin/ticket"
	"huiyin/workflow/permit"
)

// keptTrial is the last trial of an administrator's draft, kept so that those
// who may read tickets can look at the ones that would change.
type keptTrial struct {
	Name   string           `json:"name"`
	At     time.Time        `json:"at"`
	Months int              `json:"months"`
	Result *intake.Replayed `json:"result"`
}

func trialDocument(login string) string { return "policy-trial:" + login }

// keepTrial stores a trial without a word of its tickets. It returns what went
// wrong, in words for people.
func (s *Server) keepTrial(ctx context.Context, who ticket.Actor, t *trial, now time.Time) string {
	result := *t.result
	result.Examples = make([]intake.Changed, len(t.result.Examples))
	for i, e := range t.result.Examples {
		e.Title = ""
		result.Examples[i] = e
	}
	raw, err := json.Marshal(keptTrial{Name: who.Name, At: now.UTC(), Months: t.months, Result: &result})
	if err == nil {
		err = s.Desk.Store().PutDocument(ctx, trialDocument(who.ID), raw)
	}
	if err != nil {
		s.log.Error("trial not kept", "error", scrub(err))
		return "结果没有存下来，业务人员看不到：存储暂时不可用"
	}
	return ""
}

// trialsView is the trials of drafts as the hotline and supervisors see them.
type trialsView struct {
	draftPage
	Choices []tabView
	Who     string
	trialResult
}

func (s *Server) trialsPage(v *visit) error {
	view := trialsView{draftPage: s.draftFrame(&drafting{visit: v}, "trials", "管理员改了政策还没有发布，请业务人员看看改得对不对")}
	view.Title = "试运行结果"
	accounts, err := s.accounts.List(v.ctx())
	if err != nil {
		return err
	}
	var chosen *keptTrial
	for _, a := range accounts {
		if !permit.May(a.Actor(), permit.Amend, nil) {
			continue
		}
		kept, err := s.keptTrial(v.ctx(), a.Login)
		if err != nil {
			return err
		}
		if kept == nil {
			continue
		}
		tab := tabView{Name: a.Login, Title: kept.Name + " " + moment(kept.At, v.now), Href: "/policy/trials?by=" + url.QueryEscape(a.Login)}
		if by := v.Query("by"); by == a.Login || by == "" && chosen == nil {
			chosen, tab.Current = kept, true
		}
		view.Choices = append(view.Choices, tab)
	}
	if chosen == nil {
		return s.render(v.Ctx, "trials", view)
	}
	names := s.policyNames()
	view.Who = fmt.Sprintf("%s %s试运行草稿，重判最近 %d 个月的 %d 件工单。", chosen.Name, fullMoment(chosen.At), chosen.Months, chosen.Result.Tickets)
	view.fill(chosen.Result, names)
	if err := s.trialExamples(v, &view.trialResult, chosen.Result, names, "/policy/trials", nil); err != nil {
		return err
	}
	return s.render(v.Ctx, "trials", view)
}

func (s *Server) keptTrial(ctx context.Context, login string) (*keptTrial, error) {
	raw, err := s.Desk.Store().Document(ctx, trialDocument(login))
	if raw == nil || err != nil {
		return nil, err
	}
	return readTrial(raw), nil
}

// readTrial is nil for a trial that another version of the program kept: the
// next trial makes it again.
func readTrial(raw []byte) *keptTrial {
	var kept keptTrial
	if json.Unmarshal(raw, &kept) != nil || kept.Result == nil {
		return nil
	}
	return &kept
}

// trialExamples are the changed tickets as far as the viewer may see them. With
// the classifier of the draft they show by which words it judges, beside those
// of today.
func (s *Server) trialExamples(v *visit, view *trialResult, r *intake.Replayed, names glossary, here string, after *classify.Classifier) error {
	from, to := v.Query("from"), v.Query("to")
	var list []intake.Changed
	for _, e := range r.Examples {
		if from == "" || e.Before.Category == from && e.After.Category == to {
			list = append(list, e)
		}
	}
	if from != "" {
		view.Chosen, view.All = names.category(from)+" → "+names.category(to), here+"#examples"
	}
	start, _ := strconv.Atoi(v.Query("at"))
	start = max(0, min(start, len(list)))
	end := min(len(list), start+trialPage)
	if end < len(list) {
		view.Next = here + "?" + url.Values{"from": {from}, "to": {to}, "at": {strconv.Itoa(end)}}.Encode() + "#examples"
	}
	ids := make([]ticket.ID, 0, trialPage)
	changes := map[ticket.ID]intake.Changed{}
	for _, e := range list[start:end] {
		ids = append(ids, e.ID)
		changes[e.ID] = e
	}
	tickets, err := s.Desk.Store().Tickets(v.ctx(), ids)
	if err != nil {
		return err
	}
	view.MayRead = permit.May(v.actor, permit.Text, nil)
	for i := range tickets {
		if t := &tickets[i]; t.Secrecy() == ticket.Visible {
			view.Examples = append(view.Examples, s.exampleRow(v, t, changes[t.ID], names, here, after))
		}
	}
	return nil
}

func (s *Server) exampleRow(v *visit, t *ticket.Ticket, e intake.Changed, names glossary, here string, after *classify.Classifier) evidenceRow {
	row := evidenceRow{ID: string(t.ID), SourceNo: e.SourceNo, Changes: judgementParts(e, names)}
	now := s.Amend.InForce().Classifier.Judge(t.Title, t.Content)
	row.Before = hitsText(now)
	if after != nil {
		then := after.Judge(t.Title, t.Content)
		row.After = hitsText(then)
		now.Hits = append(now.Hits, then.Hits...)
	}
	row.open(v, t, now, here)
	if row.Masked && t.Confidential {
		row.Title, row.Before, row.After = "（保密件，不显示）", "", ""
	}
	return row
}
