package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"huiyin/reports/docx"
	"huiyin/reports/paper"
	"huiyin/reports/pdf"
)

var (
	boxOfLine = regexp.MustCompile(`(?s)<line xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</line>`)
	word      = regexp.MustCompile(`>([^<]+)</word>`)
)

// measure converts pages full of text with LibreOffice and measures them on
// the pdf with pdftotext: lines and characters a page, and the type area. The
// heights of glyphs differ by font, so that above and below are those of the
// line that the glyphs stand in.
func measure() error {
	program, ok := pdf.Office()
	if !ok {
		return fmt.Errorf("no LibreOffice on this machine")
	}
	text := strings.Repeat("道路运输行业投诉办理情况分析说明文字用于测量版心每行字数与每面行数", 60)
	p := &paper.Paper{Title: "测量", Issue: "第1期", Organ: "局", Period: "期间", Date: "日期", Made: time.Unix(0, 0), Blocks: []paper.Block{paper.Text{Text: text}}}
	var document, printed bytes.Buffer
	if err := docx.Write(&document, p); err != nil {
		return err
	}
	if err := pdf.Convert(&printed, document.Bytes(), program); err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "report-measure")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "page.pdf")
	if err := os.WriteFile(file, printed.Bytes(), 0o600); err != nil {
		return err
	}
	boxes, err := exec.Command("pdftotext", "-bbox-layout", file, "-").Output()
	if err != nil {
		return fmt.Errorf("pdftotext: %w", err)
	}
	pages := strings.Split(string(boxes), "<page ")
	if len(pages) < 4 {
		return fmt.Errorf("only %d pages", len(pages)-1)
	}
	return measurePage(pages[2])
}

func measurePage(page string) error {
	left, right, count := 1000.0, 0.0, 0
	var tops []float64
	var lengths []int
	for _, m := range boxOfLine.FindAllStringSubmatch(page, -1) {
		text := ""
		for _, w := range word.FindAllStringSubmatch(m[5], -1) {
			text += w[1]
		}
		if strings.ContainsAny(text, "—0123456789") { // the page's number
			continue
		}
		at := make([]float64, 4)
		for i := range at {
			at[i], _ = strconv.ParseFloat(m[i+1], 64)
		}
		left, right = min(left, at[0]), max(right, at[2])
		tops = append(tops, at[1])
		lengths = append(lengths, len([]rune(text)))
		count++
	}
	if count < 2 {
		return fmt.Errorf("no lines")
	}
	slices.Sort(tops)
	mm := func(points float64) float64 { return points / 72 * 25.4 }
	fmt.Printf("lines a page %d (22), characters a line %d (28), left %.1f mm (28 ± 1), width of the text %.1f mm (156 ± 1), line pitch %.2f pt (28), first line at %.1f mm (37 and half the space of its line)\n",
		count, slices.Max(lengths), mm(left), mm(right-left), (tops[len(tops)-1]-tops[0])/float64(count-1), mm(tops[0]))
	return nil
}
