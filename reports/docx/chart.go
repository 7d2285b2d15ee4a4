package docx

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/xuri/excelize/v2"

	"huiyin/reports/ooxml"
	"huiyin/reports/paper"
)

const (
	emuPerTwip   = 635
	chartHeight  = 2340000 // 65 mm
	barRowHeight = 210000  // of a horizontal bar group
)

// chart places a native chart in a line of its own height, with the numbers in
// an embedded workbook, so that it can be edited in Word.
func (d *document) chart(c paper.Chart) error {
	if len(c.Categories) == 0 || len(c.Series) == 0 {
		return nil
	}
	sheet, err := workbook(c)
	if err != nil {
		return fmt.Errorf("chart %q: %w", c.Title, err)
	}
	d.charts = append(d.charts, c)
	d.sheets = append(d.sheets, sheet)
	n := len(d.charts)
	height := chartHeight
	if c.Kind == paper.Bars {
		height = 500000 + barRowHeight*len(c.Categories)*max(1, len(c.Series)*3/4)
	}
	d.add(`<w:p><w:pPr><w:pStyle w:val="Figure"/></w:pPr><w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="%d" cy="%d"/><wp:effectExtent l="0" t="0" r="0" b="0"/>`+
		`<wp:docPr id="%d" name="图%d" descr="%s"/><wp:cNvGraphicFramePr/><a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart"><c:chart r:id="rIdChart%d"/></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>`,
		textWidth*emuPerTwip, height, n, n, ooxml.Text(c.Alt), n)
	d.paragraph("FigureTitle", fmt.Sprintf("图%d  %s", n, c.Title))
	return nil
}

// workbook holds the chart's numbers: categories in column A, a series a column.
func workbook(c paper.Chart) ([]byte, error) {
	f := excelize.NewFile()
	defer f.Close()
	header := []any{""}
	for _, s := range c.Series {
		header = append(header, s.Name)
	}
	if err := f.SetSheetRow("Sheet1", "A1", &header); err != nil {
		return nil, err
	}
	for i, name := range c.Categories {
		row := []any{name}
		for _, s := range c.Series {
			if s.Missing(i) {
				row = append(row, nil)
			} else {
				row = append(row, s.Values[i])
			}
		}
		if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+2), &row); err != nil {
			return nil, err
		}
	}
	packed, err := f.WriteToBuffer()
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := ooxml.Repack(&out, packed.Bytes()); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

const chartNS = `xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"`

func chartXML(c paper.Chart) string {
	var plot string
	switch c.Kind {
	case paper.Bars:
		plot = bars(c, c.Series, "bar", "clustered") + catAxis("l", true) + valAxis(axisValue, axisCategory, "b", c.Unit, c.Highest(), true, false)
	case paper.Stacked:
		plot = bars(c, c.Series, "col", "stacked") + catAxis("b", false) + valAxis(axisValue, axisCategory, "l", c.Unit, c.Highest(), false, false)
	case paper.Lines:
		plot = lines(c, c.Series, 0, axisCategory, axisValue, "General") + catAxis("b", false) + valAxis(axisValue, axisCategory, "l", c.Unit, c.Highest(), false, false)
	case paper.Pareto:
		plot = bars(c, c.Series[:1], "col", "clustered") + lines(c, c.Series[1:], 1, axisCategory2, axisShare, "0%") +
			catAxis("b", false) + valAxis(axisValue, axisCategory, "l", c.Unit, c.Highest(), false, false) + hiddenCatAxis + valAxis(axisShare, axisCategory2, "r", "", 1, false, true)
	default:
		plot = bars(c, c.Series, "col", "clustered") + catAxis("b", false) + valAxis(axisValue, axisCategory, "l", c.Unit, c.Highest(), false, false)
	}
	legend := ""
	if len(c.Series) > 1 {
		legend = `<c:legend><c:legendPos val="t"/><c:overlay val="0"/></c:legend>`
	}
	return head + `<c:chartSpace ` + chartNS + `><c:date1904 val="0"/><c:roundedCorners val="0"/><c:chart><c:autoTitleDeleted val="1"/><c:plotArea><c:layout/>` + plot +
		`</c:plotArea>` + legend + `<c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart>` +
		`<c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>` + textProps(900) + `<c:externalData r:id="rId1"><c:autoUpdate val="0"/></c:externalData></c:chartSpace>`
}

