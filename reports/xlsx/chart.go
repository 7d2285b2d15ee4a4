package xlsx

import (
	"fmt"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"huiyin/reports/paper"
)

// chart writes the chart's numbers under the tables and a native chart over them.
func (b *book) chart(s *sheet, c paper.Chart) {
	if len(c.Categories) == 0 || len(c.Series) == 0 {
		return
	}
	b.set(s, 1, s.row, c.Title+"（图表数据）", b.styles.caption)
	s.row++
	head := s.row
	b.set(s, 1, head, "", b.styles.head)
	for k, series := range c.Series {
		b.set(s, k+2, head, series.Name, b.styles.head)
		s.widen(b, k+2, 9)
	}
	for i, name := range c.Categories {
		s.row++
		s.widen(b, 1, min(40, float64(utf8.RuneCountInString(name))*2+2))
		b.set(s, 1, s.row, name, b.styles.text)
		for k, series := range c.Series {
			style := b.styles.count
			if c.Kind == paper.Pareto && k == 1 {
				style = b.styles.percent
			}
			if !series.Missing(i) {
				b.set(s, k+2, s.row, series.Values[i], style)
			}
		}
	}
	s.row += 2
	main, combo := chartOf(s.name, c, head)
	at := cell(1, s.row)
	b.fail(b.f.AddChart(s.name, at, main, combo...))
	s.row += 19
}

var axisFont = excelize.Font{Size: 9, Color: "333333"}

func chartOf(sheet string, c paper.Chart, head int) (*excelize.Chart, []*excelize.Chart) {
	kind := map[paper.ChartKind]excelize.ChartType{
		paper.Bars: excelize.Bar, paper.Columns: excelize.Col, paper.Stacked: excelize.ColStacked,
		paper.Lines: excelize.Line, paper.Pareto: excelize.Col,
	}[c.Kind]
	shown := c.Series
	if c.Kind == paper.Pareto {
		shown = c.Series[:1]
	}
	chart := &excelize.Chart{
		Type: kind, Series: seriesOf(sheet, c, 0, len(shown), head),
		Title: excelize.ChartTitle{Paragraph: []excelize.RichTextRun{{Text: c.Title, Font: &excelize.Font{Size: 12, Bold: true}}}}, Legend: excelize.ChartLegend{Position: "bottom"},
		Dimension: excelize.ChartDimension{Width: 720, Height: 340}, ShowBlanksAs: "gap",
		XAxis: excelize.ChartAxis{ReverseOrder: c.Kind == paper.Bars, Font: axisFont}, YAxis: excelize.ChartAxis{MajorGridLines: true, Font: axisFont},
		Format:   excelize.GraphicOptions{AltText: c.Alt},
		PlotArea: excelize.ChartPlotArea{ShowVal: c.Kind == paper.Bars || c.Kind == paper.Pareto},
	}
	zero := 0.0
	chart.YAxis.Minimum = &zero
	if len(c.Series) == 1 {
		chart.Legend.Position = "none"
	}
	if c.Kind != paper.Pareto {
		return chart, nil
	}
	top := 1.0
	return chart, []*excelize.Chart{{
		Type: excelize.Line, Series: seriesOf(sheet, c, 1, len(c.Series), head),
		YAxis: excelize.ChartAxis{Secondary: true, Font: axisFont, Minimum: &zero, Maximum: &top, NumFmt: excelize.ChartNumFmt{CustomNumFmt: "0%"}},
	}}
}

func seriesOf(sheet string, c paper.Chart, from, to, head int) []excelize.ChartSeries {
	var out []excelize.ChartSeries
	last := head + len(c.Categories)
	for k := from; k < to; k++ {
		letter, _ := excelize.ColumnNumberToName(k + 2)
		colour := paper.Palette[k%len(paper.Palette)]
		s := excelize.ChartSeries{
			Name:       fmt.Sprintf("'%s'!$%s$%d", sheet, letter, head),
			Categories: fmt.Sprintf("'%s'!$A$%d:$A$%d", sheet, head+1, last),
			Values:     fmt.Sprintf("'%s'!$%s$%d:$%s$%d", sheet, letter, head+1, letter, last),
			Fill:       excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{colour}},
		}
		if c.Kind == paper.Lines || c.Kind == paper.Pareto && k == 1 {
			s.Line = excelize.LineOptions{Width: 2}
			if c.Series[k].Dashed {
				s.Line.Dash = excelize.LineDashDash
			}
		}
		out = append(out, s)
	}
	return out
}
