package main

import (
	_ "embed"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"huiyin/internal/sample"
)

//go:embed texts.txt
var texts string

// kind is what can happen, told in many ways.
type kind struct {
	category, thing         string // thing: what it hangs on, 线路, 车站 …
	titles, events, details []string
}

func kinds() []kind {
	var list []kind
	for line := range strings.Lines(texts) {
		mark, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		last := len(list) - 1
		switch mark {
		case "=":
			parts := strings.Fields(rest)
			list = append(list, kind{category: parts[0], thing: strings.Trim(parts[1], "{}")})
		case "题":
			list[last].titles = append(list[last].titles, rest)
		case "经":
			list[last].events = append(list[last].events, rest)
		case "细":
			list[last].details = append(list[last].details, rest)
		}
	}
	return list
}

// planted is one thing at one place of which many complain.
type planted struct {
	kind  *kind
	scene map[string]string
	size  int
}

// text is a ticket: which planted matter it belongs to, -1 for none.
type text struct {
	title, content string
	matter         int
}

var (
	heads   = strings.Fields("梧桐 银杏 紫荆 望江 临溪 青云 桃源 龙泉 凤鸣 玉泉 金水 白塔 松涛 柳浪 石榴 丹桂 红枫 碧波 朝阳 建业 兴隆 太平 永宁 长乐 复兴 光华 育贤 崇德 明德 春晖")
	estates = strings.Fields("花园 新村 小区 家园 公寓")
	trades  = strings.Fields("货运公司 物流公司 运输公司 供应链公司")
	stops   = strings.Fields("人民医院 市民中心 文庙 师范学院 体育馆 农贸市场 图书馆 会展中心 纺织厂 儿童公园")
	times   = strings.Fields("早高峰 晚高峰 今天早上 昨天傍晚 周末 上周五 中午 夜里 前天 凌晨")
	opening = []string{"", "", "您好，", "来电人反映：", "市民来电称，", "领导好，", "我要投诉！", "你好，想反映一个问题，", "说起来话长，", "请问有人管吗？", "尊敬的领导：您好！"}
	closing = []string{"", "请相关部门核实处理。", "希望尽快解决，谢谢。", "请给个答复。", "必须给个说法！", "麻烦您了。", "盼复。", "请依法查处并反馈结果。", "希望加强管理。", "请转相关单位处理。"}
	filler  = []string{"之前打过热线没有结果。", "我不是第一次打电话了。", "周围的人都有意见。", "给大家的生活带来很大不便。", "上次回复说处理了，其实没变。", "我今年六十多岁了，平时不爱麻烦人。", "家里还有老人和小孩。", "这种情况已经很久了。", "我也问过别的地方，人家不是这样的。"}
	// words that people use for each other
	synonyms = [][]string{{"司机", "驾驶员", "师傅", "开车的"}, {"公交车", "公交", "公共汽车", "班车"}, {"出租车", "出租", "的士", "打的的车"}, {"没人", "无人"}, {"经常", "总是", "老是", "时常"},
		{"孩子", "小孩", "娃娃"}, {"老人", "老人家", "上年纪的人"}, {"手机", "电话"}, {"现在", "目前", "如今"}, {"晚上", "夜间", "入夜后"}, {"大货车", "重型货车", "大车"}, {"学员", "学车的人"}, {"根本", "压根", "完全"}}
)

// planter makes the tickets of a month.
type planter struct {
	r     *rand.Rand
	kinds []kind
	all   []planted
}

func (p *planter) one(list []string) string { return list[p.r.IntN(len(list))] }
func (p *planter) chance(percent int) bool  { return p.r.IntN(100) < percent }
func (p *planter) shared(site int) []*kind  { return p.thingKinds(p.kinds[site%len(p.kinds)].thing) }
func (p *planter) thingKinds(t string) (list []*kind) {
	for i := range p.kinds {
		if p.kinds[i].thing == t {
			list = append(list, &p.kinds[i])
		}
	}
	return list
}

