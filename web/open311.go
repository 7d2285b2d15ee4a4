package web

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"huiyin/ticket"
	"huiyin/web/georeport"
)

// Open311 GeoReport v2. Only what came in through it is shown by it: who filed
// there knew that the request is public. Nothing is said of who filed it, and
// requests that are confidential or a clue are not there at all.

// open311Routes are the addresses of Open311.
func (s *Server) open311Routes() []route {
	get := func(path string, h func(*visit, string) (any, error)) route {
		return route{fiber.MethodGet, "/open311/v2/" + path, openDoor, "", s.open311(h)}
	}
	return []route{
		get("discovery.:format", s.discovery),
		get("services.:format", s.services),
		get("services/:code.:format", s.definition),
		{fiber.MethodPost, "/open311/v2/requests.:format", openDoor, "", s.open311(s.fileRequest)},
		get("requests.:format", s.listRequests),
		get("requests/:id.:format", s.oneRequest),
		get("tokens/:token.:format", s.tokenOf),
	}
}

// The limits of Open311: of anybody, and of an app that files.
var (
	open311PerSource = limit{"open311", 600, 10 * time.Minute, 0}
	filedPerApp      = limit{"app", 600, time.Hour, 0}
)

// open311 answers in the format that the address ends with, errors included.
func (s *Server) open311(h func(v *visit, format string) (any, error)) func(*visit) error {
	return func(v *visit) error {
		v.Set(fiber.HeaderAccessControlAllowOrigin, "*") // civic clients run in browsers; no cookie is asked for
		v.Set("Cross-Origin-Resource-Policy", "cross-origin")
		format := v.Params("format")
		if format != georeport.JSON && format != georeport.XML {
			return sendOpen311(v, georeport.JSON, ticket.Refuse(ticket.ErrNotFound, "format", "只有 json 和 xml 两种格式"), s)
		}
		answer, err := s.open311Answer(v, format, h)
		if err != nil {
			return sendOpen311(v, format, err, s)
		}
		body, media, err := georeport.Encode(format, answer)
		if err != nil {
			return err
		}
		v.Set(fiber.HeaderContentType, media)
		return v.Send(body)
	}
}

func (s *Server) open311Answer(v *visit, format string, h func(*visit, string) (any, error)) (any, error) {
	if err := s.accounts.take(v.ctx(), v.now, open311PerSource, s.sourceOf(v.Ctx)); err != nil {
		return nil, err
	}
	if given := v.FormValue("jurisdiction_id"); given != "" && s.Jurisdiction != "" && given != s.Jurisdiction {
		return nil, ticket.Refuse(ticket.ErrNotFound, "jurisdiction", "没有这个 jurisdiction_id")
	}
	return h(v, format)
}

// sendOpen311 says an error as the specification has it: a list of code and
// description. What cannot be read is a 400 here.
func sendOpen311(v *visit, format string, err error, s *Server) error {
	p, internal := problemOf(err, requestID(v.Ctx))
	if internal {
		s.logFailure(v.Ctx, err)
	}
	if p.Status == fiber.StatusUnprocessableEntity {
		p.Status = fiber.StatusBadRequest
	}
	list := []georeport.Fault{}
	for _, f := range p.Errors {
		list = append(list, georeport.Fault{Code: p.Status, Description: f.Message})
	}
	if len(list) == 0 {
		list = append(list, georeport.Fault{Code: p.Status, Description: p.Detail})
	}
	body, media, err := georeport.Encode(format, list)
	if err != nil {
		return err
	}
	v.Set(fiber.HeaderContentType, media)
	return v.Status(p.Status).Send(body)
}

// changeset is when what discovery tells last changed.
const changeset = "2026-11-01T00:00:00+08:00"

func (s *Server) discovery(v *visit, _ string) (any, error) {
	address := v.BaseURL()
	if s.origin != nil {
		address = strings.TrimSuffix(s.origin.String(), "/")
	}
	return georeport.Discovery{
		Changeset: changeset, Contact: "可拨打 12328 咨询", KeyService: "请向交通运输局申请应用密钥 api_key",
		Endpoints: []georeport.Endpoint{{
			Specification: "http://wiki.open311.org/GeoReport_v2", URL: address + "/open311/v2", Changeset: changeset, Type: "production",
			Formats: []string{"text/xml", "application/json"},
		}},
	}, nil
}

// offered reports whether a category can be chosen as a service: not what is
// sealed, nor what only the service itself says.
func offered(c ticket.Category) bool {
	return !c.Sealed && c.Code != ticket.Unjudged && c.Code != ticket.NotOurs
}

func serviceOf(c ticket.Category) georeport.Service {
	return georeport.Service{
		Code: c.Code, Name: c.Name, Description: c.Note, Metadata: true, Type: "realtime", Keywords: strings.Join([]string{c.Group, c.Field}, ","), Group: c.Group,
	}
}

func (s *Server) services(*visit, string) (any, error) {
	list := []georeport.Service{}
	for _, c := range s.Desk.Policy().Categories {
		if offered(c) {
			list = append(list, serviceOf(c))
		}
	}
	return list, nil
}

func (s *Server) offeredCategory(code string) (ticket.Category, error) {
	c, ok := s.Desk.Policy().Categories.Find(code)
	if !ok || !offered(c) {
		return c, ticket.Refuse(ticket.ErrNotFound, "service_code", "没有编码为“%s”的服务", firstRunes(code, 20))
	}
	return c, nil
}

// The attributes of every service.
const (
	attributeSubject = "SUBJECT"
	attributeWhen    = "WHEN"
)

func (s *Server) definition(v *visit, _ string) (any, error) {
	c, err := s.offeredCategory(v.Params("code"))
	if err != nil {
		return nil, err
	}
	return georeport.Definition{Code: c.Code, Attributes: []georeport.Attribute{
		{Variable: true, Code: attributeSubject, Datatype: "string", Order: 1, Words: "被反映的车辆、线路或单位", Hint: "车牌号、线路名或单位名"},
		{Variable: true, Code: attributeWhen, Datatype: "datetime", Order: 2, Words: "什么时候发生的", Hint: "如 2026-10-12T08:30:00+08:00"},
	}}, nil
}

// tokenOf gives the number of a request by its token. Numbers are given at
// once, so a token is only another name for one.
func (s *Server) tokenOf(v *visit, _ string) (any, error) {
	token := v.Params("token")
	id, err := s.Desk.Store().Find(v.ctx(), ticket.ChannelMessage, token)
	if !strings.HasPrefix(token, open311Prefix) || errors.Is(err, ticket.ErrNotFound) {
		return nil, ticket.Refuse(ticket.ErrNotFound, "token", "没有这个 token")
	}
	if err != nil {
		return nil, err
	}
	if _, err := s.publicRequest(v, id); err != nil {
		return nil, err
	}
	return []georeport.Token{{ID: string(id), Token: token}}, nil
}

// commaList reads a parameter that holds several values.
func commaList(v *visit, name string) []string {
	parts := strings.Split(v.Query(name), ",")
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	return slices.DeleteFunc(parts, func(p string) bool { return p == "" })
}
