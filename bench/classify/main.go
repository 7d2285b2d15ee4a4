// Command classify measures classification against its targets, everything in
// one run:
//
//	go run ./bench/classify -labels FILE.csv -dev FILE.csv
//
// The first file holds messages with one label each, by which learning is
// measured; the second messages of the bureau with its categories, by which the
// policy is. Either may be left out. Speeds are CPU times of one thread in
// turns with the contender; believe the ratios.
package main

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"

	"huiyin/bench/side"
	"huiyin/classify"
)

type options struct {
	labels, text, label                   string
	dev, devLabel, devAlt, kind, kindAlt  string
	policy, only                          string
	folds, rounds, duplicates, characters int
	pairs                                 int
}

func main() {
	var o options
	flag.StringVar(&o.labels, "labels", "", "一条一个类别的标注文件（csv）")
	flag.StringVar(&o.text, "text", "标题,内容", "文字列")
	flag.StringVar(&o.label, "label", "分类", "类别列")
	flag.StringVar(&o.dev, "dev", "", "用本局类别标注的文件（csv）")
	flag.StringVar(&o.devLabel, "dev-label", "分类", "类别列")
	flag.StringVar(&o.devAlt, "dev-alt", "也可", "也算对的类别列")
	flag.StringVar(&o.kind, "dev-kind", "类型", "诉求类型列")
	flag.StringVar(&o.kindAlt, "dev-kind-alt", "类型也可", "也算对的诉求类型列")
	flag.StringVar(&o.policy, "policy", "", "政策目录，缺省用内置的")
	flag.StringVar(&o.only, "only", "learning,speed,duplicates,policy", "只测哪几部分")
	flag.IntVar(&o.folds, "folds", 5, "几折")
	flag.IntVar(&o.rounds, "rounds", 5, "测速轮数")
	flag.IntVar(&o.pairs, "pairs", 60, "两个协程比一个，测多少轮")
	flag.IntVar(&o.duplicates, "duplicates", 100_000, "查重用多少件")
	flag.IntVar(&o.characters, "characters", 220, "测速时每段文字截到多少字")
	flag.Parse()
	if o.labels == "" && o.dev == "" {
		fmt.Fprintln(os.Stderr, "用法：classify -labels 文件 -dev 文件（至少给一个）")
		os.Exit(2)
	}
	if err := run(o); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(o options) error {
	side.AsService()
	if side.IsHelper() {
		j, err := newJudging(o)
		if err != nil {
			return err
		}
		return side.Serve(j.work())
	}
	var board scoreboard
	board.busy = !side.Idle()
	columns := classify.Columns{Text: strings.Split(o.text, ","), Label: o.label}
	samples, err := classify.ReadSamples(o.labels, columns)
	if err != nil && o.labels != "" {
		return err
	}
	parts := []struct {
		name  string
		input string
		run   func() error
	}{
		{"learning", o.labels, func() error { return learning(&board, samples, o.folds) }},
		{"speed", o.labels, func() error { return speed(&board, o) }},
		{"duplicates", o.labels, func() error { duplicates(&board, samples, o.duplicates); return nil }},
		{"policy", o.dev, func() error { return policy(&board, o) }},
	}
	for _, p := range parts {
		if p.input == "" || !slices.Contains(strings.Split(o.only, ","), p.name) {
			continue
		}
		if err := p.run(); err != nil {
			return err
		}
	}
	board.print()
	return nil
}

// scoreboard is the table of targets.
type scoreboard struct {
	rows []row
	busy bool // others were running: what needs idle processors was not measured
}

type row struct {
	what             string
	target, measured float64
	most             bool // the target is an upper bound
	idle             bool // means something on an idle machine only
	limit            float64
	unit             string
}

func (b *scoreboard) least(what string, target, measured float64, unit string) {
	b.rows = append(b.rows, row{what: what, target: target, measured: measured, unit: unit})
}

func (b *scoreboard) most(what string, target, measured float64, unit string) {
	b.rows = append(b.rows, row{what: what, target: target, measured: measured, most: true, unit: unit})
}

// ifIdle marks the last row as one that a busy machine cannot show.
func (b *scoreboard) ifIdle() { b.rows[len(b.rows)-1].idle = true }

// limited tells what the machine itself can give of the last row: two processes
// that share nothing.
func (b *scoreboard) limited(limit float64) { b.rows[len(b.rows)-1].limit = limit }

func (b *scoreboard) print() {
	fmt.Println("\n目标与实测")
	for _, r := range b.rows {
		verdict, bound := "达到", "≥"
		if r.most {
			bound = "≤"
		}
		if r.most && r.measured > r.target || !r.most && r.measured < r.target {
			verdict = "未达"
		}
		if r.idle && b.busy && verdict == "未达" {
			verdict = "机器忙"
		}
		what := r.what
		if r.limit > 0 {
			what += fmt.Sprintf("（本机极限 %.2f，达到其 %.0f%%）", r.limit, 100*r.measured/r.limit)
		}
		fmt.Printf("%s  实测 %11s  目标 %s %-9s  %s\n", verdict, number(r.measured)+r.unit, bound, number(r.target)+r.unit, what)
	}
}

func number(v float64) string {
	if v >= 1000 {
		return fmt.Sprintf("%.0f", v)
	}
	return strings.TrimRight(strings.TrimRight(fmt.Sprintf("%.4f", v), "0"), ".")
}
