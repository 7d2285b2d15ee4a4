package web

import (
	"errors"
	"log/slog"
	"strings"

	"github.com/gofiber/fiber/v2"

	"huiyin/ticket"
)

// outcome is how a kind of error reaches a client.
type outcome struct {
	kind   error
	status int
	code   string // when the refusal brings none
	title  string
}

// outcomes is the one table from error to status.
var outcomes = []outcome{
	{errSignIn, fiber.StatusUnauthorized, "sign_in", "请先登录"},
	{errTooMany, fiber.StatusTooManyRequests, "too_many", "次数太多"},
	{errForged, fiber.StatusForbidden, "forged", "请求来路不明"},
	{errNoRoom, fiber.StatusInsufficientStorage, "disk_full", "磁盘空间不足"},
	{errFileLost, fiber.StatusServiceUnavailable, "file_lost", "附件读不出来"},
	{errTooLarge, fiber.StatusRequestEntityTooLarge, "too_large", "内容太大"},
	{errMethod, fiber.StatusMethodNotAllowed, "method", "不支持这种请求"},
	{errBadRequest, fiber.StatusBadRequest, "bad_request", "请求看不懂"},
	{ticket.ErrNotFound, fiber.StatusNotFound, "not_found", "没有找到"},
	{ticket.ErrForbidden, fiber.StatusForbidden, "forbidden", "没有权限"},
	{ticket.ErrConflict, fiber.StatusConflict, "conflict", "已被别人改动"},
	{ticket.ErrIllegal, fiber.StatusConflict, "illegal_step", "现在不能这样做"},
	{ticket.ErrInvalid, fiber.StatusUnprocessableEntity, "invalid", "填写有误"},
	{ticket.ErrStore, fiber.StatusServiceUnavailable, "store_unavailable", "暂时不可用"},
}

var (
	errForged     = errors.New("cross-site or unsigned request")
	errTooLarge   = errors.New("body too large")
	errMethod     = errors.New("method not allowed")
	errBadRequest = errors.New("request cannot be read")
)

// problem is what a client is told: an RFC 9457 problem document, or the same
// as a page.
type problem struct {
	Type      string              `json:"type"`
	Title     string              `json:"title"`
	Status    int                 `json:"status"`
	Detail    string              `json:"detail"`
	Code      string              `json:"code"`
	RequestID string              `json:"request_id"`
	Version   int64               `json:"version,omitempty"`
	Errors    []ticket.FieldFault `json:"errors,omitempty"`
}

// problemOf turns an error into what a client may know of it. Only a Refusal's
// own text goes out; anything else becomes a plain sentence.
func problemOf(err error, request string) (p problem, internal bool) {
	err = ownError(err)
	for _, o := range outcomes {
		if !errors.Is(err, o.kind) {
			continue
		}
		p = problem{Type: "about:blank", Title: o.title, Status: o.status, Code: o.code, RequestID: request}
		var refusal *ticket.Refusal
		if errors.As(err, &refusal) {
			p.Detail, p.Errors, p.Version = refusal.Message, refusal.Faults, refusal.Version
			if refusal.Code != "" {
				p.Code = refusal.Code
			}
		}
		return p, errors.Is(err, ticket.ErrStore)
	}
	return problem{Type: "about:blank", Title: "出错了", Status: fiber.StatusInternalServerError, Code: "internal", RequestID: request,
		Detail: "系统内部出错，已经记录下来。请稍后再试；如果一直这样，请把下面的编号告诉管理员"}, true
}

// ownError puts what fiber itself refuses into the table's kinds.
func ownError(err error) error {
	var own *fiber.Error
	if !errors.As(err, &own) {
		return err
	}
	switch {
	case own.Code == fiber.StatusNotFound:
		return ticket.Refuse(ticket.ErrNotFound, "no_page", "没有这个页面，可能是地址写错了")
	case own.Code == fiber.StatusMethodNotAllowed:
		return ticket.Refuse(errMethod, "method", "这个地址不支持这种请求")
	case own.Code == fiber.StatusRequestEntityTooLarge:
		return ticket.Refuse(errTooLarge, "too_large", "一次最多上传 %d MB，请拆成几个文件", bodyLimit>>20)
	case own.Code < 500:
		return ticket.Refuse(errBadRequest, "bad_request", "请求的内容看不懂")
	}
	return err
}

// fail answers a request that went wrong: a problem document for programs, a
// page or a fragment of one for people.
func (s *Server) fail(c *fiber.Ctx, err error) error {
	request := requestID(c)
	p, internal := problemOf(err, request)
	if internal {
		s.logFailure(c, err)
	}
	c.Status(p.Status)
	if p.Status == fiber.StatusUnauthorized && wantsPage(c) {
		return s.sendToLogin(c)
	}
	if !wantsPage(c) {
		if p.Status == fiber.StatusUnauthorized {
			c.Set(fiber.HeaderWWWAuthenticate, `Bearer realm="huiyin"`)
		}
		return sendProblem(c, p)
	}
	if c.Get("HX-Request") == "true" {
		c.Set("HX-Retarget", "#toasts")
		c.Set("HX-Reswap", "beforeend")
		return s.render(c, "toast", p)
	}
	view := errorView{problem: p, Title: p.Title}
	view.page = s.strangerPage(c, p.Title)
	return s.render(c, "error", view)
}

func (s *Server) logFailure(c *fiber.Ctx, err error) {
	s.log.Error("request failed", slog.String("request", requestID(c)), slog.String("route", routeOf(c)), slog.String("error", scrub(err)))
}

func sendProblem(c *fiber.Ctx, p problem) error {
	if err := c.Status(p.Status).JSON(p); err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "application/problem+json; charset=utf-8")
	return nil
}

// wantsPage tells a browser from a program.
func wantsPage(c *fiber.Ctx) bool {
	for _, prefix := range []string{"/api/", "/hooks/", "/open311/", "/events", "/readyz", "/metrics"} {
		if strings.HasPrefix(c.Path(), prefix) {
			return false
		}
	}
	accept := c.Get(fiber.HeaderAccept)
	return c.Get("HX-Request") == "true" || strings.Contains(accept, "text/html") || !strings.Contains(accept, "json")
}

// scrub is the text of an internal error for the log: digits are taken out,
// for they could be somebody's number, and so is what is not plain text.
func scrub(err error) string {
	text := strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r <= '9':
			return '#'
		case r > 0x7e: // quoted input: no Chinese text belongs into a log line of an error
			return -1
		}
		return r
	}, err.Error())
	if len(text) > 300 {
		text = text[:300]
	}
	return text
}

// errorView is the page of a request that went wrong.
type errorView struct {
	page
	problem
	Title string // of both
}
