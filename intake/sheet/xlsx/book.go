package xlsx

import (
	"io"
	"io/fs"
	"strings"

	"huiyin/intake/sheet/grid"
	"huiyin/intake/sheet/xmlscan"
)

// Book is an open workbook.
type Book struct {
	parts     *parts
	epoch1904 bool
	sheets    []sheetRef
	texts     *texts
	dates     []bool // by cell style
	total     int64  // declared size of all sheets, unpacked
	read      int64
}

type sheetRef struct{ name, part string }

// Open reads what all sheets share. The reader must stay open while rows are read.
func Open(r io.ReaderAt, size int64) (*Book, error) {
	p, err := openParts(r, size)
	if err != nil {
		return nil, err
	}
	b := &Book{parts: p}
	if err := b.readWorkbook(); err != nil {
		return nil, err
	}
	for _, sheet := range b.sheets {
		if f, ok := p.members[memberName(sheet.part)]; ok {
			b.total += int64(min(f.UncompressedSize64, maxUnpacked))
		}
	}
	return b, nil
}

// Close removes the temporary file, if there is one.
func (b *Book) Close() error {
	if b.texts == nil {
		return nil
	}
	return b.texts.close()
}

// Fraction tells how much of the sheets was read, 0 to 1.
func (b *Book) Fraction() float64 {
	if b.total <= 0 {
		return 0
	}
	return min(1, float64(b.read)/float64(b.total))
}

func (b *Book) readWorkbook() error {
	part, err := b.workbookPart()
	if err != nil {
		return err
	}
	if strings.HasSuffix(memberName(part), ".bin") {
		return ErrBinary
	}
	relations, err := b.parts.relations(part)
	if err != nil {
		return err
	}
	var stylesPart, textsPart string
	for _, r := range relations {
		switch r.kind {
		case "styles":
			stylesPart = r.target
		case "sharedStrings":
			textsPart = r.target
		}
	}
	if err := b.readSheetList(part, relations); err != nil {
		return err
	}
	if err := b.readStyles(stylesPart); err != nil {
		return err
	}
	b.texts, err = b.readTexts(textsPart)
	return err
}

func (b *Book) workbookPart() (string, error) {
	roots, err := b.parts.relations("")
	if err != nil {
		return "", err
	}
	for _, r := range roots {
		if r.kind == "officeDocument" {
			if _, ok := b.parts.members[memberName(r.target)]; !ok {
				return "", ErrNoWorkbook
			}
			return r.target, nil
		}
	}
	if _, ok := b.parts.members["xl/workbook.xml"]; ok {
		return "/xl/workbook.xml", nil
	}
	return "", ErrNoWorkbook
}

func (b *Book) readSheetList(part string, relations map[string]relation) error {
	isWorkbook := false
	err := b.parts.scan(part, func(s *xmlscan.Scanner) error {
		switch string(s.Name()) {
		case "workbook":
			isWorkbook = true
		case "workbookPr":
			b.epoch1904 = isTrue(s.Attr("date1904"))
		case "sheet":
			if r, ok := relations[s.Attr("id")]; ok && r.kind == "worksheet" {
				b.sheets = append(b.sheets, sheetRef{name: s.Attr("name"), part: r.target})
			}
		}
		return nil
	})
	if err == nil && !isWorkbook {
		return ErrNoWorkbook
	}
	return err
}

// readStyles learns which cell styles show dates.
func (b *Book) readStyles(part string) error {
	codes := map[string]string{}
	inCellStyles := false
	return b.parts.scan(part, func(s *xmlscan.Scanner) error {
		switch string(s.Name()) {
		case "numFmt":
			codes[s.Attr("numFmtId")] = s.Attr("formatCode")
		case "cellXfs":
			inCellStyles = true
		case "cellStyles", "cellStyleXfs", "dxfs":
			inCellStyles = false
		case "xf":
			if inCellStyles {
				id := s.Attr("numFmtId")
				b.dates = append(b.dates, grid.DateFormat(atoi(id), codes[id]))
			}
		}
		return nil
	})
}

// readTexts reads the shared texts: what cells of type s point to.
func (b *Book) readTexts(part string) (*texts, error) {
	t := &texts{}
	var item []byte
	err := b.parts.scan(part, func(s *xmlscan.Scanner) error {
		if string(s.Name()) != "si" {
			return nil
		}
		var err error
		if item, err = appendRuns(item[:0], s); err != nil {
			return err
		}
		return t.add(item)
	})
	if err == nil {
		err = t.flush()
	}
	if err != nil {
		_ = t.close() // the error of reading is the one to tell
		return nil, err
	}
	return t, nil
}

// appendRuns adds the text of the element that was just opened: its t elements,
// without the phonetic readings.
func appendRuns(dst []byte, s *xmlscan.Scanner) ([]byte, error) {
	outer, inText := s.Depth()-1, false
	start := len(dst)
	for s.Depth() > outer {
		kind, err := s.Next()
		if err != nil {
			return dst, err
		}
		switch kind {
		case xmlscan.Open:
			switch string(s.Name()) {
			case "rPh":
				err = s.Skip()
			case "t":
				inText = true
			}
		case xmlscan.Close:
			inText = inText && string(s.Name()) != "t"
		case xmlscan.Chars:
			if inText {
				dst = s.AppendText(dst)
			}
		}
		if err != nil {
			return dst, err
		}
	}
	return unescape(dst, start), nil
}

func (b *Book) sheet(ref sheetRef) (io.ReadCloser, error) {
	rc, err := b.parts.open(ref.part)
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: ref.part, Err: err}
	}
	return &progress{ReadCloser: rc, read: &b.read}, nil
}

type progress struct {
	io.ReadCloser
	read *int64
}

func (p *progress) Read(b []byte) (int, error) {
	n, err := p.ReadCloser.Read(b)
	*p.read += int64(n)
	return n, err
}

func isTrue(s string) bool { return s == "1" || strings.EqualFold(s, "true") }
