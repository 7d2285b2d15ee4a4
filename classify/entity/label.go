package entity

import (
	"strings"

	"huiyin/ticket"
)

// Words that say what the number after them is. Longer ones first where one
// ends another, so that the first that fits decides.
var (
	badgeLabels = strings.Fields("执法证号码 执法证件号 执法证编号 执法证号 执法证 执法编号 执法号 执法人员编号 队员编号 胸牌号码 胸牌号 胸牌 胸卡号 员工号 工号 警号")
	orderLabels = strings.Fields("订单编号 订单号码 订单号 订单 工单编号 工单号码 工单号 工单 受理编号 受理号 投诉编号 投诉单号 投诉号 运单号 快递单号 单号 流水号 " +
		"业务编号 回执编号 回执号 票号 车票号 发票号码 发票号 支付编号 交易号 行程编号 行程号")
	phoneLabels = strings.Fields("电话号码 电话是 电话 座机 固话 联系方式 致电 号码 拨打")
)

// follows reports whether the text before a place ends with one of the labels,
// with nothing but signs, blanks, 是 or 为 between.
func (st *state) follows(at int, labels []string) bool {
	before := st.text[max(0, at-48):at]
	for range 4 {
		cut := strings.TrimRight(before, " :#\"'(")
		for _, filler := range []string{"：", "“", "（", "【", "是", "为"} {
			cut = strings.TrimSuffix(cut, filler)
		}
		if cut == before {
			break
		}
		before = cut
	}
	for _, label := range labels {
		if strings.HasSuffix(before, label) {
			return true
		}
	}
	return false
}

// maxLabelled is the length of the longest badge or order number.
const maxLabelled = 40

// labelled recognises badge and order numbers by the word before them.
func (st *state) labelled(from, to int) int {
	end := to
	for end-from <= maxLabelled && end+1 < len(st.text) && (st.text[end] == '-' || st.text[end] == '_') && isAlnum(st.text[end+1]) {
		end++
		for end < len(st.text) && isAlnum(st.text[end]) {
			end++
		}
	}
	digits := 0
	for i := from; i < end; i++ {
		if isDigit(st.text[i]) {
			digits++
		}
	}
	switch code := st.text[from:end]; {
	case digits < 2 || len(code) > maxLabelled:
		return 0
	case len(code) <= 20 && st.follows(from, badgeLabels):
		st.add(ticket.EntityBadge, from, end, strings.ToUpper(code))
		return end
	case len(code) >= 6 && digits >= 4 && st.follows(from, orderLabels):
		st.add(ticket.EntityOrder, from, end, strings.ToUpper(code))
		return end
	}
	return 0
}
