package entity

import (
	_ "embed"
	"strings"

	"huiyin/ticket"
)

// suffix is a way in which names end.
type suffix struct {
	text     string
	kind     ticket.EntityKind
	min, max int    // characters before it
	not      string // characters before it with which it is no name: 绕路, 马路
	notAfter string // characters after it with which it is another word: 路政, 站长
	spoilers string // words, blank between, that the part before it must not be
	first    rune   // of text
}

// demonstratives never end the first part of a name: 这条路, 我县.
const demonstratives = "本我该某各每全这那此两几多整贵你他她它一外邻同条个座段处"

// suffixes, longer ones before those that end them.
var suffixes = []suffix{
	{text: "高速公路", kind: ticket.EntityRoad, min: 2, max: 3},
	{text: "快速路", kind: ticket.EntityRoad, min: 2, max: 4, spoilers: "城市"},
	{text: "公路", kind: ticket.EntityRoad, min: 2, max: 4, not: demonstratives + "级速通村乡质护", spoilers: "水泥 泥土 山区 农村 乡村 普通 干线 国省 城市 县乡 国家 沥青 普通国省 收费 附近 沿线"},
	{text: "路", kind: ticket.EntityRoad, min: 2, max: 5, notAfter: "线网政途由人费桥基",
		not:      "本我该某各每全这那此两几多整贵你他她它外邻同条个座段处马公铁道线走修半迷让问带堵绕上下小大土主辅支乡占养认识开断筑铺老旧岔弯坡险陆销思套出退回活引管电后前去来沿赶过拦探挡泥油村财顺短熟好坏烂破直水旱航分用压扫爱护整网门速工便砂石青通专铁头末长路街打法里黑冰",
		spoilers: "十字 丁字 三岔 红绿灯 水泥 柏油 沥青 泥土 泥浆 环形 乡村 山区 硬化 水泥硬化 石子 盘山 烂尾 台阶 公交 断头 机耕 环村 通村 进村 核心 设置"},
	{text: "步行街", kind: ticket.EntityRoad, min: 2, max: 4},
	{text: "大街", kind: ticket.EntityRoad, min: 1, max: 4, not: demonstratives},
	{text: "街", kind: ticket.EntityRoad, min: 2, max: 4, notAfter: "道", not: demonstratives + "逛上大沿临行吃食业小当"},
	{text: "大道", kind: ticket.EntityRoad, min: 2, max: 4, not: demonstratives},
	{text: "隧道", kind: ticket.EntityRoad, min: 2, max: 4, not: demonstratives + "路行", spoilers: "公路 铁路 地铁"},
	{text: "街道", kind: ticket.EntityPlace, min: 2, max: 3, not: demonstratives + "条要辖"},
	{text: "巷", kind: ticket.EntityRoad, min: 2, max: 4, not: demonstratives + "小街背后"},
	{text: "胡同", kind: ticket.EntityRoad, min: 2, max: 4, not: demonstratives + "死小"},
	{text: "立交桥", kind: ticket.EntityRoad, min: 2, max: 4, not: demonstratives},
	{text: "高架桥", kind: ticket.EntityRoad, min: 2, max: 4, not: demonstratives},
	{text: "大桥", kind: ticket.EntityRoad, min: 2, max: 5, not: demonstratives, notAfter: "梁"},
	{text: "桥", kind: ticket.EntityRoad, min: 2, max: 3, not: demonstratives + "过上下天架交路危大涵建修人旱搭吊拱索线", notAfter: "梁头面洞下村镇街路区站社"},
	{text: "高架", kind: ticket.EntityRoad, min: 2, max: 4, not: demonstratives + "上下路", notAfter: "桥路"},
	{text: "立交", kind: ticket.EntityRoad, min: 2, max: 4, not: demonstratives, notAfter: "桥"},
	{text: "收费站", kind: ticket.EntityToll, min: 1, max: 6, not: demonstratives + "设撤建速路过出", spoilers: "高速 公路 高速公路 道路 省界 违规 主线"},
	{text: "客运总站", kind: ticket.EntityStation, min: 0, max: 4},
	{text: "客运站", kind: ticket.EntityStation, min: 0, max: 5},
	{text: "汽车站", kind: ticket.EntityStation, min: 0, max: 5},
	{text: "火车站", kind: ticket.EntityStation, min: 0, max: 5},
	{text: "高铁站", kind: ticket.EntityStation, min: 0, max: 5},
	{text: "长途站", kind: ticket.EntityStation, min: 0, max: 4},
	{text: "公交站", kind: ticket.EntityStation, min: 2, max: 8, notAfter: "点", not: demonstratives + "边口近面"},
	{text: "公交车站", kind: ticket.EntityStation, min: 2, max: 8, not: demonstratives + "边口近面"},
	{text: "地铁站", kind: ticket.EntityStation, min: 2, max: 6, not: demonstratives + "边口近面"},
	{text: "治超站", kind: ticket.EntityStation, min: 2, max: 5},
	{text: "超限站", kind: ticket.EntityStation, min: 2, max: 5},
	{text: "东站", kind: ticket.EntityStation, min: 2, max: 3, not: demonstratives},
	{text: "西站", kind: ticket.EntityStation, min: 2, max: 3, not: demonstratives},
	{text: "南站", kind: ticket.EntityStation, min: 2, max: 3, not: demonstratives},
	{text: "北站", kind: ticket.EntityStation, min: 2, max: 3, not: demonstratives},
	{text: "站", kind: ticket.EntityStation, min: 2, max: 6, notAfter: "着在了岗立起住不点长务成好排满内台口名牌",
		not: demonstratives + "网车到下上进出油电务作查测修压象疫转点首末始终总货驿分靠费超限池能气水护合"},
	{text: "枢纽", kind: ticket.EntityStation, min: 2, max: 6, spoilers: "交通 综合 公交 换乘 客运 综合交通 互通 立交"},
	{text: "渡口", kind: ticket.EntityPlace, min: 2, max: 4, not: demonstratives},
	{text: "码头", kind: ticket.EntityPlace, min: 2, max: 4, not: demonstratives + "砂货散", spoilers: "货运 客运 非法 砂石"},
	{text: "服务区", kind: ticket.EntityPlace, min: 2, max: 4, spoilers: "高速 公路 高速公路 停车"},
	{text: "开发区", kind: ticket.EntityPlace, min: 2, max: 6, spoilers: "经济 技术"},
	{text: "社区", kind: ticket.EntityPlace, min: 2, max: 5, not: demonstratives},
	{text: "小区", kind: ticket.EntityPlace, min: 2, max: 6, not: demonstratives + "响非", spoilers: "老旧 居民 住宅 安置"},
	{text: "区", kind: ticket.EntityPlace, min: 2, max: 2, notAfter: "域别间分块",
		not: demonstratives + "地社小市景园校城县辖片郊山库港厂院营牧疫灾老新雨禁误时分战林矿灌湖街商住站业务发政能护活工居宅车候游闹户民控理报"},
	{text: "县", kind: ticket.EntityPlace, min: 1, max: 3, not: demonstratives + "市区郊省乡县", notAfter: "级道际乡区市"},
	{text: "镇", kind: ticket.EntityPlace, min: 2, max: 3, not: demonstratives + "城乡集小古村重", notAfter: "定静压痛区村乡"},
	{text: "乡", kind: ticket.EntityPlace, min: 2, max: 3, not: demonstratives + "下城家老故水返县村", notAfter: "下村镇亲土道级"},
	{text: "村", kind: ticket.EntityPlace, min: 2, max: 3, not: demonstratives + "农乡新山政然中度假通进出困明范村级镇城", notAfter: "道级镇村庄"},
	{text: "公司", kind: ticket.EntityCompany, min: 2, max: 24},
	{text: "集团", kind: ticket.EntityCompany, min: 2, max: 12, notAfter: "有公股"},
	{text: "驾校", kind: ticket.EntityCompany, min: 2, max: 10, not: demonstratives + "家所", spoilers: "黑驾校 外地"},
	{text: "驾驶学校", kind: ticket.EntityCompany, min: 2, max: 14},
	{text: "驾驶员培训学校", kind: ticket.EntityCompany, min: 2, max: 14},
	{text: "修理厂", kind: ticket.EntityCompany, min: 2, max: 12},
	{text: "维修厂", kind: ticket.EntityCompany, min: 2, max: 12},
	{text: "汽修厂", kind: ticket.EntityCompany, min: 2, max: 12},
	{text: "4S店", kind: ticket.EntityCompany, min: 2, max: 12},
	{text: "车队", kind: ticket.EntityCompany, min: 2, max: 10, not: demonstratives + "个支公辆排"},
	{text: "高速", kind: ticket.EntityRoad, min: 2, max: 3},
}

