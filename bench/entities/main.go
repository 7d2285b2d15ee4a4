// Command entities shows what the scanner finds in the texts of a file and how
// fast, beside the five regular expressions that one would write at first:
//
//	go run ./bench/entities [-text COL,COL] [-policy DIR] FILE.csv
//	go run ./bench/entities -list FILE      every entity with its count
package main

import (
	"cmp"
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"

	"huiyin/bench/side"
	"huiyin/classify"
	"huiyin/tables"
)

func main() {
	columns := flag.String("text", "标题,内容", "csv 里的文字列")
	policy := flag.String("policy", "", "策略目录，缺省用内置的")
	list := flag.Bool("list", false, "列出找到的每一个")
	rounds := flag.Int("rounds", 5, "轮数")
	flag.Parse()
	if flag.NArg() != 1 {
		fmt.Fprintln(os.Stderr, "用法：entities [-list] [-text 列,列] [-policy 目录] 文件")
		os.Exit(2)
	}
	fsys := tables.Default()
	if *policy != "" {
		fsys = os.DirFS(*policy)
	}
	if err := run(flag.Arg(0), strings.Split(*columns, ","), fsys, *list, *rounds); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(path string, columns []string, fsys fs.FS, list bool, rounds int) error {
	texts, err := side.Texts(path, columns)
	if err != nil {
		return err
	}
	for i := range texts {
		texts[i] = classify.Clean(texts[i])
	}
	places, err := classify.LoadPlaces(fsys)
	if err != nil {
		return err
	}
	work := side.Each(len(texts), func(i int) { places.Scan(texts[i]) })
	if side.IsHelper() {
		return side.Serve(work)
	}
	count(places, texts, list)
	if list {
		return nil
	}
	side.Table(side.Bytes(texts), len(texts), rounds, []side.Contender{
		{Name: "五条正则表达式", Run: func() {
			for _, text := range texts {
				for _, p := range side.EntityPatterns {
					p.FindAllStringIndex(text, -1)
				}
			}
		}},
		{Name: "扫描，不带地名表", Run: func() {
			for _, text := range texts {
				classify.Scan(text)
			}
		}},
		{Name: "扫描，带地名表", Run: func() {
			for _, text := range texts {
				places.Scan(text)
			}
		}},
	})
	_, err = side.Two(len(texts), rounds, work)
	return err
}

func count(places *classify.Places, texts []string, list bool) {
	kinds := make(map[string]map[string]int)
	for _, text := range texts {
		for _, e := range places.Scan(text) {
			kind := string(e.Kind)
			if kinds[kind] == nil {
				kinds[kind] = make(map[string]int)
			}
			kinds[kind][e.Norm()]++
		}
	}
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		total := 0
		for _, n := range kinds[kind] {
			total += n
		}
		fmt.Printf("%-9s %6d 处，%6d 种\n", kind, total, len(kinds[kind]))
		if !list {
			continue
		}
		names := slices.SortedFunc(maps.Keys(kinds[kind]), func(a, b string) int {
			return cmp.Or(cmp.Compare(kinds[kind][b], kinds[kind][a]), cmp.Compare(a, b))
		})
		for _, name := range names {
			fmt.Printf("    %5d %s\n", kinds[kind][name], name)
		}
	}
}
