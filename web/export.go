package web

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"huiyin/intake/sheet/roll"
	"huiyin/ticket"
)

// exportForm asks how the tickets that were found are to be written out.
type exportForm struct {
	Query, CSRF string
	Most        int // 0: nobody may
	Formats     []option
}

func (s *Server) exportForm(v *visit, k seek) exportForm {
	return exportForm{Query: k.values.Encode(), CSRF: v.session.CSRF, Most: s.Desk.Policy().ExportMost, Formats: slices.Clone(exportFormats)}
}

// exportFormats are what people are offered, and exportKinds what they are sent as.
var (
	exportFormats = []option{{Value: "xlsx", Label: "Excel 表", Chosen: true}, {Value: "csv", Label: "CSV"}}
	exportKinds   = map[string]string{"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "csv": "text/csv; charset=utf-8"}
)

// exportPerPerson bounds how much one account can carry away.
var exportPerPerson = limit{"export", 20, time.Hour, 0}

// export is what somebody takes out of the house.
type export struct {
	seek
	now    time.Time
	actor  ticket.Actor
	format string
	reason string
	total  int
}

// exportTickets writes the tickets that a search finds into a file. What is
// hidden as a clue never goes out; who took what, by which conditions and why, is
// kept before the first row leaves.
func (s *Server) exportTickets(v *visit) error {
	e, err := s.exportOf(v)
	if err != nil {
		return err
	}
	if err := s.accounts.take(v.ctx(), v.now, exportPerPerson, v.actor.ID); err != nil {
		return err
	}
	if err := s.accounts.note(v.ctx(), v.now, v.actor, "export", fmt.Sprintf("%s %d 件", e.format, e.total), e.said()); err != nil {
		return err
	}
	v.Attachment(fmt.Sprintf("huiyin-tickets-%s.%s", v.now.In(ticket.Shanghai).Format("20060102-1504"), e.format))
	v.Set(fiber.HeaderContentType, exportKinds[e.format])
	v.Context().SetBodyStreamWriter(func(w *bufio.Writer) {
		// The request is over: nothing of it may be touched here.
		if err := errors.Join(s.writeExport(context.Background(), w, e), w.Flush()); err != nil {
			s.log.Warn("export ended early", slog.String("error", scrub(err)))
		}
	})
	return nil
}

// exportOf reads and refuses an export.
func (s *Server) exportOf(v *visit) (*export, error) {
	values, err := url.ParseQuery(v.FormValue("query"))
	if err != nil {
		return nil, ticket.Refuse(errBadRequest, "bad_request", "请求的内容看不懂")
	}
	k, err := s.seekFrom(v, values.Get)
	if err != nil {
		return nil, err
	}
	e := &export{seek: k, now: v.now, actor: v.actor, format: v.FormValue("format"), reason: strings.TrimSpace(v.FormValue("reason"))}
	e.reason, _ = ticket.Redact(e.reason)
	most := s.Desk.Policy().ExportMost
	switch n := utf8.RuneCountInString(e.reason); {
	case most == 0:
		return nil, ticket.Refuse(ticket.ErrForbidden, "no_export", "政策里关着导出，请联系管理员")
	case exportKinds[e.format] == "":
		return nil, invalidField("format", "unknown", "只能导出 xlsx 或 csv")
	case k.phone && k.filter.Caller == "":
		return nil, ticket.Refuse(ticket.ErrForbidden, "forbidden", "您的角色不能按电话查工单")
	case n < 2 || n > 200:
		return nil, invalidField("reason", "length", "请写明导出做什么用，2 到 200 个字")
	}
	if e.total, err = s.exported(v, e); err != nil {
		return nil, err
	}
	switch {
	case e.total == 0:
		return nil, ticket.Refuse(ticket.ErrInvalid, "nothing", "没有可以导出的工单")
	case e.total > most:
		return nil, ticket.Refuse(ticket.ErrInvalid, "too_many_rows", "一次最多导出 %d 件，这里有 %d 件：请按收到日期分几次导出", most, e.total)
	}
	return e, nil
}

func (s *Server) exported(v *visit, e *export) (int, error) {
	f := e.filter
	f.Hidden, f.Limit = new(false), 1
	page, err := s.Desk.List(v.ctx(), v.now, v.actor, f)
	if err == nil && page.Unread > 0 {
		err = ticket.Refuse(ticket.ErrConflict, "reading", "服务刚启动，还有 %d 件工单的文字没有读完，请稍等再导出", page.Unread)
	}
	return page.Total, err
}

// said is what the audit keeps of an export: why, and by which conditions. A
// telephone number is not one of them.
func (e *export) said() string {
	parts := []string{e.reason}
	for _, name := range seekParams {
		value := e.values.Get(name)
		if name == "q" && e.phone {
			value = "（电话）"
		}
		if value != "" {
			parts = append(parts, name+"="+firstRunes(value, 40))
		}
	}
	text, _ := ticket.Redact(strings.Join(parts, "；"))
	return text
}

// writeExport reads the tickets of an export page by page and writes them. Of a
// confidential ticket the texts stay in the house.
func (s *Server) writeExport(ctx context.Context, out io.Writer, e *export) error {
	policy := s.Desk.Policy()
	w, err := roll.New(out, e.format, roll.Names{Units: policy.Units, Categories: policy.Categories})
	if err != nil {
		return err
	}
	f := e.filter
	f.Hidden, f.Limit, f.Cursor = new(false), exportPage, ""
	for left := policy.ExportMost; ; {
		page, err := s.Desk.List(ctx, e.now, e.actor, f)
		if err != nil {
			return err
		}
		for i := range page.Tickets {
			if left--; left < 0 {
				return w.Close()
			}
			if err := w.Add(&page.Tickets[i]); err != nil {
				return err
			}
		}
		if f.Cursor = page.Next; f.Cursor == "" {
			return w.Close()
		}
	}
}

// exportPage is how many tickets are read at a time.
const exportPage = 200
