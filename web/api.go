package web

import (
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"huiyin/intake/twins"
	"huiyin/reports"
	"huiyin/ticket"
	"huiyin/workflow"
	"huiyin/workflow/steps"
)

// The bodies of the API. Times are RFC 3339 in UTC; codes are those of the
// policy; fields of steps are those of the workflow's table.

// newTicketBody is a complaint from another system.
type newTicketBody struct {
	Channel      ticket.Channel    `json:"channel"`
	SourceNo     string            `json:"source_no"`
	Title        string            `json:"title"`
	Content      string            `json:"content"`
	CallerName   string            `json:"caller_name"`
	CallerSex    string            `json:"caller_sex"`
	CallerPhone  string            `json:"caller_phone"`
	Contact      string            `json:"contact"`
	Address      string            `json:"caller_address"`
	IDNo         string            `json:"id_no"`
	Confidential bool              `json:"confidential"`
	Place        string            `json:"place"`
	Area         string            `json:"area"`
	Subject      string            `json:"subject"`
	CalledAt     time.Time         `json:"called_at"`
	Extra        map[string]string `json:"extra"`
}

type createdBody struct {
	ID         ticket.ID `json:"id"`
	Existing   bool      `json:"existing"`   // the source number had a ticket already; nothing was changed
	Dispatched bool      `json:"dispatched"` // by the service itself
}

type listBody struct {
	Tickets []ticket.Ticket `json:"tickets"`
	Total   int             `json:"total"`
	Next    string          `json:"next,omitempty"`
}

// ticketBody is a ticket with the steps that the asker may take now.
type ticketBody struct {
	ticket.Ticket
	Steps []apiStepInfo `json:"steps"`
	// Attachments are the files that the asker may see; /attachments/{sha256} gives one.
	Attachments []ticket.Attachment `json:"attachments"`
	// DuplicatesOf are tickets that may be the same matter, for who may merge.
	DuplicatesOf []twins.Twin `json:"duplicates_of,omitempty"`
}

type apiStepInfo struct {
	Step   ticket.Step   `json:"step"`
	Name   string        `json:"name"`
	Fields []steps.Field `json:"fields,omitempty"`
}

type stepBody struct {
	Version int64             `json:"version"`
	Request string            `json:"request"` // id of the request; Idempotency-Key may give it instead
	Fields  map[string]string `json:"fields"`
}

type stepResult struct {
	Ticket   ticket.Ticket `json:"ticket"`
	Repeated bool          `json:"repeated"`
}

// decode reads a JSON body strictly: a field that is not known is a mistake of
// the sender and must not be swallowed.
func decode(v *visit, into any) error {
	d := json.NewDecoder(strings.NewReader(string(v.Body())))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return ticket.Refuse(errBadRequest, "bad_json", "请求体不是规定的 JSON，或者有不认识的字段")
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return ticket.Refuse(errBadRequest, "bad_json", "请求体在 JSON 之后还有多余的内容")
	}
	return nil
}

func (s *Server) apiCreate(v *visit) error {
	var body newTicketBody
	if err := decode(v, &body); err != nil {
		return err
	}
	if key := idempotencyKey(v); key != "" {
		return s.createOnce(v, key, body)
	}
	if body.SourceNo == "" {
		return invalidField("source_no", "missing", "source_no 和请求头 Idempotency-Key 至少要有一个，重复发送才不会多出工单")
	}
	created, err := s.create(v, v.actor, body.form(v.now))
	if err != nil {
		return err
	}
	return answerCreated(v, created)
}

func idempotencyKey(v *visit) string { return strings.TrimSpace(v.Get("Idempotency-Key")) }

