// Package ruletest holds policy folders for the tests of the rules and of what
// stands on them.
package ruletest

import (
	"io/fs"
	"testing"
	"testing/fstest"

	"huiyin/internal/policyfile"
	"huiyin/ticket"
)

// Few is enough for the policy files that a test writes itself.
var Few = ticket.Categories{
	{Code: "A01", Name: "过罚失当", Enforcement: true}, {Code: "A05", Name: "以权谋私", Enforcement: true, Sealed: true},
	{Code: "B01", Name: "黑车"}, {Code: "J01", Name: "农村公路"}, {Code: "X01", Name: "不属本部门"}, {Code: "X03", Name: "无法判断"},
}

// Folder is a complete, faultless policy folder.
func Folder() fstest.MapFS {
	files := map[string]string{
		"units.csv":       "编码,名称,简称,性质,县区,别名,启用\nzhidui,市执法支队,支队,直属单位,,路政大队,是\njijian,派驻纪检组,纪检,纪检,,,是\nyunfu,运服中心,运服,直属单位,,,是\nxian-a,甲县交通运输局,甲县局,县区,甲县,,是\nwaibu,外部单位,外部,外部单位,,,是\n",
		"calendar.csv":    "日期,类别,名称\n2026-10-01,休,国庆节\n2026-10-10,班,国庆节\n",
		"worktime.csv":    "项目,值,说明\n上午上班,09:00,\n上午下班,12:00,\n下午上班,13:30,\n下午下班,17:30,\n提醒开始,09:00,\n提醒结束,17:30,\n",
		"routes.csv":      "序号,类别,属地,条件,牵头,配合,依据,说明\n1,B01,甲县,词=校车|接送学生,xian-a,zhidui,甲县试点,\n2,B01,,,zhidui,county;yunfu,条例,\n3,J01,,,county,zhidui,,\n4,A*,,,zhidui,,,\n5,X01,,,waibu,,,\n6,*,,,zhidui,,,\n",
		"limits.csv":      "渠道,类型,类别,紧急,督办,分派,签收,退单,首次联系,办结,回访,延期,依据\n,,,特急,,10分钟,30分钟,无,30分钟,24小时,2工作日,无,\n,,,,督办,2小时,1工作日,无,1工作日,3工作日,2工作日,无,\n,,,,,24小时,1工作日,2工作日,1工作日,5工作日,3工作日,10工作日,\n",
		"callback.csv":    "类别,类型,渠道,方式,比例,次数,间隔天数,说明\nA*,,,逐件,100%,3,1,\nB*,,,抽取,30%,2,1,\n,,,不回访,,,,\n",
		"supervision.csv": "规则,条件,级别,说明\n超期,>=1工作日,普通,\n超期,>=3工作日,黄牌,\n重复,>=3,普通,\n风险,=特急,黄牌,\n",
		"grounds.csv":     "步骤,编码,理由,依据,说明\nrequest_return,R01,职能不符,三定规定,\nreject,J01,应当诉讼,诉讼法,请向法院起诉\n",
	}
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return fsys
}

// Categories reads just the codes and flags of a folder; the loader proper lives
// in classify, which workflow may not import.
func Categories(t testing.TB, folder fs.FS) ticket.Categories {
	t.Helper()
	table := policyfile.Read(folder, "categories.csv", []string{"编码", "名称", "大类", "领域", "执法类", "密", "默认类型", "说明"}, nil)
	if err := table.Faults.Err(); err != nil {
		t.Fatal(err)
	}
	var cs ticket.Categories
	for _, row := range table.Rows {
		cs = append(cs, ticket.Category{Code: row.Get("编码"), Name: row.Get("名称"), Enforcement: row.Bool("执法类"), Sealed: row.Bool("密")})
	}
	return cs
}
