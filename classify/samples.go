package classify

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"huiyin/internal/policyfile"
	"huiyin/ticket"
)

// Columns names the columns of a file of tickets. Of two or more text columns
// the first is the title; a single one is the content.
type Columns struct {
	Text  []string
	Label string // category: code, or name; empty when there are no labels
	Alt   string // optional: further codes that are right, too, semicolons between
	Kind  string // optional: 诉求类型
	// KindAlt is to Kind what Alt is to Label.
	KindAlt string
}

// Sample is a ticket of a file, mostly a labelled one, its texts cleaned.
type Sample struct {
	Line           int // in the file
	Title, Content string
	Label          string
	Alt            []string
	Kinds          []ticket.Kind // right ones, the first first; empty when not labelled
}

// ReadSamples reads tickets from a csv file in UTF-8 or GB18030. With a label
// column, rows without a label are left out. The error is Chinese and names
// the file's line or column.
func ReadSamples(path string, columns Columns) ([]Sample, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("读不了文件 %s", path)
	}
	samples, err := ParseSamples(raw, columns)
	if err != nil {
		return nil, fmt.Errorf("%s：%w", path, err)
	}
	return samples, nil
}

// ParseSamples is ReadSamples over the content of a file.
func ParseSamples(raw []byte, columns Columns) ([]Sample, error) {
	text, err := policyfile.Decode(raw)
	if err != nil {
		return nil, err
	}
	reader := csv.NewReader(strings.NewReader(text))
	reader.FieldsPerRecord = -1
	reader.LazyQuotes = true
	header, err := reader.Read()
	if err != nil {
		return nil, errors.New("文件是空的，或第1行读不出来")
	}
	at, err := columns.find(header)
	if err != nil {
		return nil, err
	}
	var samples []Sample
	for {
		record, err := reader.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("读到一半读不下去了，请检查引号是否配对：%w", err)
		}
		line, _ := reader.FieldPos(0)
		s := at.sample(record)
		s.Line = line
		if s.Label == "" && columns.Label != "" {
			continue // nothing to learn, nothing to compare with
		}
		samples = append(samples, s)
	}
	if len(samples) == 0 {
		if columns.Label == "" {
			return nil, errors.New("没有一行可用：只有表头")
		}
		return nil, errors.New("没有一行可用：只有表头，或类别一列全空着")
	}
	return samples, nil
}

// positions are the places of Columns in the header; -1 for none.
type positions struct {
	text                      []int
	label, alt, kind, kindAlt int
}

func (c Columns) find(header []string) (positions, error) {
	for i := range header {
		header[i] = strings.TrimSpace(header[i])
	}
	var missing []string
	find := func(name string) int {
		if name == "" {
			return -1
		}
		i := slices.Index(header, name)
		if i < 0 {
			missing = append(missing, name)
		}
		return i
	}
	var p positions
	for _, name := range c.Text {
		p.text = append(p.text, find(name))
	}
	p.label, p.alt, p.kind, p.kindAlt = find(c.Label), find(c.Alt), find(c.Kind), find(c.KindAlt)
	switch {
	case len(missing) > 0:
		return p, fmt.Errorf("没有这些列：%s；表头是：%s", strings.Join(missing, "、"), strings.Join(header, "、"))
	case len(p.text) == 0:
		return p, errors.New("要说明哪几列是文字")
	}
	return p, nil
}

func (p positions) sample(record []string) Sample {
	cell := func(i int) string {
		if i < 0 || i >= len(record) {
			return ""
		}
		return strings.TrimSpace(record[i])
	}
	texts := make([]string, 0, len(p.text))
	for _, i := range p.text {
		texts = append(texts, Clean(cell(i)))
	}
	s := Sample{Label: cell(p.label), Alt: splitList(cell(p.alt)), Content: texts[0]}
	if len(texts) > 1 {
		s.Title, s.Content = texts[0], strings.Join(texts[1:], "\n")
	}
	for _, name := range append([]string{cell(p.kind)}, splitList(cell(p.kindAlt))...) {
		if kind, ok := kindLike(name); ok {
			s.Kinds = append(s.Kinds, kind)
		}
	}
	return s
}

func splitList(cell string) []string {
	return strings.FieldsFunc(cell, func(r rune) bool { return r == ';' || r == '；' || r == ' ' })
}

// kindLike finds the kind whose name is or holds the text: 咨询 is 信息咨询.
func kindLike(text string) (ticket.Kind, bool) {
	if text == "" {
		return "", false
	}
	for _, kind := range ticket.Kinds {
		if strings.Contains(kind.Name(), text) || string(kind) == text {
			return kind, true
		}
	}
	return "", false
}
