package reports

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"huiyin/reports/paper"
)

func mostFirst(items []Item) []Item {
	items = slices.Clone(items)
	slices.SortStableFunc(items, func(x, y Item) int { return cmp.Compare(y.Count, x.Count) })
	return items
}

func flagText(flags []Flag) string {
	words := make([]string, len(flags))
	for i, f := range flags {
		words[i] = string(f)
	}
	return strings.Join(words, "、")
}

func unitText(units []Count, n int) string {
	var parts []string
	for _, u := range units[:min(n, len(units))] {
		parts = append(parts, fmt.Sprintf("%s%d", u.Name, u.Count))
	}
	if len(units) > n {
		parts[len(parts)-1] += "等"
	}
	return join(parts)
}

func (l *layout) hot() {
	h, s := l.m.Hot, l.s
	if len(h.Items) == 0 {
		l.text("%s受理%d件，没有达到高频标准的事项。", l.w.this, h.Total)
		l.rising()
		return
	}
	l.text("列入高频事项的%d类，合计%s。", len(h.Items), s.Rate(h.Covered))
	var rows []paper.Row
	for _, i := range h.Items {
		rows = append(rows, cells(countCell(i.Rank), textCell(i.Name), countCell(i.Count), s.shareCell(i.Share), s.changeCell(i.MoM),
			s.changeCell(i.YoY), countCell(i.Repeaters), textCell(unitText(i.Units, 2)), s.rateCell(i.Satisfied), textCell(flagText(i.Flags))))
	}
	l.table("高频事项", fmt.Sprintf("高频事项（件，占比的分母为受理总量%d件）", h.Total), []paper.Column{
		numberColumn("序", 3), textColumn("事项", 14), numberColumn("件数", 5), numberColumn("占比", 7), numberColumn(l.m.MoM().Word, 8),
		numberColumn(l.m.YoY().Word, 8), numberColumn("重复来电人", 5), textColumn("主办单位", 10), rateColumn("满意率", 8), textColumn("趋势", 7),
	}, rows)
	l.note("满意率以%s答复并回访的工单计，其中有以前受理的，分母可以大于件数。", l.w.this)
	if len(h.Items) > 1 {
		l.add(l.pareto())
	}
	if l.m.Earlier > 0 {
		l.add(l.hotTrend())
	}
	l.rising()
}

// risingShown bounds the matters that are named beside the high-frequency ones;
// the annex has them all.
const risingShown = 8

func (l *layout) rising() {
	var parts []string
	list := l.m.Hot.Rising
	for _, i := range list[:min(risingShown, len(list))] {
		parts = append(parts, fmt.Sprintf("%s%d件（%s）", quoted(i.Name), i.Count, l.s.Clause(l.m.MoM(), i.MoM)))
	}
	if len(parts) > 0 {
		l.lead("未列入但上升较快：", "%s%s。", strings.Join(parts, "；"), andOthers(len(list), risingShown))
	}
}

func (l *layout) pareto() paper.Chart {
	h := l.m.Hot
	c := paper.Chart{Kind: paper.Pareto, Title: "高频事项件数与累计占比", Unit: "件"}
	count, share := paper.Series{Name: "件数"}, paper.Series{Name: "累计占比"}
	for _, i := range h.Items {
		c.Categories = append(c.Categories, shorten(i.Name, 9))
		count.Values = append(count.Values, float64(i.Count))
		share.Values = append(share.Values, i.Cumulated.Value())
	}
	c.Series = []paper.Series{count, share}
	c.Alt = fmt.Sprintf("柏拉图：%d类高频事项的件数，累计占受理总量%s。", len(h.Items), l.s.Rate(h.Covered))
	return c
}

// hotTrend shows the five first items over thirteen months.
func (l *layout) hotTrend() paper.Chart {
	items := l.m.Hot.Items[:min(5, len(l.m.Hot.Items))]
	which := fmt.Sprintf("前%d位高频事项", len(items))
	if len(items) == 1 {
		which = quoted(items[0].Name)
	}
	c := paper.Chart{Kind: paper.Lines, Title: fmt.Sprintf("%s近%s走势", which, l.m.trendSpan()), Unit: "件",
		Alt: fmt.Sprintf("折线图：%s近%s的件数。", which, l.m.trendSpan())}
	for _, p := range l.m.Volume.Trend {
		c.Categories = append(c.Categories, p.Label)
	}
	for _, i := range items {
		c.Series = append(c.Series, paper.Series{Name: shorten(i.Name, 9), Values: values(i.Trend), Gap: gaps(i.Trend)})
	}
	return c
}

func (l *layout) cards() {
	if len(l.m.Cards) == 0 {
		l.text("没有达到高频标准的事项（0类），不作专题分析。")
		return
	}
	l.text("以下对%d类高频事项逐类列出事实、规律、成因和对策。%s", len(l.m.Cards), l.cardsLead())
	for i := range l.m.Cards {
		l.card(&l.m.Cards[i], i < 3)
	}
}

func (l *layout) card(c *Card, heat bool) {
	s, item := l.s, c.Item
	title := item.Name
	if len(item.Flags) > 0 {
		title += "【" + flagText(item.Flags) + "】"
	}
	l.subheading(title)
	l.lead("基本情况：", "%s%d件，占%s；%s。来电%d人，其中重复来电%d人%s。",
		l.w.this, item.Count, s.Rate(item.Share), l.m.Clauses(item.MoM, item.YoY), item.Callers, item.Repeaters, s.clause("满意率", item.Satisfied))
	l.lead("时间和地点：", "%s", l.patternText(c))
	if heat && c.Pattern.Total >= s.SmallSample {
		l.add(c.heat())
	}
	l.causes(c)
}

