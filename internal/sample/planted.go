package sample

import (
	"fmt"
	"time"
)

// hotspot is one matter in one scene of which many complain in some months.
type hotspot struct {
	matter *matter
	scene  scene
	months map[time.Month]bool
	says   []string // the words of the scene that stay the same
}

// Matters that come back: a report should find them.
var planted = []struct {
	category string
	months   []time.Month
	says     []string
}{
	{"D02", []time.Month{3, 4, 5, 6, 9, 10, 11, 12}, []string{"线路", "站点", "县区"}},
	{"B03", []time.Month{1, 2, 7, 8, 10}, []string{"车站", "地点", "县区"}},
	{"I02", []time.Month{6, 7, 8, 9}, []string{"公路", "桩号", "县区"}},
	{"G01", []time.Month{9, 10, 11}, []string{"驾校", "县区"}},
	{"L02", []time.Month{10, 11}, []string{"工程", "小区", "道路", "县区"}},
	{"B01", []time.Month{2, 5, 10}, []string{"乡镇", "地点", "县区"}},
}

// hotspotShare is the percentage of complaints that belong to a hotspot of the month.
const hotspotShare = 18

func (m *Maker) hotspots() []hotspot {
	var hot []hotspot
	for _, p := range planted {
		h := hotspot{matter: m.matterOf(p.category), scene: m.scene(time.Unix(0, 0)), months: map[time.Month]bool{}, says: p.says}
		for _, month := range p.months {
			h.months[month] = true
		}
		hot = append(hot, h)
	}
	return hot
}

func (m *Maker) matterOf(category string) *matter {
	for i := range m.matters {
		if m.matters[i].category == category {
			return &m.matters[i]
		}
	}
	panic("sample: no matter of " + category)
}

// hotNow picks, for some complaints, a hotspot of the month.
func (m *Maker) hotNow(at time.Time) (hotspot, bool) {
	h := m.hot[m.rng.IntN(len(m.hot))]
	return h, m.chance(hotspotShare) && h.months[at.Month()]
}

// over lays what the hotspot is about over another scene.
func (h hotspot) over(s scene) scene {
	for _, name := range h.says {
		s[name] = h.scene[name]
	}
	return s
}

// group is one event of which several people complain within days, each in
// words of their own but about the same place, plate or company.
type group struct {
	hotspot
	name  string
	left  int
	until time.Time
}

// Of so many in a hundred complaints a group event begins; while one goes on,
// so many belong to it.
const (
	groupBegins = 1
	groupShare  = 35
	groupDays   = 5
)

// What the complaints of a group have in common.
var groupSays = []string{"县区", "乡镇", "道路", "车站", "地点", "站点", "小区", "村", "公路", "桩号", "驾校", "公司", "工程", "线路", "车牌", "收费站", "码头", "修理厂", "检测站", "平台"}

// groupNow gives the group that a complaint at a time belongs to.
func (m *Maker) groupNow(at time.Time) (*group, bool) {
	if g := m.group; g != nil && g.left > 0 && at.Before(g.until) {
		if !m.chance(groupShare) {
			return nil, false
		}
		g.left--
		return g, true
	}
	if !m.chance(groupBegins) {
		return nil, false
	}
	m.groups++
	m.group = &group{
		hotspot: hotspot{matter: m.pick(at), scene: m.scene(at), says: groupSays},
		name:    fmt.Sprintf("G%04d", m.groups), left: 3 + m.rng.IntN(8), until: at.AddDate(0, 0, groupDays),
	}
	return m.group, true
}

var together = []string{
	"我们这里好多人都遇到了。", "业主群里几十户都在说这件事。", "我们一起的十几个人都可以作证。", "不止我一个，大家准备联名反映。", "同村的人都有意见。",
}
