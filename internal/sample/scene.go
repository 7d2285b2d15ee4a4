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

// county is a county of the default policy's examples with places of places.csv.
type county struct {
	name                                 string
	towns, roads, stations, tolls, quays []string
}

var counties = []county{
	{"城东区", []string{"柳林镇", "青石桥镇"}, []string{"迎晖大道", "东湖北路", "柳林大道"}, []string{"城东客运站", "汽车东站", "高铁东站"}, []string{"城东收费站"}, nil},
	{"城西区", []string{"石门镇", "沙河镇"}, []string{"西关大街", "梧桐大道"}, []string{"汽车西站", "城西客运站"}, []string{"城西收费站"}, nil},
	{"城中区", []string{"鼓楼街道", "钟楼街道"}, []string{"鼓楼大街", "府前路", "钟楼北路"}, []string{"老汽车站", "鼓楼公交枢纽"}, nil, nil},
	{"临河县", []string{"河口镇", "大堰镇", "白沙镇", "三汊乡"}, []string{"临白公路"}, []string{"临河汽车站"}, []string{"临河北收费站"}, []string{"白沙码头", "河口渡口"}},
	{"云山县", []string{"云峰镇", "竹溪镇", "岭下镇", "茶坪乡"}, []string{"云竹公路"}, []string{"云山客运站"}, []string{"云山收费站"}, nil},
	{"望江县", []string{"江湾镇", "长洲镇", "雁滩镇", "新圩乡"}, []string{"望雁公路"}, []string{"望江汽车站"}, []string{"望江南收费站"}, []string{"江湾码头", "望江长江渡口"}},
	{"高新区", []string{"高新区"}, []string{"科技大道", "创新大道"}, []string{"软件园站"}, []string{"高新区收费站"}, nil},
	{"经开区", []string{"经开区"}, []string{"工业大道", "开元大道"}, []string{"物流园站"}, []string{"经开区收费站"}, nil},
}

var (
	stops    = []string{"人民医院", "市民中心", "文庙", "师范学院", "文化宫", "体育馆", "农贸市场", "儿童公园", "实验中学", "汽车城", "图书馆", "世纪广场", "老年大学", "纺织厂", "花鸟市场", "会展中心", "护城河", "铁路医院"}
	estates  = []string{"翠湖花园", "阳光新城", "锦绣家园", "和谐小区", "书香名邸", "金桂苑", "滨江一号", "幸福里", "百合新村", "丽景湾", "香樟公馆", "东方御园", "安居苑", "丰泽园", "望湖城"}
	villages = []string{"前进村", "李家湾村", "石桥村", "红旗村", "大塘村", "双槐村", "新联村", "河沿村", "梅岭村", "周圩村"}
	schools  = []string{"实验小学", "第三中学", "职业技术学校", "育才小学", "希望小学", "第九中学"}
	clinics  = []string{"市第一人民医院", "市中医院", "区医院", "妇幼保健院", "骨科医院"}
	highways = []string{"G104国道", "G328国道", "S235省道", "S348省道", "X203县道", "X317县道", "绕城公路", "G25高速连接线", "S102省道", "Y012乡道"}
	things   = []string{"手机", "黑色双肩包", "身份证和银行卡", "笔记本电脑", "一袋药", "雨伞", "行李箱", "孩子的书包", "眼镜", "保温杯", "一串钥匙", "相机", "结婚戒指", "住院病历"}
	spells   = []string{"早高峰", "晚高峰", "中午", "深夜", "凌晨", "周末", "傍晚", "早上六点多", "夜里十一点以后"}
	schoolsD = []string{"安顺驾校", "通达驾校", "金盾驾校", "蓝天驾校", "宏远驾校", "畅行驾校"}
	firms    = []string{"顺达出租汽车公司", "远通运输公司", "恒运物流公司", "大众客运公司", "鑫诚路桥公司", "长风汽车运输公司", "永安货运公司"}
	garages  = []string{"诚信汽修厂", "路路通汽修", "一家连锁快修店", "精工汽车维修中心", "老陈汽修"}
	testers  = []string{"城东检测站", "安捷机动车检测站", "宏达检测站", "顺安检测线"}
	apps     = []string{"网约车平台", "一家打车软件", "快行出行", "顺途出行", "青桔快车"}
	subways  = []string{"地铁1号线", "地铁2号线", "轨道交通3号线"}
	projects = []string{"环城快速路项目", "地铁3号线工地", "跨河大桥工程", "S235省道改建工程", "高铁站前路工程", "国道改线二标段"}
	amounts  = []string{"500元", "800元", "1000元", "2000元", "3000元", "3800元", "5000元", "8000元", "一万元", "12000元", "两万元"}
	sums     = []string{"20块", "30元", "50元", "60块", "80元", "100元", "120元", "150元", "200元", "260元"}
	fees     = []string{"2680元", "2980元", "3280元", "3600元", "4200元"}
	regions  = []rune("苏浙皖鲁豫鄂湘赣")
	letters  = []rune("ABCDEFGHJKLMNPQRSTUVWXYZ")
)

