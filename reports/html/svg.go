package html

import (
	"fmt"
	"html"
	"strings"

	"huiyin/reports/paper"
	"huiyin/reports/plot"
)

const fontStack = "'Noto Sans CJK SC','Microsoft YaHei',sans-serif"

// SVG draws a chart as an svg element that needs no style sheet; every text in
// it is escaped.
func SVG(c paper.Chart) string { return drawChart(c) }

// drawChart draws a chart as an svg element; every text in it is escaped.
func drawChart(c paper.Chart) string {
	p := plot.Draw(c)
	if p == nil {
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg viewBox="0 0 %.0f %.0f" role="img" aria-label="%s" font-family="%s" font-size="%d">`,
		p.Width, p.Height, html.EscapeString(c.Alt), fontStack, plot.TextSize)
	for _, s := range p.Shapes {
		b.WriteString(element(s))
	}
	b.WriteString(`</svg>`)
	return b.String()
}

var anchors = map[plot.Anchor]string{plot.Start: "start", plot.Middle: "middle", plot.End: "end"}

func element(s plot.Shape) string {
	switch s.Kind {
	case plot.Box:
		return fmt.Sprintf(`<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" fill="#%s"><title>%s</title></rect>`, s.X, s.Y, s.W, s.H, s.Colour, html.EscapeString(s.Text))
	case plot.Line:
		return fmt.Sprintf(`<line x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f" stroke="#%s"/>`, s.X, s.Y, s.W, s.H, s.Colour)
	case plot.Text:
		return fmt.Sprintf(`<text x="%.1f" y="%.1f" text-anchor="%s" fill="#%s">%s</text>`, s.X, s.Y, anchors[s.Anchor], s.Colour, html.EscapeString(s.Text))
	case plot.Dot:
		return fmt.Sprintf(`<circle cx="%.1f" cy="%.1f" r="3" fill="#%s"><title>%s</title></circle>`, s.X, s.Y, s.Colour, html.EscapeString(s.Text))
	}
	var points []string
	for _, p := range s.Points {
		points = append(points, fmt.Sprintf("%.1f,%.1f", p[0], p[1]))
	}
	if s.Kind == plot.Area {
		return fmt.Sprintf(`<polygon points="%s" fill="#%s"><title>%s</title></polygon>`, strings.Join(points, " "), s.Colour, html.EscapeString(s.Text))
	}
	dash := ""
	if len(s.Dash) > 0 {
		dash = ` stroke-dasharray="` + strings.Trim(fmt.Sprint(s.Dash), "[]") + `"`
	}
	return fmt.Sprintf(`<polyline points="%s" fill="none" stroke="#%s" stroke-width="2"%s/>`, strings.Join(points, " "), s.Colour, dash)
}
