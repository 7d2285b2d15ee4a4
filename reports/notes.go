package reports

import "fmt"

// notes are the method: what each figure counts and what it leaves out.
func (b *builder) notes(m *Month, texts *texts) []string {
	r := b.policy.Rules
	w := b.words
	notes := []string{
		fmt.Sprintf("统计区间：%s，按受理时间归%s；制表时间：%s。", b.head().Period, w.this, dayText(b.now)+clockText(b.now)),
		fmt.Sprintf("受理：%s进入系统的诉求，同一来源编号只计一次。有效诉求：受理数减去不予受理和并单。", w.this),
		fmt.Sprintf("办结：%[1]s首次办结（需回访的以回访完成为准）、即时答复、不予受理或转出的诉求，不论何时受理；重新办理的不重复计算。结转：%[2]s结转在办＋%[1]s受理＝%[1]s办结＋并单或移送而无单独办结＋%[3]s在办（%[4]d＋%[5]d＝%[6]d＋%[7]d＋%[8]d）。结转在办追溯%[9]d个月。",
			w.this, w.earlier, m.endOf(), m.Volume.CarriedIn, m.Volume.Received, m.Volume.Closed, m.Volume.Left, m.Volume.CarriedOut, history),
		fmt.Sprintf("应办结：办结期限在%s内届满的诉求，不论何时受理，并单和移送纪检的除外。按期办结率＝期限届满前答复的／应办结。超期未结按%s（未结束的按制表时）状态计。", w.this, w.end),
		fmt.Sprintf("提前办结：比期限早%d小时以上。办理工时：首次分派至答复之间的工作时间，剔除节假日和非办公时间；九成工时指九成工单不超过的工时。", r.EarlyHours),
		w.this + "响应率、解决率、满意率：答复的工单中，只用热线回访时得到的明确答复，三项各算各的分母，不互相推算。原始值含全部工单，调整值剔除经批准不计入考核的工单，两者并列。",
		fmt.Sprintf("百分率后的括号内为分子／分母；带*的分母不足%d件，只供参考；“%s”表示分母为零，不作计算；前期不足%d件的，增减只列件数、不算百分率。应办结不足%d件的单位单列，不评档、不排序。", r.SmallSample, None, r.SmallSample, r.RankMinimum),
		fmt.Sprintf("评档：按期办结率不低于%s、满意率不低于%s均达到为达标，达到一项为部分达标，以调整值计；同类单位之间比较，不作全局排名。", m.Style.Percent(r.OnTimeFloor), m.Style.Percent(r.SatisfiedFloor)),
		"件与件次：一件诉求由一个单位主办，可有若干单位协办；件按主办单位计，合计等于受理数；件次把主办和协办各计一次，因此大于件数。退单按现主办单位计，不表示由该单位退回。",
		fmt.Sprintf("高频事项：件数居前%d位、占受理总量%s以上且不少于%d件；上升：%s增加%s以上且多%d件以上；新增：%s未列入；顽固：近%d个月内有%d个月列入（以自然月计，含统计期内各月）。表扬、非本部门职责、无法判断和涉纪线索不参加排序，但计入分母。",
			r.TopN, m.Style.Percent(r.TopShare), r.TopLeast, m.MoM().Word, m.Style.Percent(r.RiseRatio), r.RiseCount, b.newSince(), r.StubbornOf, r.StubbornMonths),
		fmt.Sprintf("重复诉求：同一来电人%s就同一事项反映%d次以上，来电人以不可还原的指纹识别，不含个人信息。群体诉求：%d天内%d名以上来电人反映同一对象。", w.this, r.RepeatTimes, r.GroupDays, r.GroupCallers),
		"原因和措施由政策表按类别提出，标注“建议（待确认）”，经承办单位分析、领导审定后方为结论。",
		"保密件、移送纪检件只计数，不列编号和内容；涉纪类别合并列示。标题已隐去姓名、电话、证件和车牌号码。",
	}
	notes = append(notes, b.textNotes(m)...)
	if texts.wanted > 0 {
		notes = append(notes, fmt.Sprintf("地点、对象和群体诉求依据工单文字：应读%d件，实读%d件。", texts.wanted, len(texts.byID)))
	}
	if m.Forecast.Possible {
		notes = append(notes, b.forecastNote()+errorText(m))
	}
	if b.policy.Version > 0 {
		notes = append(notes, fmt.Sprintf("所用政策版本：第%d版。", b.policy.Version))
	}
	return notes
}

// newSince says what a new matter was not listed in before.
func (b *builder) newSince() string {
	if b.of.Kind == OfMonth {
		return fmt.Sprintf("此前%d个月均", b.policy.Rules.StubbornOf-1)
	}
	return b.words.earlier + "（或统计期前各月）"
}

func (b *builder) forecastNote() string {
	w := b.words
	if b.lag() == 1 {
		return "预测：近三年平均。区间为同一方法在以往年份的平均误差。"
	}
	return fmt.Sprintf("预测：%s件数×近三%s同比系数（限0.5至2之间）；历史不足%d%s的用近三%s平均。区间为同一方法在以往各期的平均误差。",
		w.yearAgo, w.unit, b.lag()+3, w.unit, w.unit)
}

func errorText(m *Month) string {
	total := m.Forecast.Total
	if total.Tested < 3 {
		return fmt.Sprintf("可供检验的只有%d%s，不足3%s，未作检验。", total.Tested, m.words().unit, m.words().unit)
	}
	return fmt.Sprintf("受理总量检验%d%s，平均误差%s。", total.Tested, m.words().unit, m.Style.Percent(total.Error))
}

// textNotes tell how the texts are read.
func (b *builder) textNotes(m *Month) []string {
	r := b.policy.Rules
	return []string{
		fmt.Sprintf("具体事项：按工单文字中的加权关键词归并（相似度%.2f以上，事项之间%.2f以上合并），且须点名同一线路、地点、道路、车牌或企业；不足%d件的不列。%s",
			r.Similarity, r.MergeSimilarity, r.MatterLeast, b.trendNote()),
		fmt.Sprintf("苗头：以星期、节假日、上年同期季节变化和近几周水平预期每日件数，按负二项分布计算概率，一个类别（含其各地区）每年误报不超过%g次；少于%d件或不足预期%g倍的不列。日均不足10件的类别，三倍的上升当天往往还看不出来，要几天后按周合计才能发现。",
			r.FalseAlarms, r.BurstLeast, r.BurstRatio),
		fmt.Sprintf("投诉对象：按文字中点名的对象计，一件可点名几个；规模来自规模数据表（%d条）。执法重点：取政策所列大类中同一类别在同一地点或对象%d件以上的热点，按不同来电人数、件数、天数排序，大部分工单相同的只列一处。",
			len(b.policy.Bases), m.Focus.Least),
	}
}

// trendNote tells how matters are followed; only those of months are.
func (b *builder) trendNote() string {
	if b.of.Kind != OfMonth || !b.scope.Whole() {
		return ""
	}
	r := b.policy.Rules
	return fmt.Sprintf("新增：有资料的此前%d个月都未出现；顽固：近%d个月有%d个月出现；平息：%s有、%s未再形成。",
		r.StubbornOf-1, r.StubbornOf, r.StubbornMonths, b.words.earlier, b.words.this)
}
