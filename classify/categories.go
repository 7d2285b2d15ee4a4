package classify

import (
	"io/fs"
	"slices"
	"strings"
	"unicode/utf8"

	"huiyin/internal/policyfile"
	"huiyin/ticket"
)

const categoriesFile = "categories.csv"

// maxCodeRunes bounds a free category code, which people read in tables.
const maxCodeRunes = 30

// fields are the business fields that 12328 counts by.
var fields = []string{"普通公路", "高速公路", "道路运输", "城市客运", "水路", "海事", "其他"}

// LoadCategories reads categories.csv. The error is of type policyfile.Faults
// and lists everything wrong with the file.
//
// A policy whose classify.csv says that its codes are free (类别编码 = 自由), as
// learned lexicons of other label sets do, may use any labels as codes and
// needs none of the categories that the service must know.
func LoadCategories(fsys fs.FS) (ticket.Categories, error) {
	categories, faults := readCategories(fsys, freeCodes(fsys))
	return categories, faults.Err()
}

func readCategories(fsys fs.FS, free bool) (ticket.Categories, policyfile.Faults) {
	table := policyfile.Read(fsys, categoriesFile,
		[]string{"编码", "名称", "大类", "领域", "执法类", "密", "默认类型", "说明"}, nil)
	var categories ticket.Categories
	lines := map[string]int{}
	for _, row := range table.Rows {
		c := readCategory(row, free)
		for column, value := range map[string]string{"编码": c.Code, "名称": c.Name} {
			if line, twice := lines[column+value]; twice && value != "" {
				row.Fault(column, "“%s”与第%d行重复", value, line)
			}
			lines[column+value] = row.Line
		}
		categories = append(categories, c)
	}
	if len(table.Faults) == 0 && !free {
		for _, code := range []string{ticket.NotOurs, ticket.PraiseFor, ticket.Unjudged} {
			if _, found := categories.Find(code); !found {
				table.Faults = append(table.Faults, policyfile.Fault{
					File: categoriesFile, Message: "缺少系统要用的类别“" + code + "”，不能删除"})
			}
		}
	}
	return categories, table.Faults
}

func readCategory(row policyfile.Row, free bool) ticket.Category {
	c := ticket.Category{
		Code: row.Get("编码"), Name: row.Get("名称"), Group: row.Get("大类"), Field: row.Get("领域"),
		Enforcement: row.Bool("执法类"), Sealed: row.Bool("密"), Note: row.Get("说明"),
	}
	switch {
	case c.Code == "":
		row.Fault("编码", "编码不能空")
	case free && (utf8.RuneCountInString(c.Code) > maxCodeRunes || strings.ContainsAny(c.Code, ";；\n")):
		row.Fault("编码", "“%s”太长或含有分号、换行，不能作编码", c.Code)
	case !free && !ticket.ValidCategoryCode(c.Code):
		row.Fault("编码", "“%s”应为一个大写字母加两位数字，例如 C02", c.Code)
	}
	if c.Name == "" {
		row.Fault("名称", "名称不能空")
	}
	if !free && !slices.Contains(fields, c.Field) {
		row.Fault("领域", "“%s”不是业务领域，应为：%s", c.Field, strings.Join(fields, "、"))
	}
	kind, known := kindNamed(row.Get("默认类型"))
	if !known {
		row.Fault("默认类型", "“%s”不是诉求类型，应为：%s", row.Get("默认类型"), kindNames())
	}
	c.Kind = kind
	return c
}

// kindNamed finds a kind by its Chinese name.
func kindNamed(name string) (ticket.Kind, bool) {
	for _, kind := range ticket.Kinds {
		if kind.Name() == name {
			return kind, true
		}
	}
	return "", false
}

func kindNames() string {
	names := make([]string, len(ticket.Kinds))
	for i, kind := range ticket.Kinds {
		names[i] = kind.Name()
	}
	return strings.Join(names, "、")
}
