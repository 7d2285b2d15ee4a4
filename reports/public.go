package reports

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"huiyin/reports/docx"
	"huiyin/reports/html"
	"huiyin/reports/pdf"
	"huiyin/ticket"
)

// PublicFormats are the formats of the public digest. The numbers themselves
// are not among them: json and xlsx would publish what the digest leaves out.
var PublicFormats = []string{"docx", "html", "pdf"}

// WritePublic writes the public digest of a month as huiyin-2026-10-public.FORMAT
// and returns the paths. Only whole months, quarters and years of the whole bureau
// are published: parts and other periods could be taken from each other until
// small groups are left. Errors are *ticket.Refusal, or of the writing.
func WritePublic(dir string, m *Month, p *Policy, formats []string) ([]string, error) {
	if m.Period.Kind == OfDays || !m.Scope.Whole() || !m.Complete {
		return nil, ticket.Refuse(ticket.ErrInvalid, "not_public", "公开摘要只按整月、整季、整年和全局生成：分册和其他时段相减，会暴露件数很少的分组")
	}
	for _, f := range formats {
		if !slices.Contains(PublicFormats, f) {
			return nil, ticket.Refuse(ticket.ErrInvalid, "unknown_format", "公开摘要没有格式“%s”，可用的有：%s", f, strings.Join(PublicFormats, "、"))
		}
	}
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, err
	}
	var paths []string
	var faults []error
	for _, f := range formats {
		path := filepath.Join(dir, "huiyin-"+m.Period.String()+"-public."+f)
		if err := writeFile(path, func(w io.Writer) error { return writePublic(w, m, p, f) }); err != nil {
			faults = append(faults, err)
			continue
		}
		paths = append(paths, path)
	}
	return paths, errors.Join(faults...)
}

func writePublic(w io.Writer, m *Month, p *Policy, format string) error {
	doc := m.PublicPaper(p)
	switch format {
	case "docx":
		return docx.Write(w, doc)
	case "html":
		return html.Write(w, doc)
	}
	program, ok := pdf.Office()
	if !ok {
		return pdf.Write(w, doc)
	}
	var b bytes.Buffer
	if err := docx.Write(&b, doc); err != nil {
		return err
	}
	return pdf.Convert(w, b.Bytes(), program)
}
