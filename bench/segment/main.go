// Command segment compares the segmenter in pure Go with gojieba on the texts
// of a file, word for word and in speed:
//
//	go run ./bench/segment [-text COL,COL] FILE.csv
//	go run ./bench/segment FILE.txt
//
// Both run on one thread, in turns, over the same texts; the times are CPU
// times of the process.
package main

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"

	"huiyin/bench/side"
	"huiyin/classify"
	"huiyin/classify/jieba"
	"huiyin/classify/jieba/dict"
	"huiyin/classify/segment"
)

func main() {
	columns := flag.String("text", "标题,内容", "csv 里的文字列")
	rounds := flag.Int("rounds", 5, "轮数")
	flag.Parse()
	if flag.NArg() != 1 {
		fmt.Fprintln(os.Stderr, "用法：segment [-text 列,列] [-rounds N] 文件")
		os.Exit(2)
	}
	if err := run(flag.Arg(0), strings.Split(*columns, ","), *rounds); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(path string, columns []string, rounds int) error {
	texts, err := side.Texts(path, columns)
	if err != nil {
		return err
	}
	for i := range texts {
		texts[i] = classify.Clean(texts[i])
	}
	before := heap()
	start := side.CPU()
	own, err := dict.Segmenter(nil)
	if err != nil {
		return err
	}
	half := func(part, of int) {
		var dst []segment.Token
		for i := part; i < len(texts); i += of {
			dst = own.Cut(dst[:0], texts[i], true)
		}
	}
	if side.IsHelper() {
		return side.Serve(half)
	}
	fmt.Printf("内置词典建成：CPU %v，内存 %d MB，%d 词\n", (side.CPU() - start).Round(time.Millisecond), (heap()-before)>>20, own.Len())
	start = side.CPU()
	lib, err := jieba.New(nil)
	if err != nil {
		return err
	}
	defer lib.Close()
	fmt.Printf("gojieba 建成：CPU %v\n", (side.CPU() - start).Round(time.Millisecond))
	for _, hmm := range []bool{true, false} {
		tokens, differ := compare(own, lib, texts, hmm)
		fmt.Printf("逐词对照 hmm=%t：%d 段文字，%d 个词，不同 %d 段\n", hmm, len(texts), tokens, differ)
	}
	var dst []segment.Token
	work := func(cut func(string)) func() {
		return func() {
			for _, text := range texts {
				cut(text)
			}
		}
	}
	side.Table(side.Bytes(texts), len(texts), rounds, []side.Contender{
		{Name: "gojieba.Cut", Run: work(func(text string) { lib.Words(text, true) })},
		{Name: "gojieba.Cut 无HMM", Run: work(func(text string) { lib.Words(text, false) })},
		{Name: "内置分词", Run: work(func(text string) { dst = own.Cut(dst[:0], text, true) })},
		{Name: "内置分词 无HMM", Run: work(func(text string) { dst = own.Cut(dst[:0], text, false) })},
	})
	_, err = side.Two(len(texts), rounds, half)
	return err
}

func heap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// compare counts the words and the texts that the two cut differently, and
// prints the first few places.
func compare(own *segment.Dict, lib *jieba.Jieba, texts []string, hmm bool) (tokens, differ int) {
	var a, b []segment.Token
	for _, text := range texts {
		a, b = own.Cut(a[:0], text, hmm), lib.Cut(b[:0], text, hmm)
		tokens += len(b)
		if at := firstDifference(a, b); at >= 0 {
			differ++
			if differ <= 3 {
				fmt.Printf("  第 %d 个词起不同\n", at)
			}
		}
	}
	return tokens, differ
}

func firstDifference(a, b []segment.Token) int {
	for i := range max(len(a), len(b)) {
		if i >= len(a) || i >= len(b) || a[i].Start != b[i].Start || a[i].End != b[i].End {
			return i
		}
	}
	return -1
}
