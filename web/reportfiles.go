package web

import (
	"fmt"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"huiyin/ticket"
	"huiyin/workflow/edition"
)

// downloadReport sends a month's report in a format: the bytes that were
// approved, or the draft as it is built now.
func (s *Server) downloadReport(v *visit) error {
	m, err := monthParam(v.Params("month"), v.now)
	if err != nil {
		return err
	}
	w, err := writerOf(v.Params("format"))
	if err != nil {
		return err
	}
	n, _ := strconv.Atoi(v.Query("edition"))
	name := fmt.Sprintf("huiyin-%s.%s", m, w.name)
	body, err := s.frozenFile(v, m, n, w.name)
	if err != nil {
		return err
	}
	if body == nil {
		built, err := s.shownReport(v, m, n)
		if err != nil {
			return err
		}
		if body, err = w.bytes(built); err != nil {
			return err
		}
	}
	return s.sendFile(v, name, w.kind, body)
}

// frozenFile is a file of an approved edition: of the one asked for, with 0 of
// the one approved last. It is nil when there is none.
func (s *Server) frozenFile(v *visit, m ticket.Month, n int, format string) ([]byte, error) {
	id := edition.ID(string(m), n)
	if n == 0 {
		_, issued, err := s.books.Press.Latest(v.ctx(), string(m))
		if err != nil || issued == nil {
			return nil, err
		}
		id = issued.ID
	}
	return s.books.File(v.ctx(), id, format)
}

// sendFile sends a download and notes that it was taken.
func (s *Server) sendFile(v *visit, name, kind string, body []byte) error {
	if err := s.accounts.note(v.ctx(), v.now, v.actor, "download", name, ""); err != nil {
		return err
	}
	v.Attachment(name)
	v.Set(fiber.HeaderContentType, kind)
	return v.Send(body)
}
