// Command clean cleans a text file and says what was found in it:
//
//	go run ./bench/clean FILE              the counts, the brackets that stand and the damaged spots
//	go run ./bench/clean -out FILE         the cleaned text
//	go run ./bench/clean -speed FILE.csv   beside the obvious pipeline of regular expressions and library calls
package main

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"strings"
	"unicode"

	"huiyin/bench/side"
	"huiyin/classify"
)

func main() {
	out := flag.Bool("out", false, "输出清洗后的文字")
	speed := flag.Bool("speed", false, "比较速度")
	columns := flag.String("text", "标题,内容", "csv 里的文字列")
	rounds := flag.Int("rounds", 5, "轮数")
	flag.Parse()
	if flag.NArg() != 1 {
		fmt.Fprintln(os.Stderr, "用法：clean [-out|-speed] [-text 列,列] 文件")
		os.Exit(2)
	}
	var err error
	if *speed {
		err = compare(flag.Arg(0), strings.Split(*columns, ","), *rounds)
	} else {
		err = show(flag.Arg(0), *out)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func show(path string, out bool) error {
	raw, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	cleaned, report := classify.CleanWithReport(string(raw))
	if out {
		fmt.Println(cleaned)
		return nil
	}
	fmt.Printf("去掉拼音注音 %d 处，剩 %d 处\n", report.Annotations, leftAnnotations(cleaned))
	fmt.Printf("繁体字 %d 个，标签 %d 个，看不见的字符 %d 个，坏字节 %d 处，生僻字 %d 个\n",
		report.Traditional, report.Markup, report.Unseen, report.Replaced, report.Rare)
	fmt.Printf("再清洗一遍有变化：%t\n", classify.Clean(cleaned) != cleaned)
	fmt.Println("保留的括号：", strings.Join(brackets(cleaned), " "))
	runes := []rune(cleaned)
	for _, d := range report.Damage {
		fmt.Printf("疑似乱码（第 %d–%d 字）：…%s…\n", d.Start, d.End, string(runes[max(0, d.Start-4):min(len(runes), d.End+6)]))
	}
	return nil
}

// leftAnnotations counts brackets with toned letters by a rule of its own.
func leftAnnotations(cleaned string) int {
	n := 0
	for _, b := range brackets(cleaned) {
		if strings.ContainsFunc(b, func(r rune) bool { return r > 0x7F && unicode.Is(unicode.Latin, r) }) {
			n++
		}
	}
	return n
}

var bracketed = regexp.MustCompile(`[(（][^()（）]*[)）]`)

func brackets(s string) []string { return bracketed.FindAllString(s, -1) }

func compare(path string, columns []string, rounds int) error {
	texts, err := side.Texts(path, columns)
	if err != nil {
		return err
	}
	work := side.Each(len(texts), func(i int) { classify.Clean(texts[i]) })
	if side.IsHelper() {
		return side.Serve(work)
	}
	obvious := side.ObviousClean()
	each := func(clean func(string) string) func() {
		return func() {
			for _, text := range texts {
				clean(text)
			}
		}
	}
	same := 0
	for _, text := range texts {
		if obvious(text) == classify.Clean(text) {
			same++
		}
	}
	fmt.Printf("%d 段文字，两种做法结果相同 %d 段\n", len(texts), same)
	side.Table(side.Bytes(texts), len(texts), rounds, []side.Contender{
		{Name: "正则、NFC、逐字替换", Run: each(obvious)},
		{Name: "清洗", Run: each(classify.Clean)},
		{Name: "清洗并报告", Run: each(func(text string) string { cleaned, _ := classify.CleanWithReport(text); return cleaned })},
	})
	_, err = side.Two(len(texts), rounds, work)
	return err
}
