package classify

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"huiyin/internal/policyfile"
	"huiyin/ticket"
)

// WriteLexicon writes the lexicon into a folder, in the form of the policy
// folder: categories.csv, keywords.csv and classify.csv. The codes of the
// categories are the labels themselves. A folder that holds a policy of another
// kind is refused: its categories would be lost.
func (l *Learned) WriteLexicon(dir string) error {
	if exists(os.DirFS(dir), categoriesFile) && !freeCodes(os.DirFS(dir)) {
		return fmt.Errorf("目录 %s 里是一套政策文件，不能用学来的词表盖掉，请换一个目录", dir)
	}
	if n := byHand(os.DirFS(dir)); n > 0 {
		return fmt.Errorf("目录 %s 的 %s 里有 %d 行人工写的词，重新学习会盖掉它们；请换一个目录，再把这些行抄过去", dir, keywordsFile, n)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("建不了目录 %s", dir)
	}
	files := []struct {
		name string
		rows [][]string
	}{
		{categoriesFile, l.categoryRows()},
		{keywordsFile, l.keywordRows()},
		{settingsFile, l.settingRows()},
	}
	for _, f := range files {
		var out bytes.Buffer
		w := csv.NewWriter(&out)
		if err := w.WriteAll(f.rows); err != nil {
			return fmt.Errorf("写不成 %s", f.name)
		}
		if err := os.WriteFile(filepath.Join(dir, f.name), out.Bytes(), 0o644); err != nil {
			return fmt.Errorf("写不了 %s", filepath.Join(dir, f.name))
		}
	}
	return nil
}

// byHand counts the keywords of an earlier lexicon that a person wrote.
func byHand(dir fs.FS) int {
	n := 0
	if exists(dir, keywordsFile) {
		for _, row := range policyfile.Read(dir, keywordsFile, keywordColumns, nil).Rows {
			if row.Get("关键词") != "" && row.Get("来源") != "学习" {
				n++
			}
		}
	}
	return n
}

func (l *Learned) categoryRows() [][]string {
	rows := [][]string{{"编码", "名称", "大类", "领域", "执法类", "密", "默认类型", "说明"}}
	for i, label := range l.Labels {
		note := fmt.Sprintf("学自%d条标注", l.Sizes[i])
		rows = append(rows, []string{label, label, "其他", "其他", "否", "否", ticket.Complaint.Name(), note})
	}
	return rows
}

// keywordRows lists the weights label by label, the highest first, as a person
// would look through them.
func (l *Learned) keywordRows() [][]string {
	rows := [][]string{keywordColumns}
	for class, label := range l.Labels {
		var features []*LearnedFeature
		for i := range l.Features {
			if f := &l.Features[i]; f.Weights[class] != 0 {
				features = append(features, f)
			}
		}
		slices.SortStableFunc(features, func(a, b *LearnedFeature) int {
			return cmp.Compare(b.Weights[class], a.Weights[class])
		})
		for _, f := range features {
			weight := strconv.FormatFloat(f.Weights[class], 'g', 6, 64)
			rows = append(rows, []string{f.Word, label, weight, "学习", f.Place.name(), "", ""})
		}
	}
	return rows
}

func (l *Learned) settingRows() [][]string {
	number := func(v float64) string { return strconv.FormatFloat(v, 'g', 4, 64) }
	return [][]string{
		{"项目", "值", "说明"},
		{codesItem, freeValue, "编码就是标注里的类别名称"},
		{"自动分派线", "0.9", "判类把握达到这个数才自动分派"},
		{"标题倍数", number(l.TitleFactor), "标题里出现一次，相当于正文里出现几次；学习时就是这样算的"},
		{"最低得分", "-1000000", "学来的权重有正有负，不设最低得分"},
		{"温度", number(l.Temperature), "把得分换算成把握程度时的缩放，学习时拟合"},
		{"长度指数", number(l.LengthPower), "换算前把得分除以文章长度的几次方，学习时拟合"},
		{"候选个数", "5", "给人看的候选类别最多几个"},
		{"理由个数", "8", "判类理由里最多列出几个关键词"},
		{"冲突权重", strconv.Itoa(strongest / 2), "同一关键词在两个类别里的权重都不低于它时，检查时提示冲突"},
		{"执法线", "1", ""},
		{"线索线", "1", ""},
		{"风险线", "1", ""},
	}
}