// breakers end the search for the beginning of a name, unless the character
// after them makes one of the words of whole.
const breakers = "在到从去往至经沿由于和与及或跟的了着把被将让给对向是没不也都就又还很太请我你他她它们这那哪某每各该此另其因为以之得等有乘坐走开说叫称找告要会能可但而却并只再且则若如虽已曾正当最更且使用受过拐停拉跑驶段条座处个位住见像似吗呢吧啊呀嘛"

var whole = newPairs(strings.Fields("和平 和谐 和顺 和睦 和兴 和瑞 和县 和美 和畅 和悦 和润 和欣 和祥 和煦 和泰 同济 开元 开发 开放 开封 开福 开明 开平 开泰 为民 " +
	"向阳 向前 向东 向荣 有限 无为 都市 都江 都匀 经开 经济 经纬 经贸 经一 经二 经三 经四 经五 经六 经七 经八 经十 从化 对外 沿江 沿河 沿海 沿湖 沿山 沿淮 之江 " +
	"于洪 于都 当涂 当阳 正阳 正大 正定 正义 正兴 正德 太平 太原 太湖 太和 太行 太阳 太白 太仓 至善 至诚 至德 以旺 至和 至公 不夜 将军 将乐 将台 用友 因特 走马 可可 " +
	"如意 如东 如皋 如海 得胜 得意 会展 会同 会宁 会昌 会泽 最美 能源 能达 且末 而立 过境 住建 位育 条山 能仁 正源 正通 正和 经典 经营 要塞 同安 受降 使馆 被服 只能")...)

