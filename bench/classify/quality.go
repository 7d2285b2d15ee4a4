package main

import (
	"fmt"
	"math"
	"os"
	"strings"
	"time"

	"huiyin/bench/side"
	"huiyin/classify"
	"huiyin/tables"
)

// learning measures lexicons learned from all folds but one on that one. Near-
// duplicates always lie in one fold, and each lexicon is written and loaded as
// an administrator would.
func learning(board *scoreboard, samples []classify.Sample, folds int) error {
	const small = 1000
	for _, perClass := range []int{0, small, classify.DefaultTrainOptions().PerClass} {
		e, cpu, err := crossValidate(samples, perClass, folds)
		if err != nil {
			return err
		}
		name := fmt.Sprintf("每类最多 %d 个关键词", perClass)
		if perClass == 0 {
			name = "全部关键词"
		}
		fmt.Printf("%d 折，%s：%d 条，判对 %.4f，宏平均 F1 %.4f，前两个里有 %.4f，校准误差 %.4f，学习 CPU 每折 %.2f 秒\n",
			folds, name, e.N, e.Accuracy, e.MacroF1, e.Top2, e.CalibrationError, cpu.Seconds()/float64(folds))
		for _, r := range e.PerClass {
			fmt.Printf("    %6d 条  P %.3f  R %.3f  F1 %.3f  %s\n", r.N, r.Precision, r.Recall, r.F1, r.Label)
		}
		switch perClass {
		case 0:
			board.least("宏平均 F1，全部关键词", 0.925, e.MacroF1, "")
			best := coverageAt(e, 0.75)
			board.least(fmt.Sprintf("覆盖 %.1f%% 时的准确率", 100*best.Covered), 0.975, best.Precision, "")
		case small:
			board.least("宏平均 F1，每类最多 1000 个关键词", 0.92, e.MacroF1, "")
		}
	}
	best := time.Duration(math.MaxInt64)
	for range 3 { // neighbours only ever slow, as everywhere here
		start := side.CPU()
		if _, err := classify.Train(samples, classify.DefaultTrainOptions()); err != nil {
			return err
		}
		best = min(best, side.CPU()-start)
	}
	board.most(fmt.Sprintf("学习 %d 条标注的 CPU，三次里最快", len(samples)), 3, best.Seconds(), " 秒")
	board.ifIdle()
	return nil
}

func crossValidate(samples []classify.Sample, perClass, folds int) (classify.Evaluation, time.Duration, error) {
	fold := classify.Folds(samples, folds, 1)
	o := classify.DefaultTrainOptions()
	o.PerClass = perClass
	var outcomes []classify.Outcome
	var cpu time.Duration
	for f := range folds {
		var train, test []classify.Sample
		for i, s := range samples {
			if fold[i] == f {
				test = append(test, s)
			} else {
				train = append(train, s)
			}
		}
		start := side.CPU()
		learned, err := classify.Train(train, o)
		if err != nil {
			return classify.Evaluation{}, 0, err
		}
		cpu += side.CPU() - start
		classifier, err := writeAndLoad(learned)
		if err != nil {
			return classify.Evaluation{}, 0, err
		}
		outcomes = append(outcomes, classifier.Outcomes(test)...)
	}
	return classify.Summarize(outcomes), cpu, nil
}

func writeAndLoad(learned *classify.Learned) (*classify.Classifier, error) {
	dir, err := os.MkdirTemp("", "huiyin-lexicon-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	if err := learned.WriteLexicon(dir); err != nil {
		return nil, err
	}
	return classify.Load(os.DirFS(dir), nil)
}

// coverageAt is the strictest threshold that still covers so much.
func coverageAt(e classify.Evaluation, least float64) classify.Coverage {
	var best classify.Coverage
	for _, c := range e.Coverage {
		if c.Covered >= least {
			best = c
		}
	}
	return best
}

// policy measures the policy's own lexicon.
func policy(board *scoreboard, o options) error {
	folder := tables.Default()
	if o.policy != "" {
		folder = os.DirFS(o.policy)
	}
	start := time.Now()
	classifier, err := classify.Load(folder, nil)
	if err != nil {
		return err
	}
	loaded := time.Since(start)
	samples, err := classify.ReadSamples(o.dev, classify.Columns{
		Text: strings.Split(o.text, ","), Label: o.devLabel, Alt: o.devAlt, Kind: o.kind, KindAlt: o.kindAlt,
	})
	if err != nil {
		return err
	}
	e := classifier.Evaluate(samples)
	fmt.Printf("\n政策词表：%d 行，装入 %.2f 秒；%d 条，判对 %.4f，5 条以上类别宏平均 F1 %.4f，前两个里有 %.4f\n",
		len(classifier.Lexicon().Keywords), loaded.Seconds(), e.N, e.Accuracy, e.MacroF1Common, e.Top2)
	board.least("本局类别判对", 0.80, e.Accuracy, "")
	board.least("本局类别宏平均 F1（5 条以上）", 0.75, e.MacroF1Common, "")
	if e.Kinds != nil {
		board.least("诉求类型判对", 0.85, e.Kinds.Accuracy, "")
	}
	return nil
}
