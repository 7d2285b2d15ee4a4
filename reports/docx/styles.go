package docx

import (
	"fmt"
	"strings"

	"huiyin/reports/ooxml"
)

const wordNS = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"`

// The fonts that the standard names; they are named, never shipped.
const (
	fontTitle = "方正小标宋简体"
	fontBody  = "仿宋_GB2312"
	fontHead  = "黑体"
	fontSub   = "楷体_GB2312"
	fontPage  = "宋体"
	fontLatin = "Times New Roman"
)

// style is a paragraph style. Sizes are half points; line is in twentieths of a
// point, exact unless auto: a chart in an exact line would be cut to one line.
type style struct {
	id, name, font string
	size           int
	bold           bool
	colour         string
	before, after  int
	line           int
	auto           bool
	indent         int // first line, hundredths of a character
	align          string
	outline        int // 1 for a first-level heading; 0 for none
	keep           bool
}

// A page holds 22 lines of 28 points, and a line 28 characters of 16 points:
// these would be 158 mm wide in a type area of 156 mm, so each is set a quarter
// of a point closer.
const (
	exact  = 560
	body   = 32
	closer = 5 // twentieths of a point
)

var styleList = []style{
	{id: "DocTitle", name: "公文标题", font: fontTitle, size: 44, colour: "C00000", line: 700, align: "center"},
	{id: "DocIssue", name: "期号", font: fontBody, size: 32, line: exact, align: "center"},
	{id: "DocLine", name: "版头", font: fontBody, size: 28, line: exact, align: "both"},
	{id: "DocMark", name: "警示", font: fontHead, size: 28, colour: "C00000", line: exact, before: 120, align: "center"},
	{id: "Heading1", name: "heading 1", font: fontHead, size: 32, line: exact, before: 160, indent: 200, outline: 1, keep: true},
	{id: "Heading2", name: "heading 2", font: fontSub, size: 32, bold: true, line: exact, indent: 200, outline: 2, keep: true},
	{id: "AnnexTitle", name: "附件标题", font: fontHead, size: 32, line: exact, after: 120, outline: 1, keep: true},
	{id: "BodyText", name: "Body Text", font: fontBody, size: 32, line: exact, indent: 200, align: "left"},
	{id: "SmallNote", name: "表注", font: fontBody, size: 21, line: 320, after: 80, align: "left"},
	{id: "FigureTitle", name: "图题", font: fontHead, size: 24, line: 400, after: 120, align: "center"},
	{id: "Caption", name: "caption", font: fontHead, size: 24, line: 400, before: 120, after: 40, align: "center", keep: true},
	{id: "FigureLabel", name: "指标名称", font: fontHead, size: 24, line: 360, align: "center"},
	{id: "FigureValue", name: "指标数值", font: fontHead, size: 32, colour: "1F4E8C", line: 480, align: "center"},
	{id: "FigureNote", name: "指标说明", font: fontBody, size: 21, line: 300, align: "center"},
	{id: "Figure", name: "图", font: fontBody, size: 21, line: 240, auto: true, align: "center", keep: true},
	{id: "CellHead", name: "表头", font: fontHead, size: 19, line: 270, align: "center"},
	{id: "CellText", name: "表文", font: fontBody, size: 19, line: 270, align: "left"},
	{id: "CellGroup", name: "表内小标题", font: fontHead, size: 19, line: 270, align: "left", keep: true},
	{id: "CellNumber", name: "表数", font: fontBody, size: 19, line: 270, align: "right"},
	{id: "CellHeadS", name: "密表头", font: fontHead, size: 17, line: 240, align: "center"},
	{id: "CellTextS", name: "密表文", font: fontBody, size: 17, line: 240, align: "left"},
	{id: "CellGroupS", name: "密表内小标题", font: fontHead, size: 17, line: 240, align: "left", keep: true},
	{id: "CellNumberS", name: "密表数", font: fontBody, size: 17, line: 240, align: "right"},
	{id: "CellTiny", name: "色阶格", font: fontBody, size: 15, line: 220, align: "center"},
	{id: "Colophon", name: "版记", font: fontBody, size: 28, line: 480, align: "both"},
}

// xml writes the style with its children in schema order: in pPr keepNext,
// widowControl, spacing, ind, jc, outlineLvl; in rPr rFonts, b, color, spacing, sz.
func (s style) xml() string {
	var p, r strings.Builder
	if s.keep {
		p.WriteString(`<w:keepNext/>`)
	}
	if s.id == "BodyText" {
		// pages are full, 22 lines each, and no heading is left behind by a
		// paragraph of two lines that moves to the next page whole
		p.WriteString(`<w:widowControl w:val="0"/>`)
	}
	rule := "exact"
	if s.auto {
		rule = "auto"
	}
	fmt.Fprintf(&p, `<w:spacing w:before="%d" w:after="%d" w:line="%d" w:lineRule="%s"/>`, s.before, s.after, s.line, rule)
	if s.indent > 0 {
		fmt.Fprintf(&p, `<w:ind w:firstLineChars="%d" w:firstLine="%d"/>`, s.indent, s.indent*s.size/10)
	}
	if s.align != "" {
		fmt.Fprintf(&p, `<w:jc w:val="%s"/>`, s.align)
	}
	if s.outline > 0 {
		fmt.Fprintf(&p, `<w:outlineLvl w:val="%d"/>`, s.outline-1)
	}
	r.WriteString(fonts(s.font))
	if s.bold {
		r.WriteString(`<w:b/>`)
	}
	if s.colour != "" {
		fmt.Fprintf(&r, `<w:color w:val="%s"/>`, s.colour)
	}
	if s.size == body && s.line == exact {
		fmt.Fprintf(&r, `<w:spacing w:val="-%d"/>`, closer)
	}
	fmt.Fprintf(&r, `<w:sz w:val="%d"/><w:szCs w:val="%d"/>`, s.size, s.size)
	return fmt.Sprintf(`<w:style w:type="paragraph" w:customStyle="1" w:styleId="%s"><w:name w:val="%s"/><w:basedOn w:val="Normal"/><w:qFormat/><w:pPr>%s</w:pPr><w:rPr>%s</w:rPr></w:style>`,
		s.id, s.name, p.String(), r.String())
}

