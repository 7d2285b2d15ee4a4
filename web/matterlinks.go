package web

import (
	"errors"
	"strconv"

	"huiyin/ticket"
	"huiyin/workflow/permit"
	"huiyin/workflow/rectify"
)

// linkMatters leads from the matters of a month to the entries of the ledger
// that are about them, or to the form that takes them there.
func (s *Server) linkMatters(v *visit, month string, view *topicsView) error {
	list, err := s.books.Ledger.List(v.ctx(), v.actor)
	if err != nil {
		return err
	}
	rules := s.Reports().Rules
	for i := range view.Matters {
		row := &view.Matters[i]
		best := 0.0
		for j := range list {
			r := rectify.Of(&list[j])
			if r.Signature == "" || r.State == ticket.RectifyRefused {
				continue
			}
			if m := rules.SameMatter(r.Signature, row.Key); m.At >= 0 && m.Like > best {
				best, row.Entry, row.Doubtful = m.Like, r.ID, m.Doubtful
			}
		}
		if row.Entry == "" && v.may(permit.Raise) {
			row.Problem = "/rectifications/new?month=" + month + "&matter=" + strconv.Itoa(row.Rank)
		}
	}
	return nil
}

// matterOfEntry is the address of the tickets of an entry's matter in the month
// before this one; empty when it is none there, or the viewer may not see it.
func (s *Server) matterOfEntry(v *visit, r ticket.Rectification) (string, error) {
	if r.Signature == "" || !v.may(permit.Report) {
		return "", nil
	}
	m, err := s.month(v.ctx(), ticket.MonthOf(v.now).Add(-1), v.now)
	if errors.Is(err, ticket.ErrInvalid) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	rules, best, at := s.Reports().Rules, 0.0, -1
	for i := range m.Matters.Items {
		if x := rules.SameMatter(r.Signature, m.Matters.Items[i].Key); x.At >= 0 && x.Like > best {
			best, at = x.Like, i
		}
	}
	if at < 0 {
		return "", nil
	}
	return ticketsBehind(m, "matter", m.Matters.Items[at].Rank), nil
}
