package sample

import (
	_ "embed"
	"encoding/csv"
	"strconv"
	"strings"
	"sync"
)

//go:embed matters.csv
var mattersFile string

// matter is a line of matters.csv: what people complain about and the ways in
// which they tell it. Words in braces are filled from the scene.
type matter struct {
	category, kind string
	weight         int
	title, subject string
	stories, asks  []string
	secret         bool
}

// matters reads the embedded table; a fault in it is a fault of the program.
var matters = sync.OnceValue(func() []matter {
	rows, err := csv.NewReader(strings.NewReader(mattersFile)).ReadAll()
	if err != nil {
		panic("sample: matters.csv: " + err.Error())
	}
	var list []matter
	for _, row := range rows[1:] {
		weight, err := strconv.Atoi(row[2])
		if err != nil {
			panic("sample: matters.csv: " + err.Error())
		}
		list = append(list, matter{
			category: row[0], kind: row[1], weight: weight, title: row[3], subject: row[4],
			stories: strings.Split(row[5], "|"), asks: strings.Split(row[6], "|"),
			secret: row[0] == "A05" || row[0] == "A06",
		})
	}
	return list
})

var (
	openings = []string{
		"您好，", "你好，我想反映一个问题，", "来电人反映：", "市民来电称，", "我是一名普通市民，", "尊敬的领导：", "我要投诉，",
		"想咨询一下，", "打扰了，", "我不是第一次反映了，", "请问有人管吗？", "", "", "",
	}
	feelings = []string{
		"这种情况不是一天两天了。", "周围的人意见都很大。", "已经影响到正常生活。", "我觉得很不合理。", "希望引起重视。",
		"之前也打过热线，没有结果。", "老人和孩子最受影响。", "当时还有别人在场可以作证。", "我有照片和录像。", "这样下去迟早要出事。", "", "", "",
	}
	closings = []string{"谢谢。", "请尽快回复。", "麻烦了。", "盼复。", "希望早日解决。", "请给个说法。", "感谢！", "", ""}
)

// story tells a matter in one of many ways.
func (m *Maker) story(mt matter, s scene) string {
	var b strings.Builder
	b.WriteString(m.one(openings))
	first := m.rng.IntN(len(mt.stories))
	b.WriteString(s.fill(mt.stories[first]) + "。")
	if len(mt.stories) > 1 && m.chance(35) {
		b.WriteString(m.one([]string{"另外，", "而且", "还有，", "再有就是"}) + s.fill(mt.stories[1-first]) + "。")
	}
	b.WriteString(m.one(feelings))
	b.WriteString(s.fill(m.one(mt.asks)) + "。")
	if m.chance(15) {
		b.WriteString(m.one([]string{"我的电话是", "联系电话", "请打"}) + m.phone() + "。")
	}
	b.WriteString(m.one(closings))
	return b.String()
}
