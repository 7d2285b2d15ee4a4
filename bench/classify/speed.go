package main

import (
	"fmt"
	"strings"

	"huiyin/bench/side"
	"huiyin/classify"
	"huiyin/classify/jieba"
	"huiyin/classify/jieba/dict"
	"huiyin/classify/segment"
	"huiyin/tables"

	"golang.org/x/text/unicode/norm"
)

// judging is the whole judgement of a ticket, over all texts.
type judging struct {
	classifier       *classify.Classifier
	titles, contents []string
}

func newJudging(o options) (*judging, error) {
	texts, err := side.Texts(o.labels, strings.Split(o.text, ","))
	if err != nil {
		return nil, err
	}
	j := &judging{}
	j.titles, j.contents = cut(texts, o.characters)
	j.classifier, err = classify.Load(tables.Default(), nil)
	return j, err
}

func (j *judging) judge(i int) {
	j.classifier.Judge(classify.Clean(j.titles[i]), classify.Clean(j.contents[i]))
}

func (j *judging) work() side.Work { return side.Each(len(j.titles), j.judge) }

// speed runs the whole judgement of a ticket beside the obvious way to do it.
func speed(board *scoreboard, o options) error {
	j, err := newJudging(o)
	if err != nil {
		return err
	}
	titles, contents := j.titles, j.contents
	lib, err := jieba.New(nil)
	if err != nil {
		return err
	}
	defer lib.Close()
	own, err := dict.Segmenter(nil)
	if err != nil {
		return err
	}
	obvious := newObvious(j.classifier.Lexicon(), lib)
	size := side.Bytes(titles) + side.Bytes(contents)
	all := func(work func(i int)) func() {
		return func() {
			for i := range titles {
				work(i)
			}
		}
	}
	fmt.Printf("\n判一件（每件最多 %d 字，平均 %d 字节）\n", o.characters, size/len(titles))
	ours := side.Table(size, len(titles), o.rounds, []side.Contender{
		{Name: "显而易见的做法：正则、逐字替换、NFKC、gojieba、map", Run: all(func(i int) { obvious(titles[i], contents[i]) })},
		{Name: "清洗、识别、判类并给出理由", Run: all(j.judge)},
	})[1]
	board.least("清洗、识别、判类，比显而易见的做法", 8, ours.Ratio, " 倍")
	board.least("清洗、识别、判类，一个处理器", 50_000, ours.PerSecond, " 件/秒")
	board.ifIdle()

	fmt.Println("\n分词")
	var words []segment.Token
	cutting := side.Table(side.Bytes(contents), len(contents), o.rounds, []side.Contender{
		{Name: "gojieba.Cut", Run: all(func(i int) { lib.Words(contents[i], true) })},
		{Name: "内置分词", Run: all(func(i int) { words = own.Cut(words[:0], contents[i], true) })},
	})[1]
	board.least("分词，比 gojieba.Cut", 6, cutting.Ratio, " 倍")

	fmt.Println()
	pair, err := side.Two(len(titles), o.pairs, j.work())
	if err != nil {
		return err
	}
	board.least("两个协程比一个", 1.9, pair.Goroutines, " 倍")
	board.ifIdle()
	board.limited(pair.Processes)
	return nil
}

// cut keeps the first characters of a message: its title and so much of its
// content.
func cut(texts []string, characters int) (titles, contents []string) {
	for _, text := range texts {
		title, content, _ := strings.Cut(text, "\n")
		if runes := []rune(content); len(runes) > characters {
			content = string(runes[:max(0, characters-len([]rune(title)))])
		}
		titles, contents = append(titles, title), append(contents, content)
	}
	return titles, contents
}

// newObvious is how one would judge at first: regular expressions, library
// calls, gojieba and a map of keywords; neither exceptions nor reasons.
func newObvious(lexicon *classify.Lexicon, lib *jieba.Jieba) func(title, content string) string {
	clean := side.ObviousClean()
	weights := map[string]map[string]float64{}
	for _, k := range lexicon.Keywords {
		if weights[k.Word] == nil {
			weights[k.Word] = map[string]float64{}
		}
		weights[k.Word][k.Category] += k.Weight
	}
	return func(title, content string) string {
		text := norm.NFKC.String(clean(title + "\n" + content))
		for _, pattern := range side.EntityPatterns {
			pattern.FindAllString(text, -1)
		}
		scores := map[string]float64{}
		for _, word := range lib.Words(text, true) {
			for category, weight := range weights[word] {
				scores[category] += weight
			}
		}
		best := ""
		for category, score := range scores {
			if best == "" || score > scores[best] {
				best = category
			}
		}
		return best
	}
}
