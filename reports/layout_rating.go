package reports

import (
	"fmt"
	"io"
	"strconv"

	"huiyin/reports/docx"
	"huiyin/reports/html"
	"huiyin/reports/paper"
	"huiyin/reports/xlsx"
)

// WriteRatingXlsx writes a quarter's rating as a workbook.
func WriteRatingXlsx(w io.Writer, r *Rating) error { return xlsx.Write(w, r.Paper()) }

// WriteRatingDocx writes the rating in the form of official documents.
func WriteRatingDocx(w io.Writer, r *Rating) error { return docx.Write(w, r.Paper()) }

// WriteRatingHTML writes the rating as a page to be printed.
func WriteRatingHTML(w io.Writer, r *Rating) error { return html.Write(w, r.Paper()) }

// Of keeps one unit of the rating: what that unit is shown.
func (r *Rating) Of(unit string) *Rating {
	own := *r
	own.Units = nil
	for _, u := range r.Units {
		if u.Unit == unit {
			own.Units = append(own.Units, u)
		}
	}
	return &own
}

// Paper is the rating as a document without a format.
func (r *Rating) Paper() *paper.Paper {
	p := &paper.Paper{
		Title: "承办单位办理质量季度评价", Issue: r.Quarter.Name(), Period: r.Quarter.Name(), Date: dayText(r.MadeAt), Made: r.MadeAt, Decimals: r.Style.Decimals,
	}
	if r.Samples > 0 {
		p.Marks = append(p.Marks, "样例数据：本评价含编造的演示工单，不反映真实情况，不得作为依据")
		p.Stamp = "样例数据"
	}
	l := &layout{s: r.Style, m: &Month{Period: r.Quarter, Complete: true, Style: r.Style}, w: wordsOf[OfQuarter]}
	l.add(paper.Heading{Level: 1, Text: "一、评价结果"})
	l.bands(r)
	l.add(paper.Heading{Level: 1, Text: "二、各项指标"})
	for _, u := range r.Units {
		l.ratedUnit(r, u)
	}
	l.add(paper.Heading{Level: 1, Text: "三、评价口径"})
	l.add(paper.List{Items: r.notes()})
	p.Blocks = l.blocks
	return p
}

func (l *layout) bands(r *Rating) {
	if len(r.Units) == 0 {
		l.text("%s没有应评价的单位（0个）。", r.Quarter.Name())
		return
	}
	counts := map[string]int{}
	var rows []paper.Row
	for _, u := range r.Units {
		counts[u.Band]++
		rows = append(rows, cells(textCell(u.Name), textCell(string(u.Kind)), countCell(u.Due), countCell(u.Excluded), textCell(u.scoreText()), textCell(u.Band)))
	}
	text := ""
	for _, band := range r.Bands {
		text += fmt.Sprintf("%s%d个，", band.Name, counts[band.Name])
	}
	l.text("%s评价%d个单位：%s%s%d个（应办结不足%d件）。按单位目录排列，不按分数排名。", r.Quarter.Name(), len(r.Units), text, Unrated, counts[Unrated], r.Minimum)
	l.table("评价结果", "季度评价结果", []paper.Column{
		textColumn("单位", 20), textColumn("类别", 8), numberColumn("应办结（剔除后）", 8), numberColumn("剔除", 6), numberColumn("得分", 7), textColumn("档次", 7)}, rows)
}

func (u *RatedUnit) scoreText() string {
	if u.Band == Unrated {
		return None
	}
	return strconv.FormatFloat(u.Score, 'f', 1, 64)
}

func (l *layout) ratedUnit(r *Rating, u RatedUnit) {
	l.subheading(u.Name + "：" + u.Band)
	var rows []paper.Row
	for i, c := range r.Components {
		part := u.Parts[i]
		points := textCell("件数不足，不计")
		if part.Counted {
			points = textCell(fmt.Sprintf("%.1f／%g", part.Points, c.Weight))
		}
		rows = append(rows, cells(textCell(c.Name), l.s.rateCell(part.Rate.Raw), l.s.rateCell(part.Rate.Adjusted), points))
	}
	l.table("各项指标", u.Name+"各项指标", []paper.Column{
		textColumn("指标", 10), rateColumn("原始值", 13), rateColumn("剔除后（计分）", 13), textColumn("得分／权重", 10)}, rows)
}

func (r *Rating) notes() []string {
	notes := []string{
		"指标都以率计，率后括号内为分子／分母；计分用经批准剔除后的调整值，原始值并列备查。",
		fmt.Sprintf("应办结（剔除后）不足%d件的单位不评，只列数；单项件数不足的指标不计分，其权重分摊给其余指标。", r.Minimum),
		"只分档、不排名次；不使用罚没金额、处罚件数等指标。涉纪线索不计入。",
	}
	for _, c := range r.Components {
		notes = append(notes, fmt.Sprintf("%s：权重%g，%s得零分，%s得满分，至少%d件。%s。", c.Name, c.Weight, r.Style.Percent(c.Zero), r.Style.Percent(c.Full), c.Minimum, c.Basis))
	}
	for _, b := range r.Bands {
		notes = append(notes, fmt.Sprintf("%s：%g分以上。", b.Name, b.From))
	}
	return notes
}
