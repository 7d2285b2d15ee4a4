package ooxmltest

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
)

// Attributes maps an element to the attributes that it may carry: a pattern for
// the whole value, with "!" before it where the schema requires the attribute.
// An attribute that the table does not know is a fault, as is an element with
// attributes that is not in it.
type Attributes map[string]map[string]string

const (
	number  = `-?\d+`
	natural = `\d+`
	colour  = `auto|[0-9A-F]{6}`
	onOff   = `0|1|true|false|on|off`
	some    = `.+`
	free    = `.*`
	edge    = `single|nil|none|double|dotted|dashed`
	unit    = `dxa|pct|auto|nil`
)

var (
	val    = func(pattern string) map[string]string { return map[string]string{"w:val": "!" + pattern} }
	c      = func(pattern string) map[string]string { return map[string]string{"val": "!" + pattern} }
	width  = map[string]string{"w:w": "!" + number, "w:type": "!" + unit}
	border = map[string]string{"w:val": edge, "w:sz": natural, "w:space": natural, "w:color": colour, "w:w": natural, "w:type": unit}
	link   = map[string]string{"r:id": "!" + some}
)

// wordAttributes are those of transitional wml.xsd for what is written.
var wordAttributes = Attributes{
	"w:pStyle": val(`[A-Za-z0-9]+`), "w:basedOn": val(some), "w:name": val(some), "w:uiPriority": val(natural), "w:outlineLvl": val(`[0-9]`),
	"w:jc": val(`left|center|right|both|distribute|start|end`), "w:vAlign": val(`top|center|both|bottom`), "w:sz": val(natural), "w:szCs": val(natural),
	"w:color": val(colour), "w:overflowPunct": val(onOff), "w:keepNext": {"w:val": onOff}, "w:widowControl": {"w:val": onOff}, "w:b": {"w:val": onOff}, "w:gridSpan": val(natural), "w:gridCol": {"w:w": "!" + natural},
	"w:spacing": {"w:val": number, "w:before": natural, "w:after": natural, "w:line": number, "w:lineRule": `auto|exact|atLeast`, "w:beforeLines": natural, "w:afterLines": natural},
	"w:ind":     {"w:firstLineChars": natural, "w:firstLine": natural, "w:left": number, "w:right": number},
	"w:tab":     {"w:val": `left|center|right|decimal|clear`, "w:pos": number},
	"w:rFonts":  {"w:ascii": some, "w:hAnsi": some, "w:eastAsia": some, "w:cs": some}, "w:lang": {"w:val": some, "w:eastAsia": some, "w:bidi": some},
	"w:shd": {"w:val": `!clear|nil|solid`, "w:color": colour, "w:fill": colour}, "w:top": border, "w:bottom": border, "w:left": border, "w:right": border, "w:insideH": border, "w:insideV": border, "w:between": border,
	"w:tblW": width, "w:tcW": width, "w:tblInd": width, "w:tblLayout": {"w:type": `!fixed|autofit`},
	"w:t": {"xml:space": `preserve`}, "w:instrText": {"xml:space": `preserve`}, "w:br": {"w:type": `page|column|textWrapping`}, "w:fldChar": {"w:fldCharType": `!begin|separate|end`},
	"w:pgSz": {"w:w": "!" + natural, "w:h": "!" + natural, "w:orient": `portrait|landscape`}, "w:cols": {"w:space": natural}, "w:docGrid": {"w:type": some, "w:linePitch": number, "w:charSpace": number},
	"w:pgMar":           {"w:top": "!" + number, "w:right": "!" + natural, "w:bottom": "!" + number, "w:left": "!" + natural, "w:header": "!" + natural, "w:footer": "!" + natural, "w:gutter": "!" + natural},
	"w:headerReference": {"w:type": `!default|even|first`, "r:id": "!" + some}, "w:footerReference": {"w:type": `!default|even|first`, "r:id": "!" + some}, "w:pgNumType": {"w:start": natural, "w:fmt": some},
	"w:style": {"w:type": `!paragraph|character|table|numbering`, "w:styleId": "!" + some, "w:default": onOff, "w:customStyle": onOff},
	"w:font":  {"w:name": "!" + some}, "w:altName": val(some), "w:charset": {"w:val": `[0-9A-F]{2}`}, "w:family": val(`auto|modern|roman|swiss|script|decorative`), "w:pitch": val(`default|fixed|variable`),
	"w:zoom": {"w:percent": "!" + natural}, "w:defaultTabStop": val(natural), "w:characterSpacingControl": val(`doNotCompress|compressPunctuation|compressPunctuationAndJapaneseKana`),
	"w:compatSetting": {"w:name": "!" + some, "w:uri": "!" + some, "w:val": "!" + some},
	"wp:inline":       {"distT": natural, "distB": natural, "distL": natural, "distR": natural}, "wp:extent": {"cx": "!" + natural, "cy": "!" + natural},
	"wp:effectExtent": {"l": "!" + number, "t": "!" + number, "r": "!" + number, "b": "!" + number}, "wp:docPr": {"id": "!" + natural, "name": "!" + some, "descr": free},
	"a:graphicData": {"uri": "!" + some}, "c:chart": link,
}