// plant makes sites; at each, up to three matters of the same sort of place go
// on at once, and each sort of matter goes on at many sites.
func plant(seed uint64, sites int) *planter {
	p := &planter{r: rand.New(rand.NewPCG(seed, 77)), kinds: kinds()}
	for site := range sites {
		scene := p.scene(site)
		here := p.shared(site)
		for _, k := range p.r.Perm(len(here))[:min(len(here), 1+p.r.IntN(3))] {
			size := 20 + p.r.IntN(30)
			if p.chance(25) {
				size *= 4
			}
			p.all = append(p.all, planted{here[k], scene, size})
		}
	}
	return p
}

func (p *planter) scene(site int) map[string]string {
	head, other := heads[site%len(heads)], heads[(site*7+3)%len(heads)]
	turn := []string{"", "东", "西", "南", "北"}[site/len(heads)%5]
	return map[string]string{
		"线路": fmt.Sprintf("%d路", 101+site), "车站": head + turn + "客运站", "路": head + turn + "路", "驾校": head + turn + "驾校",
		"收费站": head + turn + "收费站", "小区": other + turn + p.one(estates), "公司": head + turn + p.one(trades),
	}
}

// month mixes the planted tickets into made-up others, n in all.
func (p *planter) month(n int, seed uint64) []text {
	var list []text
	for i := range p.all {
		for range p.all[i].size {
			list = append(list, p.tell(i))
		}
	}
	others := sample.New(seed)
	at := time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC)
	for len(list) < n {
		c := others.Complaint(at.Add(time.Duration(p.r.IntN(30*24*60)) * time.Minute))
		list = append(list, text{c.Title, c.Content, -1})
	}
	p.r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	return list
}

// tell tells a planted matter in the way of one caller.
func (p *planter) tell(i int) text {
	m := &p.all[i]
	t := text{matter: i, title: p.fill(p.one(m.kind.titles), m.scene)}
	if p.chance(30) {
		t.title = p.one([]string{"市民反映问题", "投诉举报", "诉求", "请帮助解决", ""})
	}
	var parts []string
	for _, k := range p.r.Perm(len(m.kind.events))[:1+p.r.IntN(2)] {
		parts = append(parts, m.kind.events[k])
	}
	for _, k := range p.r.Perm(len(m.kind.details))[:p.r.IntN(3)] {
		parts = append(parts, m.kind.details[k])
	}
	if p.chance(25) { // something of quite another matter
		parts = append(parts, p.one(p.kinds[p.r.IntN(len(p.kinds))].details))
	}
	if p.chance(50) {
		parts = append(parts, strings.TrimSuffix(p.one(filler), "。"))
	}
	p.r.Shuffle(len(parts), func(i, j int) { parts[i], parts[j] = parts[j], parts[i] })
	body := p.fill(strings.Join(parts, p.one([]string{"。", "。", "，"})), m.scene)
	t.content = p.vary(p.one(opening) + body + "。" + p.one(closing))
	return t
}

func (p *planter) fill(s string, scene map[string]string) string {
	for name, value := range scene {
		if name == "线路" && p.chance(60) {
			value += p.one([]string{"公交车", "公交", "车"})
		}
		s = strings.ReplaceAll(s, "{"+name+"}", value)
	}
	s = strings.ReplaceAll(s, "{站点}", p.one(stops))
	s = strings.ReplaceAll(s, "{时段}", p.one(times))
	for {
		from := strings.Index(s, "[")
		to := strings.Index(s, "]")
		if from < 0 || to < from {
			return s
		}
		s = s[:from] + p.one(strings.Split(s[from+1:to], "/")) + s[to+1:]
	}
}

// vary says it in other words, and mistypes.
func (p *planter) vary(s string) string {
	for _, same := range synonyms {
		for _, word := range same {
			if strings.Contains(s, word) {
				s = strings.Replace(s, word, p.one(same), 1)
				break
			}
		}
	}
	if p.chance(30) {
		runes := []rune(s)
		for range 1 + len(runes)/40 {
			runes[p.r.IntN(len(runes))] = rune(0x4E00 + p.r.IntN(0x3000))
		}
		s = string(runes)
	}
	return s
}
