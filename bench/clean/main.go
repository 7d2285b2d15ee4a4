// Command clean cleans a text file and says what was found in it:
//
//	go run ./bench/clean FILE          the counts, the brackets that stand and the damaged spots
//	go run ./bench/clean -text FILE    the cleaned text
package main

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"unicode"

	"huiyin/classify"
)

func main() {
	text := flag.Bool("text", false, "输出清洗后的文字")
	flag.Parse()
	if flag.NArg() != 1 {
		fmt.Fprintln(os.Stderr, "用法：clean [-text] 文件")
		os.Exit(2)
	}
	raw, err := os.ReadFile(flag.Arg(0))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	cleaned, report := classify.CleanWithReport(string(raw))
	if *text {
		fmt.Println(cleaned)
		return
	}
	again := classify.Clean(cleaned)
	fmt.Printf("去掉拼音注音 %d 处，剩 %d 处\n", report.Annotations, leftAnnotations(cleaned))
	fmt.Printf("繁体字 %d 个，标签 %d 个，看不见的字符 %d 个，坏字节 %d 处，生僻字 %d 个\n",
		report.Traditional, report.Markup, report.Unseen, report.Replaced, report.Rare)
	fmt.Printf("再清洗一遍有变化：%t\n", again != cleaned)
	fmt.Println("保留的括号：", strings.Join(brackets(cleaned), " "))
	runes := []rune(cleaned)
	for _, d := range report.Damage {
		fmt.Printf("疑似乱码（第 %d–%d 字）：…%s…\n", d.Start, d.End, string(runes[max(0, d.Start-4):min(len(runes), d.End+6)]))
	}
}

// leftAnnotations counts letters with tone marks inside brackets after Han, by
// a rule of its own: anything with a toned letter.
func leftAnnotations(cleaned string) int {
	n := 0
	for _, b := range brackets(cleaned) {
		if strings.ContainsFunc(b, func(r rune) bool { return r > 0x7F && unicode.Is(unicode.Latin, r) }) {
			n++
		}
	}
	return n
}

func brackets(s string) []string {
	var found []string
	for rest := s; ; {
		open := strings.IndexAny(rest, "(（")
		if open < 0 {
			return found
		}
		rest = rest[open:]
		end := strings.IndexAny(rest, ")）")
		if end < 0 {
			return found
		}
		found = append(found, rest[:end]+")")
		rest = rest[end:]
	}
}
