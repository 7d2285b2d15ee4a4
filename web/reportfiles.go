package web

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"huiyin/reports"
	"huiyin/workflow/edition"
)

// downloadReport sends a report in a format: the bytes that were
// approved, or the draft as it is built now.
func (s *Server) downloadReport(v *visit) error {
	of, err := reportParam(v.Params("month"))
	if err != nil {
		return err
	}
	n, _ := strconv.Atoi(v.Query("edition"))
	return s.sendReport(v, of, n, v.Params("format"))
}

// sendReport sends a report: of an edition, with 0 of the one that was approved
// last.
func (s *Server) sendReport(v *visit, of reports.About, n int, format string) error {
	w, err := writerOf(format)
	if err != nil {
		return err
	}
	name := of.FileName(w.name)
	body, err := s.frozenFile(v, of.Key(), n, w.name)
	if err != nil {
		return err
	}
	if body == nil {
		built, err := s.shownReport(v, of, n)
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
func (s *Server) frozenFile(v *visit, key string, n int, format string) ([]byte, error) {
	id := edition.ID(key, n)
	if n == 0 {
		_, issued, err := s.books.Press.Latest(v.ctx(), key)
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