// chartAttributes are those of dml-chart.xsd and dml-main.xsd for what is written.
var chartAttributes = Attributes{
	"c:date1904": c(onOff), "c:roundedCorners": c(onOff), "c:autoTitleDeleted": c(onOff), "c:plotVisOnly": c(onOff), "c:dispBlanksAs": c(`span|gap|zero`),
	"c:barDir": c(`bar|col`), "c:grouping": c(`percentStacked|clustered|standard|stacked`), "c:varyColors": c(onOff), "c:idx": c(natural), "c:order": c(natural), "c:invertIfNegative": c(onOff),
	"c:gapWidth": c(`\d{1,2}|[1-4]\d\d|500`), "c:overlap": c(`-?\d{1,2}|-?100`), "c:axId": c(natural), "c:crossAx": c(natural), "c:delete": c(onOff), "c:axPos": c(`b|l|r|t`),
	"c:orientation": c(`maxMin|minMax`), "c:max": c(`-?[\d.]+`), "c:min": c(`-?[\d.]+`), "c:numFmt": {"formatCode": "!" + some, "sourceLinked": onOff},
	"c:majorTickMark": c(`cross|in|none|out`), "c:minorTickMark": c(`cross|in|none|out`), "c:tickLblPos": c(`high|low|nextTo|none`), "c:crosses": c(`autoZero|max|min`),
	"c:crossBetween": c(`between|midCat`), "c:auto": c(onOff), "c:lblAlgn": c(`ctr|l|r`), "c:lblOffset": c(`\d{1,3}|1000`), "c:noMultiLvlLbl": c(onOff), "c:majorUnit": c(`[\d.]+`),
	"c:marker": {"val": onOff}, "c:symbol": c(`circle|dash|diamond|dot|none|picture|plus|square|star|triangle|x`), "c:size": c(`[2-9]|[1-6]\d|7[0-2]`), "c:smooth": c(onOff),
	"c:ptCount": c(natural), "c:pt": {"idx": "!" + natural, "formatCode": some}, "c:legendPos": c(`b|tr|l|r|t`), "c:overlay": c(onOff), "c:autoUpdate": c(onOff), "c:externalData": link,
	"c:dLblPos": c(`bestFit|b|ctr|inBase|inEnd|l|outEnd|r|t`), "c:showLegendKey": c(onOff), "c:showVal": c(onOff), "c:showCatName": c(onOff), "c:showSerName": c(onOff), "c:showPercent": c(onOff), "c:showBubbleSize": c(onOff),
	"a:bodyPr": {"rot": number, "vert": `horz|vert|vert270|eaVert|wordArtVert|mongolianVert|wordArtVertRtl`}, "a:defRPr": {"sz": natural, "b": onOff}, "a:rPr": {"lang": some, "sz": natural, "b": onOff}, "a:endParaRPr": {"lang": some},
	"a:ea": {"typeface": "!" + some}, "a:latin": {"typeface": "!" + some}, "a:ln": {"w": natural}, "a:prstDash": c(`solid|dot|dash|lgDash|dashDot|lgDashDot|lgDashDotDot|sysDash|sysDot|sysDashDot|sysDashDotDot`), "a:srgbClr": c(`[0-9A-F]{6}`),
}

// Check walks a part and reports the first attribute that is missing, unknown
// or has a value that the schema does not allow.
func (a Attributes) Check(part []byte) error {
	d := xml.NewDecoder(bytes.NewReader(part))
	for {
		token, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if start, ok := token.(xml.StartElement); ok {
			if err := a.element(start); err != nil {
				return err
			}
		}
	}
}

func (a Attributes) element(start xml.StartElement) error {
	name := qualified(start.Name)
	table := a[name]
	var seen []string
	for _, attr := range start.Attr {
		key := qualified(attr.Name)
		if key == "xmlns" || attr.Name.Space == "xmlns" {
			continue
		}
		pattern, ok := table[key]
		if !ok {
			return fmt.Errorf("%s may not carry %s", name, key)
		}
		if !regexp.MustCompile(`^(?:` + strings.TrimPrefix(pattern, "!") + `)$`).MatchString(attr.Value) {
			return fmt.Errorf("%s: %s is %q", name, key, attr.Value)
		}
		seen = append(seen, key)
	}
	for key, pattern := range table {
		if strings.HasPrefix(pattern, "!") && !slices.Contains(seen, key) {
			return fmt.Errorf("%s lacks %s", name, key)
		}
	}
	return nil
}

func qualified(n xml.Name) string {
	if n.Space == "" {
		return n.Local
	}
	return n.Space + ":" + n.Local
}
