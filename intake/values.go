package intake

import (
	"io/fs"
	"slices"
	"strings"

	"huiyin/internal/policyfile"
	"huiyin/ticket"
)

// values is how other systems write the values of some fields, and the words
// that tell columns, rows and phone numbers apart.
type values struct {
	kinds, urgencies, secrecy vocabulary
	// private marks headers of personal data, totals the last row of a list,
	// own and others whose phone number a text gives.
	private, totals, own, others []string
	// nameless are what systems write for the name of who gave none.
	nameless []string
}

// namelessBefore are those of the default table, for policies that are older
// than the row.
var namelessBefore = []string{"匿名", "不详", "未知", "市民", "群众", "乘客", "旅客", "司机", "先生", "女士", "来电人", "投诉人", "举报人", "当事人", "匿名市民", "匿名群众"}

// vocabulary gives the meaning of a word, as values.csv writes meanings.
type vocabulary map[string]string

// The meanings that a field may have.
var valueMeanings = map[string][]string{
	"诉求类型": {"信息咨询", "投诉举报", "意见建议", "求助", "表扬"},
	"紧急程度": {"一般", "紧急", "特急"},
	"是否保密": {"是", "否"},
}

func readValues(fsys fs.FS) (values, policyfile.Faults) {
	v := values{kinds: vocabulary{}, urgencies: vocabulary{}, secrecy: vocabulary{}}
	meanings := map[string]vocabulary{"诉求类型": v.kinds, "紧急程度": v.urgencies, "是否保密": v.secrecy}
	lists := map[string]*[]string{"个人信息栏": &v.private, "合计行": &v.totals, "本人电话": &v.own, "他人电话": &v.others, "不是姓名": &v.nameless}
	table := policyfile.Read(fsys, valuesFile, []string{"字段", "含义", "写法"}, []string{"说明"})
	for _, row := range table.Rows {
		field := row.Get("字段")
		switch list, words := lists[field], meanings[field]; {
		case list != nil:
			*list = append(*list, row.List("写法")...)
		case words != nil:
			words.read(row, valueMeanings[field])
		default:
			row.Fault("字段", "字段只能是：诉求类型、紧急程度、是否保密、个人信息栏、合计行、本人电话、他人电话、不是姓名")
		}
	}
	if v.nameless == nil {
		v.nameless = namelessBefore
	}
	return v, table.Faults
}

func (v vocabulary) read(row policyfile.Row, meanings []string) {
	meaning := row.Get("含义")
	if !slices.Contains(meanings, meaning) {
		row.Fault("含义", "%s的含义只能是：%s", row.Get("字段"), strings.Join(meanings, "、"))
		return
	}
	for _, word := range row.List("写法") {
		key := normalHeader(word)
		if other, taken := v[key]; taken && other != meaning {
			row.Fault("写法", "“%s”已经写在“%s”里", word, other)
		}
		v[key] = meaning
	}
}

// meaning finds what a value means: the word itself, or the longest word in it.
// certain is false when words of two meanings are equally long parts of it.
func (v vocabulary) meaning(value string) (meaning string, certain bool) {
	value = normalHeader(value)
	if found, ok := v[value]; ok {
		return found, true
	}
	length := 0
	for word, means := range v {
		switch {
		case len(word) < length || len([]rune(word)) < 2 || !strings.Contains(value, word):
		case len(word) > length:
			meaning, length, certain = means, len(word), true
		case means != meaning:
			certain = false
		}
	}
	return meaning, certain
}

// kind is the kind of demand that the source names, empty when it names none,
// or two.
func (v values) kind(value string) ticket.Kind {
	first, _, _ := strings.Cut(value, pathSeparator)
	meaning, certain := v.kinds.meaning(first)
	if !certain {
		return ""
	}
	for _, k := range ticket.Kinds {
		if k.Name() == meaning {
			return k
		}
	}
	return ""
}

// urgency is the urgency that the source names; what is not understood is ordinary.
func (v values) urgency(value string) ticket.Urgency {
	meaning, certain := v.urgencies.meaning(value)
	for _, u := range []ticket.Urgency{ticket.Urgent, ticket.Critical} {
		if certain && u.Name() == meaning {
			return u
		}
	}
	return ticket.Ordinary
}

// confidential reads the column 是否保密. What is not understood is taken for
// yes: a name once shown cannot be taken back.
func (v values) confidential(value string) bool {
	if strings.TrimSpace(value) == "" {
		return false
	}
	meaning, certain := v.secrecy.meaning(value)
	return !certain || meaning == "是"
}
