package reports

import (
	"cmp"
	"fmt"

	"huiyin/reports/paper"
)

// causes lays out why a matter keeps coming and what is to be done, and says
// whether a person has stood up for it.
func (l *layout) causes(c *Card) {
	if c.Missing {
		l.lead("成因和对策：", "政策表尚无该类别的参考条目，请%s于%s前补报成因分析和措施。", c.LeadName, DateText(c.Deadline))
		if signs := c.Signs.All(); len(signs) > 0 {
			l.lead("办理结果反映：", "%s。", numbered(signs))
		}
		return
	}
	rows := []paper.Row{
		cells(textCell("直接原因"), textCell(numbered(c.Cause.Direct))),
		cells(textCell("管理原因"), textCell(numbered(c.Cause.Management))),
		cells(textCell("制度原因"), textCell(numbered(c.Cause.Institutional))),
	}
	if signs := c.Signs.All(); len(signs) > 0 {
		rows = append(rows, cells(textCell("办理结果反映"), textCell(numbered(signs))))
	}
	if c.Remark != "" {
		rows = append(rows, cells(textCell("单位核实"), textCell(maskText(c.Remark))))
	}
	target := c.Target
	if len(c.Cause.Success) > 0 {
		target += "；" + numbered(c.Cause.Success)
	}
	rows = append(rows,
		cells(textCell("长效措施"), textCell(numbered(c.Cause.Measures))),
		cells(textCell("牵头单位"), textCell(c.LeadName+"（责任人："+cmp.Or(c.Person, "待明确")+"）")),
		cells(textCell("完成时限"), textCell(DateText(c.Deadline))),
		cells(textCell("成效指标"), textCell(target)))
	l.table("对策建议", c.Item.Name+"：成因与对策——"+c.standing(), []paper.Column{textColumn("项目", 8), textColumn("内容", 40)}, rows)
}

// standing tells a proposal from what a person has confirmed.
func (c *Card) standing() string {
	if c.Confirmed == nil {
		return "建议（待确认）"
	}
	return "已确认（" + c.Confirmed.String() + "）"
}

// cardsLead says how many of the cards a person has confirmed.
func (l *layout) cardsLead() string {
	var names []string
	for i := range l.m.Cards {
		if c := &l.m.Cards[i]; c.Confirmed != nil {
			names = append(names, quoted(c.Item.Name))
		}
	}
	if len(names) == 0 {
		return "成因和对策为建议（待确认），由主办单位核实修改后报局领导审定。"
	}
	text := fmt.Sprintf("成因和对策已经确认的%d类：%s，确认人见各表", len(names), join(names))
	if len(names) == len(l.m.Cards) {
		return text + "。"
	}
	return text + "；其余为建议（待确认）。"
}
