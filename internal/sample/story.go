package sample

import (
	"strings"
	"unicode/utf8"
)

// tone is how a caller speaks: how many sentences, and with which words around
// the matter.
type tone struct {
	name                        string
	weight                      int
	openings, feelings, closing []string
	events, details, feels      int // at most
	past                        int // percent who say that they complained before
	thanks                      int // percent who end politely
}

var tones = []tone{
	{name: "plain", weight: 38, events: 1, details: 2, feels: 1, past: 12, thanks: 40,
		openings: []string{"来电人反映：", "市民来电称，", "市民反映，", "来电人表示，", "您好，", "你好，我想反映一个问题，", "", ""},
		feelings: []string{"这种情况已经有一段时间了。", "周围的人也有同样的看法。", "给出行带来很多不便。", "已经影响到正常生活。", "来电人认为不合理。"},
		closing:  []string{"请相关部门核实处理。", "请回复。", "来电人要求回复。", "希望尽快处理。"}},
	{name: "terse", weight: 18, events: 1, details: 0, feels: 0, past: 3, thanks: 10,
		openings: []string{"", "", "反映", "投诉："}, closing: []string{"", "请处理。", "盼复。"}},
	{name: "polite", weight: 18, events: 1, details: 2, feels: 1, past: 8, thanks: 90,
		openings: []string{"尊敬的领导：您好！", "您好，打扰了，", "领导您好，我是一名普通市民，", "工作人员辛苦了，我想说一件事。"},
		feelings: []string{"我知道你们工作也很忙，但是确实没有办法了。", "我只是希望事情能有个结果。", "相信你们能够重视。"},
		closing:  []string{"麻烦您了，谢谢！", "盼望您的回复，谢谢。", "给您添麻烦了。", "感谢！"}},
	{name: "angry", weight: 14, events: 2, details: 2, feels: 2, past: 45, thanks: 2,
		openings: []string{"请问还有人管吗？", "我要投诉！", "我已经忍了很久了，", "这到底归谁管？"},
		feelings: []string{"太气人了！", "这还有没有规矩？", "出了事谁负责？", "打了那么多电话，没有一个人给准话。", "再不解决我就发到网上去。", "老百姓的事就没人当回事吗？"},
		closing:  []string{"必须给个说法！", "请马上处理！", "三天之内给我答复。", "不要再互相推了。"}},
	{name: "rambling", weight: 14, events: 4, details: 4, feels: 4, past: 45, thanks: 45,
		openings: []string{"你好，事情是这样的，", "说起来话长，", "我把经过说一下：", "我是替家里老人反映的，老人不会打字。"},
		feelings: []string{"我们也不是故意找事，换了谁都受不了。", "我当时就跟他讲道理，可是讲不通。", "邻居们都说应该反映反映。", "我在这里住了十几年，以前不是这样的。", "我也问过别的地方，人家都不是这么办的。", "老人和孩子最受影响。"},
		closing:  []string{"就是这么个情况，希望你们来看看。", "先说这些，有需要再联系我。", "请你们一定放在心上。", "谢谢你们听我说完。"}},
}

var before = []string{
	"之前也打过热线，没有结果。", "上个月反映过一次，说已经转办，后来就没有消息了。", "这是第{次数}次反映了。", "我不是第一次打电话了。",
	"上次工单回复说已处理，其实什么都没变。", "{天数}前就投诉过，到现在没有人联系我。",
}

var joints = []string{"另外，", "而且", "还有，", "再有就是", "更过分的是，", "后来又发现，"}

// maxStory is how long a story may become, in characters.
const maxStory = 400

// story tells a matter in one of many ways.
func (m *Maker) story(mt *matter, s scene) string {
	t := m.tone()
	var b strings.Builder
	add := func(sentence string) {
		if sentence = m.say(sentence, s); utf8.RuneCountInString(b.String())+utf8.RuneCountInString(sentence) <= maxStory {
			b.WriteString(sentence)
		}
	}
	b.WriteString(m.one(t.openings))
	for i, event := range m.some(mt.events, 1+m.upTo(t.events-1)) {
		if i > 0 {
			event = m.one(joints) + event
		}
		add(event)
	}
	for _, detail := range m.some(mt.details, m.upTo(t.details)) {
		add(detail)
	}
	for _, feeling := range m.some(t.feelings, m.upTo(t.feels)) {
		if mt.kind == "投诉举报" || mt.kind == "求助" {
			add(feeling)
		}
	}
	if m.chance(t.past) && mt.category != "X02" {
		add(m.one(before))
	}
	for _, ask := range m.some(mt.asks, 1+m.upTo(1)) {
		add(ask)
	}
	if m.chance(12) {
		add(m.one([]string{"我的电话是", "本人电话", "请联系我", "联系电话：", "有事打我电话"}) + m.phone())
	}
	if m.chance(t.thanks) || t.name == "angry" {
		add(m.one(t.closing))
	}
	return b.String()
}

func (m *Maker) tone() *tone {
	total := 0
	for i := range tones {
		total += tones[i].weight
	}
	n := m.rng.IntN(total)
	for i := range tones {
		if n -= tones[i].weight; n < 0 {
			return &tones[i]
		}
	}
	return &tones[0]
}

// say fills a sentence and ends it.
func (m *Maker) say(sentence string, s scene) string {
	sentence = m.choose(s.fill(sentence))
	if sentence == "" {
		return ""
	}
	if last, _ := utf8.DecodeLastRuneInString(sentence); strings.ContainsRune("。！？：", last) {
		return sentence
	}
	if m.chance(6) {
		return sentence + "！"
	}
	return sentence + "。"
}

// choose takes one of each [list/of choices].
func (m *Maker) choose(text string) string {
	var b strings.Builder
	for {
		head, rest, open := strings.Cut(text, "[")
		b.WriteString(head)
		if !open {
			return b.String()
		}
		choices, after, _ := strings.Cut(rest, "]")
		b.WriteString(m.one(strings.Split(choices, "/")))
		text = after
	}
}

// some picks n different ones, in the order of the picking.
func (m *Maker) some(list []string, n int) []string {
	var picked []string
	for _, i := range m.rng.Perm(len(list))[:min(n, len(list))] {
		picked = append(picked, list[i])
	}
	return picked
}

// upTo is a number from 0 to most.
func (m *Maker) upTo(most int) int {
	if most <= 0 {
		return 0
	}
	return m.rng.IntN(most + 1)
}