//go:embed plainwords.txt
var plainWordsFile string

// plainWords end the search as breakers do.
var plainWords = readPlainWords()

func readPlainWords() pairs {
	words := strings.Fields(morePlainWords)
	for line := range strings.Lines(plainWordsFile) {
		if !strings.HasPrefix(line, "#") {
			words = append(words, strings.Fields(line)...)
		}
	}
	return newPairs(words...)
}

// morePlainWords are nouns and the like beside which a name of a complaint ends.
const morePlainWords = "位于 靠近 附近 门口 旁边 途经 路过 抵达 沿着 对面 交叉 司机 乘客 车辆 市民 群众 之间 方向 地址 地点 名称 起点 终点 南侧 北侧 东侧 西侧 路段 路口 区域 里面 外面 " +
	"右转 左转 直行 掉头 上车 下车 打车 乘车 坐车 候车 等车 修路 本市 我市 全市 该市 某家 早上 晚上 上午 下午 中午 凌晨 每天 有人 来电 近日 日前 学车 早高 高峰 打表 拒载 " +
	"承建 起诉 沿线 上面 下面 里的 高速 国道 省道 县道 道路 公路 出口 入口 结果 试点 行人 学员 教练 师傅 家长 学生 业主 村民 居民 老板 经理 员工 职工 单位 部门 交警 城管 " +
	"导致 使得 涉嫌 年初 年底 月底 月初 周围 周边 期间 时候 小时 分钟 公里 红灯 绿灯 建议 反应 请求 政策 模式 优化 拓宽 分流 大型 部分"

