package reports

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"huiyin/reports/paper"
)

// Edition is what an approved report carries: its number, who approved it, and
// of a later edition what it corrects.
type Edition struct {
	N          int          `json:"n"` // 1; a correction (更正版) has a greater one
	Number     string       `json:"number"`
	Approver   string       `json:"approver"`
	ApprovedAt time.Time    `json:"approved_at"`
	Correction string       `json:"correction,omitempty"` // why
	Changes    []Difference `json:"changes,omitempty"`    // against the edition before
	// Digest is the SHA-256 of the report's numbers and texts, as JSON and
	// without this, in hexadecimal.
	Digest string `json:"digest"`
}

// Issue is the report as it was approved. before is the edition that it
// corrects, nil for the first. The digest is computed here.
func (m *Month) Issue(e Edition, before *Month) (*Month, error) {
	var numbers bytes.Buffer
	if err := WriteJSON(&numbers, m); err != nil {
		return nil, err
	}
	sum := sha256.Sum256(numbers.Bytes())
	e.Digest = hex.EncodeToString(sum[:])
	if before != nil {
		e.Changes = Differences(before, m)
	}
	issued := *m
	issued.Edition = &e
	issued.Head.Issue = strings.TrimSpace(m.Head.Issue + "　" + e.Number)
	issued.Head.Date = dayText(e.ApprovedAt)
	issued.Head.Marks = slices.Clone(m.Head.Marks)
	if e.N > 1 {
		issued.Head.Title += "（更正版）"
		issued.Head.Marks = append(issued.Head.Marks, fmt.Sprintf("更正版：本版替代第%d版。更正原因：%s。更正%d处，见附件。", e.N-1, strings.TrimRight(e.Correction, "。"), len(e.Changes)))
	}
	issued.Notes = append(slices.Clone(m.Notes), fmt.Sprintf("本期由%s于%s审定，编号%s，第%d版；数据指纹（SHA-256）：%s。", e.Approver, dayText(e.ApprovedAt)+clockText(e.ApprovedAt), e.Number, e.N, e.Digest))
	return &issued, nil
}

// AsDraft is the report marked as not approved yet.
func (m *Month) AsDraft() *Month {
	draft := *m
	draft.Draft = true
	draft.Head.Marks = append(slices.Clone(m.Head.Marks), "送审稿：未经审定，文字和数字可能还会变动，不得外传")
	return &draft
}

func numberOf(form string, year, n int) string {
	return strings.NewReplacer("{年}", strconv.Itoa(year), "{号}", strconv.Itoa(n)).Replace(form)
}

// Difference is one thing that a correction says otherwise.
type Difference struct {
	Where  string `json:"where"` // 高频事项：出租汽车拒载，件数
	Before string `json:"before"`
	After  string `json:"after"`
}

// Differences compares two editions as their readers see them: every cell of
// every table, and the paragraphs of every section.
func Differences(before, after *Month) []Difference {
	was, is := before.Paper(), after.Paper()
	var out []Difference
	old, now := cellsOf(was), cellsOf(is)
	for _, c := range now.order {
		if text, ok := old.text[c]; !ok || text != now.text[c] {
			out = append(out, Difference{Where: c, Before: text, After: now.text[c]})
		}
	}
	for _, c := range old.order {
		if _, ok := now.text[c]; !ok {
			out = append(out, Difference{Where: c, Before: old.text[c]})
		}
	}
	return out
}

// placed are texts by the place at which they stand.
type placed struct {
	order []string
	text  map[string]string
}

func (p *placed) put(where, text string) {
	for n, key := 2, where; ; n++ {
		if _, ok := p.text[where]; !ok {
			break
		}
		where = fmt.Sprintf("%s（%d）", key, n)
	}
	p.order = append(p.order, where)
	p.text[where] = text
}

func cellsOf(doc *paper.Paper) placed {
	out := placed{text: map[string]string{}}
	section := "首页"
	for _, f := range doc.Figures {
		out.put(section+"："+f.Label, f.Value)
	}
	for _, block := range doc.Blocks {
		switch b := block.(type) {
		case paper.Heading:
			if section = plainHeading(b.Text); b.Annex {
				return out // annexes repeat, and the notes name the time of the build
			}
		case paper.Text:
			out.put(section+"："+firstRunes(strings.TrimSuffix(b.Lead, "："), 12), b.Text)
		case paper.List:
			for i, item := range b.Items {
				out.put(fmt.Sprintf("%s：第%d条", section, i+1), item)
			}
		case paper.Table:
			tableCells(&out, b)
		}
	}
	return out
}

func tableCells(out *placed, t paper.Table) {
	_, caption, _ := strings.Cut(t.Caption, "  ") // the number may move
	caption, _, _ = strings.Cut(caption, "（")
	for _, row := range t.Rows {
		if row.Group || len(row.Cells) == 0 {
			continue
		}
		label := row.Cells[0].Text
		if row.Cells[0].Kind == paper.Count && len(row.Cells) > 1 {
			label = row.Cells[1].Text // a rank is no name
		}
		for i, c := range row.Cells {
			if i < len(t.Columns) && c.Text != label {
				out.put(caption+"："+label+"，"+t.Columns[i].Title, c.Text)
			}
		}
	}
}

func plainHeading(s string) string {
	if _, rest, ok := strings.Cut(s, "、"); ok {
		return rest
	}
	if _, rest, ok := strings.Cut(s, "）"); ok {
		return rest
	}
	return s
}

func firstRunes(s string, n int) string {
	r := []rune(s)
	return string(r[:min(n, len(r))])
}

// corrections says what a later edition corrects, and why.
func (l *layout) corrections(e *Edition) {
	l.text("更正原因：%s。与第%d版相比，更正%d处。", strings.TrimRight(e.Correction, "。"), e.N-1, len(e.Changes))
	var rows []paper.Row
	for _, c := range e.Changes {
		rows = append(rows, cells(textCell(c.Where), textCell(c.Before), textCell(c.After)))
	}
	if len(rows) > 0 {
		l.table("更正说明", "更正对照", []paper.Column{textColumn("位置", 20), textColumn("原为", 16), textColumn("更正为", 16)}, rows)
	}
}
