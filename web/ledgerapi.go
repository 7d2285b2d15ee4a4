package web

import (
	"encoding/json"
	"time"

	"huiyin/ticket"
	"huiyin/workflow/dossier"
	"huiyin/workflow/edition"
	"huiyin/workflow/rectify"
)

// rectificationDoc is an entry of the ledger as programs see it.
type rectificationDoc struct {
	ticket.Rectification
	Version   int64      `json:"version"`
	StateName string     `json:"state_name"`
	Overdue   bool       `json:"overdue"`
	Public    bool       `json:"public"`
	Allowed   []string   `json:"allowed"` // steps that the asker may take now
	History   []eventDoc `json:"history,omitempty"`
}

// rectificationsBody is a list of entries.
type rectificationsBody struct {
	Rectifications []rectificationDoc `json:"rectifications"`
}

// eventDoc is a step of a matter.
type eventDoc struct {
	Seq    int64             `json:"seq"`
	At     time.Time         `json:"at"`
	Step   ticket.Step       `json:"step"`
	Name   string            `json:"name"`
	From   ticket.State      `json:"from"`
	To     ticket.State      `json:"to"`
	By     string            `json:"by"`
	Role   ticket.Role       `json:"role"`
	Unit   string            `json:"unit,omitempty"`
	Fields map[string]string `json:"fields,omitempty"`
}

func eventDocs(table *dossier.Table, e *dossier.Entry) []eventDoc {
	out := make([]eventDoc, len(e.Events))
	for i := range e.Events {
		x := &e.Events[i]
		out[i] = eventDoc{Seq: x.Seq, At: x.At, Step: x.Step, From: x.From, To: x.To, By: x.Name, Role: x.Role, Unit: x.Unit, Fields: x.Fields}
		if st, ok := table.Find(x.Step); ok {
			out[i].Name = st.Name
		}
	}
	return out
}

func (s *Server) rectificationDoc(v *visit, e *dossier.Entry) rectificationDoc {
	r := rectify.Of(e)
	public, _ := rectify.Public(e)
	doc := rectificationDoc{Rectification: r, Version: e.Version, StateName: r.State.Name(), Overdue: r.Overdue(v.now), Public: public, Allowed: []string{}}
	for _, st := range s.books.Ledger.Allowed(v.actor, e) {
		doc.Allowed = append(doc.Allowed, string(st.Step))
	}
	return doc
}

// apiRectifications lists the entries that the asker may see. Filters: unit,
// state, overdue=1.
func (s *Server) apiRectifications(v *visit) error {
	all, err := s.books.Ledger.List(v.ctx(), v.actor)
	if err != nil {
		return err
	}
	docs := []rectificationDoc{}
	for i := range all {
		doc := s.rectificationDoc(v, &all[i])
		unit, state := v.Query("unit"), v.Query("state")
		if unit != "" && doc.Unit != unit || state != "" && string(doc.State) != state || v.Query("overdue") == "1" && !doc.Overdue {
			continue
		}
		docs = append(docs, doc)
	}
	return v.JSON(rectificationsBody{docs})
}

func (s *Server) apiRectification(v *visit) error {
	e, err := s.books.Ledger.Entry(v.ctx(), v.actor, v.Params("id"))
	if err != nil {
		return err
	}
	return s.sendRectification(v, &e)
}

func (s *Server) sendRectification(v *visit, e *dossier.Entry) error {
	doc := s.rectificationDoc(v, e)
	doc.History = eventDocs(&rectify.Table, e)
	return v.JSON(doc)
}

// matterStepDoc is the body of a step.
type matterStepDoc struct {
	Request string            `json:"request"`
	Version int64             `json:"version"`
	Fields  map[string]string `json:"fields"`
}

func readStepDoc(v *visit) (matterStepDoc, error) {
	var doc matterStepDoc
	if err := json.Unmarshal(v.Body(), &doc); err != nil {
		return doc, ticket.Refuse(errBadRequest, "bad_json", "请求体应为 JSON：{\"version\":…,\"fields\":{…}}")
	}
	if doc.Request == "" {
		doc.Request = requestID(v.Ctx)
	}
	return doc, nil
}

func (s *Server) apiPropose(v *visit) error {
	doc, err := readStepDoc(v)
	if err != nil {
		return err
	}
	e, err := s.books.Ledger.Propose(v.ctx(), v.now, v.actor, doc.Request, doc.Fields)
	if err != nil {
		return err
	}
	v.Status(201)
	return s.sendRectification(v, &e)
}

func (s *Server) apiRectifyStep(v *visit) error {
	doc, err := readStepDoc(v)
	if err != nil {
		return err
	}
	e, err := s.books.Ledger.Take(v.ctx(), v.now, dossier.Request{
		ID: doc.Request, Entry: v.Params("id"), Version: doc.Version, Step: ticket.Step(v.Params("step")), Actor: v.actor, Fields: doc.Fields,
	})
	if err != nil {
		return err
	}
	return s.sendRectification(v, &e)
}

// editionsBody is the editions of a report.
type editionsBody struct {
	Report   string       `json:"report"` // its key
	Month    ticket.Month `json:"month"`  // empty when it is of no month
	Editions []editionDoc `json:"editions"`
}

// editionDoc is an edition of a month's report without its numbers.
type editionDoc struct {
	N          int          `json:"n"`
	State      ticket.State `json:"state"`
	StateName  string       `json:"state_name"`
	Version    int64        `json:"version"`
	Number     string       `json:"number,omitempty"`
	Digest     string       `json:"digest,omitempty"`
	Correction string       `json:"correction,omitempty"`
	History    []eventDoc   `json:"history"`
}

// apiEditions lists the editions of a report.
func (s *Server) apiEditions(v *visit) error {
	of, err := reportParam(v.Params("month"))
	if err != nil {
		return err
	}
	all, err := s.books.Press.Editions(v.ctx(), of.Key())
	if err != nil {
		return err
	}
	docs := []editionDoc{}
	for i := range all {
		e := &all[i]
		_, n := edition.Split(e.ID)
		docs = append(docs, editionDoc{
			N: n, State: e.State, StateName: edition.Table.StateName(e.State), Version: e.Version, Number: e.Values["number"], Digest: e.Values["digest"],
			Correction: e.Values["correction"], History: eventDocs(&edition.Table, e),
		})
	}
	return v.JSON(editionsBody{of.Key(), of.Period.Month(), docs})
}
