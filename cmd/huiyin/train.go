package main

import (
	"encoding/json"
	"fmt"
	"time"

	"huiyin/classify"
)

// trainCmd is huiyin train.
type trainCmd struct {
	Labels   string   `required:"" help:"标注文件（csv）" placeholder:"FILE"`
	Text     []string `required:"" help:"文字所在的列，逗号分隔；给两列时第一列是标题" placeholder:"COL"`
	Label    string   `required:"" help:"类别所在的列；可以是任意一套类别" placeholder:"COL"`
	Out      string   `required:"" help:"词表写到这个目录，之后用 --policy 指向它" placeholder:"DIR"`
	PerClass int      `help:"每类最多选用多少个关键词；0 表示不限" default:"3000" placeholder:"N"`
	JSON     bool     `name:"json" help:"输出 JSON"`
}

// trained is the JSON of huiyin train. The held-out figures are of messages
// that were left out of learning in turn; null when there are too few.
type trained struct {
	Out      string               `json:"out"`
	N        int                  `json:"n"`
	Labels   []string             `json:"labels"`
	Keywords int                  `json:"keywords"`
	Seconds  float64              `json:"seconds"`
	HeldOut  *classify.Evaluation `json:"held_out"`
}

// Run learns keyword weights and writes them as editable files.
func (cmd *trainCmd) Run(root *cli, c *console) error {
	start := time.Now()
	options := classify.DefaultTrainOptions()
	options.PerClass, options.Dictionary = cmd.PerClass, root.dictionary()
	learned, err := classify.TrainFile(cmd.Labels, classify.Columns{Text: cmd.Text, Label: cmd.Label}, options)
	if err != nil {
		return err
	}
	if err := learned.WriteLexicon(cmd.Out); err != nil {
		return err
	}
	result := trained{
		Out: cmd.Out, N: learned.N(), Labels: learned.Labels, Keywords: len(learned.Features),
		Seconds: time.Since(start).Seconds(), HeldOut: learned.HeldOut,
	}
	if cmd.JSON {
		return json.NewEncoder(c.out).Encode(result)
	}
	fmt.Fprintf(c.out, "从 %d 条标注学到 %d 个类别、%d 个关键词，用时 %.1f 秒，已写到 %s。\n",
		result.N, len(result.Labels), result.Keywords, result.Seconds, cmd.Out)
	if e := learned.HeldOut; e != nil {
		fmt.Fprintf(c.out, "轮流留出检验：判对 %.1f%%，宏平均 F1 %.3f。\n", 100*e.Accuracy, e.MacroF1)
	} else {
		fmt.Fprintln(c.out, "标注太少，检验不出好坏：至少要有 100 条、两个以上类别各有 10 条。词表可以先看先改，不要用它自动分派。")
	}
	fmt.Fprintf(c.out, "关键词在 keywords.csv，可以用表格软件改；用 huiyin eval --policy %s 检验。\n", cmd.Out)
	return nil
}
