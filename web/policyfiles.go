package web

import (
	"strings"

	"huiyin/internal/policyfile"
	"huiyin/workflow/versions"
)

// policyFile is what people are told of a file of the policy folder.
type policyFile struct {
	name, group, title, purpose string
	filter                      string // the column that the editor filters by
	first                       bool   // new rows go to the top: the first row that fits decides, or the list is long
}

// policyFiles are in the order of the manual.
var policyFiles = []policyFile{
	{"units.csv", "谁来办", "承办单位", "谁办理工单，叫什么，管哪个县区", "性质", false},
	{"categories.csv", "谁来办", "类别", "诉求说的是什么事；哪些是执法类、哪些涉密", "大类", false},
	{"routes.csv", "谁来办", "派单目录", "哪类诉求由谁牵头、谁配合；第一条相符的行决定", "类别", true},
	{"grounds.csv", "谁来办", "理由目录", "退单、不予受理、延期等步骤能选的理由", "步骤", false},
	{"replies.csv", "谁来办", "答复范本", "承办单位报结时按类别选用的开头", "类别", false},
	{"keywords.csv", "怎样判类", "关键词", "出现哪些词说明是哪一类，分量多重", "类别", true},
	{"kinds.csv", "怎样判类", "诉求类型", "从哪些词看出是咨询、投诉、建议、求助还是表扬", "类型", true},
	{"risks.csv", "怎样判类", "风险词", "人身安全、群体、媒体、纪检线索等要提示的词", "风险", true},
	{"places.csv", "怎样判类", "地名表", "从地名看出在哪个县区，用来按属地派单", "县区", false},
	{"classify.csv", "怎样判类", "判类界限", "把握多大才自动分派，以及各项计分的参数", "", false},
	{"desk.csv", "谁来办", "工作台", "分派以后几秒之内可以撤回，一次最多导出几件", "", false},
	{"attachments.csv", "谁来办", "附件", "工单可以附哪些文件、每个多大，公开表单收哪些", "", false},
	{"filelimits.csv", "谁来办", "附件的总量", "一次几个、一件工单共几个、磁盘至少留多少", "", false},
	{"twins.csv", "怎样判类", "重复界限", "多相似才提示可能重复，往回看多久", "", false},
	{"proposals.csv", "怎样判类", "建议的界限", "从改判里学词、提词表建议的门槛，裁定规则管几个月", "", false},
	{"limits.csv", "多久办完", "时限", "分派、签收、联系、办结、回访各要多久；第一条相符的行决定", "类别", true},
	{"calendar.csv", "多久办完", "日历", "放假的工作日和要上班的周末", "类别", false},
	{"worktime.csv", "多久办完", "作息", "上下班时间和可以发提醒的时段", "", false},
	{"supervision.csv", "盯住和回访", "督办规则", "超期、重复、退单到什么程度自动督办", "规则", false},
	{"callback.csv", "盯住和回访", "回访规则", "哪些逐件回访，哪些按比例抽取；第一条相符的行决定", "方式", true},
	{"notices.csv", "告诉谁", "站内通知", "工单办了哪一步，在工作台上告诉谁", "告知", false},
	{"receivers.csv", "告诉谁", "推送接收方", "状态变化推送给哪些别的系统，签名用哪把密钥", "", false},
	{"report.csv", "报告", "月报口径", "高频、上升、顽固问题的界限，发文单位和刊名", "", false},
	{"rating.csv", "报告", "季度评价", "各单位季度评价的指标、权重、档次和最少件数", "", false},
	{"denominators.csv", "报告", "规模数据", "被诉对象的客流、车次、车辆数、里程，用来算每万人次投诉；可以空着", "", false},
	{"causes.csv", "报告", "原因与措施", "各类高频问题的原因和整改措施参考", "", false},
	{"keeping.csv", "存管", "归档与备份", "办结多久的工单移到归档文件，备份留几份", "", false},
	{"values.csv", "导入表格", "栏里的写法", "别的系统怎样写诉求类型、紧急程度、是否保密", "字段", false},
}

const mappingsFolder = "mappings/"

// policyFileOf describes a file; one that the list does not know is a mapping
// of columns, or shown under its own name.
func policyFileOf(name string) policyFile {
	for _, f := range policyFiles {
		if f.name == name {
			return f
		}
	}
	if short, ok := strings.CutPrefix(name, mappingsFolder); ok {
		short = strings.TrimSuffix(short, ".csv")
		purpose := "导入时选用它，只写与 default 不同的列名"
		if short == "default" {
			purpose = "各系统的列名对应到哪个字段，适用所有来源"
		}
		return policyFile{name, "导入表格", "列名对应 " + short, purpose, "", false}
	}
	return policyFile{name, "其他", name, "", "", false}
}

// namesIn reads code and name off a table of the draft, which may be at odds
// with itself elsewhere.
func namesIn(d *versions.Draft, file, code, name string) map[string]string {
	names := map[string]string{}
	sheet, err := policyfile.ParseSheet(file, []byte(d.Files[file]))
	if err != nil {
		return names
	}
	from, to := sheet.Column(code), sheet.Column(name)
	if from < 0 || to < 0 {
		return names
	}
	for _, r := range sheet.Rows {
		names[r.Cells[from]] = r.Cells[to]
	}
	return names
}

// glossary tells what the codes in a draft's tables stand for.
type glossary struct{ categories, units map[string]string }

func glossaryOf(d *versions.Draft) glossary {
	return glossary{namesIn(d, "categories.csv", "编码", "名称"), namesIn(d, "units.csv", "编码", "简称")}
}

func (g glossary) category(code string) string { return orSelf(g.categories[code], code) }

func (g glossary) unit(code string) string {
	if code == "" {
		return "人工指定"
	}
	return orSelf(g.units[code], code)
}

func orSelf(name, code string) string {
	if name == "" {
		return code
	}
	return name
}

// of explains a cell; empty when there is nothing to explain.
func (g glossary) of(file, column, cell string) string {
	switch column {
	case "类别":
		if file != "calendar.csv" && file != "places.csv" {
			return g.categories[cell]
		}
	case "牵头", "配合":
		var names []string
		for _, code := range strings.FieldsFunc(cell, func(r rune) bool { return r == ';' || r == '；' }) {
			if code = strings.TrimSpace(code); code == "county" {
				names = append(names, "事发县区")
			} else if name := g.units[code]; name != "" {
				names = append(names, name)
			}
		}
		return strings.Join(names, "、")
	}
	return ""
}

// codes are the codes that may stand in a column, with their names.
func (g glossary) codes(file, column string) map[string]string {
	switch {
	case column == "类别" && file != "calendar.csv" && file != "places.csv":
		return g.categories
	case column == "牵头" || column == "配合" && file != "limits.csv": // there it is a time
		return g.units
	}
	return nil
}