// Companies are named by a name of their own; these words alone, in any
// order, name a trade or a form.
var tradeWords = strings.Fields("保安 人事 独资 私人 公共交通 公共汽车 出租汽车 出租车 网约车 高速公路 有限责任 房地产 股份 有限 责任 集团 公交车 公交 出租 客运 货运 运输 物流 旅游 汽车 租赁 保险 施工 建筑 建设 " +
	"工程 养护 路桥 劳务 平台 科技 停车 驾驶 培训 维修 修理 检测 快递 搬家 拖车 救援 代驾 地铁 高速 燃气 自来水 供水 供电 电力 热力 物业 市政 园林 绿化 环卫 " +
	"轨道 交通 巴士 大巴 班线 港口 航运 轮渡 贸易 商贸 服务 管理 运营 经营 投资 发展 开发 分 总 子 母 大 小 老 新 私 民营 国营 国有 私营 第三方 中介 外地 " +
	"当地 本地 上级 下属 危险品 危货 渣土 机械 电子 网络 信息 安全 监理 设计 外包 承包 挂靠 原 车 黑")

var tradePairs = newPairs(tradeWords...)

// nationalHighways are the names of the national expressways and their rings
// (国家公路网规划 2022); other names come from the gazetteer.
var nationalHighways = wordSet("京哈 京沪 京台 京港澳 京昆 京藏 京新 京雄 京秦 京德 京津 京承 京沈 京珠 京开 京石 京张 鹤大 沈海 长深 济广 大广 二广 呼北 包茂 兰海 银昆 银百 德都 " +
	"绥满 珲乌 丹锡 荣乌 青银 青兰 连霍 宁洛 沪陕 沪蓉 沪渝 杭瑞 沪昆 福银 泉南 厦蓉 汕昆 广昆 广澳 辽中环线 杭州湾 成渝 珠三角环线 海南环线 宁杭 宁芜 宁马 宁合 合宁 合芜 合徐 合安 合六叶 合淮阜 " +
	"合铜黄 合福 合六 芜合 芜宣 徐宿 淮徐 蚌宁 界阜蚌 济青 济南 济菏 济聊 济徐 日兰 日东 青莱 潍莱 沪宁 沪杭 杭甬 甬台温 杭金衢 金丽温 苏嘉杭 沿江 沿海 机场 绕城 环城 南绕城 北绕城 西绕城 东绕城 " +
	"广深 广珠 广惠 深汕 莞深 机荷 郑石 郑少 许平南 安林 兰南 洛三 漯驻 信阳 武黄 武麻 汉十 汉宜 随岳 长张 潭邵 邵怀 衡炎 昌九 昌樟 温厚 赣粤 梨温 福厦 漳龙 贵新 贵遵 昆曲 昆磨 昆石 成绵 成雅 成乐 " +
	"西汉 西禹 西临 西宝 兰临 西宁 宁银 吐乌 乌奎 石太 太旧 大运 青红 长平 沈大 沈山 沈丹 哈大 哈同 哈尔滨绕城")

// ending numbers of characters with which no suffix ends are 0.
var endings, endingRules = indexSuffixes()

// indexSuffixes makes the table from the last character of a suffix to the
// suffixes that end so.
func indexSuffixes() (*[lastHan - firstHan + 1]uint8, [][]suffix) {
	table := new([lastHan - firstHan + 1]uint8)
	rules := [][]suffix{nil}
	add := func(last rune) uint8 {
		i := &table[last-firstHan]
		if *i == 0 {
			*i = uint8(len(rules))
			rules = append(rules, nil)
		}
		return *i
	}
	for _, s := range suffixes {
		runes := []rune(s.text)
		s.first = runes[0]
		i := add(runes[len(runes)-1])
		rules[i] = append(rules[i], s)
	}
	add('线') // of spoken lines
	return table, rules
}