func (s *Server) apiList(v *visit) error {
	f, err := s.apiFilter(v)
	if err != nil {
		return err
	}
	f.Cursor = v.Query("cursor")
	if text := v.Query("limit"); text != "" {
		if f.Limit, err = strconv.Atoi(text); err != nil {
			return invalidField("limit", "form", "limit 应为整数")
		}
	}
	switch sort := v.Query("sort"); sort {
	case "":
	case workflow.SortDue, workflow.SortReceived:
		f.SortBy = sort
	default:
		return unknownFilter("sort")
	}
	found, err := s.Desk.List(v.ctx(), v.now, v.actor, f)
	if err != nil {
		return err
	}
	if found.Tickets == nil {
		found.Tickets = []ticket.Ticket{}
	}
	return v.JSON(listBody{found.Tickets, found.Total, found.Next})
}

func (s *Server) apiTicket(v *visit) error {
	t, _, err := s.readTicket(v)
	if err != nil {
		return err
	}
	body := ticketBody{Ticket: t, Steps: []apiStepInfo{}, Attachments: apiFiles(v.actor, &t)}
	if book := s.Line.Twins(); book != nil {
		if body.DuplicatesOf, err = book.Find(v.ctx(), v.actor, &t); err != nil {
			return err
		}
	}
	for _, tr := range s.allowedNow(v, &t) {
		body.Steps = append(body.Steps, apiStepInfo{tr.Step, tr.Name, tr.Fields})
	}
	v.Set(fiber.HeaderETag, `"`+strconv.FormatInt(t.Version, 10)+`"`)
	return v.JSON(body)
}

// missing names all that a step cannot do without: a version of zero would look
// like somebody else's change.
func (b *stepBody) missing() error {
	var faults []ticket.FieldFault
	if b.Version <= 0 {
		faults = append(faults, ticket.FieldFault{Field: "version", Code: "missing", Message: "version 要填读到的工单版本号"})
	}
	if b.Request == "" {
		faults = append(faults, ticket.FieldFault{Field: "request", Code: "missing", Message: "request 要填这次请求的编号，也可以放在请求头 Idempotency-Key 里"})
	}
	if len(faults) == 0 {
		return nil
	}
	messages := make([]string, len(faults))
	for i, f := range faults {
		messages[i] = f.Message
	}
	r := ticket.Refuse(ticket.ErrInvalid, "invalid_input", "%s", strings.Join(messages, "；"))
	r.Faults = faults
	return r
}

func (s *Server) apiStep(v *visit) error {
	var body stepBody
	if err := decode(v, &body); err != nil {
		return err
	}
	if body.Request == "" {
		body.Request = idempotencyKey(v)
	}
	if err := body.missing(); err != nil {
		return err
	}
	step := ticket.Step(v.Params("step"))
	if err := uploadsOnly(step); err != nil {
		return err
	}
	outcome, err := s.Desk.Take(v.ctx(), v.now, workflow.Request{
		ID: body.Request, Ticket: ticket.ID(v.Params("id")), Version: body.Version, Step: step, Actor: v.actor, Fields: body.Fields,
	})
	if err != nil {
		return err
	}
	s.live.nudge()
	return v.JSON(stepResult{outcome.Ticket, outcome.Repeated})
}

// summaryBody is what waits now, and the month's headline.
type summaryBody struct {
	Now   workflow.Counts `json:"now"`
	Month ticket.Month    `json:"month"`
	// Volume and Units are those of the month's report.
	Volume reports.Volume  `json:"volume"`
	Units  reports.Quality `json:"units"`
}

func (s *Server) apiSummary(v *visit) error {
	month, err := monthParam(v.Query("month"), v.now)
	if err != nil {
		return err
	}
	counts, err := s.Desk.Counts(v.ctx(), v.now, v.actor, "")
	if err != nil {
		return err
	}
	m, err := s.month(v.ctx(), month, v.now)
	if err != nil {
		return err
	}
	return v.JSON(summaryBody{counts, month, m.Volume, m.Units.All})
}

func (s *Server) apiReport(v *visit) error {
	of, err := reportParam(v.Params("month"))
	if err != nil {
		return err
	}
	n, _ := strconv.Atoi(v.Query("edition"))
	m, err := s.shownReport(v, of, n)
	if err != nil {
		return err
	}
	return v.JSON(m)
}
