package web

import (
	"errors"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"huiyin/ticket"
	"huiyin/web/georeport"
)

// The bounds of the list that the specification sets.
const (
	open311Span = 90 * 24 * time.Hour
	open311Most = 1000
)

// listRequests lists requests: those that are named, or those of a time.
func (s *Server) listRequests(v *visit, _ string) (any, error) {
	list := []georeport.Request{}
	if ids := commaList(v, "service_request_id"); len(ids) > 0 {
		if len(ids) > open311Most {
			return nil, invalidField("service_request_id", "too_many", "一次最多查 %d 个编号", open311Most)
		}
		for _, id := range ids {
			r, err := s.publicRequest(v, ticket.ID(strings.ToUpper(id)))
			if errors.Is(err, ticket.ErrNotFound) {
				continue
			}
			if err != nil {
				return nil, err
			}
			list = append(list, r)
		}
		return list, nil
	}
	wanted, from, to, err := open311Filter(v)
	if err != nil {
		return nil, err
	}
	ids, err := s.Redis.ZRevRangeByScore(v.ctx(), keyOpen311, &redis.ZRangeBy{
		Min: strconv.FormatInt(from.UnixMilli(), 10), Max: strconv.FormatInt(to.UnixMilli(), 10), Count: open311Most,
	}).Result()
	if err != nil {
		return nil, storeDown(err)
	}
	for _, id := range ids {
		r, err := s.publicRequest(v, ticket.ID(id))
		if errors.Is(err, ticket.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if wanted(&r) {
			list = append(list, r)
		}
	}
	return list, nil
}

// open311Filter reads service_code, status, start_date and end_date: the last
// 90 days when nothing is said, and never more than 90.
func open311Filter(v *visit) (wanted func(*georeport.Request) bool, from, to time.Time, err error) {
	codes, states := commaList(v, "service_code"), commaList(v, "status")
	for _, state := range states {
		if state != georeport.Open && state != georeport.Closed {
			return nil, from, to, invalidField("status", "unknown", "status 只能是 open 或 closed")
		}
	}
	if from, err = open311Date(v, "start_date"); err != nil {
		return nil, from, to, err
	}
	if to, err = open311Date(v, "end_date"); err != nil {
		return nil, from, to, err
	}
	switch {
	case from.IsZero() && to.IsZero():
		to = v.now
		from = to.Add(-open311Span)
	case from.IsZero():
		from = to.Add(-open311Span)
	case to.IsZero():
		to = from.Add(open311Span)
	}
	if to.Before(from) || to.Sub(from) > open311Span {
		return nil, from, to, invalidField("end_date", "span", "start_date 到 end_date 最多 90 天，且前者在先")
	}
	return func(r *georeport.Request) bool {
		return (len(codes) == 0 || slices.Contains(codes, r.ServiceCode)) && (len(states) == 0 || slices.Contains(states, r.Status))
	}, from, to, nil
}

func open311Date(v *visit, name string) (time.Time, error) {
	text := v.Query(name)
	if text == "" {
		return time.Time{}, nil
	}
	at, err := time.Parse(time.RFC3339, strings.ReplaceAll(text, " ", "+")) // a plus sign that was not escaped
	if err != nil || at.Year() < 2000 || at.Year() > 2200 {
		return at, invalidField(name, "form", "%s 应写成 2026-10-12T00:00:00+08:00", name)
	}
	return at, nil
}

func (s *Server) oneRequest(v *visit, _ string) (any, error) {
	r, err := s.publicRequest(v, ticket.ID(strings.ToUpper(v.Params("id"))))
	if err != nil {
		return nil, err
	}
	return []georeport.Request{r}, nil
}

var errNoRequest = ticket.Refuse(ticket.ErrNotFound, "no_request", "没有这个编号，或者它不公开")

// publicRequest is what the public may know of a request.
func (s *Server) publicRequest(v *visit, id ticket.ID) (georeport.Request, error) {
	if !id.Valid() {
		return georeport.Request{}, errNoRequest
	}
	t, err := s.Desk.Ticket(v.ctx(), ticket.Service, id)
	if errors.Is(err, ticket.ErrNotFound) {
		return georeport.Request{}, errNoRequest
	}
	if err != nil {
		return georeport.Request{}, err
	}
	if t.Channel != ticket.ChannelMessage || !strings.HasPrefix(t.SourceNo, open311Prefix) || t.Confidential || t.Secrecy() != ticket.Visible {
		return georeport.Request{}, errNoRequest
	}
	policy := s.Desk.Policy()
	category, _ := policy.Categories.Find(t.Category)
	if category.Sealed {
		return georeport.Request{}, errNoRequest
	}
	r := georeport.Request{
		ID: string(t.ID), Status: georeport.Open, Notes: publicState(t.State), ServiceCode: t.Category, ServiceName: category.Name,
		Requested: georeport.Moment(t.ReceivedAt, ticket.Shanghai), Updated: georeport.Moment(t.Events[len(t.Events)-1].At, ticket.Shanghai),
		Address: publicPlace(&t),
	}
	r.Description = forAll(t.Content)
	r.Lat, r.Long = publicPoint(t.Extra[placeField])
	if t.State != ticket.Received && t.State != ticket.Arbitration {
		r.Agency = policy.Units.Name(t.Lead)
	}
	if due, ok := t.Due(ticket.ClockClose); ok && t.State.IsOpen() {
		r.Expected = georeport.Moment(due.At, ticket.Shanghai)
	}
	if t.State.Info().Type == ticket.Final {
		r.Status = georeport.Closed
		if told := toldTo(&t); told != "" {
			r.Notes = forAll(told)
		}
	}
	return r, nil
}

// masked is a number of which digits are left. Of a phone they are the last
// four, by which a caller proves to be one at the public query.
var masked = regexp.MustCompile(`[0-9-]*\*{2,}[0-9Xx-]*`)

// forAll is a text as everybody may read it: redacted, and of what was redacted
// nothing left.
func forAll(text string) string {
	text, _ = ticket.Redact(text)
	return masked.ReplaceAllString(text, "（号码已隐去）")
}

// toldTo is what the caller of a finished ticket was told; nothing else that
// was written into its steps is for the public.
func toldTo(t *ticket.Ticket) string {
	for _, e := range slices.Backward(t.Events) {
		switch e.Step {
		case ticket.StepReply:
			return e.Fields["public_reply"]
		case ticket.StepAnswer:
			return e.Fields["answer"]
		case ticket.StepReject:
			return e.Fields["legal_path"]
		}
	}
	return ""
}

// houseNumber is where a place becomes somebody's home: from the house number on.
var houseNumber = regexp.MustCompile(`[0-9０-９一二三四五六七八九十百零甲乙丙丁A-Za-z-]*(?:号楼|单元|号院|栋|幢|弄|室|号).*$`)

// publicPlace is the place without what would tell a home.
func publicPlace(t *ticket.Ticket) string {
	return strings.TrimSpace(houseNumber.ReplaceAllString(forAll(t.Place), ""))
}

// publicPoint rounds a point to a hundred metres.
func publicPoint(text string) (lat, long *float64) {
	x, y, ok := strings.Cut(text, " ")
	a, err1 := strconv.ParseFloat(x, 64)
	b, err2 := strconv.ParseFloat(y, 64)
	if !ok || err1 != nil || err2 != nil {
		return nil, nil
	}
	a, b = math.Round(a*1000)/1000, math.Round(b*1000)/1000
	return &a, &b
}