func (m *Maker) scene(at time.Time) scene {
	c := counties[m.rng.IntN(len(counties))]
	spot := c.towns
	spot = append(append(append([]string{}, spot...), c.roads...), c.stations...)
	toll, quay := m.one(append([]string{"北收费站"}, c.tolls...)), m.one(append([]string{"沿河码头"}, c.quays...))
	if len(c.tolls) > 0 {
		toll = m.one(c.tolls)
	}
	if len(c.quays) > 0 {
		quay = m.one(c.quays)
	}
	return scene{
		"县区": c.name, "乡镇": m.one(c.towns), "道路": m.one(c.roads), "车站": m.one(c.stations), "地点": m.one(spot), "收费站": toll, "码头": quay,
		"站点": m.one(stops), "小区": m.one(estates), "村": m.one(villages), "学校": m.one(schools), "医院": m.one(clinics),
		"公路": m.one(highways), "物品": m.one(things), "时段": m.one(spells), "驾校": m.one(schoolsD), "公司": m.one(firms),
		"修理厂": m.one(garages), "检测站": m.one(testers), "平台": m.one(apps), "地铁": m.one(subways), "工程": m.one(projects),
		"车牌": m.plate(), "线路": m.line(), "尾号": fmt.Sprintf("%03d", m.rng.IntN(1000)), "工号": fmt.Sprintf("%05d", m.rng.IntN(100000)),
		"桩号": fmt.Sprintf("K%d+%d00", m.rng.IntN(180), m.rng.IntN(10)),
		"金额": m.one(amounts), "小额": m.one(sums), "学费": m.one(fees),
		"天数": m.one([]string{"三天", "五天", "一个星期", "10天", "半个月", "20天", "一个月"}), "月数": m.one([]string{"两", "三", "四", "半年多，快6", "五", "3"}),
		"次数": m.one([]string{"两", "三", "四", "3", "5"}), "人数": m.one([]string{"十几", "二十多", "三十", "五十多", "上百", "8"}),
		"时间": m.when(at.Add(-time.Duration(m.rng.IntN(72)) * time.Hour)),
	}
}

// when names a time as callers do.
func (m *Maker) when(t time.Time) string {
	switch m.rng.IntN(6) {
	case 0:
		return fmt.Sprintf("%d月%d日%d点", t.Month(), t.Day(), t.Hour())
	case 1:
		return "今天" + m.one([]string{"早上", "上午", "中午", "下午"})
	case 2:
		return fmt.Sprintf("%d号%s", t.Day(), m.one([]string{"早上七点多", "上午", "下午三点左右", "晚上"}))
	case 3:
		return fmt.Sprintf("%d月%d日%d时%d分左右", t.Month(), t.Day(), t.Hour(), t.Minute()/10*10)
	case 4:
		return m.one([]string{"上周五", "前天", "前几天", "上个星期"})
	}
	return "昨天" + m.one([]string{"上午", "下午", "晚上", "晚上十点多"})
}

func (m *Maker) plate() string {
	var b strings.Builder
	b.WriteRune(regions[m.rng.IntN(len(regions))])
	b.WriteRune(letters[m.rng.IntN(8)])
	if m.chance(30) {
		b.WriteRune([]rune("DF")[m.rng.IntN(2)])
	} else if m.chance(40) {
		b.WriteRune(letters[m.rng.IntN(len(letters))])
		return b.String() + fmt.Sprintf("%04d", m.rng.IntN(10000))
	}
	return b.String() + fmt.Sprintf("%05d", m.rng.IntN(100000))
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