// fonts names the Chinese font for Chinese text; without eastAsia it is ignored.
func fonts(name string) string {
	return fmt.Sprintf(`<w:rFonts w:ascii="%s" w:hAnsi="%s" w:eastAsia="%s" w:cs="%s"/>`, fontLatin, fontLatin, name, fontLatin)
}

func styles() string {
	var b strings.Builder
	b.WriteString(head + `<w:styles ` + wordNS + `><w:docDefaults><w:rPrDefault><w:rPr>` + fonts(fontBody) +
		`<w:sz w:val="32"/><w:szCs w:val="32"/><w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:overflowPunct w:val="0"/></w:pPr></w:pPrDefault></w:docDefaults>` +
		`<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/></w:style>` +
		`<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/><w:uiPriority w:val="99"/><w:semiHidden/><w:unhideWhenUsed/>` +
		`<w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar><w:top w:w="0" w:type="dxa"/><w:left w:w="60" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/><w:right w:w="60" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>`)
	for _, s := range styleList {
		b.WriteString(strings.Replace(s.xml(), ` w:customStyle="1"`, customMark(s), 1))
	}
	b.WriteString(`</w:styles>`)
	return b.String()
}

// customMark: the styles that Word brings along are not custom.
func customMark(s style) string {
	switch s.id {
	case "Heading1", "Heading2", "BodyText", "Caption":
		return ""
	}
	return ` w:customStyle="1"`
}

const settings = head + `<w:settings ` + wordNS + `><w:zoom w:percent="100"/><w:bordersDoNotSurroundHeader/><w:bordersDoNotSurroundFooter/>` +
	`<w:defaultTabStop w:val="420"/><w:evenAndOddHeaders/><w:characterSpacingControl w:val="compressPunctuation"/>` +
	`<w:compat><w:spaceForUL/><w:balanceSingleByteDoubleByteWidth/><w:doNotLeaveBackslashAlone/><w:ulTrailSpace/><w:doNotExpandShiftReturn/><w:adjustLineHeightInTable/><w:useFELayout/>` +
	`<w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat></w:settings>`

const fontTable = head + `<w:fonts ` + wordNS + `>` +
	`<w:font w:name="` + fontTitle + `"><w:altName w:val="宋体"/><w:charset w:val="86"/><w:family w:val="auto"/><w:pitch w:val="default"/></w:font>` +
	`<w:font w:name="` + fontBody + `"><w:altName w:val="仿宋"/><w:charset w:val="86"/><w:family w:val="modern"/><w:pitch w:val="default"/></w:font>` +
	`<w:font w:name="` + fontSub + `"><w:altName w:val="楷体"/><w:charset w:val="86"/><w:family w:val="modern"/><w:pitch w:val="default"/></w:font>` +
	`<w:font w:name="` + fontHead + `"><w:altName w:val="SimHei"/><w:charset w:val="86"/><w:family w:val="modern"/><w:pitch w:val="default"/></w:font></w:fonts>`

// header carries the stamp on every page; without one it is an empty line.
func header(stamp string) string {
	run := ""
	if stamp != "" {
		run = `<w:r><w:rPr>` + fonts(fontHead) + `<w:color w:val="C00000"/><w:sz w:val="24"/></w:rPr><w:t>` + ooxml.Text("【"+stamp+"】") + `</w:t></w:r>`
	}
	return head + `<w:hdr ` + wordNS + `><w:p><w:pPr><w:jc w:val="right"/></w:pPr>` + run + `</w:p></w:hdr>`
}

// footer is the page number between dashes, outside: right on odd pages, left
// on even ones, one character in from the edge.
func footer(align string, indent int) string {
	side := "right"
	if align == "left" {
		side = "left"
	}
	run := func(inner string) string {
		return `<w:r><w:rPr>` + fonts(fontPage) + `<w:sz w:val="28"/></w:rPr>` + inner + `</w:r>`
	}
	return head + `<w:ftr ` + wordNS + `><w:p><w:pPr>` + fmt.Sprintf(`<w:ind w:%s="%d"/><w:jc w:val="%s"/>`, side, indent, align) + `</w:pPr>` +
		run(`<w:t xml:space="preserve">— </w:t>`) + run(`<w:fldChar w:fldCharType="begin"/>`) + run(`<w:instrText xml:space="preserve"> PAGE </w:instrText>`) +
		run(`<w:fldChar w:fldCharType="separate"/>`) + run(`<w:t>1</w:t>`) + run(`<w:fldChar w:fldCharType="end"/>`) + run(`<w:t xml:space="preserve"> —</w:t>`) +
		`</w:p></w:ftr>`
}
