package sample

import (
	"fmt"
	"strings"
	"time"
)

var (
	families = []rune("王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕")
	given    = []rune("伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红梅建国志海波宁辉鑫婷雪")
)

// person makes up a caller.
func (m *Maker) person() Person {
	name := string(families[m.rng.IntN(len(families))])
	for range 1 + m.rng.IntN(2) {
		name += string(given[m.rng.IntN(len(given))])
	}
	return Person{
		Name: name, Sex: m.one([]string{"男", "女"}), Phone: m.phone(),
		Address: fmt.Sprintf("%s%s%d栋%d室", counties[m.rng.IntN(len(counties))].name, m.one(estates), 1+m.rng.IntN(30), 101+m.rng.IntN(1800)),
	}
}

// phone looks like a mobile number and is made up.
func (m *Maker) phone() string { return fmt.Sprintf("17000%06d", m.rng.IntN(1_000_000)) }

// caller is a new person, or one of the few who call often.
func (m *Maker) caller() Person {
	if m.chance(6) {
		return m.regular[m.rng.IntN(len(m.regular))]
	}
	return m.person()
}

func (m *Maker) channel(mt *matter) string {
	if mt.category == "M04" && m.chance(50) {
		return "review"
	}
	n := m.rng.IntN(100)
	switch {
	case n < 46:
		return "12345"
	case n < 82:
		return "12328"
	case n < 92:
		return "message"
	case n < 98:
		return "xinfang"
	}
	return "review"
}

// number is a work-order number as the channel's platform writes it.
func (m *Maker) number(channel string, at time.Time) string {
	day := at.Format("060102")
	switch channel {
	case "12345":
		return fmt.Sprintf("%s%s%06d", day, at.Format("150405"), m.n)
	case "12328":
		return fmt.Sprintf("12328-%s-%05d", day, m.n)
	case "xinfang":
		return fmt.Sprintf("XF%s%05d", day, m.n)
	}
	return fmt.Sprintf("%s-%s-%05d", strings.ToUpper(channel[:2]), day, m.n)
}

// dirt makes part of the texts as dirty as real exports are.
func (m *Maker) dirt(text string, body bool) string {
	if body && m.chance(3) {
		text = "\n\t" + text + "\r\n"
	}
	switch m.rng.IntN(40) {
	case 0: // full width
		text = strings.Map(func(r rune) rune {
			if r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' {
				return r + 0xFEE0
			}
			return r
		}, text)
	case 1: // annotated
		text = strings.NewReplacer("车", "車(chē)", "请", "請(qǐng)", "处", "處(chù)").Replace(text)
	case 2: // remains of a web page
		text = "<p>" + strings.ReplaceAll(text, "。", "。<br/>") + "</p>"
	case 3: // zero width
		text = strings.ReplaceAll(text, "，", "，\u200b")
	}
	return text
}
