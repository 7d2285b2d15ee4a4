package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"huiyin/classify"
	"huiyin/ticket"
)

// evalCmd is huiyin eval.
type evalCmd struct {
	Labels  string   `required:"" help:"标注文件（csv）" placeholder:"FILE"`
	Text    []string `required:"" help:"文字所在的列，逗号分隔；给两列时第一列是标题" placeholder:"COL"`
	Label   string   `required:"" help:"类别所在的列，编码或名称" placeholder:"COL"`
	Alt     string   `help:"也算对的类别所在的列，分号分隔" placeholder:"COL"`
	Kind    string   `help:"诉求类型所在的列；给了就同时检验类型" placeholder:"COL"`
	KindAlt string   `help:"也算对的诉求类型所在的列" placeholder:"COL"`
	Errors  int      `help:"列出判错的前几条及其理由，便于修改词表" placeholder:"N"`
	Fit     bool     `help:"再算出最合这批标注的温度和长度指数；标注须是没有用来调词表的"`
	JSON    bool     `name:"json" help:"输出 JSON"`
}

// evaluated is the JSON of huiyin eval.
type evaluated struct {
	classify.Evaluation
	Calibration *classify.Calibration `json:"calibration,omitempty"`
}

// Run judges the labelled texts by the policy and compares.
func (cmd *evalCmd) Run(ctx context.Context, root *cli, c *console) error {
	folder, err := judgingFolder(ctx, root, c)
	if err != nil {
		return err
	}
	classifier, err := classify.Load(folder, root.dictionary())
	if err != nil {
		return err
	}
	columns := classify.Columns{Text: cmd.Text, Label: cmd.Label, Alt: cmd.Alt, Kind: cmd.Kind, KindAlt: cmd.KindAlt}
	samples, err := classify.ReadSamples(cmd.Labels, columns)
	if err != nil {
		return err
	}
	start := time.Now()
	e := evaluated{Evaluation: classifier.Evaluate(samples)}
	e.Seconds = time.Since(start).Seconds()
	e.Misses = e.Misses[:min(len(e.Misses), cmd.Errors)]
	if cmd.Fit {
		calibration := classifier.Calibrate(samples)
		e.Calibration = &calibration
	}
	if cmd.JSON {
		return json.NewEncoder(c.out).Encode(e)
	}
	printStrangers(c.out, samples, classifier.Categories())
	printEvaluation(c.out, e.Evaluation, classifier.Categories())
	if e.Calibration != nil {
		fmt.Fprintf(c.out, "\n按这批标注，classify.csv 的温度宜为 %.3g，长度指数宜为 %g。\n", e.Calibration.Temperature, e.Calibration.LengthPower)
	}
	for _, m := range e.Misses {
		printMiss(c.out, m, classifier.Categories())
	}
	return nil
}

// printStrangers warns of labels that the policy cannot give: another set of
// labels than it is made for, or a code mistyped.
func printStrangers(w io.Writer, samples []classify.Sample, categories ticket.Categories) {
	var strangers []string
	rows := 0
	for i := range samples {
		label := samples[i].Label
		if slices.ContainsFunc(categories, func(c ticket.Category) bool { return c.Code == label || c.Name == label }) {
			continue
		}
		rows++
		if !slices.Contains(strangers, label) {
			strangers = append(strangers, label)
		}
	}
	if rows > 0 {
		fmt.Fprintf(w, "注意：%d 条标注的类别政策里没有，只能算判错：%s。\n", rows, strings.Join(strangers[:min(8, len(strangers))], "、"))
	}
}

func printEvaluation(w io.Writer, e classify.Evaluation, categories ticket.Categories) {
	fmt.Fprintf(w, "共 %d 条，判对 %.1f%%，前两个里有对的 %.1f%%，宏平均 F1 %.3f（只算 5 条以上的类别 %.3f），把握与实际平均相差 %.3f，用时 %.2f 秒。\n",
		e.N, 100*e.Accuracy, 100*e.Top2, e.MacroF1, e.MacroF1Common, e.CalibrationError, e.Seconds)
	if e.Kinds != nil {
		fmt.Fprintf(w, "诉求类型 %d 条，判对 %.1f%%。\n", e.Kinds.N, 100*e.Kinds.Accuracy)
	}
	fmt.Fprintln(w, "\n  条数  准确率  召回率     F1  类别")
	for _, r := range e.PerClass {
		fmt.Fprintf(w, "%6d  %6.3f  %6.3f  %5.3f  %s\n", r.N, r.Precision, r.Recall, r.F1, categoryText(r.Label, categories))
	}
	fmt.Fprintln(w, "\n把握至少   覆盖  其中判对")
	for _, r := range e.Coverage {
		fmt.Fprintf(w, "%8.3f  %4.1f%%  %7.1f%%\n", r.Threshold, 100*r.Covered, 100*r.Precision)
	}
}

func printMiss(w io.Writer, m classify.Miss, categories ticket.Categories) {
	v := m.Verdict
	if m.Kind {
		fmt.Fprintf(w, "\n第%d行《%s》诉求类型应为 %s，判为 %s\n", m.Line, m.Sample.Title, m.Sample.Kinds[0].Name(), v.Kind.Name())
		return
	}
	fmt.Fprintf(w, "\n第%d行《%s》应为 %s，判为 %s，把握 %.0f%%\n",
		m.Line, m.Sample.Title, categoryText(m.Label, categories), categoryText(v.Category, categories), 100*v.Confidence)
	for _, candidate := range v.Candidates {
		fmt.Fprintf(w, "    %s %.2f 分%s\n", candidate.Category, candidate.Score, reasonText(v.Hits, candidate.Category))
	}
}

// categoryText is code and name, or only one where both are the same.
func categoryText(code string, categories ticket.Categories) string {
	if name := categories.Name(code); name != code {
		return code + " " + name
	}
	if code == ticket.Unjudged { // in a learned lexicon, which does not name it
		return code + " 无法判断"
	}
	return code
}
