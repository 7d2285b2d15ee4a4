package reports

// younger are the items of report.csv that came after the first published
// policies, with the value that holds where a policy lacks them: a store whose
// policy is older still opens. They are those of the default table.
var younger = map[string]string{
	"高频最少件数":   "3",
	"整改催办间隔天数": "7", "原因提示占比": "20%", "文号格式": "市交运诉析〔{年}〕{号}号",
	"常用词占比": "15%", "事项最少件数": "5", "事项列出个数": "20",
	"苗头误报次数": "1", "苗头最少件数": "5", "苗头最低倍数": "1.5",
	"新词最少件数": "8", "新词最低倍数": "2",
	"对象列出个数": "10", "同车投诉次数": "3", "群体列出个数": "20", "附列工单数": "500", "明细行数上限": "200000", "读文上限": "100000", "卡片确认天数": "5",
	"执法重点大类": "非法营运;出租汽车与网约车;公共交通;道路客运;道路货运;驾驶培训;维修检测;公路路政;港航水运",
	"执法重点条数": "15", "执法重点最少件数": "3",
}