func numbered(parts []string) string {
	if len(parts) < 2 {
		return strings.Join(parts, "")
	}
	var out []string
	for i, p := range parts {
		out = append(out, fmt.Sprintf("%d. %s", i+1, p))
	}
	return strings.Join(out, "；")
}

// patternText says where and when, with the counts; a handful has no pattern.
func (l *layout) patternText(c *Card) string {
	var parts []string
	if c.Pattern.Total >= l.s.SmallSample {
		day, n := c.Pattern.PeakDay()
		from, k := c.Pattern.PeakHours()
		parts = append(parts, fmt.Sprintf("%s最多，%s；%d时至%d时最集中，%s", Weekdays[day], l.s.Rate(Rate{n, c.Pattern.Total}),
			from, from+3, l.s.Rate(Rate{k, c.Pattern.Total})))
	} else {
		parts = append(parts, fmt.Sprintf("件数不足%d件，不作时间分析", l.s.SmallSample))
	}
	if len(c.Areas) > 0 {
		parts = append(parts, "地区："+countsText(c.Areas))
	}
	if c.Read.Num > 0 {
		if len(c.Places) > 0 {
			parts = append(parts, "地点："+countsText(c.Places))
		}
		if len(c.Objects) > 0 {
			parts = append(parts, "对象："+countsText(c.Objects))
		}
		if c.Read.Num < c.Read.Den {
			parts = append(parts, fmt.Sprintf("地点、对象依据%d件中可读文字的%d件", c.Read.Den, c.Read.Num))
		}
	}
	return strings.Join(parts, "。") + "。"
}

func countsText(counts []Count) string {
	var parts []string
	for _, c := range counts {
		parts = append(parts, counted(c.Name, c.Count))
	}
	return listed(parts)
}

// counted is a name with its count. A name that ends in a letter or digit, a line
// or a masked plate, would run into the number.
func counted(name string, n int) string {
	last, _ := utf8.DecodeLastRuneInString(name)
	if last < utf8.RuneSelf {
		return fmt.Sprintf("%s（%d件）", name, n)
	}
	return fmt.Sprintf("%s%d件", name, n)
}

// listed puts parts together; where one has a 、 of its own, by semicolons.
func listed(parts []string) string {
	if slices.ContainsFunc(parts, func(p string) bool { return strings.Contains(p, "、") }) {
		return strings.Join(parts, "；")
	}
	return join(parts)
}

func (c *Card) heat() paper.Heat {
	h := paper.Heat{Title: c.Item.Name + "：来电时段分布（件）", Sheet: "时段分布", Rows: Weekdays[:],
		Alt: fmt.Sprintf("色阶表：%d件诉求按星期和小时的分布。", c.Pattern.Total)}
	for hour := range 24 {
		h.Columns = append(h.Columns, fmt.Sprint(hour))
	}
	for _, day := range c.Pattern.Counts {
		h.Values = append(h.Values, day[:])
	}
	return h
}

func (l *layout) repeats() {
	r, s := l.m.Repeats, l.s
	if !r.Known.Known() {
		l.text("%s受理0件，没有重复诉求和群体诉求。", l.w.this)
		return
	}
	text := fmt.Sprintf("可识别来电人的工单%s。就同一事项反映%d次以上的%d人%s；反映2次的另有%d人。",
		s.Rate(r.Known), r.Times, r.People, s.clause("涉及工单", r.Share), r.Twice)
	if r.Satisfied.Known() {
		text += fmt.Sprintf("%s受理的诉求中，重复诉求满意率%s%s。", l.w.this, s.Rate(r.Satisfied), s.clause("其他诉求满意率", r.Others))
	}
	l.text("%s", text)
	if len(r.Rows) > 0 {
		var rows []paper.Row
		for _, row := range r.Rows {
			rows = append(rows, cells(textCell(row.Name), countCell(row.People), countCell(row.Tickets), countCell(row.Most), textCell(unitText(row.Units, 3))))
		}
		l.table("重复与群体", "重复诉求", []paper.Column{textColumn("事项", 18), numberColumn("人数", 6), numberColumn("件数", 6), numberColumn("一人最多件数", 7), textColumn("主办单位", 16)}, rows)
	}
	if len(r.Groups) == 0 {
		l.text("%d天内%d人以上反映同一对象的群体诉求0起%s。", r.GroupDays, r.GroupCallers, s.clause("核对工单文字", r.GroupRead))
		return
	}
	l.text("%d天内%d人以上反映同一对象的群体诉求%d起。", r.GroupDays, r.GroupCallers, r.GroupsFound())
	var rows []paper.Row
	for _, g := range r.Groups {
		rows = append(rows, cells(textCell(g.Object), textCell(g.Name), countCell(g.Callers), countCell(g.Tickets),
			textCell(spanText(g)), textCell(unitText(g.Units, 2))))
	}
	l.table("重复与群体", "群体诉求", []paper.Column{textColumn("对象或地点", 14), textColumn("事项", 14), numberColumn("人数", 5), numberColumn("件数", 5), textColumn("时间", 10), textColumn("主办单位", 12)}, rows)
	if r.GroupsRest.Number > 0 {
		l.note("共%d起，表中列人数最多的%d起；其余%d起共%d件。", r.GroupsFound(), len(r.Groups), r.GroupsRest.Number, r.GroupsRest.Tickets)
	}
}

func spanText(g Group) string {
	from, to := g.From.Start(), g.To.Start()
	if g.From == g.To {
		return fmt.Sprintf("%d月%d日", from.Month(), from.Day())
	}
	return fmt.Sprintf("%d月%d日至%d日", from.Month(), from.Day(), to.Day())
}
