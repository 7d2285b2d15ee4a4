package sample

import (
	"fmt"
	"strings"
	"time"
)

// scene holds what a story names: where, when, which line, how much.
type scene map[string]string

// fill puts the scene's words in place of the words in braces.
func (s scene) fill(text string) string {
	var b strings.Builder
	for {
		before, rest, open := strings.Cut(text, "{")
		b.WriteString(before)
		if !open {
			return b.String()
		}
		name, after, _ := strings.Cut(rest, "}")
		b.WriteString(s[name])
		text = after
	}
}

// counties and their places are those of the default policy's examples.
var counties = []struct {
	name   string
	towns  []string
	roads  []string
	places []string
}{
	{"城东区", []string{"柳林镇", "青石桥镇"}, []string{"迎晖大道", "东湖北路"}, []string{"城东客运站", "汽车东站", "高铁东站"}},
	{"城西区", []string{"石门镇", "沙河镇"}, []string{"西关大街", "梧桐大道"}, []string{"汽车西站", "城西客运站"}},
	{"城中区", []string{"城中区老街"}, []string{"城中区人民路", "城中区解放路"}, []string{"城中区公交总站", "城中区步行街口"}},
	{"临河县", []string{"临河县河口镇", "临河县渡头镇"}, []string{"临河县滨河路"}, []string{"临河县汽车站"}},
	{"云山县", []string{"云山县云台镇", "云山县竹溪乡"}, []string{"云山县云山路"}, []string{"云山县客运站"}},
	{"望江县", []string{"望江县江湾镇", "望江县白沙镇"}, []string{"望江县沿江大道"}, []string{"望江县汽车站"}},
	{"高新区", []string{"高新区科创园"}, []string{"高新区创新大道"}, []string{"高新区软件园站"}},
	{"经开区", []string{"经开区产业园"}, []string{"经开区工业大道"}, []string{"经开区物流园"}},
}

var (
	stops    = []string{"人民医院", "市政府", "火车站", "师范学院", "文化宫", "体育馆", "农贸市场", "儿童公园", "实验中学", "汽车城", "图书馆", "世纪广场"}
	estates  = []string{"翠湖花园", "阳光新城", "锦绣家园", "和谐小区", "书香名邸", "金桂苑", "滨江一号", "幸福里", "百合新村", "丽景湾"}
	highways = []string{"G104国道", "G328国道", "S235省道", "S348省道", "X203县道", "X317县道", "绕城公路", "G25高速连接线"}
	tolls    = []string{"城东收费站", "城西收费站", "高新收费站", "临河收费站"}
	things   = []string{"手机", "黑色双肩包", "身份证和银行卡", "笔记本电脑", "一袋药", "雨伞", "行李箱", "孩子的书包", "眼镜"}
	spells   = []string{"早高峰", "晚高峰", "中午", "深夜", "凌晨", "周末", "傍晚"}
	regions  = []rune("苏浙皖鲁豫鄂湘赣")
	letters  = []rune("ABCDEFGHJKLMNPQRSTUVWXYZ")
)

func (m *Maker) scene(at time.Time) scene {
	county := counties[m.rng.IntN(len(counties))]
	before := at.Add(-time.Duration(m.rng.IntN(72)) * time.Hour)
	return scene{
		"县区": county.name, "乡镇": m.one(county.towns), "道路": m.one(county.roads), "车站": m.one(county.places),
		"地点": m.one(append([]string{m.one(county.places), m.one(county.roads)}, county.towns...)),
		"站点": m.one(stops), "小区": m.one(estates), "公路": m.one(highways), "收费站": m.one(tolls), "物品": m.one(things),
		"时段": m.one(spells), "车牌": m.plate(), "线路": m.line(), "尾号": fmt.Sprintf("%03d", m.rng.IntN(1000)),
		"桩号": fmt.Sprintf("K%d+%d00", m.rng.IntN(180), m.rng.IntN(10)),
		"金额": fmt.Sprintf("%d元", []int{30, 50, 80, 120, 200, 300, 500, 1000, 2000, 3800, 5000}[m.rng.IntN(11)]),
		"天数": fmt.Sprintf("%d天", 2+m.rng.IntN(40)), "次数": fmt.Sprint(2 + m.rng.IntN(4)),
		"时间": m.when(before),
	}
}

func (m *Maker) when(t time.Time) string {
	switch m.rng.IntN(4) {
	case 0:
		return fmt.Sprintf("%d月%d日%d点", t.Month(), t.Day(), t.Hour())
	case 1:
		return "今天" + m.one(spells)
	case 2:
		return fmt.Sprintf("%d号%s", t.Day(), m.one(spells))
	}
	return "昨天" + m.one([]string{"上午", "下午", "晚上"})
}

func (m *Maker) plate() string {
	var b strings.Builder
	b.WriteRune(regions[m.rng.IntN(len(regions))])
	b.WriteRune(letters[m.rng.IntN(8)])
	digits := 5
	if m.chance(30) {
		b.WriteRune([]rune("DF")[m.rng.IntN(2)])
	}
	for range digits {
		b.WriteByte(byte('0' + m.rng.IntN(10)))
	}
	return b.String()
}

func (m *Maker) line() string {
	n := 1 + m.rng.IntN(68)
	switch m.rng.IntN(8) {
	case 0:
		return fmt.Sprintf("K%d路", n)
	case 1:
		return fmt.Sprintf("B%d路", 1+n%9)
	case 2:
		return fmt.Sprintf("夜间%d路", 1+n%5)
	}
	return fmt.Sprintf("%d路", n)
}

// hotspot is one matter in one scene of which many complain for some weeks.
type hotspot struct {
	matter   matter
	scene    scene
	months   map[time.Month]bool
	overSays []string
}

// hotspots plants a few matters that come back: a new one, a rising one and
// ones that stay.
func (m *Maker) hotspots() []hotspot {
	planted := []struct {
		category string
		months   []time.Month
		says     []string
	}{
		{"D02", []time.Month{3, 4, 5, 6, 9, 10, 11, 12}, []string{"线路", "站点", "县区"}},
		{"B03", []time.Month{1, 2, 7, 8, 10}, []string{"车站", "地点", "县区"}},
		{"I02", []time.Month{6, 7, 8, 9}, []string{"公路", "桩号", "县区"}},
		{"G01", []time.Month{9, 10, 11}, []string{"县区"}},
		{"L02", []time.Month{10, 11}, []string{"公路", "小区", "县区"}},
	}
	var hot []hotspot
	for _, p := range planted {
		for _, mt := range m.matters {
			if mt.category == p.category {
				h := hotspot{matter: mt, scene: m.scene(time.Time{}), months: map[time.Month]bool{}, overSays: p.says}
				for _, month := range p.months {
					h.months[month] = true
				}
				hot = append(hot, h)
				break
			}
		}
	}
	return hot
}

// hotNow picks, for about one complaint in eight, a hotspot of the month.
func (m *Maker) hotNow(at time.Time) (hotspot, bool) {
	h := m.hot[m.rng.IntN(len(m.hot))]
	return h, m.chance(18) && h.months[at.Month()]
}

// over lays what the hotspot is about over another scene.
func (h hotspot) over(s scene) scene {
	for _, name := range h.overSays {
		s[name] = h.scene[name]
	}
	return s
}