func textProps(size int) string {
	return fmt.Sprintf(`<c:txPr><a:bodyPr rot="0" vert="horz"/><a:lstStyle/><a:p><a:pPr><a:defRPr sz="%d"><a:latin typeface="%s"/><a:ea typeface="%s"/></a:defRPr></a:pPr><a:endParaRPr lang="zh-CN"/></a:p></c:txPr>`, size, fontLatin, fontPage)
}

const (
	axisCategory  = 111111101
	axisValue     = 111111102
	axisCategory2 = 111111103
	axisShare     = 111111104
)

// bars writes the first series of the workbook as bars.
func bars(c paper.Chart, series []paper.Series, dir, grouping string) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<c:barChart><c:barDir val="%s"/><c:grouping val="%s"/><c:varyColors val="0"/>`, dir, grouping)
	crowded := len(c.Categories)*len(series) > 30
	for i, s := range series {
		b.WriteString(`<c:ser>` + serHead(s, i) + fill(i) + `<c:invertIfNegative val="0"/>` + labels(grouping != "stacked" && !crowded, "outEnd") + data(c, s, i, "General") + `</c:ser>`)
	}
	overlap := 0
	if grouping == "stacked" {
		overlap = 100
	}
	fmt.Fprintf(&b, `<c:gapWidth val="60"/><c:overlap val="%d"/><c:axId val="%d"/><c:axId val="%d"/></c:barChart>`, overlap, axisCategory, axisValue)
	return b.String()
}

func lines(c paper.Chart, series []paper.Series, first, cat, val int, format string) string {
	var b strings.Builder
	b.WriteString(`<c:lineChart><c:grouping val="standard"/><c:varyColors val="0"/>`)
	for i, s := range series {
		n := first + i
		b.WriteString(`<c:ser>` + serHead(s, n) +
			fmt.Sprintf(`<c:spPr><a:ln w="22225"><a:solidFill><a:srgbClr val="%s"/></a:solidFill>%s</a:ln></c:spPr>`, colour(n), dash(n, s.Dashed)) +
			fmt.Sprintf(`<c:marker><c:symbol val="%s"/><c:size val="6"/><c:spPr><a:solidFill><a:srgbClr val="%s"/></a:solidFill></c:spPr></c:marker>`, symbols[n%len(symbols)], colour(n)) +
			data(c, s, n, format) + `<c:smooth val="0"/></c:ser>`)
	}
	fmt.Fprintf(&b, `<c:marker val="1"/><c:axId val="%d"/><c:axId val="%d"/></c:lineChart>`, cat, val)
	return b.String()
}

// symbols and dashes tell lines apart where colours are not printed.
var (
	symbols = []string{"circle", "square", "triangle", "diamond"}
	dashes  = []string{"solid", "solid", "lgDash", "sysDot", "lgDashDot", "sysDash"}
)

func dash(n int, broken bool) string {
	kind := dashes[n%len(dashes)]
	if broken {
		kind = "dash"
	}
	return `<a:prstDash val="` + kind + `"/>`
}

func colour(n int) string { return paper.Palette[n%len(paper.Palette)] }

func fill(n int) string {
	return fmt.Sprintf(`<c:spPr><a:solidFill><a:srgbClr val="%s"/></a:solidFill><a:ln w="9525"><a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill></a:ln></c:spPr>`, colour(n))
}

func labels(show bool, position string) string {
	if !show {
		return ""
	}
	return fmt.Sprintf(`<c:dLbls><c:dLblPos val="%s"/><c:showLegendKey val="0"/><c:showVal val="1"/><c:showCatName val="0"/><c:showSerName val="0"/><c:showPercent val="0"/><c:showBubbleSize val="0"/></c:dLbls>`, position)
}

func columnLetter(n int) string {
	name, _ := excelize.ColumnNumberToName(n + 2)
	return name
}

func serHead(s paper.Series, n int) string {
	return fmt.Sprintf(`<c:idx val="%d"/><c:order val="%d"/><c:tx><c:strRef><c:f>Sheet1!$%s$1</c:f><c:strCache><c:ptCount val="1"/><c:pt idx="0"><c:v>%s</c:v></c:pt></c:strCache></c:strRef></c:tx>`,
		n, n, columnLetter(n), ooxml.Text(s.Name))
}

// data writes categories and values with their caches; a gap has no point.
func data(c paper.Chart, s paper.Series, n int, format string) string {
	var b strings.Builder
	last := len(c.Categories) + 1
	fmt.Fprintf(&b, `<c:cat><c:strRef><c:f>Sheet1!$A$2:$A$%d</c:f><c:strCache><c:ptCount val="%d"/>`, last, len(c.Categories))
	for i, name := range c.Categories {
		fmt.Fprintf(&b, `<c:pt idx="%d"><c:v>%s</c:v></c:pt>`, i, ooxml.Text(name))
	}
	letter := columnLetter(n)
	fmt.Fprintf(&b, `</c:strCache></c:strRef></c:cat><c:val><c:numRef><c:f>Sheet1!$%s$2:$%s$%d</c:f><c:numCache><c:formatCode>%s</c:formatCode><c:ptCount val="%d"/>`, letter, letter, last, format, len(s.Values))
	for i, v := range s.Values {
		if !s.Missing(i) {
			fmt.Fprintf(&b, `<c:pt idx="%d"><c:v>%g</c:v></c:pt>`, i, v)
		}
	}
	b.WriteString(`</c:numCache></c:numRef></c:val>`)
	return b.String()
}

// catAxis is the axis of names; first on top for horizontal bars.
func catAxis(position string, firstOnTop bool) string {
	orientation := "minMax"
	if firstOnTop {
		orientation = "maxMin"
	}
	return fmt.Sprintf(`<c:catAx><c:axId val="%d"/><c:scaling><c:orientation val="%s"/></c:scaling><c:delete val="0"/><c:axPos val="%s"/><c:numFmt formatCode="General" sourceLinked="0"/>`+
		`<c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/>%s<c:crossAx val="%d"/><c:crosses val="autoZero"/><c:auto val="0"/><c:lblAlgn val="ctr"/><c:lblOffset val="100"/><c:noMultiLvlLbl val="1"/></c:catAx>`,
		axisCategory, orientation, position, textProps(900), axisValue)
}

var hiddenCatAxis = fmt.Sprintf(`<c:catAx><c:axId val="%d"/><c:scaling><c:orientation val="minMax"/></c:scaling><c:delete val="1"/><c:axPos val="b"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/><c:crossAx val="%d"/><c:crosses val="autoZero"/></c:catAx>`, axisCategory2, axisShare)

// valAxis is an axis of numbers up to top, in whole steps: there are no half
// tickets; a share runs from 0 to 100 % on the far side.
func valAxis(id, cross int, position, unit string, top float64, hidden, share bool) string {
	format, scaling, crosses := "General", `<c:orientation val="minMax"/><c:min val="0"/>`, "autoZero"
	grid := `<c:majorGridlines><c:spPr><a:ln w="6350"><a:solidFill><a:srgbClr val="D9DFE7"/></a:solidFill></a:ln></c:spPr></c:majorGridlines>`
	if share {
		format, scaling, crosses, grid = "0%", `<c:orientation val="minMax"/><c:max val="1"/><c:min val="0"/>`, "max", ""
	}
	unitStep := ""
	if !share && top <= 5 {
		unitStep = `<c:majorUnit val="1"/>`
	}
	deleted := 0
	if hidden {
		deleted, grid = 1, ""
	}
	title := ""
	if unit != "" && !hidden {
		title = `<c:title><c:tx><c:rich><a:bodyPr rot="0" vert="horz"/><a:lstStyle/><a:p><a:pPr><a:defRPr sz="900" b="0"/></a:pPr><a:r><a:rPr lang="zh-CN" sz="900" b="0"/><a:t>` + ooxml.Text(unit) + `</a:t></a:r></a:p></c:rich></c:tx><c:overlay val="0"/></c:title>`
	}
	return fmt.Sprintf(`<c:valAx><c:axId val="%d"/><c:scaling>%s</c:scaling><c:delete val="%d"/><c:axPos val="%s"/>%s%s<c:numFmt formatCode="%s" sourceLinked="0"/>`+
		`<c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/>%s<c:crossAx val="%d"/><c:crosses val="%s"/><c:crossBetween val="between"/>%s</c:valAx>`,
		id, scaling, deleted, position, grid, title, format, textProps(900), cross, crosses, unitStep)
}
