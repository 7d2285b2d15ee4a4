package sample

import (
	"fmt"
	"time"
)

// Case is a made-up closed case of administrative penalty.
type Case struct {
	No, Cause, Facts, Unit, County string // Unit is a code of the default policy
	Party                          Person
	Closed                         time.Time
}

// offences are what cases are about.
var offences = []struct{ cause, facts string }{
	{"未取得道路客运经营许可擅自从事班车客运经营", "执法人员在%s检查时，当事人驾驶小型客车搭载多名乘客并收取费用，未能出示经营许可。"},
	{"未取得网络预约出租汽车驾驶员证从事经营", "当事人在%s接网约车订单时被查，未取得驾驶员证。"},
	{"巡游出租汽车驾驶员拒载", "经查，当事人在%s亮空车灯候客，问明去向后拒绝载客。"},
	{"货运车辆超限运输", "当事人驾驶的货车在%s检测点称重，车货总重超过限定标准。"},
	{"机动车维修未按规定公示收费标准", "执法人员检查%s一家维修店，未在经营场所公示工时定额和收费标准。"},
	{"车辆抛洒滴漏污染公路", "当事人驾驶的货车行经%s时遮盖不严，砂石沿路洒落。"},
	{"客运车辆不按规定线路行驶", "当事人驾驶的客车在%s偏离许可线路上下客。"},
}

// Cases makes n cases closed in a month.
func (m *Maker) Cases(month time.Time, n int) []Case {
	list := make([]Case, n)
	for i := range list {
		offence := offences[m.rng.IntN(len(offences))]
		county := counties[m.rng.IntN(len(counties))].name
		list[i] = Case{
			No: fmt.Sprintf("示交执罚〔%d〕%02d%03d号", month.Year(), month.Month(), i+1), Cause: offence.cause, Facts: fmt.Sprintf(offence.facts, county),
			Unit: m.one([]string{"zhidui", "zhidui", "zhidui", "gonglu"}), County: county, Party: m.person(),
			Closed: month.AddDate(0, 0, m.rng.IntN(27)),
		}
	}
	return list
}
