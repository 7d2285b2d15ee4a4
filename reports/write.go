package reports

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"huiyin/reports/docx"
	"huiyin/reports/html"
	"huiyin/reports/pdf"
	"huiyin/reports/xlsx"
	"huiyin/ticket"
)

// Formats are the formats that WriteAll can write, in the order in which they
// are offered.
var Formats = []string{"docx", "xlsx", "html", "pdf", "json"}

// WriteJSON writes every number of the month.
func WriteJSON(w io.Writer, m *Month) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(m)
}

// WriteHTML writes the report as one self-contained, printable page.
func WriteHTML(w io.Writer, m *Month) error { return html.Write(w, m.Paper()) }

// WriteDocx writes the report in the form of official documents, with native,
// editable charts.
func WriteDocx(w io.Writer, m *Month) error { return docx.Write(w, m.Paper()) }

// WriteXlsx writes the report as a workbook of values, with native charts and,
// where the report was built and not read, one row for each ticket.
func WriteXlsx(w io.Writer, m *Month) error {
	if m.Annex == nil {
		return xlsx.Write(w, m.Paper())
	}
	return xlsx.Write(w, m.Paper(), m.Annex.list(m))
}

// WritePDF writes the pages of the docx where LibreOffice is installed, and
// pages of its own making, with the shipped font, where it is not.
func WritePDF(w io.Writer, m *Month) error {
	program, ok := pdf.Office()
	if !ok {
		return pdf.Write(w, m.Paper())
	}
	var b bytes.Buffer
	if err := WriteDocx(&b, m); err != nil {
		return err
	}
	return pdf.Convert(w, b.Bytes(), program)
}

var writers = map[string]func(io.Writer, *Month) error{
	"docx": WriteDocx, "xlsx": WriteXlsx, "html": WriteHTML, "pdf": WritePDF, "json": WriteJSON,
}

// FileName is the name of the report in a format: huiyin-2026-10.docx, with the
// scope behind the period where it is not the whole bureau.
func (s About) FileName(format string) string {
	name := "huiyin-" + s.Period.String()
	if scope := s.Scope.String(); scope != "" {
		name += "-" + scope
	}
	return name + "." + format
}

// FileName is that of the report's subject.
func (m *Month) FileName(format string) string { return m.About().FileName(format) }

// WriteAll writes the report, named by FileName, in each format into a folder, which it
// makes when missing, and returns the paths of what was written. A file appears
// whole or not at all; one format that cannot be written keeps no other from
// it. The error is a *ticket.Refusal for an unknown format.
func WriteAll(dir string, m *Month, formats []string) ([]string, error) {
	for _, f := range formats {
		if !slices.Contains(Formats, f) {
			return nil, ticket.Refuse(ticket.ErrInvalid, "unknown_format", "不认识格式“%s”，可用的有：%s", f, strings.Join(Formats, "、"))
		}
	}
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, fmt.Errorf("make %s: %w", dir, err)
	}
	var paths []string
	var faults []error
	for _, f := range formats {
		path := filepath.Join(dir, m.FileName(f))
		if err := writeFile(path, func(w io.Writer) error { return writers[f](w, m) }); err != nil {
			faults = append(faults, err)
			continue
		}
		paths = append(paths, path)
	}
	return paths, errors.Join(faults...)
}

func writeFile(path string, write func(io.Writer) error) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	if err := write(tmp); err != nil {
		tmp.Close()
		return fmt.Errorf("write %s: %w", filepath.Base(path), err)
	}
	if err := tmp.Close(); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}
